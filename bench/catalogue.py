"""Import and search of a generated catalogue of 50 000 codes.

Run as `python -m bench.catalogue [CODES]`, on a dedicated PostgreSQL 18 with default durability.
Searches are timed on one connection, with the statement prepared; `cpu` is the CPU time of its
server process, independent of the machine's other load.
"""

from __future__ import annotations

import asyncio
import csv
import itertools
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from web.catalogue.import_service import apply_catalogue
from web.catalogue.lines import COLUMNS
from web.catalogue.queries import search
from web.core.db import migrations
from web.core.db.bulk import bulk_connection
from web.core.db.embedded import start_embedded
from web.demo.samples import CATALOGUE

CODES = 50_000
CODES_EACH = 3
TIMES = 20
SEARCHES = (
    "menuisier",
    "menuisiers en bretagne",
    "technicien de maintenance",
    "comptab",
    "mennuisier",
    "tecnicien maintenence",
    "conducteur zygomatique",
    "100123",
    "ma",
    "co",
)
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo tion ment eur age iste erie"


class Silent:
    """A watcher that reports nothing."""

    def read(self, line: int, size: int) -> None:
        """Nothing to say."""

    def refused(self, line: int, reason: str) -> None:
        """Exit: all generated lines should be valid."""
        sys.exit(f"line {line}: {reason}")

    def step(self, name: str) -> None:
        """Nothing to say."""


def main() -> None:
    """Print the time of the import, then one line per search."""
    codes = int(sys.argv[1]) if len(sys.argv) > 1 else CODES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.csv"
        _write(path, codes)
        server = start_embedded(Path(folder) / "postgres")
        try:
            migrations.upgrade(server.get_uri("postgres"))
            asyncio.run(_measure(server.get_uri("postgres"), path))
        finally:
            server.cleanup()


def _write(path: Path, codes: int) -> None:
    """Write a catalogue whose titles combine two of the sample's and a rare word."""
    pick = random.Random(1)
    with CATALOGUE.open(newline="") as file:
        sample = list(csv.DictReader(file))
    syllables = SYLLABLES.split()
    rare = ["".join(pick.choices(syllables, k=pick.randint(3, 5))) for _ in range(8000)]
    regions = sorted({line["region"] for line in sample})
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        numbers = itertools.count(100_000)
        for number in range(0, codes, CODES_EACH):
            one, other = pick.choice(sample), pick.choice(sample)
            title = f"{one['title']}, {other['title'].lower()}, option {pick.choice(rare)}"
            for _ in range(min(CODES_EACH, codes - number)):
                place = {"code_cpf": next(numbers), "region": pick.choice(regions)}
                writer.writerow({**one, **place, "title": title, "rncp": number, "valid_from": ""})


async def _measure(database_url: str, path: Path) -> None:
    started = time.perf_counter()
    with path.open("rb") as file:
        outcome = await apply_catalogue(database_url, file, Silent())
    print(
        f"{outcome.codes} codes of {outcome.certifications} certifications imported in "
        f"{time.perf_counter() - started:.1f} s\n{'':28}{'found':>7}{'median ms':>11}{'cpu ms':>8}"
    )
    async with bulk_connection(database_url) as connection:
        used = Path(f"/proc/{await connection.fetchval('SELECT pg_backend_pid()')}/schedstat")
        for text in SEARCHES:
            found = await search(connection, text)
            before, times = _nanoseconds(used), []
            for _ in range(TIMES):
                started = time.perf_counter()
                await search(connection, text)
                times.append(1000 * (time.perf_counter() - started))
            cpu = (_nanoseconds(used) - before) / TIMES / 1e6
            print(f"{text:28}{found.total:7}{median(times):11.1f}{cpu:8.1f}")


def _nanoseconds(schedstat: Path) -> int:
    return int(schedstat.read_text().split()[0])


if __name__ == "__main__":
    main()
