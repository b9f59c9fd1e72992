"""The yearly credit from a generated file of a million lines: time, throughput, memory.

Run as `python -m bench.credit_hours [LINES]`. It runs the real command in a separate process, on a
dedicated PostgreSQL 18 with default durability. Four passes: everyone new, the same file again, the
next year, and a correction of half of the first file.
"""

from __future__ import annotations

import base64
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from web.core.db import migrations
from web.core.db.embedded import start_embedded

LINES = 1_000_000
EMPLOYERS = 20_000
MEMORY_LIMIT_MB = 300


def main() -> None:
    """Print one line of figures per pass; exit with 1 when memory exceeds its limit."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        server = start_embedded(Path(folder) / "postgres")
        try:
            migrations.upgrade(server.get_uri("postgres"))
            environment = _environment(server.get_uri("postgres"))
            passes = _passes(Path(folder), count)
            print(f"{'':22}{'seconds':>9}{'lines/s':>10}{'process MB':>12}{'server MB':>11}")
            peaks = [_measure(name, path, count, environment) for name, path in passes]
        finally:
            server.cleanup()
    if max(peaks) > MEMORY_LIMIT_MB:
        sys.exit(f"memory: {max(peaks):.0f} MB, over {MEMORY_LIMIT_MB}")


def _environment(database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "ENVIRONMENT": "test",
        "DATABASE_URL": database_url,
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "a@compte-formation.example",
        "CONTACT_TO": "b@compte-formation.example",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "a secret for measuring, of the right length",
        "NIR_KEYS": "bench:" + base64.b64encode(b"k" * 32).decode(),
    }


def _passes(folder: Path, count: int) -> list[tuple[str, Path]]:
    employers = [_siret(number) for number in range(EMPLOYERS)]
    paths = {name: folder / f"{name}.csv" for name in ("first", "next", "corrected")}
    _write(paths["first"], count, 2015, employers, seed=1)
    _write(paths["next"], count, 2016, employers, seed=2)
    _write(paths["corrected"], count, 2015, employers, seed=1, change_half=True)
    return [
        ("everyone new", paths["first"]),
        ("the same file", paths["first"]),
        ("the next year", paths["next"]),
        ("half corrected", paths["corrected"]),
    ]


def _write(
    path: Path, count: int, year: int, employers: list[str], *, seed: int, change_half: bool = False
) -> None:
    """Write a line per person, a second employer for one in ten, with people in random order."""
    pick = random.Random(seed)
    people = list(range(count * 10 // 11 + 1))
    pick.shuffle(people)
    with path.open("w") as file:
        file.write("nir,year,siret,hours_worked,reference_hours\n")
        for line in range(count):
            person = people[line % len(people)]
            employer = employers[(person * 7 + 1000 * (line // len(people))) % len(employers)]
            hours = pick.choice(("1607", "1607", f"{pick.randrange(160_700) / 100:.2f}"))
            if change_half and line % 2:
                hours = "803.5"
            reference = pick.choice(("", "1607", "1607", "1500", "1820"))
            file.write(f"{_nir(person)},{year},{employer},{hours},{reference}\n")


def _nir(number: int) -> str:
    """Return the NIR of a person who cannot exist: born in a country whose code is unassigned."""
    rest, order = divmod(number, 999)
    rest, month = divmod(rest, 12)
    return f"{1 + rest // 100 % 2}{rest % 100:02}{month + 1:02}99{990 - rest // 200}{order + 1:03}"


def _siret(number: int) -> str:
    return _with_key(_with_key(f"{90_000_000 + number}") + "0001")


def _with_key(body: str) -> str:
    """Append the Luhn check digit."""
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(body))]
    return f"{body}{-sum(d - 9 if d > 9 else d for d in doubled) % 10}"


def _measure(name: str, path: Path, count: int, environment: dict[str, str]) -> float:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "web", "credit-hours", str(path)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    peaks = {"server": 0.0}
    watcher = threading.Thread(target=_watch_server, args=(process, peaks))
    watcher.start()
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    watcher.join()
    seconds = time.perf_counter() - started
    own = usage.ru_maxrss / 1024
    assert status == 0, output
    print(f"{name:22}{seconds:9.1f}{count / seconds:10.0f}{own:12.0f}{peaks['server']:11.0f}")
    for line in output.splitlines():
        if "lignes lues" not in line:
            print(f"    {line}")
    return own


def _watch_server(process: subprocess.Popen[str], peaks: dict[str, float]) -> None:
    """Record the peak memory, without shared buffers, of the command's server process."""
    while process.returncode is None:
        for other in psutil.process_iter(["cmdline"]):
            words = " ".join(other.info["cmdline"] or [])
            if words.startswith("postgres: ") and ("[local]" in words or "127.0.0.1" in words):
                try:
                    memory = other.memory_info()
                except psutil.NoSuchProcess:
                    continue
                peaks["server"] = max(peaks["server"], (memory.rss - memory.shared) / 2**20)
        time.sleep(0.2)


if __name__ == "__main__":
    main()
