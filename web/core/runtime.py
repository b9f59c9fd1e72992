"""The services that handlers and jobs depend on, built once per process."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial

from web.core.addresses import Addresses
from web.core.clock import Clock, Randomness
from web.core.crypto.passwords import PasswordHasher
from web.core.crypto.vault import Hasher, Vault
from web.core.db.database import Database
from web.core.db.database_time import DatabaseTime
from web.core.db.replica import Reads
from web.core.fair_queue import FairQueue
from web.core.local_limit import LocalLimit
from web.core.pool import Pool
from web.core.rate_limit import RateLimits
from web.core.recent import Recent
from web.settings import Settings

# Drawing takes milliseconds of one thread; a search, at worst, a second of database time.
DRAWINGS_WAITING, DRAWING_RETRY_SECONDS = 64, 2
# Drawing releases the GIL only in a few calls into C: a second thread would add little throughput,
# and the event loop would compete with both: with fifty concurrent requests its longest wait was
# twice as long (measured by bench/captcha.py). With 1 ms instead of 5 ms, the loop is back sooner.
SWITCH_SECONDS = 0.001
SEARCHES_AT_ONCE, SEARCHES_WAITING, SEARCH_RETRY_SECONDS = 2, 32, 5
# Covers a reloaded page, and an audio player that requests ranges.
DRAWN_FOR_SECONDS, DRAWN_AT_MOST = 5, 32
# Per minute: fast typing without a pause, a class of thirty, a few schools.
LIVE_PER_BROWSER, LIVE_PER_ADDRESS, LIVE_PER_NETWORK = 120, 600, 2400


@dataclass(frozen=True)
class Runtime:
    """The services of a process, built from the settings, a clock and a source of randomness.

    `reads` answers what may be a moment old. `drawing` is the thread of captcha rendering,
    `searching` the queue of catalogue search; `drawn` caches recent captchas; `live_limit` limits
    the fragments requested while typing.
    """

    settings: Settings
    db: Database
    reads: Reads
    vault: Vault
    hasher: Hasher
    passwords: PasswordHasher
    limits: RateLimits
    clock: Clock
    database_time: DatabaseTime
    randomness: Randomness
    drawing: Pool
    drawn: Recent[bytes]
    searching: FairQueue
    live_limit: LocalLimit
    addresses: Addresses

    def path(self, name: str, /, **parameters: object) -> str:
        """Return the path of the route of this name; see Addresses.path."""
        return self.addresses.path(name, **parameters)

    def url(self, name: str, /, **parameters: object) -> str:
        """Return the absolute URL of the route of this name, for mails."""
        return f"{self.settings.public_url}{self.addresses.path(name, **parameters)}"


def build_runtime(
    settings: Settings,
    *,
    addresses: Addresses | None = None,
    clock: Clock | None = None,
    randomness: Randomness | None = None,
) -> Runtime:
    """Build the services; no connection is opened yet.

    `addresses` come from the application's routes; a process that links to no page needs none.
    """
    randomness, clock = randomness or Randomness(), clock or Clock()
    hasher = Hasher(settings.secret_key.get_secret_value())
    db = Database(settings.database_url)
    limits = RateLimits(db, hasher)
    return Runtime(
        settings=settings,
        db=db,
        reads=Reads(db, settings.read_database_url),
        vault=Vault(settings.keyring, randomness),
        hasher=hasher,
        passwords=PasswordHasher(settings, limits),
        limits=limits,
        clock=clock,
        database_time=DatabaseTime(clock, db),
        randomness=randomness,
        drawing=Pool(
            "drawing",
            threads=1,
            waiting=DRAWINGS_WAITING,
            retry_after=DRAWING_RETRY_SECONDS,
            thread_name="captcha",
            initializer=partial(sys.setswitchinterval, SWITCH_SECONDS),
        ),
        drawn=Recent(seconds=DRAWN_FOR_SECONDS, most=DRAWN_AT_MOST),
        searching=FairQueue(
            "search",
            at_once=SEARCHES_AT_ONCE,
            waiting=SEARCHES_WAITING,
            retry_after=SEARCH_RETRY_SECONDS,
        ),
        live_limit=LocalLimit(
            per_browser=LIVE_PER_BROWSER,
            per_address=LIVE_PER_ADDRESS,
            per_network=LIVE_PER_NETWORK,
            seconds=60,
        ),
        addresses=addresses or Addresses(),
    )
