"""The pages of an agent's login, and « Compte et sécurité »."""

from __future__ import annotations

from starlette.responses import Response

from web.agents.forms import EmailForm, EmailLoginForm
from web.agents.guard import AGENTS, agents_only, get_agent
from web.agents.kind import AGENT
from web.agents.links import LINKS
from web.agents.login import LOGIN
from web.auth.login.routes import LoginPages, Sentences
from web.auth.reset.routes import ResetPages
from web.auth.routes import SecurityPages
from web.auth.sessions.routes import SessionPages
from web.auth.two_factor.queries import get_factor_state
from web.auth.two_factor.routes import two_factor_routes
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.domain.siret import shown_siret

SENTENCES = Sentences(
    "L’adresse ou le mot de passe n’est pas exact. Vérifiez les deux ; si vous avez oublié le mot "
    "de passe, choisissez-en un autre avec le lien « Mot de passe oublié ».",
    "Trop d’essais pour cette adresse ou depuis cette connexion à Internet. Par sécurité, "
    "réessayez {when}. Pour ne pas attendre, choisissez un nouveau mot de passe avec le lien "
    "« Mot de passe oublié ».",
)


@agents_only
async def show_account(request: Request) -> Response:
    """Show the agent's identity and the security of their account."""
    agent = get_agent(request)
    context = {
        "agent": agent,
        "shown_siret": shown_siret,
        "factor": await get_factor_state(request.runtime.db, agent.id),
        "prefix": AGENTS.prefix,
        "is_required": agent.must_have_second_factor,
    }
    return render(request, "agents/account.html", context)


ROUTES = [
    *LoginPages(
        LOGIN,
        AGENTS,
        EmailLoginForm,
        SENTENCES,
        "agents/login.html",
        path="/professionnels",
        extend="/professionnels/prolonger",
    ).routes,
    *SessionPages(
        AGENTS,
        logout="/professionnels/deconnexion",
        inside="/professionnels/compte",
        resume="/professionnels/reprise",
        logged_out="professional logout",
    ).routes,
    *two_factor_routes(AGENT, AGENTS, login="/professionnels", root="/professionnels"),
    *ResetPages(LINKS, EmailForm, root="/professionnels", folder="agents").routes,
    get("agent-account", "/professionnels/compte", show_account),
    *SecurityPages(AGENT, AGENTS, root="/professionnels/compte", cancel="agent-account").routes,
]
