"""Reading a dossier, for whoever it is there for."""

from __future__ import annotations

from uuid import UUID

from web.core.runtime import Runtime
from web.dossiers import queries
from web.dossiers.access import Author, DossierGoneError
from web.dossiers.records import DossierList, Found, Ground


async def read(
    runtime: Runtime,
    dossier_id: UUID,
    author: Author,
    *,
    with_organismes: bool = False,
    with_account: bool = False,
) -> Found:
    """The dossier and all that its pages show, in one statement. Raises DossierGoneError."""
    async with runtime.db.connection() as connection:
        found = await queries.find_whole(
            connection, dossier_id, with_organismes=with_organismes, with_account=with_account
        )
    if found is None or not author.may_read(found.dossier):
        raise DossierGoneError
    return found


async def list_of(
    runtime: Runtime, person_id: UUID, *, confidential_too: bool = True
) -> DossierList:
    """A person's dossiers; an employer's list is asked without the confidential ones."""
    async with runtime.db.connection() as connection:
        return await queries.find_list(connection, person_id, confidential_too=confidential_too)


async def ground_of(runtime: Runtime, person_id: UUID, code: str = "") -> Ground:
    """What a new dossier of this person starts from; `code`: of a formation chosen before."""
    async with runtime.db.connection() as connection:
        return await queries.find_ground(connection, person_id, code)
