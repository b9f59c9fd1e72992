"""What the demonstration has to show from its first start on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from web.catalogue.import_service import apply_catalogue, has_catalogue

# Written for this product: the titles, codes and numbers are invented.
CATALOGUE = Path(__file__).with_name("catalogue.csv")


class _Silent:
    """A watcher that tells nobody: the file is ours, and short."""

    def read(self, line: int, size: int) -> None:
        """Nothing to say."""

    def refused(self, line: int, reason: str) -> None:
        """Nothing to say."""

    def step(self, name: str) -> None:
        """Nothing to say."""


def fill_catalogue(database_url: str) -> None:
    """Import the sample, once: a catalogue that is there stays, even another one."""
    asyncio.run(_fill_catalogue(database_url))


async def _fill_catalogue(database_url: str) -> None:
    if await has_catalogue(database_url):
        return
    with CATALOGUE.open("rb") as file:
        await apply_catalogue(database_url, file, _Silent())
