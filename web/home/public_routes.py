"""The public site: pages that need no database query."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from web.auth.sessions.titulaire import TITULAIRE_SPACE
from web.core.http.request import Handler, Request
from web.core.http.routing import get
from web.core.http.templating import Templates, render
from web.domain.glossary import GLOSSARY
from web.home import pages
from web.home.accessibility import ASSESSED_ON, ASSESSMENT, STATE, Status, percentage
from web.home.help import HELP, HELP_PAGES, HelpPage
from web.home.kept_pages import KeptPages
from web.home.public_page import PublicPage
from web.home.rubrics import AUDIENCES, TRAININGS
from web.people.terms import NEWEST, VERSIONS
from web.settings import Environment

# Of no use to people without an account; some of these URLs contain a token.
DISALLOWED_PATHS = (
    "/activation/",
    "/avis/",
    "/captcha/",
    "/courriel/",
    "/deconnexion",
    "/demo/",
    "/employeur/",
    "/espace",
    "/inscription/",
    "/mot-de-passe",
    "/organisme",
    "/professionnels/",
    "/sante/",
)
# The spaces of agents, as the site map and their layouts name them: those with every page.
AGENT_SPACES = (
    ("Dans l’espace employeur", "employeur-acces"),
    ("Dans l’espace organisme", "organisme-acces"),
)
ROBOTS_CACHE = {"Cache-Control": "public, max-age=3600"}

_HELP_PAGES = {page.url: page for page in HELP_PAGES}
_OPINIONS = {
    page.opinion(is_useful=is_useful)[1]: (page, is_useful)
    for page in HELP_PAGES
    for is_useful in (True, False)
}
_AUDIENCES = {audience.url: audience for audience in AUDIENCES}
_RUBRICS = {
    rubric.url: (audience, rubric)
    for audience in AUDIENCES
    for rubric in audience.rubrics
    if rubric is not TRAININGS
}


async def show_home(request: Request) -> Response:
    """Show the home page, with the three audiences."""
    return _show(request, pages.HOME, {"audiences": AUDIENCES})


async def show_audience(request: Request) -> Response:
    """Show the rubrics of one audience."""
    return _show(request, _AUDIENCES[request.url.path], {})


async def show_rubric(request: Request) -> Response:
    """Show the text of one rubric."""
    audience, rubric = _RUBRICS[request.url.path]
    return _show(request, rubric, {"audience": audience})


async def show_terms(request: Request) -> Response:
    """Show the terms of use in force, or an earlier version."""
    number = request.path_params.get("version", NEWEST.number)
    found = next((one for one in VERSIONS if one.number == number), None)
    if found is None:
        raise HTTPException(404)
    context = {
        "version": found,
        "newest": NEWEST,
        "versions": VERSIONS,
        "text": f"home/terms/{found.number}.html",
        "contact": _contact(request),
    }
    return _show(request, pages.TERMS, context)


async def show_help(request: Request) -> Response:
    """Show the list of the pages of the help."""
    return _show(request, HELP, {"help_pages": HELP_PAGES})


async def show_help_page(request: Request) -> Response:
    """Show the help about one task."""
    return _show(request, _HELP_PAGES[request.url.path], {"help_pages": HELP_PAGES})


async def show_opinion(request: Request) -> Response:
    """Thank a reader for an opinion on a page of the help.

    Nothing is stored: the count of requests by route, in the metrics, is the count of opinions.
    """
    page, is_useful = _OPINIONS[request.url.path]
    context = {"this": page, "is_useful": is_useful, "help_pages": HELP_PAGES}
    return render(request, "home/help/opinion.html", context)


async def show_easy(request: Request) -> Response:
    """Show the essentials in short sentences and everyday words."""
    return _show(request, pages.EASY, {})


async def show_glossary(request: Request) -> Response:
    """Show the glossary, one sentence for each term."""
    return _show(request, pages.GLOSSARY, {"terms": GLOSSARY})


async def show_accessibility(request: Request) -> Response:
    """Show the accessibility statement."""
    context = {
        "assessment": ASSESSMENT,
        "assessed_on": ASSESSED_ON,
        "state": STATE,
        "status": Status,
        "percentage": percentage,
        "contact": _contact(request),
    }
    return _show(request, pages.ACCESSIBILITY, context)


async def show_privacy(request: Request) -> Response:
    """Show the privacy notice."""
    context = {
        "contact": _contact(request),
        "legal": request.runtime.settings.legal,
        "retention": request.app.state.retention,
    }
    return _show(request, pages.PRIVACY, context)


async def show_legal_notice(request: Request) -> Response:
    """Show the publisher of the site, and its host."""
    settings = request.runtime.settings
    context = {
        "contact": settings.contact_to,
        "legal": settings.legal,
        "is_real": settings.environment is Environment.PRODUCTION,
    }
    return _show(request, pages.LEGAL_NOTICE, context)


async def show_site_map(request: Request) -> Response:
    """Show the site map: every public page, and the menus of each space."""
    templates: Templates = request.app.state.templates
    context = {
        "audiences": AUDIENCES,
        "information": pages.INFORMATION,
        "space": templates.links_of(TITULAIRE_SPACE),
        "agent_spaces": [(label, templates.links_of(space)) for label, space in AGENT_SPACES],
    }
    return _show(request, pages.SITE_MAP, context)


async def show_robots(request: Request) -> Response:
    """Serve `/robots.txt`."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in DISALLOWED_PATHS),
        "",
        f"Sitemap: {request.runtime.url('sitemap')}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers=ROBOTS_CACHE)


async def show_sitemap(request: Request) -> Response:
    """Serve `/sitemap.xml`; its URLs come from the settings, never from the Host header."""
    context = {
        "public_url": request.runtime.settings.public_url,
        "listed": pages.all_pages(),
    }
    templates: Templates = request.app.state.templates
    text = templates.render(request, "home/sitemap.xml", context)
    return Response(text, media_type="application/xml", headers=ROBOTS_CACHE)


def _show(request: Request, page: PublicPage, context: dict[str, Any]) -> Response:
    above = [] if page is pages.HOME else [pages.HOME]
    if "audience" in context:
        above.append(context["audience"])
    if isinstance(page, HelpPage):
        above.append(HELP)
    trail = {"trail": [(one.url, one.title) for one in above], "here": page.title} if above else {}
    values = {"this": page, **trail, **context}
    kept: KeptPages = request.app.state.kept_pages
    return kept.answer(request, request.url.path, lambda: render(request, page.template, values))


def _contact(request: Request) -> str:
    return request.runtime.settings.contact_to


def _route(page: PublicPage, handler: Handler) -> Route:
    return get(page.name, page.url, handler)


ROUTES = [
    _route(pages.HOME, show_home),
    *(_route(audience, show_audience) for audience in AUDIENCES),
    *(_route(rubric, show_rubric) for _, rubric in _RUBRICS.values()),
    _route(pages.TERMS, show_terms),
    get("terms-version", f"{pages.TERMS.url}/{{version}}", show_terms),
    _route(HELP, show_help),
    *(_route(page, show_help_page) for page in HELP_PAGES),
    _route(pages.EASY, show_easy),
    _route(pages.GLOSSARY, show_glossary),
    _route(pages.ACCESSIBILITY, show_accessibility),
    _route(pages.PRIVACY, show_privacy),
    _route(pages.LEGAL_NOTICE, show_legal_notice),
    _route(pages.SITE_MAP, show_site_map),
    get("robots", "/robots.txt", show_robots),
    get("sitemap", "/sitemap.xml", show_sitemap),
]
# Not for search engines.
OPINION_ROUTES = [
    get(*page.opinion(is_useful=is_useful), show_opinion) for page, is_useful in _OPINIONS.values()
]
