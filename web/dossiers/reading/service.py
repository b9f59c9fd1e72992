"""The read of a dossier, with its access check."""

from __future__ import annotations

from uuid import UUID

from web.core.runtime import Runtime
from web.dossiers.access import Author, DossierGoneError
from web.dossiers.reading import queries
from web.dossiers.records import DossierDetail
from web.hours.balances import current_dif_end


async def get_dossier(
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
