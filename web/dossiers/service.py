"""Reads of dossiers, with their access check."""

from __future__ import annotations

from uuid import UUID

from web.accounts.balances import dif_end_of
from web.core.runtime import Runtime
from web.domain.dossier import Status
from web.dossiers import queries
from web.dossiers.access import Author, DossierGoneError
from web.dossiers.list_query import find_list
from web.dossiers.records import DossierList, Found, Ground, Names


async def read(
    runtime: Runtime,
    dossier_id: UUID,
    author: Author,
    *,
    with_organismes: bool = False,
    with_account: bool = False,
) -> Found:
    """Return the dossier and all that its pages show. Raises DossierGoneError."""
    async with runtime.db.connection() as connection:
        found = await queries.find_whole(
            connection,
            dossier_id,
            dif_end_of(runtime),
            with_organismes=with_organismes,
            with_account=with_account,
        )
    if found is None or not author.may_read(found.dossier):
        raise DossierGoneError
    return found


async def list_of(
    runtime: Runtime, person_id: UUID, status: Status | None, page: int
) -> DossierList:
    """Return a page of a person's dossiers: those of a status, or all of them."""
    async with runtime.db.connection() as connection:
        return await find_list(connection, person_id, dif_end_of(runtime), status, page)


async def ground_of(runtime: Runtime, person_id: UUID, code: str = "") -> Ground:
    """Return the data of a new dossier's form; `code` is that of a formation already chosen."""
    async with runtime.db.connection() as connection:
        return await queries.find_ground(connection, person_id, dif_end_of(runtime), code)


async def names_of(runtime: Runtime, code: str) -> Names:
    """Return the labels of a form's choices when no dossier has them."""
    async with runtime.db.connection() as connection:
        return await queries.find_names(connection, code)
