"""11.3, 6.5.2, 16.2.5: an agent's identity and credentials are readable nowhere."""

from __future__ import annotations

import re

import pyotp
import pytest

from tests.support.db.rows import value
from tests.support.desks.agents import InventedAgent, enter_password
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.canary import dump, forms
from web.agents.invitations.command import Options, run_invitation
from web.agents.records import Kind
from web.core.runtime import Runtime
from web.settings import Settings

EMAIL, PASSWORD, WRONG = "canarille.volet@opcalys.example", "Perruche-482-Verte", "Mouette-759-Gri"
LINK = re.compile(r"/professionnels/mot-de-passe/([A-Za-z0-9_-]{43})")
CLOCK = "SELECT extract(epoch FROM now())::bigint"


async def test_a_whole_journey_leaves_nothing_to_read_in_the_database_nor_in_the_logs(
    client: Client,
    settings: Settings,
    runtime: Runtime,
    outbox: Outbox,
    capfd: pytest.CaptureFixture[str],
) -> None:
    options = Options("organisme", "73282932000074", "Opcalys", EMAIL)
    assert await run_invitation(settings, options) == 0
    capfd.readouterr()  # the command's own output to its administrator names the address
    kept = await dump(runtime.db)
    await outbox.deliver()
    token = LINK.search(outbox.to(EMAIL)[-1].text)
    assert token
    page = await client.get(f"/professionnels/mot-de-passe/{token[1]}")
    await client.submit(page, {"password": PASSWORD, "password_confirmation": PASSWORD})
    agent = InventedAgent(Kind.ORGANISME, email=EMAIL, password=WRONG)
    assert (await enter_password(client, agent)).status == 422
    agent.password = PASSWORD
    page = await enter_password(client, agent)
    found = re.search(r"<code[^>]*>([A-Z2-7 ]{39})<", page.html)
    assert found
    secret = found[1].replace(" ", "")
    code = pyotp.TOTP(secret).at(await value(runtime, CLOCK))
    page = await client.submit(page, {"password_code": code})
    codes = [
        text.replace(" ", "") for text in re.findall(r"<code[^>]*>([\d ]{14})</code>", page.html)
    ]
    await outbox.deliver()
    for place, values in (await dump(runtime.db)).items():
        kept.setdefault(place, []).extend(values)

    pieces = {
        "e-mail": "canarille.volet",
        "password": PASSWORD,
        "wrong password": WRONG,
        "link": token[1],
        "cookie": client.http.cookies["compte"],
        "key": secret,
        **{f"recovery code {rank}": text for rank, text in enumerate(codes)},
    }
    assert len(pieces) == 16
    leaks = {
        (place, name)
        for place, values in kept.items()
        for one in values
        for name, text in pieces.items()
        if any(form in one.lower() for form in forms(name, text))
    }
    assert leaks == set()
    assert {"professional.email", "login.totp_secret", "recovery_code.code_digest"} <= (kept.keys())
    captured = capfd.readouterr()
    logged = (captured.out + captured.err).encode().lower()
    assert b"second factor set" in logged
    assert not [n for n, text in pieces.items() if any(f in logged for f in forms(n, text))]
