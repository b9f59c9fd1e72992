"""A titulaire's address is case-insensitive."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import identity_of, open_account
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person, synthetic_nir
from web.core.runtime import Runtime
from web.people.identity import email_digest, email_digests

KEPT = "Jean@exemple.fr"


@pytest.fixture
async def account_id(runtime: Runtime) -> UUID:
    """The account of someone who typed a capital."""
    return await open_account(runtime, Person(email=KEPT))


async def before(runtime: Runtime, account_id: UUID, email: str) -> None:
    """Rewrite the row as when the local part was case-sensitive."""
    digest = email_digests(runtime.hasher, email)[1]
    await run(
        runtime,
        "UPDATE account SET email_digest = $1, email_folded = false WHERE id = $2",
        digest,
        account_id,
    )


@pytest.mark.parametrize("typed", ["jean@exemple.fr", "JEAN@Exemple.fr"])
async def test_a_second_account_is_not_opened_with_another_spelling(
    client: Client, account_id: UUID, outbox: Outbox, typed: str
) -> None:
    await to_waiting(client, Person(nir=synthetic_nir(901), email=typed))
    await outbox.deliver()
    (mail,) = outbox.peer.received
    assert "déjà" in mail.subject or "déjà" in mail.text
    assert "/activation/" not in mail.text


async def test_the_address_is_kept_as_typed(runtime: Runtime, account_id: UUID) -> None:
    assert (await identity_of(runtime, account_id)).email == KEPT


async def test_an_account_of_before_is_found_until_and_after_it_is_looked_at(
    client: Client, runtime: Runtime, account_id: UUID, outbox: Outbox
) -> None:
    await before(runtime, account_id, KEPT)
    await to_waiting(client, Person(nir=synthetic_nir(901), email=KEPT))
    await outbox.deliver()
    assert "/activation/" not in outbox.peer.received[-1].text
    await outbox.clear()
    assert await value(runtime, "SELECT email_folded FROM account")
    digest = await value(runtime, "SELECT email_digest FROM account")
    assert digest == email_digest(runtime.hasher, KEPT)


async def test_accounts_that_only_case_tells_apart_keep_both(
    runtime: Runtime, account_id: UUID, outbox: Outbox
) -> None:
    await before(runtime, account_id, KEPT)
    await open_account(runtime, Person(nir=synthetic_nir(901), email="jean@exemple.fr"))
    await outbox.clear()
    assert await value(runtime, "SELECT count(DISTINCT email_digest) FROM account") == 2
    assert await value(runtime, "SELECT bool_and(email_folded) FROM account")


async def test_an_address_that_cannot_be_read_does_not_stop_the_others(
    runtime: Runtime, account_id: UUID, outbox: Outbox
) -> None:
    other = await open_account(runtime, Person(nir=synthetic_nir(901), email="Lea@exemple.fr"))
    await before(runtime, account_id, KEPT)
    await before(runtime, other, "Lea@exemple.fr")
    await run(runtime, r"UPDATE account SET identity = '\x00' WHERE id = $1", account_id)
    await outbox.clear()
    digest = await value(runtime, "SELECT email_digest FROM account WHERE id = $1", other)
    assert digest == email_digest(runtime.hasher, "lea@exemple.fr")
