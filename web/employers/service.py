"""Data and rights of an employer's agents, by the délégations given to their SIRET."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from web.core.crypto.vault import Vault
from web.core.runtime import Runtime
from web.delegations.live_queries import find_live_delegations, is_live
from web.delegations.records import LiveDelegation, Visible
from web.domain.delegation import Scope
from web.domain.text.folding import fold
from web.dossiers.access import Author, DossierGoneError
from web.dossiers.records import DossierDetail, Organisme
from web.employers import queries
from web.employers.queries import Visit
from web.hours.balances import current_dif_end
from web.people.identity import ACCOUNT_IDENTITY, Identity

# Names are sealed: all those of a list must be decrypted to sort it, hence a limit.
MOST_LISTED = 1000


class NotThereError(DossierGoneError):
    """No délégation in force gives this employer access to this person or dossier."""


@dataclass(frozen=True)
class Person:
    """A person who gave a délégation; `name` is the one in use, '' if it cannot be read."""

    delegation: LiveDelegation
    name: str
    # The sort key of lists: family name, then first name, both folded.
    sorted_by: tuple[str, str]


@dataclass(frozen=True)
class People:
    """The people who gave a délégation, by name; `is_cut` when there are more than MOST_LISTED."""

    people: tuple[Person, ...]
    is_cut: bool


@dataclass(frozen=True)
class OpenPerson:
    """The data of a person's page."""

    person: Person
    visible: Visible
    organismes: tuple[Organisme, ...]


@dataclass(frozen=True)
class OpenDossier:
    """A dossier, with its person."""

    person: Person
    found: DossierDetail


async def list_people(runtime: Runtime, siret: str) -> People:
    """Return the people whose délégation to this SIRET is in force, by name."""
    found = await find_live_delegations(runtime.db, siret, MOST_LISTED + 1)
    # Decrypting many names takes milliseconds: a thread keeps the event loop free.
    people = await asyncio.to_thread(_named, runtime.vault, found[:MOST_LISTED])
    return People(people, len(found) > MOST_LISTED)


async def open_person(
    runtime: Runtime, visit: Visit, *, with_organismes: bool = False
) -> OpenPerson:
    """Return a person's page; record the day's first visit.

    Raises NotThereError, and DecryptionError: nothing is shown of someone who cannot be named.
    """
    row = await queries.open_person(
        runtime.db, visit, current_dif_end(runtime), with_organismes=with_organismes
    )
    if row is None:
        raise NotThereError
    return OpenPerson(_person(runtime.vault, row.delegation), row.visible, row.organismes)


async def open_dossier(
    runtime: Runtime, visit: Visit, dossier_id: UUID, *, with_organismes: bool = False
) -> OpenDossier:
    """Return a dossier, never a confidential one; record the visit.

    Raises NotThereError, and DecryptionError.
    """
    row = await queries.open_dossier(
        runtime.db, visit, dossier_id, current_dif_end(runtime), with_organismes=with_organismes
    )
    if row is None:
        raise NotThereError
    return OpenDossier(_person(runtime.vault, row.delegation), row.found)


def author(visit: Visit, delegation: LiveDelegation) -> Author:
    """Return the employer as author of drafts; its right is checked under the person's lock."""
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
    people = (_listed(vault, delegation) for delegation in delegations)
    by_name = sorted(people, key=lambda one: (not one.name, one.sorted_by, one.delegation.id))
    return tuple(by_name)


def _listed(vault: Vault, delegation: LiveDelegation) -> Person:
    identity = ACCOUNT_IDENTITY.read(vault, delegation.identity, id=delegation.account_id)
    return _called(delegation, identity) if identity else Person(delegation, "", ("", ""))


def _person(vault: Vault, delegation: LiveDelegation) -> Person:
    identity = ACCOUNT_IDENTITY.open(vault, delegation.identity, id=delegation.account_id)
    return _called(delegation, identity)


def _called(delegation: LiveDelegation, identity: Identity) -> Person:
    family_name = identity.usual_name or identity.birth_name
    return Person(delegation, identity.full_name, (fold(family_name), fold(identity.first_name)))
