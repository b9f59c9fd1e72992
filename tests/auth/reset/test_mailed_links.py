"""The page of a mailed link that chooses a password: a reset of each kind, and an invitation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from tests.support.db.rows import column, value
from tests.support.desks.invitations import EMAIL, invite, link_to
from tests.support.http.client import Client
from tests.support.logins.kinds import AGENT, KINDS, Account, Kind
from tests.support.logins.password_links import NEW, STOLEN, age_tokens, asked_link
from tests.support.mail.outbox import Outbox
from web.core.runtime import Runtime
from web.settings import Settings

INVITATION = "invitation"
USED = {"titulaire": "Ce lien a déjà servi", "agent": "Ce lien a déjà été utilisé"}
# Just before the end of a link, and at it.
LIVES = {
    INVITATION: ("6 days 23 hours 59 minutes", "7 days"),
    "titulaire": ("59 minutes", "1 hour"),
    "agent": ("59 minutes", "1 hour"),
}
VALID = {
    INVITATION: "Une invitation est valable 7 jours",
    "titulaire": "valable une heure",
    "agent": "valable une heure",
}


@dataclass(frozen=True)
class Mailed:
    """A mailed link, by its name among those of this file, and its account."""

    name: str
    path: str
    account: Account

    @property
    def kind(self) -> Kind:
        """The kind of the account."""
        return self.account.kind

    @property
    def event(self) -> str:
        """The event that the new password makes."""
        return "password_chosen" if self.name == INVITATION else "password_reset"


@pytest.fixture(params=[*KINDS, None], ids=lambda kind: kind.name if kind else INVITATION)
async def mailed(
    request: pytest.FixtureRequest,
    client: Client,
    outbox: Outbox,
    runtime: Runtime,
    settings: Settings,
) -> Mailed:
    """A link of each kind of account, asked for by its owner, and an invitation."""
    kind: Kind | None = request.param
    if kind is None:
        await invite(settings)
        invited = Account(AGENT, EMAIL, EMAIL, await value(runtime, "SELECT id FROM professional"))
        return Mailed(INVITATION, await link_to(outbox), invited)
    account = await kind.open(runtime)
    return Mailed(kind.name, await asked_link(client, account, outbox), account)


async def test_looking_a_hundred_times_changes_nothing(
    client: Client, runtime: Runtime, mailed: Mailed
) -> None:
    """3.5.3."""
    tables = ("bearer_token", "password_link", "login", "account", "professional")
    digests = [f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {t} t" for t in tables]
    before = [await value(runtime, sql) for sql in digests]
    for _ in range(100):
        assert (await client.get(mailed.path)).status == 200
    assert [await value(runtime, sql) for sql in digests] == before


async def test_a_link_works_once(client: Client, mailed: Mailed) -> None:
    page = await client.get(mailed.path)
    await client.submit(page, NEW)
    again = await client.submit(page, STOLEN)
    assert again.status == 410
    assert USED[mailed.kind.name] in again.text
    assert (await client.get(mailed.path)).status == 410
    stolen = replace(mailed.account, password=STOLEN["password"])
    assert (await stolen.log_in(client)).status == 422


async def test_a_link_that_served_never_says_that_another_password_is_kept(
    client: Client, mailed: Mailed
) -> None:
    """One after the other or at once; and the copy of what was kept is answered again."""
    fields = (await client.get(mailed.path)).values()
    await client.post(mailed.path, fields | NEW)
    first = await client.post(mailed.path, fields | STOLEN, follow=False)
    others = await asyncio.gather(
        *(client.post(mailed.path, fields | STOLEN, follow=False) for _ in range(2))
    )
    assert [page.status for page in (first, *others)] == [410] * 3
    assert (await client.post(mailed.path, fields | NEW, follow=False)).status == 303
    stolen = replace(mailed.account, password=STOLEN["password"])
    assert (await stolen.log_in(client)).status == 422


async def test_the_same_request_sent_five_times_has_its_effect_once(
    client: Client, runtime: Runtime, mailed: Mailed
) -> None:
    page = await client.get(mailed.path)
    fields = {**page.values(), **NEW}
    answers = await asyncio.gather(*(client.post(page.url, fields, follow=False) for _ in range(5)))
    assert [(a.status, a.location) for a in answers] == [(303, mailed.kind.login)] * 5
    assert await value(runtime, mailed.kind.events, mailed.event) == 1
    if mailed.kind is AGENT:
        events = "SELECT kind FROM professional_event WHERE kind <> 'invited'"
        assert await column(runtime, events) == [mailed.event]


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_link_lives_as_long_as_said_by_the_databases_clock(
    client: Client, runtime: Runtime, mailed: Mailed, is_over: bool
) -> None:
    hashes = await column(runtime, "SELECT password_hash FROM login")
    page = await client.get(mailed.path)
    await age_tokens(runtime, LIVES[mailed.name][is_over])
    assert (await client.get(mailed.path)).status == (410 if is_over else 200)
    answer = await client.submit(page, NEW, follow=False)
    assert answer.status == (410 if is_over else 303)
    if is_over:
        assert VALID[mailed.name] in answer.text
        assert await column(runtime, "SELECT password_hash FROM login") == hashes


async def test_the_strength_is_told_while_typing(client: Client, mailed: Mailed) -> None:
    page = await client.get(mailed.path)
    fields = {"csrf": page.values()["csrf"], "password": NEW["password"]}
    fragment = await client.post(f"{mailed.path}/robustesse", fields, htmx=True)
    assert fragment.status == 200
    assert "Mot de passe : " in fragment.text
    assert NEW["password"] not in fragment.html
    unknown = f"{mailed.kind.links}/{'a' * 43}/robustesse"
    assert (await client.post(unknown, fields, htmx=True)).status == 204
