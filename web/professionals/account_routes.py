"""« Compte et sécurité » of an agent: password, second factor, recovery codes, sessions."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.kinds import AccountKind
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.domain.siret import shown_siret
from web.professionals.agents import Agent
from web.professionals.guard import agent_of, agents_only
from web.professionals.passwords import PASSWORDS, confirm_password
from web.professionals.second_factor_queries import get_factor_state


@agents_only
async def show_account(request: Request) -> Response:
    """Show the agent's identity and the security of their account."""
    agent = agent_of(request)
    state = await get_factor_state(request.runtime.db, agent.id)
    context = {"agent": agent, "factor": state, "shown_siret": shown_siret}
    return render(request, "professionals/account.html", context)


AGENT: AccountKind[Agent] = AccountKind(PASSWORDS, agents_only, confirm_password)


ROUTES = [get("agent-account", "/professionnels/compte", show_account)]
