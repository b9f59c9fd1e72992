"""`python -m bench.hot_tables [MINUTES]`: sizes of the hot tables under a steady load.

People log in, read pages, save their DIF and register throughout, at rates that leave the machine
idle most of the time; sizes and rows are printed every few minutes. A table that is purged, and
whose rows are updated in place, stops growing once the load has lasted as long as its rows live.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import asyncpg
from rich.console import Console
from rich.table import Table

from bench.people import add_accounts
from bench.requests import Requests
from bench.site import Site, running_site, serving
from bench.visits import ACCOUNTS

TABLES = (
    *("session", "rate_limit", "carried_out", "mail", "registration", "captcha_attempt"),
    *("known_device", "kept_form", "pgqueuer", "pgqueuer_log"),
)
# Of each kind of request, how many a second.
RATES = {"dashboard": 20.0, "loginpage": 5.0, "dif": 1.0, "login": 1.0, "journey": 0.2}
SAMPLES = 12


async def watch(site: Site, minutes: float) -> list[dict[str, tuple[int, int]]]:
    """Apply the load for some minutes; return rows and bytes of each table at each sample."""
    tokens = await add_accounts(site, ACCOUNTS)
    samples = []
    with serving(site) as (port, _):
        requests = Requests(site, port, tokens)
        await requests.prepare()
        kinds = requests.all()
        load = [
            asyncio.create_task(_at_rate(requests, kinds[name], rate))
            for name, rate in RATES.items()
        ]
        connection = await asyncpg.connect(site.database_url)
        samples.append(await _sizes(connection))
        for _ in range(SAMPLES):
            await asyncio.sleep(minutes * 60 / SAMPLES)
            failed = [task for task in load if task.done()]
            if failed:
                await failed[0]
            samples.append(await _sizes(connection))
        for task in load:
            task.cancel()
        await asyncio.gather(*load, return_exceptions=True)
        await connection.close()
        await requests.close()
    return samples


async def _at_rate(
    requests: Requests,
    one: Callable[..., Awaitable[None]],
    rate: float,
) -> None:
    visitor, number = requests.visitor(), 0
    while True:
        due = time.monotonic() + 1 / rate
        await one(visitor, number)
        number += 1
        await asyncio.sleep(max(0, due - time.monotonic()))


async def _sizes(connection: asyncpg.Connection) -> dict[str, tuple[int, int]]:
    found = {}
    for table in TABLES:
        row = await connection.fetchrow(
            f"SELECT count(*) AS rows, pg_total_relation_size('{table}') AS bytes FROM {table}"
        )
        assert row is not None
        found[table] = row["rows"], row["bytes"]
    return found


def main() -> None:
    """Print rows and KiB of each table, a column for each sample."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    with running_site() as site:
        samples = asyncio.run(watch(site, minutes))
    table = Table(title=f"Rows / KiB over {minutes:g} minutes of load: {RATES} a second")
    table.add_column("table")
    for number in range(len(samples)):
        table.add_column(f"{number * minutes / SAMPLES:g} min")
    for name in TABLES:
        cells = [f"{rows}/{size // 1024}" for rows, size in (one[name] for one in samples)]
        table.add_row(name, *cells)
    Console(width=220).print(table)


if __name__ == "__main__":
    main()
