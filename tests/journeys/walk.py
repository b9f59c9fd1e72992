"""The pages that open at an address of their own, and who may open them."""

from __future__ import annotations

from uuid import UUID

from starlette.routing import Route

from web.accounts.guard import RESUME_URL, SPACE_URL
from web.core.assets import Assets
from web.home.pages import all_pages
from web.routes import build_routes
from web.signup.journey import WAITING_URL, Step

# Pages that only an action leads to, and that open all the same.
OUTSIDE = (
    "/connexion",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie/demande",
    "/inscription/expiree",
    "/professionnels",
    "/professionnels/mot-de-passe-oublie",
    "/professionnels/mot-de-passe-oublie/demande",
)
PUBLIC = (*dict.fromkeys((*(page.url for page in all_pages()), *OUTSIDE)),)
REGISTRATION = (*(step.url for step in Step), "/inscription/annuler", "/inscription/prolonger")
WAITING = (WAITING_URL, f"{WAITING_URL}/adresse")
ACCOUNT_OF_AN_AGENT = (
    "/professionnels/compte",
    "/professionnels/compte/mot-de-passe",
    "/professionnels/compte/connexions",
    "/professionnels/prolonger",
)
SPACE = tuple(
    route.path
    for route in build_routes(Assets(), [])
    if isinstance(route, Route)
    and "GET" in (route.methods or ())
    and "{" not in route.path
    # Which only opens for who has something to resume.
    and route.path != RESUME_URL
    and (route.path == SPACE_URL or route.path.startswith(f"{SPACE_URL}/"))
)


def at_organisme(dossier_id: UUID) -> tuple[str, ...]:
    """What an agent of an organisme opens, with a dossier that waits for a decision."""
    dossier = f"/organisme/dossiers/{dossier_id}"
    decisions = ("", "/valider", "/renvoyer", "/refuser", "/annuler")
    return ("/organisme", *(dossier + one for one in decisions), *ACCOUNT_OF_AN_AGENT)


def at_employer(delegation_id: UUID, dossier_id: UUID) -> tuple[str, ...]:
    """What an agent of an employer opens, with someone who let them prepare a draft."""
    person = f"/employeur/personnes/{delegation_id}"
    draft = f"{person}/dossiers/{dossier_id}"
    acts = ("", "/modifier", "/supprimer")
    return ("/employeur", person, f"{person}/dossiers/nouveau", *(draft + one for one in acts))


def at_draft(dossier_id: UUID) -> tuple[str, ...]:
    """What a titulaire opens about a draft."""
    draft = f"{SPACE_URL}/dossiers/{dossier_id}"
    return tuple(draft + one for one in ("", "/modifier", "/soumettre", "/supprimer"))
