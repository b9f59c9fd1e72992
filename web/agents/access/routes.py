"""« Accès de votre organisation »: the colleagues, and their invitations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from web.agents.access import change_routes, queries, service
from web.agents.access.change_routes import CHECK as PASSWORD_CHECK
from web.agents.access.change_routes import COLLEAGUE_ROUTE
from web.agents.access.forms import InvitationForm
from web.agents.access.pages import for_managers, get_colleague
from web.agents.access.records import Colleague
from web.agents.access.service import INVITATIONS, AlreadyColleagueError
from web.agents.guard import get_agent
from web.agents.invitations.queries import UNANSWERED_DAYS
from web.auth.password.credentials import WrongPasswordError
from web.auth.password.forms import (
    PasswordAgainForm,
    get_typed_password,
    without_recent_password,
)
from web.auth.refusals import refused_password, too_many_attempts
from web.core.http.forms.forms import Form, parsed
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError

ALREADY = "Cette adresse a déjà accès à l’espace professionnel de votre organisation."
TOO_MANY = (
    "Votre organisation a envoyé beaucoup d’invitations depuis hier, et leur nombre est limité. "
    "Recommencez {when}."
)


@for_managers
async def show_colleagues(request: Request) -> Response:
    """Show the agents of the organisation, and those it has invited."""
    agent, runtime = get_agent(request), request.runtime
    found = await queries.list_colleagues(runtime.db, runtime.vault, agent.organisation_id)
    context = {"agent": agent, "colleagues": found, "unanswered_days": UNANSWERED_DAYS}
    return render(request, "agents/access/list.html", context)


@for_managers
async def show_invitation(request: Request) -> Response:
    """Show the form to invite a colleague."""
    form = without_recent_password(InvitationForm(), get_agent(request))
    return _invitation_page(request, filled_again(request, form))


@for_managers
async def submit_invitation(request: Request) -> Response:
    """Invite a colleague; the answer does not reveal that another organisation has the address."""
    agent = get_agent(request)
    form = without_recent_password(InvitationForm(request.posted), agent)
    page = partial(_invitation_page, request, form)
    if not form.validate():
        await request.check_not_done()
        return page(422)
    email, password = parsed(form.colleague_email), get_typed_password(form)
    command = request.command(request.path("agent-access"), "invitation-envoyee")
    try:
        await service.invite_colleague(request.runtime, agent, email, password, command)
    except AlreadyColleagueError:
        form.refuse("colleague_email", ALREADY)
        return page(422)
    except (WrongPasswordError, TooManyAttemptsError) as error:
        return _refused(form, error, page)
    return request.answer(command.answer)


@for_managers
async def show_colleague(request: Request) -> Response:
    """Show a colleague, and what can be done with their access."""
    form = without_recent_password(PasswordAgainForm(), get_agent(request))
    return _colleague_page(request, await get_colleague(request), form)


@for_managers
async def invite_again(request: Request) -> Response:
    """Send the invitation again."""
    agent, colleague = get_agent(request), await get_colleague(request)
    form = without_recent_password(PasswordAgainForm(request.posted), agent)
    page = partial(_colleague_page, request, colleague, form)
    if not form.validate():
        await request.check_not_done()
        return page(422)
    here = request.path("agent-access-one", colleague_id=colleague.id)
    command = request.command(here, "invitation-envoyee")
    password = get_typed_password(form)
    try:
        await service.invite_again(request.runtime, agent, colleague.id, password, command)
    except AlreadyColleagueError:
        # They have just chosen their password, or been blocked.
        return request.redirect(here)
    except (WrongPasswordError, TooManyAttemptsError) as error:
        return _refused(form, error, page)
    return request.answer(command.answer)


def _refused(
    form: Form,
    error: WrongPasswordError | TooManyAttemptsError,
    page: Callable[[int], Response],
) -> Response:
    if isinstance(error, TooManyAttemptsError) and error.limit == INVITATIONS:
        return too_many_attempts(form, TOO_MANY, error, page)
    return refused_password(form, error, page)


def _invitation_page(request: Request, form: InvitationForm, status: int = 200) -> Response:
    context = {"agent": get_agent(request), "form": form}
    return render(request, "agents/access/invite.html", context, status=status)


def _colleague_page(
    request: Request, colleague: Colleague, form: Form, status: int = 200
) -> Response:
    context = {"agent": get_agent(request), "colleague": colleague, "form": form}
    return render(request, "agents/access/colleague.html", context, status=status)


CHECK = for_managers(build_live_check(InvitationForm))
ACCESS_ROUTE = "/professionnels/compte/acces"
ROUTES = [
    get("agent-access", ACCESS_ROUTE, show_colleagues),
    get("agent-access-invite", f"{ACCESS_ROUTE}/inviter", show_invitation),
    post(
        "agent-access-invite",
        f"{ACCESS_ROUTE}/inviter",
        submit_invitation,
        InvitationForm,
        check=CHECK,
    ),
    get("agent-access-one", COLLEAGUE_ROUTE, show_colleague),
    post("agent-access-again", f"{COLLEAGUE_ROUTE}/renvoyer", invite_again, check=PASSWORD_CHECK),
    *change_routes.ROUTES,
]
