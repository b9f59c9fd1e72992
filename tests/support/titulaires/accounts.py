"""Accounts created directly, and queries on their data."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.domain.passwords.policy import normalise
from web.people.identity import (
    ACCOUNT_IDENTITY,
    Identity,
    email_digest,
    nir_digest,
)
from web.people.terms import TERMS_VERSION
from web.signup.activation.queries import add_account, find_or_add_person


async def open_account(runtime: Runtime, person: Person) -> UUID:
    """Open an account as activation does, without the journey; return its id."""
    identity = Identity(
        nir=person.nir,
        civility="madame",
        first_name=person.first_name,
        birth_name=person.birth_name,
        email=person.email,
        mobile="+33612345678",
    )
    account_id = uuid4()
    hashed = await runtime.passwords.hash(normalise(person.password))
    async with runtime.db.transaction() as connection:
        now = await connection.fetchval("SELECT now()")
        assert await add_account(
            connection,
            account_id=account_id,
            person_id=await find_or_add_person(connection, nir_digest(runtime.hasher, person.nir)),
            email_digest=email_digest(runtime.hasher, person.email),
            identity=ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=account_id),
            password_hash=hashed,
            terms_version=TERMS_VERSION,
            terms_accepted_at=now,
        )
    return account_id


async def identity_of(runtime: Runtime, account_id: UUID) -> Identity:
    """The stored identity of the person."""
    box = await runtime.db.fetchval("SELECT identity FROM account WHERE id = $1", account_id)
    return ACCOUNT_IDENTITY.open(runtime.vault, box, id=account_id)


async def events_of(runtime: Runtime, *kinds: str) -> list[str]:
    """The recorded events of these kinds, oldest first: the kind, and its detail if any."""
    rows = await runtime.db.fetch(
        "SELECT kind, detail FROM event WHERE kind = ANY($1) ORDER BY occurred_at, position",
        list(kinds),
    )
    return [f"{row['kind']}: {row['detail']}".removesuffix(": ") for row in rows]
