"""Run `python ARGUMENTS…` on other days, one after another; `make days` runs the whole suite.

Needs libfaketime (Debian's package `faketime`). Each day is given as an offset from now, so that
every process of a run, PostgreSQL and Chromium included, has the same clock, monotonic time too.
Exits with 1 when a run fails, or when the library is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LIBRARIES = Path("/usr/lib")
LIBRARY = "*/faketime/libfaketimeMT.so.1"
PARIS = ZoneInfo("Europe/Paris")
# A run starts this long before a clock change, so that it happens while tests run.
BEFORE = timedelta(minutes=2)


def other_days(now: datetime) -> Iterator[tuple[str, datetime, str]]:
    """Yield the runs in order: name, start in UTC, time zone of the machine."""
    spring, autumn = _clock_changes(now)
    leap_year = next(year for year in range(now.year + 1, now.year + 10) if _is_leap(year))
    yield "a leap day", datetime(leap_year, 2, 29, 12, tzinfo=UTC), "UTC"
    yield "the clocks go forward", spring - BEFORE, "Europe/Paris"
    yield "the clocks go back", autumn - BEFORE, "America/Los_Angeles"
    yield "the end of a year", datetime(now.year, 12, 31, 23, 55, tzinfo=UTC), "UTC"
    yield "five years on", now + timedelta(days=5 * 365 + 1), "Pacific/Kiritimati"


def _clock_changes(now: datetime) -> tuple[datetime, datetime]:
    """Return the next two clock changes in Europe/Paris, the one to summer time first."""
    changes: dict[bool, datetime] = {}
    hour = now.replace(minute=0, second=0, microsecond=0)
    while len(changes) < 2:
        after = hour + timedelta(hours=1)
        shift = _offset(after) - _offset(hour)
        if shift:
            changes.setdefault(shift > timedelta(0), after)
        hour = after
    return changes[True], changes[False]


def _offset(moment: datetime) -> timedelta:
    return moment.astimezone(PARIS).utcoffset() or timedelta(0)


def _is_leap(year: int) -> bool:
    return date(year, 3, 1) - date(year, 2, 1) == timedelta(days=29)


def main() -> None:
    """Run on each day in turn, and print a line for each."""
    if not sys.argv[1:]:
        sys.exit(__doc__)
    library = next(LIBRARIES.glob(LIBRARY), None)
    if library is None:
        sys.exit("libfaketime is needed: sudo apt-get install faketime")
    lines, failed = [], False
    for name, starts_at, zone in other_days(datetime.now(UTC)):
        offset = round((starts_at - datetime.now(UTC)).total_seconds())
        environment = {
            **os.environ,
            "LD_PRELOAD": str(library),
            "FAKETIME": f"{offset:+d}s",
            "TZ": zone,
            "LC_ALL": "C.UTF-8",
        }
        began = time.monotonic()
        status = subprocess.run(
            [sys.executable, *sys.argv[1:]],
            env=environment,
            check=False,
        ).returncode
        failed = failed or status != 0
        lines.append(
            f"{starts_at:%Y-%m-%d %H:%M} UTC, {name} ({zone}): "
            f"{'passed' if status == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s\n"
        )
        sys.stdout.write(lines[-1])
        sys.stdout.flush()
    sys.stdout.write("\n" + "".join(lines))
    sys.exit(failed)


if __name__ == "__main__":
    main()
