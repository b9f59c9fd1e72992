"""The catalogue for the pages: search and look-up.

A search costs the database up to a hundred times as much as a page. Only a few run at once, each
with a timeout of SEARCH_SECONDS, so that the other pages always find a free connection.
"""

from __future__ import annotations

from functools import partial

from web.catalogue.queries import SHOWN, search
from web.catalogue.records import SearchResult
from web.catalogue.words import read_query
from web.core.db.database import Database
from web.core.db.slow_statements import TooSlowError, statements_within
from web.core.runtime import Runtime

SEARCH_SECONDS = 1.0


async def find(runtime: Runtime, text: str, limit: int = SHOWN) -> SearchResult:
    """Search for a text; one that is too short takes no connection.

    Raises BusyError when too many searches are running, or when this one times out.
    """
    query = read_query(text)
    if query.is_too_short:
        return SearchResult(query.text, is_too_short=True)
    async with runtime.searching.slot():
        try:
            return await runtime.reads.read(partial(_search, text, limit))
        except TooSlowError:
            raise runtime.searching.refusal() from None


async def _search(text: str, limit: int, db: Database) -> SearchResult:
    async with statements_within(db, SEARCH_SECONDS) as connection:
        return await search(connection, text, limit)


def not_searched(text: str) -> SearchResult:
    """Return the result to show when the search is busy, with the text only."""
    return SearchResult(read_query(text).text, is_busy=True)
