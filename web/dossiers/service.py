"""Reads of dossiers, with their access check."""

from __future__ import annotations

from uuid import UUID

from web.accounts.balances import current_dif_end
from web.core.runtime import Runtime
from web.domain.dossier import Status
from web.dossiers import queries
from web.dossiers.access import Author, DossierGoneError
from web.dossiers.list_query import find_list
from web.dossiers.records import ChoiceLabels, DossierDetail, DossierList, NewDossierContext


async def read(
    runtime: Runtime,
    dossier_id: UUID,
    author: Author,
    *,
    with_organismes: bool = False,
    with_account: bool = False,
) -> DossierDetail:
    """Return the dossier and all that its pages show. Raises DossierGoneError."""
    found = await queries.find_whole(
        runtime.db,
        dossier_id,
        current_dif_end(runtime),
        with_organismes=with_organismes,
        with_account=with_account,
    )
    if found is None or not author.may_read(found.dossier):
        raise DossierGoneError
    return found


async def list_dossiers(
    runtime: Runtime, person_id: UUID, status: Status | None, page: int
) -> DossierList:
    """Return a page of a person's dossiers: those of a status, or all of them."""
    return await find_list(runtime.db, person_id, current_dif_end(runtime), status, page)


async def get_new_dossier_context(
    runtime: Runtime, person_id: UUID, code: str = ""
) -> NewDossierContext:
    """Return the data of a new dossier's form; `code` is that of a formation already chosen."""
    return await queries.find_new_dossier_context(
        runtime.db, person_id, current_dif_end(runtime), code
    )


async def get_choice_labels(runtime: Runtime, code: str) -> ChoiceLabels:
    """Return the labels of a form's choices when no dossier has them."""
    return await queries.find_choice_labels(runtime.db, code)
