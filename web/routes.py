"""The URL map of all features."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from web.agents import routes as agents
from web.agents.access import routes as access
from web.assistance.email_change import routes as service_email
from web.auth.titulaires import routes as titulaires
from web.captcha import routes as captcha
from web.contact import routes as contact
from web.core.http.assets import Assets
from web.core.http.routing import get
from web.core.ops import health
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
from web.organismes.digest import routes as digest
from web.profile.closing import routes as closing
from web.profile.email_change import routes as email
from web.profile.export import routes as export
from web.profile.information import routes as profile
from web.signup.activation import routes as activation
from web.signup.steps import identity_routes as identity
from web.signup.steps import routes as signup


def build_routes(assets: Assets) -> list[BaseRoute]:
    """Return every route of the application.

    Routes are matched in order: the most requested come first.
    """
    return [
        *home.ROUTES,
        *hours.ROUTES,
        *history.ROUTES,
        *profile.ROUTES,
        *email.ROUTES,
        *service_email.ROUTES,
        *export.ROUTES,
        *closing.ROUTES,
        *titulaires.ROUTES,
        *signup.ROUTES,
        *identity.ROUTES,
        *activation.ROUTES,
        *captcha.ROUTES,
        get("static", "/static/{digest}/{name:path}", assets.serve),
        *public.ROUTES,
        *public.OPINION_ROUTES,
        *trainings.ROUTES,
        *contact.ROUTES,
        *dossiers.ROUTES,
        *drafts.ROUTES,
        *steps.ROUTES,
        *delegations.ROUTES,
        *former.ROUTES,
        *agents.ROUTES,
        *access.ROUTES,
        *organismes.ROUTES,
        *decisions.ROUTES,
        *digest.ROUTES,
        *employers.ROUTES,
        *employer_drafts.ROUTES,
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
