"""Creation of databases over one connection kept open, faster than starting `psql` each time."""

from __future__ import annotations

import asyncio

import asyncpg

TEMPLATE = "migrated"


class Clerk:
    """Runs statements between tests, while no event loop runs."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._connection = self._loop.run_until_complete(asyncpg.connect(url))

    def run(self, statement: str) -> None:
        """Run one statement."""
        self._loop.run_until_complete(self._connection.execute(statement))

    def close(self) -> None:
        """Close the connection."""
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()
