"""What pages ask of the catalogue; nothing is asked of the database for nothing."""

from __future__ import annotations

from web.catalogue.formations import Formation, SearchResult
from web.catalogue.lines import is_code
from web.catalogue.queries import find_formation, search
from web.catalogue.words import read_query
from web.core.runtime import Runtime


async def find(runtime: Runtime, text: str) -> SearchResult:
    """Search for what was typed; when that is too short, no connection is even asked for."""
    query = read_query(text)
    if query.is_too_short:
        return SearchResult(query.text, is_too_short=True)
    async with runtime.db.connection() as connection:
        return await search(connection, text)


async def formation_of(runtime: Runtime, code: str) -> Formation | None:
    """The formation of a code CPF; no connection is asked for what cannot be one."""
    if not is_code(code):
        return None
    async with runtime.db.connection() as connection:
        return await find_formation(connection, code)
