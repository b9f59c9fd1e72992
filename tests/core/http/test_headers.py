"""Security headers on every kind of answer; no third-party resource on any page."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.pages.audit import audit
from tests.support.programs.settings import NOWHERE, make_settings
from tests.support.titulaires.journey import register_and_log_in, to_waiting
from tests.support.titulaires.people import Person
from web.app import Extension, create_app
from web.core.http.headers import ALWAYS
from web.demo.site import demonstration
from web.home import pages

PUBLIC = [page.url for page in pages.all_pages()]
STEPS = ["conditions", "identite", "mot-de-passe", "validation", "courriel", "expiree", "annuler"]
ELSEWHERE = re.compile(
    r"""(?:src|href|action|data|poster|srcset|formaction|url\()\s*=?\s*["'(]?\s*(?:https?:)?//""",
    re.IGNORECASE,
)


def policy_of(response: httpx.Response) -> dict[str, list[str]]:
    """The directives of an answer's content security policy."""
    directives = (part.split() for part in response.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in directives}


async def crash(request: Request) -> Response:
    """A handler with a defect."""
    raise RuntimeError("2850599990001")


@pytest.fixture
async def answers(site: Client, bare_app: Starlette) -> list[httpx.Response]:
    """One answer of each kind: page, fragment, asset, redirect, and every failure."""
    bare_app.router.routes.insert(0, Route("/crash", crash))
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', (await site.get("/")).html)
    assert stylesheet
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    asked = [
        ("GET", "/", {}),
        ("HEAD", "/", {}),
        ("GET", "/connexion", {"HX-Request": "true"}),
        ("GET", stylesheet[1], {}),
        ("GET", stylesheet[1], {"Accept-Encoding": "gzip"}),
        ("GET", "/static/000000000000/site.css", {}),
        ("GET", "/robots.txt", {}),
        ("GET", "/sitemap.xml", {}),
        ("GET", "/sante/vivant", {}),
        ("GET", "/sante/pret", {}),
        ("GET", "/inscription", {}),
        ("GET", "/espace", {}),
        ("GET", "/espace", {"HX-Request": "true"}),
        ("GET", "/connexion/", {}),
        ("GET", "/nowhere", {}),
        ("GET", "/crash", {}),
        ("OPTIONS", "/connexion", {}),
        ("DELETE", "/connexion", {}),
        ("POST", "/connexion", {}),
        ("POST", "/connexion", form),
        ("POST", "/connexion", {**form, "Sec-Fetch-Site": "cross-site"}),
        ("POST", "/connexion", {**form, "Content-Length": "1000000"}),
        ("GET", "/inscription/identite", {"Cookie": f"compte={'A' * 43}"}),
    ]
    return [await site.http.request(verb, path, headers=headers) for verb, path, headers in asked]


async def test_every_kind_of_answer_has_the_headers(answers: list[httpx.Response]) -> None:
    """3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8."""
    statuses = set()
    for response in answers:
        audit(response)
        statuses.add(response.status_code)
        assert "strict-transport-security" not in response.headers
        assert "server" not in response.headers
        assert "access-control-allow-origin" not in response.headers

    assert statuses == {200, 303, 307, 403, 404, 405, 413, 415, 500, 503}


async def test_the_policy_allows_nothing_inline_evaluated_or_foreign(site: Client) -> None:
    """3.4.3, 3.4.6."""
    policy = policy_of((await site.get("/")).response)

    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    allowed = {source for sources in policy.values() for source in sources}
    assert allowed == {"'none'", "'self'", "data:"}
    assert [name for name, sources in policy.items() if "data:" in sources] == ["img-src"]


def test_the_other_headers_close_what_is_not_used() -> None:
    """3.4.4, 3.4.5, 3.4.8."""
    assert ALWAYS["X-Content-Type-Options"] == "nosniff"
    assert ALWAYS["Referrer-Policy"] == "no-referrer"
    assert ALWAYS["Cross-Origin-Opener-Policy"] == "same-origin"
    assert ALWAYS["Cross-Origin-Resource-Policy"] == "same-origin"
    for power in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{power}=()" in ALWAYS["Permissions-Policy"]


async def test_https_is_remembered_by_browsers_and_only_then(https_site: Client) -> None:
    """3.4.1: a year at least, subdomains included, errors too."""
    for path in ("/", "/connexion/", "/nowhere", "/espace", "/sante/pret"):
        response = await https_site.http.get(path)
        value = response.headers["strict-transport-security"]
        age = re.match(r"max-age=(\d+); includeSubDomains", value)
        assert age, path
        assert int(age[1]) >= 31_536_000


async def test_no_page_asks_anything_of_a_third_party(site: Client) -> None:
    """3.4, 3.6: no scripts, styles, pictures, fonts or frames from elsewhere."""
    for path in PUBLIC:
        page = await site.get(path)
        loaded = re.sub(r'<a [^>]*href="https?://[^"]*"', "<a", page.html)
        assert not ELSEWHERE.search(loaded), path
        assert not re.search(r"<(?:iframe|object|embed|frame|base)\b", page.html), path


async def test_static_files_ask_nothing_of_a_third_party(site: Client) -> None:
    home = (await site.get("/")).html
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', home):
        text = (await site.http.get(path)).text
        assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", text), path
        assert not re.search(r"""(?:fetch|import)\(\s*["'`](?:https?:)?//""", text), path


async def test_static_files_are_kept_for_good_and_compressed_once(site: Client) -> None:
    """Their address changes with their content."""
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', (await site.get("/")).html):
        response = await site.http.get(path, headers={"Accept-Encoding": "gzip"})
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.headers.get_list("content-encoding") == ["gzip"]
        assert "set-cookie" not in response.headers
        plain = await site.http.get(path)
        assert "content-encoding" not in plain.headers
        assert plain.content == response.content
        assert len(gzip.compress(plain.content, 9)) < len(plain.content)


async def test_private_pages_are_stored_nowhere(client: Client, outbox: Outbox) -> None:
    """14.3.2: the steps of registration, the space, and the pages that lead there."""
    person = Person()
    await register_and_log_in(client, person, outbox)
    for path in ("/espace", "/espace/heures", "/espace/prolonger", "/connexion"):
        page = await client.get(path)
        assert page.status == 200
        assert page.response.headers["cache-control"] == "no-store, no-cache", path
    await to_waiting(client, Person())
    for step in STEPS:
        page = await client.get(f"/inscription/{step}")
        for answer in (*page.response.history, page.response):
            assert answer.headers["cache-control"] == "no-store, no-cache", step


async def test_after_logout_back_shows_nothing(client: Client, outbox: Outbox) -> None:
    """14.3.1, 14.3.2: the browser has no cached copy, and the server refuses."""
    page = await register_and_log_in(client, Person(), outbox)
    await client.submit(page, action="/deconnexion")

    for path in ("/espace", "/espace/heures"):
        answer = await client.get(path)
        assert answer.url.startswith("/connexion")
        assert "Zoé" not in answer.html


async def test_the_crash_page_shows_a_reference_and_nothing_of_the_crash(
    answers: list[httpx.Response], capsys: pytest.CaptureFixture[str]
) -> None:
    """16.5.1: the logs have the details under that reference, without the message."""
    [crashed] = [response for response in answers if response.url.path == "/crash"]
    reference = re.search(r"référence <b>([0-9a-f]{16})</b>", crashed.text)
    assert reference
    for secret in ("RuntimeError", "Traceback", ".py", "2850599990001"):
        assert secret not in crashed.text


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_the_mail_catcher_is_there_only_where_mails_are_caught(environment: str) -> None:
    """13.4: other people's mail is shown only if the operator enabled it."""

    def demo_paths(folder: str | None, *, in_demonstration: bool = True) -> list[str]:
        settings = make_settings(
            environment=environment, database_url=NOWHERE, demo_mail_dir=folder
        )
        extension = demonstration(settings) if in_demonstration else Extension()
        routes = create_app(settings, extension).routes
        return [
            r.path for r in routes if isinstance(r, Route) and r.path.startswith("/demo/courriels")
        ]

    assert demo_paths(None) == []
    assert len(demo_paths("/nowhere")) == 2
    assert demo_paths("/nowhere", in_demonstration=False) == []


async def test_pages_say_their_language_and_type(site: Client) -> None:
    """4.1.1: charset included."""
    page: Page = await site.get("/")

    assert page.response.headers["content-type"] == "text/html; charset=utf-8"
