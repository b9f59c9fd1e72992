"""The URL map of all features."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from web.agents import account_routes as agent_account
from web.agents import routes as agents
from web.agents.forms import EmailForm
from web.agents.guard import home_path
from web.agents.links import LINKS as AGENT_PASSWORD_LINKS
from web.auth.reset.routes import ResetPages
from web.auth.routes import SecurityPages
from web.auth.sessions.routes import SessionPages
from web.auth.titulaires import routes as signin
from web.auth.titulaires.forms import NirForm
from web.auth.titulaires.kind import TITULAIRE, TITULAIRE_STEPS
from web.auth.titulaires.links import LINKS as TITULAIRE_PASSWORD_LINKS
from web.auth.two_factor.routes import two_factor_routes
from web.captcha import routes as captcha
from web.contact import routes as contact
from web.core.http import health
from web.core.http.assets import Assets
from web.core.http.routing import get
from web.delegations import routes as delegations
from web.dossiers.decisions import routes as steps
from web.dossiers.drafts import routes as drafts
from web.dossiers.reading import routes as dossiers
from web.employers import draft_routes as employer_drafts
from web.employers import routes as employers
from web.former import routes as former
from web.history import routes as history
from web.home import public_routes as public
from web.home import routes as home
from web.home import training_routes as trainings
from web.home.pages import CONTACT
from web.home.rubrics import TRAININGS
from web.hours import routes as hours
from web.organismes import decision_routes as decisions
from web.organismes import routes as organismes
from web.profile.closing import routes as closing
from web.profile.email_change import routes as email
from web.profile.export import routes as export
from web.profile.information import routes as profile
from web.signup.activation import routes as activation
from web.signup.steps import identity_routes as identity
from web.signup.steps import routes as signup

TITULAIRE_SECURITY = SecurityPages(
    TITULAIRE, prefix="", root="/espace", cancel="space", history="history"
)
AGENT_SECURITY = SecurityPages(
    agent_account.AGENT, prefix="agent-", root="/professionnels/compte", cancel="agent-account"
)
TITULAIRE_SESSIONS = SessionPages(
    TITULAIRE,
    prefix="",
    logout="/deconnexion",
    inside="/espace",
    resume="/espace/reprise",
    home=lambda request, _: request.path("space"),
    logged_out="logout",
)
AGENT_SESSIONS = SessionPages(
    agent_account.AGENT,
    prefix="agent-",
    logout="/professionnels/deconnexion",
    inside="/professionnels/compte",
    resume="/professionnels/reprise",
    home=home_path,
    logged_out="professional logout",
)
TITULAIRE_LINKS = ResetPages(TITULAIRE_PASSWORD_LINKS, NirForm, root="", folder="signin")
AGENT_LINKS = ResetPages(AGENT_PASSWORD_LINKS, EmailForm, root="/professionnels", folder="agents")

TITULAIRE_TWO_FACTOR = two_factor_routes(
    TITULAIRE,
    TITULAIRE_STEPS,
    prefix="",
    login="/connexion",
    root="/espace/informations",
    account="profile",
)
AGENT_TWO_FACTOR = two_factor_routes(
    agent_account.AGENT,
    agent_account.AGENT_STEPS,
    prefix="agent-",
    login="/professionnels",
    root="/professionnels",
    account="agent-account",
)


def build_routes(assets: Assets) -> list[BaseRoute]:
    """Return every route of the application.

    Routes are matched in order: the most requested come first.
    """
    return [
        *home.ROUTES,
        *hours.ROUTES,
        *TITULAIRE_SECURITY.routes,
        *history.ROUTES,
        *profile.ROUTES,
        *email.ROUTES,
        *export.ROUTES,
        *closing.ROUTES,
        *signin.ROUTES,
        *TITULAIRE_SESSIONS.routes,
        *TITULAIRE_TWO_FACTOR,
        *TITULAIRE_LINKS.routes,
        *signup.ROUTES,
        *identity.ROUTES,
        *activation.ROUTES,
        *captcha.ROUTES,
        get("static", "/static/{digest}/{name:path}", assets.serve),
        *dossiers.ROUTES,
        *drafts.ROUTES,
        *steps.ROUTES,
        *delegations.ROUTES,
        *former.ROUTES,
        *agents.ROUTES,
        *AGENT_SESSIONS.routes,
        *AGENT_TWO_FACTOR,
        *AGENT_LINKS.routes,
        *agent_account.ROUTES,
        *AGENT_SECURITY.routes,
        *organismes.ROUTES,
        *decisions.ROUTES,
        *employers.ROUTES,
        *employer_drafts.ROUTES,
        *public.ROUTES,
        *trainings.ROUTES,
        *contact.ROUTES,
        *health.ROUTES,
    ]


# Paths that search engines may index.
PUBLIC_PATHS = frozenset(
    {
        CONTACT.url,
        TRAININGS.url,
        *(route.path for route in public.ROUTES if isinstance(route, Route)),
    }
)
