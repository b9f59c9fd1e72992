"""Guards of the professional spaces, which also set the layout of their pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from web.accounts.login_redirect import (
    SESSION_ENDED,
    LoginPage,
    refuse_fragment,
    return_url,
    safe_path,
)
from web.accounts.logins import LoginKind
from web.accounts.sessions import IDLE_MINUTES
from web.core.http.request import Handler, Request
from web.core.http.templating import wants_fragment
from web.professionals.agents import Agent, Kind
from web.professionals.sessions import find_agent

LOGIN_URL = "/professionnels"
CODE_URL = f"{LOGIN_URL}/code"
SECOND_FACTOR_URL = f"{LOGIN_URL}/second-facteur"
EXTEND_URL = f"{LOGIN_URL}/prolonger"
RESUME_URL = f"{LOGIN_URL}/reprise"
ACCOUNT_URL = f"{LOGIN_URL}/compte"
HOMES = {Kind.ORGANISME: "/organisme", Kind.EMPLOYER: "/employeur"}
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
            return await handler(request)

        return guarded

    return decorate


def agents_only(handler: Handler) -> Handler:
    """Admit any signed-in agent: for the pages of their own account."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        agent = await agent_if_any(request)
        if agent is None or not agent.may_enter:
            return await redirect_to_login(request, agent)
        return await handler(request)

    return guarded


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
    request.state.extend_url = EXTEND_URL
    request.state.session_ends_at = agent.ends_at


def agent_of(request: Request) -> Agent:
    """Return the agent that the guard admitted."""
    agent: Agent = request.state.signed_in
    return agent


def safe_next(path: str) -> str:
    """Return the next URL if it is of a professional space, else the login page."""
    return safe_path(path, (*HOMES.values(), LOGIN_URL), LOGIN_URL)


def first_page(kind: Kind, next_url: str) -> str:
    """Return the next URL after a login: the page asked for if allowed, else the home page."""
    return safe_path(next_url, (HOMES[kind], RESUME_URL, ACCOUNT_URL), HOMES[kind])


async def redirect_to_login(request: Request, agent: Agent | None) -> Response:
    """Redirect to the login or its next step, which returns to the page or form being sent."""
    if agent is not None:
        if wants_fragment(request):
            return refuse_fragment(SESSION_ENDED)
        step = CODE_URL if agent.has_second_factor else SECOND_FACTOR_URL
        return RedirectResponse(with_next(step, return_url(request, LOGIN_URL)), 303)
    return await LOGIN_PAGE.redirect(request)


def with_next(url: str, next_url: str) -> str:
    """Return the URL of a login step with its next URL, `next_url`."""
    next_url = safe_next(next_url)
    return url if next_url == LOGIN_URL else f"{url}?suite={quote(next_url)}"


LOGIN_PAGE = LoginPage(LoginKind.AGENT, partial(with_next, LOGIN_URL), LOGIN_URL, RESUME_URL)
