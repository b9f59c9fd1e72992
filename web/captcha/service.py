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
import hmac
import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from web.captcha import drawing, sound
from web.captcha.alphabet import SEED_BYTES, characters, normalise_answer
from web.captcha.questions import Question, question
from web.core.crypto import Hasher
from web.core.db import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime

LIFETIME_SECONDS = 600
# Nobody reads the picture and types six characters faster than this; programs do.
MINIMUM_SECONDS = 2
MAC_BYTES = 16
TIME_BYTES = 5

LONGEST_ANSWER = 100
MOST_WAITING = 64
HOUR = 3600
# Schools and town halls share one address. A question is easier for a program than a picture.
LIMITS = {
    "caracteres": (
        Limit("characters answered per browser", 30, HOUR),
        Limit("characters answered per address", 300, HOUR),
    ),
    "question": (
        Limit("questions answered per browser", 10, HOUR),
        Limit("questions answered per address", 60, HOUR),
    ),
}

_threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="captcha")
_waiting = 0


class Verdict(enum.Enum):
    """What an answer was worth."""

    PASSED = "passed"
    WRONG = "wrong"
    EXPIRED = "expired"
    ALREADY_USED = "already used"
    TOO_FAST = "too fast"


class Kind(enum.StrEnum):
    """Three ways to pass: the characters are seen or heard, the question is read."""

    CHARACTERS = "caracteres"
    QUESTION = "question"


KINDS = tuple(Kind)


@dataclass(frozen=True)
class Challenge:
    """One challenge, as the page needs it; `text` is the question, '' for characters."""

    token: str
    kind: Kind
    seed: bytes
    issued_at: datetime
    text: str = ""


def issue(runtime: Runtime, browser_digest: bytes, kind: Kind, now: datetime) -> Challenge:
    """A new challenge for this browser."""
    seed = runtime.randomness.bytes(SEED_BYTES)
    body = bytes([KINDS.index(kind)]) + int(now.timestamp()).to_bytes(TIME_BYTES, "big") + seed
    mac = _mac(runtime.hasher, body, browser_digest)
    token = base64.urlsafe_b64encode(body + mac).rstrip(b"=").decode()
    text = _question(runtime, seed).text if kind is Kind.QUESTION else ""
    return Challenge(token, kind, seed, now, text)


def read_challenge(runtime: Runtime, token: str, browser_digest: bytes) -> Challenge | None:
    """The challenge a token stands for; None when it was not made for this browser."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii", "replace") + b"==")
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if len(body) != 1 + TIME_BYTES + SEED_BYTES:
        return None
    if not hmac.compare_digest(_mac(runtime.hasher, body, browser_digest), mac):
        return None
    issued_at = datetime.fromtimestamp(int.from_bytes(body[1 : 1 + TIME_BYTES], "big"), UTC)
    return Challenge(token, KINDS[body[0]], body[1 + TIME_BYTES :], issued_at)


async def picture(runtime: Runtime, challenge: Challenge) -> bytes:
    """The PNG of a challenge, drawn off the event loop; the same each time it is asked for."""
    layout = _derived(runtime, "captcha-layout", challenge.seed)
    return await _in_a_thread(drawing.draw, _characters(runtime, challenge.seed), layout)


async def recording(runtime: Runtime, challenge: Challenge) -> bytes:
    """The WAV of a challenge, mixed off the event loop; never the same bytes twice."""
    fresh = random.Random(runtime.randomness.bytes(SEED_BYTES))  # noqa: S311
    return await _in_a_thread(sound.speak, _characters(runtime, challenge.seed), fresh)


class CaptchaOverloadedError(Exception):
    """Too many pictures and sounds are being made."""


async def count_attempt(runtime: Runtime, token: str, browser_digest: bytes, address: str) -> None:
    """Count an answer about to be judged. Raises TooManyAttemptsError."""
    challenge = read_challenge(runtime, token, browser_digest)
    kind = challenge.kind if challenge else Kind.CHARACTERS
    per_browser, per_address = LIMITS[kind]
    await runtime.limits.hit((per_browser, browser_digest.hex()), (per_address, address))


async def check(
    runtime: Runtime, connection: Connection, token: str, answer: str, browser_digest: bytes
) -> Verdict:
    """Judge an answer and use the challenge up, within the caller's transaction."""
    challenge = read_challenge(runtime, token, browser_digest)
    if challenge is None:
        return Verdict.EXPIRED
    by_test_answer = _is_test_answer(runtime, normalise_answer(answer))
    right = by_test_answer or _is_right(runtime, challenge, answer)
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


def _is_right(runtime: Runtime, challenge: Challenge, answer: str) -> bool:
    if challenge.kind is Kind.QUESTION:
        return _question(runtime, challenge.seed).accepts(answer[:LONGEST_ANSWER])
    return normalise_answer(answer) == _characters(runtime, challenge.seed)


def _characters(runtime: Runtime, seed: bytes) -> str:
    return characters(runtime.hasher.digest("captcha-answer", seed))


def _question(runtime: Runtime, seed: bytes) -> Question:
    return question(_derived(runtime, "captcha-question", seed))


def _derived(runtime: Runtime, use: str, seed: bytes) -> random.Random:
    # Not a source of secrets: what it is seeded with is a keyed digest, and that is the secret.
    return random.Random(runtime.hasher.digest(use, seed))  # noqa: S311


async def _in_a_thread(make: Callable[[str, random.Random], bytes], *given: Any) -> bytes:
    """Drawing and mixing are bounded: as many at once as there are cores, and so many waiting."""
    global _waiting
    if _waiting >= MOST_WAITING:
        raise CaptchaOverloadedError
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, make, *given)
    finally:
        _waiting -= 1


def _is_test_answer(runtime: Runtime, given: str) -> bool:
    # Settings refuse this switch in production.
    secret = runtime.settings.captcha_test_answer
    return secret is not None and given == normalise_answer(secret.get_secret_value())


def _mac(hasher: Hasher, body: bytes, browser_digest: bytes) -> bytes:
    return hasher.digest("captcha", body + browser_digest)[:MAC_BYTES]
