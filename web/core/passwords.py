"""Password hashing with argon2id, off the event loop, bounded and fair, and strength by zxcvbn.

Hashing costs tens of milliseconds of a core on purpose. It runs in as many threads as there are
cores; requests wait for them in turns (see `web.core.fair_queue`) and past a bound are refused with
503, so that the rest of the site stays quick while someone floods the login page. Each hash made
for a request is counted for its browser, its address and the networks around.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import argon2
import zxcvbn_rs_py
from argon2.exceptions import InvalidHashError, VerificationError

from web.core import metrics
from web.core.fair_queue import BusyError, FairQueue
from web.core.pace import Pace
from web.core.rate_limit import Limit, RateLimits, TooManyAttemptsError
from web.settings import Settings

T = TypeVar("T")

WAITING_PER_THREAD = 16
RETRY_AFTER_SECONDS = 5
ARGON2_VERSION = 19
# Past what people do, however they hesitate; thousands of agents may come through one address.
HASHES = Limit("passwords hashed", 60, 900)
HASHES_PER_ADDRESS, HASHES_PER_NETWORK = 3000, 12_000
NICENESS = 10
# zxcvbn tries every reading of the signs and digits that may stand for letters (p@ssw0rd): its cost
# explodes with how many kinds of them there are, and it holds the interpreter meanwhile (100
# characters of them: 700 ms). Words are disguised with a few; past these, another sign is worth as
# much to a guesser. Digits are left: sequences and dates are made of them, and alone they cost
# little. At most 3 ms, measured by bench/strength.py.
STRENGTH_PREFIX = 32
DISGUISES = "@({[<!|$+%"
DIGITS = "0123456789"
PLAIN_SIGNS = "~^*&#_=;:?"
MOST_DISGUISES = 3
MOST_DISGUISES_WITH_DIGITS = 6


class HashingOverloadedError(BusyError):
    """Too many passwords are waiting to be hashed."""


class PasswordHasher:
    """argon2id in bounded threads; `limits` take back what a request refused here has counted."""

    def __init__(
        self, settings: Settings, limits: RateLimits | None = None, *, threads: int | None = None
    ) -> None:
        self._argon2 = argon2.PasswordHasher(
            time_cost=settings.argon2_time,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_lanes,
        )
        self._limits = limits
        threads = threads or os.cpu_count() or 1
        self._executor = ThreadPoolExecutor(
            threads, thread_name_prefix="argon2", initializer=_step_back
        )
        self._queue = FairQueue(
            "password hashing",
            at_once=threads,
            waiting=threads * WAITING_PER_THREAD,
            retry_after=RETRY_AFTER_SECONDS,
            refusal=HashingOverloadedError,
        )
        self._pace = Pace(
            per_browser=HASHES.hits,
            per_address=HASHES_PER_ADDRESS,
            per_network=HASHES_PER_NETWORK,
            seconds=HASHES.seconds,
        )
        # Verified against when there is no account, so that an unknown NIR costs the same time.
        self._nobody = self._argon2.hash("nobody has this password")

    @property
    def pending(self) -> int:
        """Hashes running or waiting; shown in the metrics."""
        return self._queue.pending

    async def hash(self, password: str) -> str:
        """Hash a password of at most 128 characters.

        Raises HashingOverloadedError, TooManyAttemptsError.
        """
        return await self._run(self._argon2.hash, password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password is the one hashed; costs the same with nothing to compare to.

        Raises HashingOverloadedError, TooManyAttemptsError.
        """
        matches = await self._run(self._matches, encoded or self._nobody, password)
        return matches and bool(encoded)

    def is_outdated(self, encoded: str) -> bool:
        """Return whether today's parameters would make a stronger hash: one is never weakened.

        The cost is memory times passes, as OWASP counts it; more passes do not excuse less memory.
        """
        made, today = argon2.extract_parameters(encoded), self._argon2
        if made.type is not today.type or made.version < ARGON2_VERSION:
            return True
        return today.memory_cost >= made.memory_cost and (
            today.memory_cost * today.time_cost > made.memory_cost * made.time_cost
        )

    def close(self) -> None:
        """Stop the threads."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _matches(self, encoded: str, password: str) -> bool:
        try:
            return self._argon2.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., T], *arguments: str) -> T:
        with metrics.HASHING.track_inprogress():
            try:
                async with self._queue.turn() as turn:
                    if wait := self._pace.spend():
                        raise TooManyAttemptsError(HASHES, wait)
                    return await turn.run(self._executor, function, *arguments)
            except (BusyError, TooManyAttemptsError):
                # No password was compared: what the request counted for was not tried.
                if self._limits is not None:
                    await self._limits.give_back_all()
                raise


def _step_back() -> None:
    """Let pages go before hashes: on Linux, niceness is a thread's own."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def strength_score(password: str, personal_words: Sequence[str]) -> int:
    """zxcvbn's score, 0 (guessed at once) to 4; at most a few milliseconds."""
    return int(zxcvbn_rs_py.zxcvbn(judged_part(password), list(personal_words)).score)


def judged_part(password: str) -> str:
    """Return the part of a password that zxcvbn judges: bounded in length and disguises."""
    start = password[:STRENGTH_PREFIX]
    signs = sum(sign in start for sign in DISGUISES)
    digits = sum(digit in start for digit in DIGITS)
    if signs > MOST_DISGUISES or signs + digits > MOST_DISGUISES_WITH_DIGITS:
        return start.translate(str.maketrans(DISGUISES, PLAIN_SIGNS))
    return start
