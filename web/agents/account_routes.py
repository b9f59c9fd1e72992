"""« Compte et sécurité » of an agent: password, second factor, recovery codes, sessions."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from web.agents.guard import (
    agent_if_any,
    agent_of,
    agents_only,
    first_page,
    login_step,
    redirect_to_login,
    set_layout,
)
from web.agents.limits import CODE_TRIES
from web.agents.passwords import PASSWORDS, confirm_password
from web.agents.records import Agent
from web.agents.second_factor import tell_factor
from web.agents.service import complete_login
from web.agents.sessions import find_agent
from web.auth.kinds import AccountKind
from web.auth.login.attempt_limits import AttemptKey
from web.auth.sessions.known_devices import Device
from web.auth.two_factor.pages import LoginSteps
from web.auth.two_factor.queries import get_factor_state
from web.auth.two_factor.rules import FactorEvent
from web.core.db.connection import Connection
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.core.runtime import Runtime
from web.domain.siret import shown_siret


@agents_only
async def show_account(request: Request) -> Response:
    """Show the agent's identity and the security of their account."""
    agent = agent_of(request)
    state = await get_factor_state(request.runtime.db, agent.id)
    context = {
        "agent": agent,
        "shown_siret": shown_siret,
        "factor": state,
        "prefix": "agent-",
        "is_required": agent.must_have_second_factor,
    }
    return render(request, "agents/account.html", context)


async def _complete(
    runtime: Runtime, connection: Connection, agent: Agent, device: Device, attempt_key: AttemptKey
) -> object:
    return await complete_login(runtime, connection, agent.id, agent.email, device, attempt_key)


async def _tell(
    runtime: Runtime, connection: Connection, agent: Agent, event: FactorEvent, device: str
) -> None:
    await tell_factor(runtime, connection, agent.id, agent.email, event, device)


async def _note_refused(connection: Connection, agent: Agent, device: str) -> None:
    """Record nothing: an agent is shown no history."""


def _set_complete_layout(request: Request, agent: Agent) -> None:
    set_layout(request, replace(agent, has_second_factor=True, is_complete=True))


def _arrival(request: Request, agent: Agent) -> str:
    return first_page(request, agent.kind)


AGENT: AccountKind[Agent] = AccountKind(
    password=PASSWORDS,
    admit=agents_only,
    confirm=confirm_password,
    find=find_agent,
    code_tries=CODE_TRIES,
    complete=_complete,
    tell=_tell,
    note_refused=_note_refused,
)
AGENT_STEPS = LoginSteps(
    find=agent_if_any,
    complete=_set_complete_layout,
    redirect=redirect_to_login,
    step=login_step,
    arrival=_arrival,
)


ROUTES = [get("agent-account", "/professionnels/compte", show_account)]
