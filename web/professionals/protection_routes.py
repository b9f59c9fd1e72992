"""Pages to renew and download recovery codes, and to remove the second factor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.auth.refusals import too_many_attempts
from web.core.db.command import AlreadyDoneError
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.domain.separators import without_separators
from web.filters import french_date
from web.people.sentences import NOT_THE_CURRENT, TOO_MANY_CONFIRMATIONS
from web.professionals import second_factor_service
from web.professionals.agents import must_have_second_factor
from web.professionals.forms import ConfirmForm
from web.professionals.guard import agent_of, agents_only
from web.professionals.recovery_codes import DIGITS, codes_of, shown_code
from web.professionals.second_factor_routes import show_codes

Attempt = Callable[[str], Awaitable[None]]


@agents_only
async def show_renewal(request: Request) -> Response:
    """Show the form that asks for the password before renewing the recovery codes."""
    if not agent_of(request).has_second_factor:
        return request.redirect(request.path("agent-account"))
    return render(request, "professionals/renewal.html", {"form": ConfirmForm()})


@agents_only
async def submit_renewal(request: Request) -> Response:
    """Generate new recovery codes, and show them once."""
    agent, runtime = agent_of(request), request.runtime
    if not agent.has_second_factor:
        return request.redirect(request.path("agent-account"))
    codes = codes_of(request.derive("recovery codes"))

    async def renew(password: str) -> None:
        # A copy of the request shows the same codes, while they are current.
        with suppress(AlreadyDoneError):
            await second_factor_service.renew_codes(
                runtime, agent, password, codes, request.command(request.path("recovery-codes"))
            )

    refused = await _with_password(request, "professionals/renewal.html", renew)
    if refused is not None:
        return refused
    if not await second_factor_service.are_current(runtime, agent.id, codes):
        return request.redirect(request.path("agent-account"))
    return show_codes(request, agent, codes)


@agents_only
async def download_codes(request: Request) -> Response:
    """Return the codes just shown as a text file; redirect unless all of them are current."""
    agent, runtime = agent_of(request), request.runtime
    typed = request.posted.getlist("password_codes")
    codes = [without_separators(str(text)) for text in typed]
    if not await second_factor_service.are_current(runtime, agent.id, codes):
        return request.redirect(request.path("agent-account"))
    lines = [
        "Compte Formation – codes de secours",
        f"{agent.email}, {agent.organisation_name}",
        f"Donnés le {french_date(runtime.clock.today())}. Chaque code sert une fois.",
        "",
        *(shown_code(code) for code in codes if len(code) == DIGITS),
    ]
    headers = {"Content-Disposition": 'attachment; filename="codes-de-secours.txt"'}
    return Response("\r\n".join(lines) + "\r\n", media_type="text/plain", headers=headers)


@agents_only
async def show_removal(request: Request) -> Response:
    """Show the consequences of removing the second factor, and the form."""
    agent = agent_of(request)
    if must_have_second_factor(agent):
        raise HTTPException(403)
    if not agent.has_second_factor:
        return request.redirect(request.path("agent-account"))
    return render(request, "professionals/removal.html", {"form": ConfirmForm()})


@agents_only
async def submit_removal(request: Request) -> Response:
    """Remove the second factor."""
    agent = agent_of(request)
    if must_have_second_factor(agent):
        raise HTTPException(403)

    command = request.command(request.path("agent-account"), "second-facteur-retire")

    async def remove(password: str) -> None:
        await second_factor_service.remove(request.runtime, agent, password, command)

    refused = await _with_password(request, "professionals/removal.html", remove)
    if refused is not None:
        return refused
    return request.answer(command.answer)


async def _with_password(request: Request, template: str, attempt: Attempt) -> Response | None:
    """Run the attempt with the password entered; return the error page if it fails, else None."""
    form = ConfirmForm(request.posted)

    def page(status: int) -> Response:
        return render(request, template, {"form": form}, status=status)

    if not form.validate():
        return page(422)
    try:
        await attempt(form.password_current.data or "")
    except WrongPasswordError:
        form.refuse("password_current", NOT_THE_CURRENT)
        return page(422)
    except TooManyAttemptsError as error:
        return too_many_attempts(
            form, TOO_MANY_CONFIRMATIONS, error, page, field="password_current"
        )
    return None


ROUTES = [
    get("second-factor-removal", "/professionnels/second-facteur/retirer", show_removal),
    post("second-factor-removal", "/professionnels/second-facteur/retirer", submit_removal),
    get("recovery-codes", "/professionnels/codes-de-secours", show_renewal),
    post("recovery-codes", "/professionnels/codes-de-secours", submit_renewal),
    post("recovery-codes-file", "/professionnels/codes-de-secours/fichier", download_codes),
]
