"""Password hashing with argon2id, off the event loop, and strength scores by zxcvbn.

A hash takes tens of milliseconds of a core on purpose. Hashes run in as many threads as there are
cores, shared between the server processes; requests wait in a fair queue (`web.core.fair_queue`)
and are refused with 503 once it is full, so that the rest of the site stays responsive while
someone floods the login page. Each hash is also rate-limited by browser, address and surrounding
networks.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import argon2
import zxcvbn_rs_py
from argon2.exceptions import InvalidHashError, VerificationError

from web.core.crypto.argon2_build import check_argon2
from web.core.fair_queue import BusyError
from web.core.local_limit import LocalLimit
from web.core.ops import metrics
from web.core.pool import Pool
from web.core.rate_limit import Limit, RateLimits, TooManyAttemptsError
from web.settings import Settings

T = TypeVar("T")

# The last of them waits for about a second.
WAITING_PER_THREAD = 32
RETRY_AFTER_SECONDS = 5
ARGON2_VERSION = 19
# Beyond honest use, typing errors included; thousands of agents may share one address.
HASHES = Limit("passwords hashed", 60, 900)
HASHES_PER_ADDRESS, HASHES_PER_NETWORK = 3000, 12_000
NICENESS = 10
# zxcvbn tries every reading of the signs and digits that may stand for letters (l33t): its cost
# explodes with the number of distinct ones, and it holds the GIL meanwhile (100 such characters:
# 700 ms). Disguised words use only a few; past these, they are replaced by signs without a letter,
# which are as hard to guess. Digits are kept: sequences and dates need them, and alone they cost
# little. At most 3 ms, measured by bench/strength.py.
STRENGTH_PREFIX = 32
DISGUISES = "@({[<!|$+%"
DIGITS = "0123456789"
PLAIN_SIGNS = "~^*&#_=;:?"
MOST_DISGUISES = 3
MOST_DISGUISES_WITH_DIGITS = 6


class HashingOverloadedError(BusyError):
    """Too many passwords wait to be hashed."""


class PasswordHasher:
    """Hashing and verification with argon2id, in a bounded thread pool.

    `limits`: where the hits of a request refused here are given back, since nothing was tried.
    """

    def __init__(
        self, settings: Settings, limits: RateLimits | None = None, *, threads: int | None = None
    ) -> None:
        check_argon2()
        self._argon2 = argon2.PasswordHasher(
            time_cost=settings.argon2_time,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_lanes,
        )
        self._limits = limits
        threads = threads or get_thread_count(os.cpu_count() or 1, settings.workers)
        self._pool = Pool(
            "password hashing",
            threads=threads,
            waiting=threads * WAITING_PER_THREAD,
            retry_after=RETRY_AFTER_SECONDS,
            thread_name="argon2",
            initializer=_lower_priority,
            refusal=HashingOverloadedError,
        )
        self._local_limit = LocalLimit(
            per_browser=HASHES.hits,
            per_address=HASHES_PER_ADDRESS,
            per_network=HASHES_PER_NETWORK,
            seconds=HASHES.seconds,
        )
        # Verified when there is no account, so that an unknown NIR takes the same time.
        self._dummy_hash = self._argon2.hash("nobody has this password")

    @property
    def pending(self) -> int:
        """The number of hashes running or waiting."""
        return self._pool.pending

    async def hash(self, password: str) -> str:
        """Hash a password of at most 128 characters.

        Raises HashingOverloadedError, TooManyAttemptsError.
        """
        return await self._run(self._argon2.hash, password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Return whether the password matches; without a hash (None) it takes the same time.

        Raises HashingOverloadedError, TooManyAttemptsError.
        """
        matches = await self._run(self._matches, encoded or self._dummy_hash, password)
        return matches and bool(encoded)

    def is_outdated(self, encoded: str) -> bool:
        """Return whether the current parameters give a stronger hash; a hash is never weakened.

        The cost is memory times passes, as OWASP counts it; more passes cannot replace memory.
        """
        hashed, current = argon2.extract_parameters(encoded), self._argon2
        if hashed.type is not current.type or hashed.version < ARGON2_VERSION:
            return True
        return current.memory_cost >= hashed.memory_cost and (
            current.memory_cost * current.time_cost > hashed.memory_cost * hashed.time_cost
        )

    def close(self) -> None:
        """Stop the threads."""
        self._pool.close()

    def _matches(self, encoded: str, password: str) -> bool:
        try:
            return self._argon2.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., T], *arguments: str) -> T:
        with metrics.HASHING.track_inprogress():
            try:
                return await self._pool.run(function, *arguments, before=self._count)
            except (BusyError, TooManyAttemptsError):
                # No password was compared: the attempt counted by the request did not take place.
                if self._limits is not None:
                    await self._limits.give_back_all()
                raise

    def _count(self) -> None:
        if wait := self._local_limit.hit():
            raise TooManyAttemptsError(HASHES, wait)


def get_thread_count(cores: int, processes: int) -> int:
    """Return the number of hashing threads of a process: its share of the cores, rounded up.

    Rounded up, no core stays idle; more threads than cores would empty each other's caches.
    """
    return max(1, -(-cores // processes))


def _lower_priority() -> None:
    """Schedule hashes after page rendering: on Linux, niceness is per thread."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def strength_score(password: str, personal_words: Sequence[str]) -> int:
    """Return zxcvbn's score, 0 (guessed at once) to 4; takes at most a few milliseconds."""
    return int(zxcvbn_rs_py.zxcvbn(judged_part(password), list(personal_words)).score)


def judged_part(password: str) -> str:
    """Return the text that zxcvbn scores for a password: bounded in length and disguises."""
    start = password[:STRENGTH_PREFIX]
    signs = sum(sign in start for sign in DISGUISES)
    digits = sum(digit in start for digit in DIGITS)
    if signs > MOST_DISGUISES or signs + digits > MOST_DISGUISES_WITH_DIGITS:
        return start.translate(str.maketrans(DISGUISES, PLAIN_SIGNS))
    return start
