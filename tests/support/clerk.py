"""Databases made and dropped over one kept connection: `psql` is a program to start each time."""

from __future__ import annotations

import asyncio

import asyncpg


class Clerk:
    """Carries out statements between tests, when no event loop runs."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._connection = self._loop.run_until_complete(asyncpg.connect(url))

    def run(self, statement: str) -> None:
        """One statement."""
        self._loop.run_until_complete(self._connection.execute(statement))

    def close(self) -> None:
        """Leave."""
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()
