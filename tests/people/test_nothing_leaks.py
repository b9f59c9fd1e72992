"""After a whole journey, a person's data are readable nowhere but on their own pages."""

from __future__ import annotations

import logging

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.canary import Canary, dump
from web.core.runtime import Runtime

# Logs of the test's own parts: the browser, and the SMTP server.
PEERS = ("httpx", "mail.log")


def test_the_canary_is_recognised_in_every_disguise() -> None:
    """Check that the search itself works."""
    canary = Canary()
    canary.tokens["cookie 0"] = "A" * 20 + "b" * 23
    for plant in (
        "x 2861299876543 y",
        '{"nir": "2861299876543"}',
        "INSERT … (\\x32383631323939383736353433)".replace("\\x", ""),
        "Y2FudCA+PD8yODYxMjk5ODc2NTQzCg==",
        "2861299876543".encode("utf-16-le"),
    ):
        assert "NIR" in canary.found_in(plant), plant
    assert canary.found_in("SERINETTE-volière".encode()) == ["birth name"]
    assert canary.found_in(b"\x00" * 15) == []
    assert canary.found_in("0000") == []
    assert canary.found_in(bytes.fromhex("00" * 15 + "06db6d")[15:]) == []


async def test_a_copy_of_the_database_names_nobody_and_opens_nothing(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """11.3, 6.5.2, 14.2.6: no data, passwords or tokens; the queue's jobs included."""
    canary = Canary()
    values = {}
    # Before and after the mails are sent: pending data, then stored data.
    deliver = outbox.deliver

    async def look_and_deliver() -> None:
        values.update({f"{place} (waiting)": v for place, v in (await dump(runtime.db)).items()})
        await deliver()

    outbox.deliver = look_and_deliver  # type: ignore[method-assign, assignment]
    await canary.journey(client, outbox)
    values |= await dump(runtime.db)

    assert {"registration.identity (waiting)", "pgqueuer.payload (waiting)"} <= values.keys()
    assert {"account.identity", "session.token_digest", "mail.recipient"} <= values.keys()
    assert sum(name.startswith("cookie") for name in canary.tokens) >= 3
    assert sum(name.startswith("link") for name in canary.tokens) >= 3
    leaks = {
        place: found
        for place, kept in values.items()
        for value in kept
        if (found := canary.found_in(value))
    }
    assert leaks == {}


async def test_the_logs_name_nobody_and_open_nothing(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """16.2.5: during the journey, refusals, and a crash that quotes what was typed."""
    canary = Canary()
    caplog.set_level(logging.INFO)

    async def crash(request: Request) -> Response:
        raise ValueError(f"invalid {canary.person.nir} of {canary.person.email}") from OSError(
            canary.person.password
        )

    app.router.routes.insert(0, Route("/crash/{token}", crash))
    await canary.journey(client, outbox)
    for token in list(canary.tokens.values()):
        assert (await client.get(f"/crash/{token}?nir={canary.person.nir}")).status == 500
        await client.get(f"/activation/{token}")
    captured = capfd.readouterr()
    assert "unexpected error" in captured.out
    assert "login" in captured.out
    ours = [record for record in caplog.records if record.name not in PEERS]
    logged = "\n".join(logging.Formatter().format(record) for record in ours)
    for text in (captured.out, captured.err, logged):
        assert canary.found_in(text) == []


async def test_the_logs_of_an_outage_name_nobody_and_open_nothing(
    site: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    """16.2.5, 16.5: errors do not quote the values of the failed request."""
    canary = Canary()
    site.http.event_hooks["response"].append(canary.watch)
    form = await site.get("/connexion")
    canary.tokens["link"] = "L" * 21 + "k" * 22
    fields = {"nir": canary.person.nir, "password": canary.person.password}
    assert (await site.submit(form, fields)).status == 503
    assert (await site.get(f"/activation/{canary.tokens['link']}")).status == 503
    assert (await site.get(f"/espace/heures?nir={canary.person.nir}")).status == 503

    captured = capfd.readouterr()
    assert captured.out.count("database unavailable") == 3
    assert canary.found_in(captured.out + captured.err) == []


async def test_mail_headers_and_envelopes_name_the_recipient_alone(
    client: Client, outbox: Outbox
) -> None:
    """16.2.5: the metadata visible to relays and in inboxes."""
    canary = Canary()
    await canary.journey(client, outbox)

    assert len(outbox.peer.received) >= 4
    for mail in outbox.peer.received:
        headers = [(name, value) for name, value in mail.message.items() if name != "To"]
        assert [found for header in headers if (found := canary.found_in(str(header)))] == []
        whole = mail.message.as_string() + mail.text + mail.html
        assert not {"NIR", "end of the NIR", "password", "wrong password"} & set(
            canary.found_in(whole)
        )


async def test_a_nir_is_masked_wherever_it_is_shown(client: Client, outbox: Outbox) -> None:
    """14.2.6, 14.2.1: except in the field where it is typed; and in no URL."""
    canary = Canary()
    addresses: list[str] = []

    async def note(response: httpx.Response) -> None:
        addresses.append(str(response.request.url))
        addresses.extend(response.headers.get_list("location"))

    client.http.event_hooks["response"].append(note)
    await canary.journey(client, outbox)
    for path in ("/espace", "/espace/heures", "/espace/informations", "/espace/historique"):
        page = await client.get(path)
        assert canary.person.nir not in page.html
        assert canary.person.nir[5:] not in page.html

    assert len(addresses) > 20
    assert not any(canary.person.nir in address for address in addresses)
