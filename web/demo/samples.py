"""What the demonstration has to show from its first start on."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import date
from pathlib import Path

from web.catalogue.import_service import apply_catalogue, has_catalogue
from web.core.clock import Clock

# Written for this product: the titles, codes and numbers are invented.
CATALOGUE = Path(__file__).with_name("catalogue.csv")
# The year the sample's days were chosen for; it has no 29 February.
SAMPLE_YEAR = 2026
_DAY = re.compile(rb"\b(\d{4})(?=-\d\d-\d\d\b)")


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
    file = io.BytesIO(dated_sample(Clock().today()))
    await apply_catalogue(database_url, file, _Silent())


def dated_sample(today: date) -> bytes:
    """The sample as a CSV file, its days moved by whole years.

    A demonstration started in any year has formations that are valid, over and still to come.
    """
    years = today.year - SAMPLE_YEAR
    return _DAY.sub(lambda day: b"%04d" % (int(day[1]) + years), CATALOGUE.read_bytes())
