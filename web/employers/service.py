"""What an employer's agents see and may do, by the délégations their SIRET was given."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from web.accounts.balances import dif_end_of
from web.accounts.identity import open_identity
from web.core.crypto import Vault
from web.core.runtime import Runtime
from web.delegations.live_queries import find_live_delegations, is_live
from web.delegations.records import LiveDelegation, Visible
from web.domain.delegation import Scope
from web.domain.folding import fold
from web.dossiers.access import Author
from web.dossiers.records import Found, Organisme
from web.employers import queries
from web.employers.queries import Visit

# Names are sealed: those of a list are opened to be sorted, up to this number.
MOST_LISTED = 1000


class NotThereError(Exception):
    """The délégation does not run, or not for this employer, or does not show this dossier."""


@dataclass(frozen=True)
class Person:
    """Someone who gave a délégation, by the name they go by."""

    delegation: LiveDelegation
    name: str
    # What lists are sorted by: the family name first.
    sorted_by: tuple[str, str]


@dataclass(frozen=True)
class People:
    """Those who gave a délégation, by name; `is_cut` when there are more than are listed."""

    people: tuple[Person, ...]
    is_cut: bool


@dataclass(frozen=True)
class OpenPerson:
    """A person's page."""

    person: Person
    visible: Visible
    organismes: tuple[Organisme, ...]


@dataclass(frozen=True)
class OpenDossier:
    """A dossier of a person."""

    person: Person
    found: Found


async def people_of(runtime: Runtime, siret: str) -> People:
    """Those whose délégation to this SIRET runs."""
    async with runtime.db.connection() as connection:
        found = await find_live_delegations(connection, siret, MOST_LISTED + 1)
    # Some milliseconds of work when they are many: other requests go on meanwhile.
    people = await asyncio.to_thread(_named, runtime.vault, found[:MOST_LISTED])
    return People(people, len(found) > MOST_LISTED)


async def open_person(
    runtime: Runtime, visit: Visit, *, with_organismes: bool = False
) -> OpenPerson:
    """A person's page; the day's first visit is told in their history. Raises NotThereError."""
    async with runtime.db.connection() as connection:
        row = await queries.open_person(
            connection, visit, dif_end_of(runtime), with_organismes=with_organismes
        )
    if row is None:
        raise NotThereError
    return OpenPerson(_person(runtime.vault, row.delegation), row.visible, row.organismes)


async def open_dossier(
    runtime: Runtime, visit: Visit, dossier_id: UUID, *, with_organismes: bool = False
) -> OpenDossier:
    """A dossier, never a confidential one; told like a person's page. Raises NotThereError."""
    async with runtime.db.connection() as connection:
        row = await queries.open_dossier(
            connection, visit, dossier_id, dif_end_of(runtime), with_organismes=with_organismes
        )
    if row is None:
        raise NotThereError
    return OpenDossier(_person(runtime.vault, row.delegation), row.found)


def author(visit: Visit, delegation: LiveDelegation) -> Author:
    """The employer as it acts on drafts: whether it still may is asked under the person's lock."""
    still_allowed = partial(
        is_live, delegation_id=visit.delegation_id, siret=visit.siret, scope=Scope.MODIFY
    )
    return Author.employer(
        delegation.person_id,
        visit.employer_name,
        may_modify=delegation.may_modify,
        still_allowed=still_allowed,
        device=visit.device,
    )


def _named(vault: Vault, delegations: Sequence[LiveDelegation]) -> tuple[Person, ...]:
    people = (_person(vault, delegation) for delegation in delegations)
    return tuple(sorted(people, key=lambda person: (person.sorted_by, person.delegation.id)))


def _person(vault: Vault, delegation: LiveDelegation) -> Person:
    identity = open_identity(vault, delegation.identity, f"account:{delegation.account_id}")
    family_name = identity.usual_name or identity.birth_name
    return Person(delegation, identity.full_name, (fold(family_name), fold(identity.first_name)))
