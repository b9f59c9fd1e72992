"""`python -m bench`: all timed budgets, in a table and a JSON file."""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measures import CORES, run_all
from bench.requests import PROCESSES
from bench.site import running_site
from web.core.crypto.argon2_build import describe_argon2

RESULT = Path("build/bench.json")
LIBRARIES = ("starlette", "granian", "asyncpg", "databases", "argon2-cffi", "jinja2")


def main() -> int:
    """Measure, print the table and write the file; return 1 when a goal is missed."""
    with running_site() as site:
        rows, requests = asyncio.run(run_all(site))
    title = f"{CORES} cores, Python {platform.python_version()}"
    table = Table(title=title, caption=describe_argon2())
    for column in ("what", "measured", "against", "yardstick", "ratio", "goal", ""):
        table.add_column(column)
    for row in rows:
        cells = [row["what"], row["measured"], row["against"], row["yardstick"], row["ratio"]]
        table.add_row(*map(str, cells), row["goal"], "kept" if row["kept"] else "MISSED")
    Console().print(table)
    costs = Table(title=f"One request, {PROCESSES} server processes and a mail worker")
    for column in (
        "request",
        "per second",
        "CPU of the site, ms",
        "CPU of PostgreSQL, ms",
        "its log, bytes",
    ):
        costs.add_column(column)
    for request in requests:
        costs.add_row(*map(str, request.values()))
    Console().print(costs)
    RESULT.parent.mkdir(exist_ok=True)
    machine = {
        "cores": CORES,
        "python": platform.python_version(),
        "system": platform.system(),
        "argon2": describe_argon2(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    RESULT.write_text(
        json.dumps(
            {"machine": machine, "rows": rows, "requests": requests}, ensure_ascii=False, indent=1
        )
    )
    return 0 if all(row["kept"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
