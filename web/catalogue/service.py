"""What pages ask of the catalogue; nothing is asked of the database for nothing.

A search costs the database up to a hundred times what a page does. A few run at once, in turns,
each for a second at most: whatever is searched, the other pages have their connections.
"""

from __future__ import annotations

from web.catalogue.formations import Formation, SearchResult
from web.catalogue.lines import is_code
from web.catalogue.queries import SHOWN, find_formation, search
from web.catalogue.words import read_query
from web.core.runtime import Runtime
from web.core.slow_statements import TooSlowError, statements_within

SEARCH_SECONDS = 1.0


async def find(runtime: Runtime, text: str, limit: int = SHOWN) -> SearchResult:
    """Search for what was typed; when that is too short, no connection is even asked for.

    Raises BusyError when too many search, or when this search would take too long.
    """
    query = read_query(text)
    if query.is_too_short:
        return SearchResult(query.text, is_too_short=True)
    async with runtime.searching.turn():
        try:
            async with statements_within(runtime.db, SEARCH_SECONDS) as connection:
                return await search(connection, text, limit)
        except TooSlowError:
            raise runtime.searching.refusal() from None


def not_searched(text: str) -> SearchResult:
    """What is shown in place of results when the search is busy: what was typed."""
    return SearchResult(read_query(text).text, is_busy=True)


async def formation_of(runtime: Runtime, code: str) -> Formation | None:
    """The formation of a code CPF; no connection is asked for what cannot be one."""
    if not is_code(code):
        return None
    async with runtime.db.connection() as connection:
        return await find_formation(connection, code)
