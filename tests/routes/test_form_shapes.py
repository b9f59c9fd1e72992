"""Any posted body gets a designed answer below 500, and is never trusted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote_from_bytes, urlencode

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Scope

from tests.support.http.client import Client, Page
from tests.support.pages.audit import audit
from tests.support.programs.processes import volume
from tests.support.titulaires.journey import to_identity
from tests.support.titulaires.people import Person
from web.core.http.forms.form_guard import FORM_TYPE, MAX_ESCAPES, MAX_FIELDS, MAX_FORM_BYTES

FORM = {"Content-Type": FORM_TYPE}
MUTATIONS = volume(300, 100_000)


async def send(client: Client, body: bytes, content_type: str = FORM_TYPE) -> Page:
    """Post exactly these bytes to the login."""
    headers = {"Content-Type": content_type}
    response = await client.http.post("/connexion", content=body, headers=headers)
    audit(response)
    return Page(response)


async def tokens(client: Client) -> bytes:
    """The tokens that a genuine form has."""
    return urlencode((await client.get("/connexion")).values()).encode()


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/xml",
        "application/x-www-form-urlencoded-not",
        "",
        ";",
    ],
)
async def test_only_plain_forms_are_read(site: Client, content_type: str) -> None:
    """5.2: no upload is accepted; 3.5.1: nor a content type that another site can send."""
    page = await send(site, await tokens(site), content_type)

    assert page.status == 415
    assert "Erreur" in page.title


@pytest.mark.parametrize("content_type", [f"{FORM_TYPE}; charset=utf-8", FORM_TYPE.upper()])
async def test_a_plain_form_is_read_however_its_type_is_written(
    site: Client, content_type: str
) -> None:
    assert (await send(site, await tokens(site), content_type)).status == 422


async def test_a_body_larger_than_any_form_is_refused_with_the_designed_page(site: Client) -> None:
    """Body size is limited, both declared and received."""
    limit = MAX_FORM_BYTES
    start = await tokens(site) + b"&nir="
    whole = start + b"1" * (limit - len(start))
    assert (await send(site, whole)).status == 422
    assert "trop volumineux" in (page := await send(site, whole + b"1")).text
    assert page.status == 413

    async def stream() -> AsyncIterator[bytes]:
        for first in range(0, limit + 1, 1000):
            yield (whole + b"1")[first : first + 1000]

    response = await site.http.post("/connexion", content=stream(), headers=FORM)
    audit(response)
    assert response.status_code == 413
    assert "trop volumineux" in response.text


async def test_escapes_have_a_limit_of_their_own(site: Client) -> None:
    """15.2.2: a body of escapes alone is refused at a fraction of the size of plain text."""
    start = await tokens(site) + b"&nir="
    room = MAX_ESCAPES - start.count(b"%")
    assert (await send(site, start + b"%31" * room)).status == 422
    assert (await send(site, start + b"%31" * (room + 1))).status == 413


@pytest.mark.parametrize("declared", [b"-1", b"abc", b"1e3", b"99999999999999999999", b""])
async def test_a_declared_size_that_makes_no_sense_is_no_crash(
    site: Client, declared: bytes
) -> None:
    body = await tokens(site)
    headers = [(b"Content-Type", FORM_TYPE.encode()), (b"Content-Length", declared)]
    response = await site.http.post("/connexion", content=body, headers=headers)

    assert response.status_code in (413, 422)


async def test_the_number_of_fields_is_bounded(site: Client) -> None:
    start = await tokens(site)
    room = MAX_FIELDS - start.count(b"&") - 1
    assert (await send(site, start + b"&a=1" * room)).status == 422

    page = await send(site, start + b"&a=1" * (room + 1))

    assert page.status == 400
    assert (await send(site, start + b"&" * 5000)).status in (400, 422)


STRANGE = [
    b"&nir=%",
    b"&nir=%zz%1",
    b"&nir=%00%00",
    b"&nir=\x00\xff\xfe",
    b"&nir=%ff%fe%ed%a0%80",
    b"&nir=%f0%9f%92%a9",
    b"&nir=" + b"%CC%81" * 5000 + b"%CC%A3" * 5000,
    b"&nir=" + b"9" * 10_000,
    b"&nir=%0d%0aSet-Cookie:%20a=b",
    b"&nir=1&nir=2&nir=3&password=1&password=2",
    b"&password=" + b"x" * 10_000,
    b"&nir[]=1&nir.x=1&__proto__=1&csrf=&key=",
    b"&=&==&&;;&nir",
    b"&unknown=1&is_admin=true&account_id=1",
    b"&nir='%20OR%201=1--&password=%27",
    b"&nir={{7*7}}&password=${7*7}",
    b"&nir=%3Cscript%3Ealert(1)%3C/script%3E",
]


async def test_strange_values_are_answered_like_wrong_ones(client: Client) -> None:
    """1.3, 2.2: refused as a login or as an expired form, without a crash or an injection."""
    for strange in STRANGE:
        page = await send(client, await tokens(client) + strange)
        assert page.status in (403, 422), strange
        assert "<script>" not in page.html
        assert "49" not in page.html.replace("7*7", "").split("<main")[1].split("csrf")[0]
        assert "a=b" not in page.response.headers.get("set-cookie", "")


@pytest.mark.parametrize("field", ["nir", "first_name", "birth_name", "email", "mobile", "answer"])
async def test_strange_identities_get_an_answer_and_are_never_stored_wrong(
    client: Client, field: str
) -> None:
    """2.2: the second step, with one field that no keyboard can type."""
    page = await to_identity(client)
    for value in ("\x00", "a\x00b", "x" * 10_000, "\ud83d\ude00", "\u202e", "é" * 5000, "\ufffe"):
        fields = {**page.values(), **Person().identity(), field: value}
        body = urlencode({k: text.encode("utf-8", "surrogatepass") for k, text in fields.items()})
        response = await client.http.post(
            "/inscription/identite", content=body.encode(), headers=FORM, follow_redirects=True
        )
        audit(response)
        assert response.status_code in (200, 422)
        assert not set("\x00\ufffe") & set(response.text)


async def test_repeated_fields_count_once_and_unknown_ones_not_at_all(client: Client) -> None:
    """15.3.3, 15.3.7."""
    page = await to_identity(client)
    person = Person()
    fields = [*{**page.values(), **person.identity()}.items()]
    fields += [("nir", "1850599990001"), ("status", "activated"), ("captcha_passed_at", "now")]
    response = await client.http.post(
        "/inscription/identite", content=urlencode(fields).encode(), headers=FORM
    )
    assert response.headers["location"] == "/inscription/mot-de-passe"

    assert dict((await client.get("/inscription/identite")).values())["nir"] == person.nir


@pytest.mark.faults
async def test_mutated_forms_never_crash(client: Client) -> None:
    """No 5xx, however the form was corrupted."""
    good = urlencode({**(await client.get("/connexion")).values(), "nir": "2850599990001"}).encode()
    statuses = {(await send(client, body)).status for body in _mutations(good)}

    assert statuses <= {400, 403, 422, 429}
    assert {403, 422} <= statuses


def _mutations(good: bytes) -> Iterator[bytes]:
    chance = random.Random(20_151_231)
    for _ in range(MUTATIONS):
        body = bytearray(good)
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(body))
            piece = chance.choice(
                [
                    b"",
                    b"&",
                    b"=",
                    b"%",
                    b"%00",
                    b"+",
                    b";",
                    chance.randbytes(3),
                    bytes(body[:place]),
                ]
            )
            body[place : place + chance.randint(0, 3)] = piece
        yield bytes(body[:MAX_FORM_BYTES])


async def test_a_client_that_leaves_before_its_form_has_arrived_is_no_error(
    bare_app: Starlette, capsys: pytest.CaptureFixture[str]
) -> None:
    """16.5: only a client still connected that sent an unreadable form gets an error."""
    sent: list[Message] = []
    arriving: Iterator[Message] = iter(
        [
            {"type": "http.request", "body": b"nir=1&pass", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> Message:
        return next(arriving)

    async def send_back(message: Message) -> None:
        sent.append(message)

    await bare_app(_scope(), receive, send_back)

    assert sent[0]["status"] == 400
    assert "error" not in capsys.readouterr().out.lower()


async def test_a_form_that_never_ends_is_given_up(
    bare_app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time is limited: a slow sender does not occupy a slot for long."""
    monkeypatch.setattr("web.core.http.forms.form_guard.READ_SECONDS", 0.05)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send_back(message: Message) -> None:
        sent.append(message)

    await bare_app(_scope(), receive, send_back)

    assert sent[0]["status"] == 408


def _scope() -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/connexion",
        "raw_path": quote_from_bytes(b"/connexion").encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", FORM_TYPE.encode())],
        "client": ("203.0.113.7", 4321),
        "server": ("127.0.0.1", 8000),
    }
