"""Hostile paths, headers and Host: none has any effect."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from tests.support.http.client import Client, Page
from tests.support.pages.audit import audit


async def ask(
    app: Starlette,
    path: str,
    *,
    query: bytes = b"",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    method: str = "GET",
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Send a malformed request; return status, headers and body of the answer."""
    answer: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answer.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query,
        "headers": list(headers),
        "client": ("203.0.113.7", 4321),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in answer[1:])
    return answer[0]["status"], dict(answer[0]["headers"]), body


@pytest.mark.parametrize(
    "path", ["/connexion", "/connexion/", "/nowhere", "/espace", "/static/a/b"]
)
@pytest.mark.parametrize("query", [b"x=\xff\xfe", b"\xc3", b"suite=\x80", "é".encode()])
async def test_a_query_that_is_no_text_is_not_understood(
    bare_app: Starlette, path: str, query: bytes
) -> None:
    """16.5: an error page, with its headers, and no crash."""
    status, headers, body = await ask(bare_app, path, query=query)

    assert status == 400
    assert b"content-security-policy" in headers
    assert b"Demande incomprise" in body


@pytest.mark.parametrize(
    "query",
    [b"%ff%fe", b"suite=%00", b"suite=%0d%0aX:1", b"&&==%", b"?" * 3000, b"suite=//a", b"%"],
)
async def test_an_odd_query_is_no_crash(bare_app: Starlette, query: bytes) -> None:
    for path in ("/connexion", "/connexion/", "/nowhere"):
        status, headers, _ = await ask(bare_app, path, query=query)
        assert status in (200, 307, 404)
        assert b"\n" not in headers.get(b"location", b"")


HOSTS = [
    "evil.example",
    "evil.example:443",
    "[",
    "a/b?c#d",
    "127.0.0.1:8000:1",
    "",
    "é",
    "@evil.example",
]


@pytest.mark.parametrize("host", HOSTS)
async def test_the_host_header_is_in_no_answer(bare_app: Starlette, host: str) -> None:
    """Links and redirects use PUBLIC_URL: no poisoned link, no open redirect."""
    given = ((b"host", host.encode()), (b"x-forwarded-host", host.encode()))
    for path in ("/", "/connexion", "/connexion/", "/espace/heures/", "/nowhere", "/sitemap.xml"):
        status, headers, body = await ask(bare_app, path, headers=given)
        assert status in (200, 307, 404), path
        assert b"evil.example" not in body
        assert b"evil.example" not in headers.get(b"location", b"")
        if b"location" in headers:
            assert headers[b"location"].startswith(b"http://127.0.0.1:8000/")


async def test_behind_https_no_redirect_leads_back_to_http(https_site: Client) -> None:
    """3.4.1, 12.2: the proxy speaks HTTP to us, which the visitor must not see."""
    response = await https_site.http.get("http://compte.example/connexion/")

    assert response.headers["location"] == "https://compte.example/connexion"


@pytest.mark.parametrize(
    "path",
    [
        "/activation/\x00",
        "/activation/" + "A" * 5000,
        "/activation/../../etc/passwd",
        "/static/../web/settings.py",
        "/static/a/../../../../etc/passwd",
        "/static//etc/passwd",
        "/captcha/é.png",
        "/captcha/" + "A" * 40 + ".png",
        "/espace/%2e%2e/",
        "//evil.example",
        "/\\evil.example",
        "/\n/x",
        "/\udcff",
        "/.git/config",
        "/.env",
        "/metrics",
        "/demo/courriels",
    ],
)
async def test_an_odd_path_is_not_found_or_refused(bare_app: Starlette, path: str) -> None:
    """5.3, 13.4: no file outside the site, no operator's page, no forgotten file."""
    for method in ("GET", "HEAD", "POST"):
        status, headers, body = await ask(bare_app, path, method=method)
        assert status in (303, 403, 404, 415), method
        assert b"content-security-policy" in headers
        assert b"evil.example" not in headers.get(b"location", b"")
        assert b"root:" not in body


@pytest.mark.parametrize(
    "suite",
    [
        "https://evil.example/espace",
        "//evil.example",
        "/\\evil.example",
        "/espace/../connexion",
        "/espace\\..",
        "/espacex",
        "javascript:alert(1)",
        '/espace/"><script>alert(1)</script>',
        "/espace/\r\nSet-Cookie: a=b",
    ],
)
async def test_where_to_go_after_login_stays_inside(site: Client, suite: str) -> None:
    """3.7.2."""
    response = await site.http.get("/connexion", params={"suite": suite})
    audit(response)

    action = Page(response).form().get("action") or ""
    assert action.startswith("/connexion")
    assert "evil" not in action
    assert "<script>" not in response.text


async def test_many_and_long_headers_are_no_crash(bare_app: Starlette) -> None:
    given = [
        (b"accept-language", b"fr" * 10_000),
        (b"hx-request", b"\xff"),
        (b"cookie", b"\xff=\xfe"),
    ]
    given += [(b"x-%d" % number, b"1") for number in range(500)]

    status, _, _ = await ask(bare_app, "/connexion", headers=tuple(given))

    assert status == 200
