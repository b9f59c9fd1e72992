"""The pages with an address of their own, by role."""

from __future__ import annotations

from uuid import UUID

from starlette.routing import Route

from web.core.http.assets import Assets
from web.home.pages import all_pages
from web.routes import build_routes

# Pages reached by an action only, which nevertheless open directly.
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
REGISTRATION = (
    "/inscription/conditions",
    "/inscription/identite",
    "/inscription/mot-de-passe",
    "/inscription/validation",
    "/inscription/annuler",
    "/inscription/prolonger",
)
WAITING = ("/inscription/courriel", "/inscription/courriel/adresse")
ACCOUNT_OF_AN_AGENT = (
    "/professionnels/compte",
    "/professionnels/compte/mot-de-passe",
    "/professionnels/compte/connexions",
    "/professionnels/prolonger",
)
# They open only with a form to resume, or with a second factor in place.
ONLY_SOMETIMES = (
    "/espace/reprise",
    "/espace/informations/second-facteur/retirer",
    "/espace/informations/codes-de-secours",
)
SPACE = tuple(
    route.path
    for route in build_routes(Assets())
    if isinstance(route, Route)
    and "GET" in (route.methods or ())
    and "{" not in route.path
    and route.path not in ONLY_SOMETIMES
    and (route.path == "/espace" or route.path.startswith("/espace/"))
)


def at_organisme(dossier_id: UUID) -> tuple[str, ...]:
    """The pages of an organisme's agent, with a dossier awaiting a decision."""
    dossier = f"/organisme/dossiers/{dossier_id}"
    decisions = ("", "/valider", "/renvoyer", "/refuser", "/annuler")
    return ("/organisme", *(dossier + one for one in decisions), *ACCOUNT_OF_AN_AGENT)


def at_employer(delegation_id: UUID, dossier_id: UUID) -> tuple[str, ...]:
    """The pages of an employer's agent, with someone who lets them prepare a draft."""
    person = f"/employeur/personnes/{delegation_id}"
    draft = f"{person}/dossiers/{dossier_id}"
    acts = ("", "/modifier", "/supprimer")
    return ("/employeur", person, f"{person}/dossiers/nouveau", *(draft + one for one in acts))


def at_draft(dossier_id: UUID) -> tuple[str, ...]:
    """The titulaire's pages about a draft."""
    draft = f"/espace/dossiers/{dossier_id}"
    return tuple(draft + one for one in ("", "/modifier", "/soumettre", "/supprimer"))
