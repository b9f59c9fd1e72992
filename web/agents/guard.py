"""Guards of the professional spaces, which also set the layout of their pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.agents.records import Agent, Kind
from web.agents.sessions import find_agent
from web.auth.login.redirect import (
    SESSION_ENDED,
    LoginPage,
    refuse_fragment,
    return_url,
    safe_path,
)
from web.auth.logins import LoginKind
from web.auth.sessions.queries import IDLE_MINUTES, SessionOverError
from web.core.http.request import Handler, Request
from web.core.http.templating import wants_fragment

# The names of their first pages.
HOMES = {Kind.ORGANISME: "organisme", Kind.EMPLOYER: "people"}
# The names of the spaces in web.menus, which gives each its layout.
SPACES = {Kind.ORGANISME: "organisme", Kind.EMPLOYER: "employeur"}
# Between the password and the second factor: the header has a name and a logout, no menu.
PENDING_2FA_SPACE = "professionnel"


def agents_of(kind: str) -> Callable[[Handler], Handler]:
    """Admit the signed-in agents of organismes, or of employers, to a page of their space.

    Without a session the visitor logs in and comes back; an agent of the other kind gets a 403.
    """
    wanted = Kind(kind)

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request) -> Response:
            agent = await agent_if_any(request)
            if agent is None or not agent.may_enter:
                return await redirect_to_login(request, agent)
            if agent.kind is not wanted:
                raise HTTPException(403)
            return await _handled(handler, request)

        return guarded

    return decorate


def agents_only(handler: Handler) -> Handler:
    """Admit any signed-in agent: for the pages of their own account."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        agent = await agent_if_any(request)
        if agent is None or not agent.may_enter:
            return await redirect_to_login(request, agent)
        return await _handled(handler, request)

    return guarded


async def _handled(handler: Handler, request: Request) -> Response:
    """Call the handler of an admitted agent, whose session may end meanwhile."""
    try:
        return await handler(request)
    except SessionOverError:
        return await redirect_to_login(request, None)


async def agent_if_any(request: Request) -> Agent | None:
    """Return the agent of this request's live session, complete or not."""
    browser, runtime = request.browser, request.runtime
    if not browser.is_known:
        return None
    agent = await find_agent(runtime.db, runtime.vault, browser.digest)
    if agent is not None:
        set_layout(request, agent)
    return agent


def set_layout(request: Request, agent: Agent) -> None:
    """Set the layout of this agent's space, and the data of its session warning."""
    request.state.signed_in = agent
    request.state.space = SPACES[agent.kind] if agent.may_enter else PENDING_2FA_SPACE
    request.state.session_idle_minutes = IDLE_MINUTES
    request.state.extend_url = request.path("agent-extend")
    request.state.session_ends_at = agent.ends_at


def agent_of(request: Request) -> Agent:
    """Return the agent that the guard admitted."""
    agent: Agent = request.state.signed_in
    return agent


def home_path(request: Request, agent: Agent) -> str:
    """Return the URL of the first page of this agent's space."""
    return request.path(HOMES[agent.kind])


def first_page(request: Request, kind: Kind) -> str:
    """Return the URL after a login: the page asked for if it is allowed, else the home page."""
    home = request.path(HOMES[kind])
    allowed = (home, request.path("agent-resume"), request.path("agent-account"))
    return safe_path(_page_asked_for(request), allowed, home)


async def redirect_to_login(request: Request, agent: Agent | None) -> Response:
    """Redirect to the login or its next step, which returns to the page or form being sent."""
    if agent is not None:
        if wants_fragment(request):
            return refuse_fragment(SESSION_ENDED)
        step = "agent-code" if agent.has_second_factor else "agent-second-factor"
        next_url = return_url(request, request.path("agent-login"))
        return request.redirect(_with_next(request, step, next_url))
    return await LOGIN_PAGE.redirect(request)


def login_step(request: Request, step: str) -> str:
    """Return the URL of the login step of this name, which keeps the page asked for."""
    return _with_next(request, step, _page_asked_for(request))


def _page_asked_for(request: Request) -> str:
    """Return the URL asked for before the login, unchecked."""
    return request.query_params.get("suite", "")


def _with_next(request: Request, step: str, next_url: str) -> str:
    """Return the URL of the login step of this name, with its next URL if that is of a space."""
    login = request.path("agent-login")
    homes = [request.path(home) for home in HOMES.values()]
    next_url = safe_path(next_url, (*homes, login), login)
    url = request.path(step)
    return url if next_url == login else f"{url}?suite={quote(next_url)}"


def _login_url(request: Request, next_url: str) -> str:
    return _with_next(request, "agent-login", next_url)


LOGIN_PAGE = LoginPage(LoginKind.AGENT, _login_url, home="agent-login", resume="agent-resume")
