"""The choice of the mails that an agent wants, and the link that stops the daily digest."""

from __future__ import annotations

from starlette.responses import Response

from web.agents.guard import admit_agents, get_agent
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post, post_one_click
from web.core.http.templating import render
from web.core.mail.message import ONE_CLICK, ONE_CLICK_FIELD
from web.organismes.digest import queries, service
from web.organismes.digest.forms import MailsForm
from web.organismes.digest.service import LinkOverError

CHOSEN = "courriels-choisis"


@admit_agents("organisme")
async def show_mails(request: Request) -> Response:
    """Show the mails that the agent receives."""
    wanted = await queries.wants_digest(request.runtime.db, get_agent(request).id)
    form = filled_again(request, MailsForm(data={"digest": wanted}))
    return render(request, "organismes/mails.html", {"form": form})


@admit_agents("organisme")
async def submit_mails(request: Request) -> Response:
    """Save the choice."""
    form = MailsForm(request.posted)
    command = request.command(request.path("agent-account"), CHOSEN)
    await service.choose(
        request.runtime, get_agent(request).id, wanted=bool(form.digest.data), command=command
    )
    return request.answer(command.answer)


async def show_stop(request: Request) -> Response:
    """Show the mailed link, without side effects: a mail scanner must not stop the digest."""
    try:
        wanted = await service.find_wish(request.runtime, request.path_params["token"])
    except LinkOverError:
        return _over(request)
    template = "digest_stop" if wanted else "digest_stopped"
    return render(request, f"organismes/{template}.html", {})


async def submit_stop(request: Request) -> Response:
    """Stop the digest; a mail program, which follows no redirect, gets the page at once."""
    try:
        await service.stop_by_link(request.runtime, request.path_params["token"])
    except LinkOverError:
        return _over(request)
    if request.posted.get(ONE_CLICK_FIELD) == ONE_CLICK:
        return render(request, "organismes/digest_stopped.html", {})
    return request.redirect(request.path("digest-stopped"))


async def show_stopped(request: Request) -> Response:
    """Confirm that the digest is stopped."""
    return render(request, "organismes/digest_stopped.html", {})


def _over(request: Request) -> Response:
    return render(request, "organismes/digest_link_over.html", {}, status=404)


ROUTES = [
    get("agent-mails", "/professionnels/compte/courriels", show_mails),
    post("agent-mails", "/professionnels/compte/courriels", submit_mails, MailsForm),
    get("digest-stopped", "/professionnels/resume-quotidien/arrete", show_stopped),
    get("digest-stop", "/professionnels/resume-quotidien/{token}", show_stop),
    post_one_click("digest-stop", "/professionnels/resume-quotidien/{token}", submit_stop),
]
