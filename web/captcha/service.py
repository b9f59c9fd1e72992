"""Issue and check challenges.

A challenge is stateless until it is answered: everything it shows is derived from its token, which
names its kind, its time and 16 random bytes, sealed by a MAC over the browser it was made for. So a
page with a challenge costs no query and any process can draw it. The database is asked once, when
an answer comes: the first answer, right or wrong, uses the challenge up.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import enum
import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from web.captcha import drawing
from web.captcha.alphabet import SEED_BYTES, characters, normalise_answer
from web.core.crypto import Hasher
from web.core.db import Connection
from web.core.runtime import Runtime

LIFETIME_SECONDS = 600
# Nobody reads the picture and types six characters faster than this; programs do.
MINIMUM_SECONDS = 2
MAC_BYTES = 16
TIME_BYTES = 5

_drawing_threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="captcha")


class Verdict(enum.Enum):
    """What an answer was worth."""

    PASSED = "passed"
    WRONG = "wrong"
    EXPIRED = "expired"
    ALREADY_USED = "already used"
    TOO_FAST = "too fast"


@dataclass(frozen=True)
class Challenge:
    """One challenge, as the page needs it."""

    token: str
    seed: bytes
    issued_at: datetime


def issue(runtime: Runtime, browser_digest: bytes, now: datetime) -> Challenge:
    """A new challenge for this browser."""
    seed = runtime.randomness.bytes(SEED_BYTES)
    body = int(now.timestamp()).to_bytes(TIME_BYTES, "big") + seed
    mac = _mac(runtime.hasher, body, browser_digest)
    token = base64.urlsafe_b64encode(body + mac).rstrip(b"=").decode()
    return Challenge(token, seed, now)


def read_challenge(runtime: Runtime, token: str, browser_digest: bytes) -> Challenge | None:
    """The challenge a token stands for; None when it was not made for this browser."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii", "replace") + b"==")
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if len(body) != TIME_BYTES + SEED_BYTES:
        return None
    if _mac(runtime.hasher, body, browser_digest) != mac:
        return None
    issued_at = datetime.fromtimestamp(int.from_bytes(body[:TIME_BYTES], "big"), UTC)
    return Challenge(token, body[TIME_BYTES:], issued_at)


async def picture(runtime: Runtime, challenge: Challenge) -> bytes:
    """The PNG of a challenge, drawn off the event loop; the same each time it is asked for."""
    loop = asyncio.get_running_loop()
    layout = random.Random(runtime.hasher.digest("captcha-layout", challenge.seed))  # noqa: S311
    text = _characters(runtime, challenge)
    return await loop.run_in_executor(_drawing_threads, drawing.draw, text, layout)


async def check(
    runtime: Runtime, connection: Connection, token: str, answer: str, browser_digest: bytes
) -> Verdict:
    """Judge an answer and use the challenge up, within the caller's transaction."""
    challenge = read_challenge(runtime, token, browser_digest)
    if challenge is None:
        return Verdict.EXPIRED
    given = normalise_answer(answer)
    by_test_answer = _is_test_answer(runtime, given)
    right = by_test_answer or given == normalise_answer(_characters(runtime, challenge))
    now = await connection.fetchval(
        """
        INSERT INTO captcha_attempt (challenge_digest, passed) VALUES ($1, $2)
        ON CONFLICT (challenge_digest) DO NOTHING RETURNING created_at
        """,
        sha256(token.encode()).digest(),
        right,
    )
    if now is None:
        return Verdict.ALREADY_USED
    age = (now - challenge.issued_at).total_seconds()
    if age > LIFETIME_SECONDS:
        return Verdict.EXPIRED
    if 0 <= age < MINIMUM_SECONDS and not by_test_answer:
        return Verdict.TOO_FAST
    return Verdict.PASSED if right else Verdict.WRONG


async def purge_attempts(connection: Connection) -> None:
    """Forget challenges that have expired by themselves."""
    await connection.execute(
        "DELETE FROM captcha_attempt WHERE created_at < now() - make_interval(secs => $1)",
        2 * LIFETIME_SECONDS,
    )


def _characters(runtime: Runtime, challenge: Challenge) -> str:
    return characters(runtime.hasher.digest("captcha-answer", challenge.seed))


def _is_test_answer(runtime: Runtime, given: str) -> bool:
    # Settings refuse this switch in production.
    secret = runtime.settings.captcha_test_answer
    return secret is not None and given == normalise_answer(secret.get_secret_value())


def _mac(hasher: Hasher, body: bytes, browser_digest: bytes) -> bytes:
    return hasher.digest("captcha", body + browser_digest)[:MAC_BYTES]
