"""Issue and check challenges.

A challenge is stateless until it is answered: its whole content derives from its token, which
contains its kind, its time and 16 random bytes, with a MAC that covers the browser it was made for.
So a page with a challenge costs no query and any process can draw it. The database is used once, to
record an answer: the first one, right or wrong, invalidates the challenge.
"""

from __future__ import annotations

import enum
import hmac
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from web.captcha import drawing, queries, sound
from web.captcha.alphabet import SEED_BYTES, characters, normalise_answer
from web.captcha.questions import Question, question
from web.core.crypto.tokens import decoded, encoded
from web.core.crypto.vault import Hasher
from web.core.db.connection import Connection
from web.core.rate_limit import HOUR, Limit, TooManyAttemptsError
from web.core.runtime import Runtime

LIFETIME_SECONDS = 600
# Nobody reads the picture and types six characters faster than this; programs do.
MINIMUM_SECONDS = 2
MAC_BYTES = 16
TIME_BYTES = 5
BODY_BYTES = 1 + TIME_BYTES + SEED_BYTES

# A challenge is shown again beside other errors only if this much time is left to correct them.
LEAST_SECONDS_LEFT = 120
LONGEST_ANSWER = 100
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


class TooManyAnswersError(TooManyAttemptsError):
    """Too many answers to the security check came from this browser or this address."""


class Verdict(enum.Enum):
    """The result of checking an answer."""

    PASSED = "passed"
    WRONG = "wrong"
    EXPIRED = "expired"
    ALREADY_USED = "already used"
    TOO_FAST = "too fast"


class Kind(enum.StrEnum):
    """The kind of challenge: characters, seen or heard, or a question, read."""

    CHARACTERS = "caracteres"
    QUESTION = "question"


KINDS = tuple(Kind)


@dataclass(frozen=True)
class Challenge:
    """A challenge; `text` is the question, '' for characters."""

    token: str
    kind: Kind
    seed: bytes
    issued_at: datetime
    text: str = ""


def issue(runtime: Runtime, browser_digest: bytes, kind: Kind, now: datetime) -> Challenge:
    """Return a new challenge for this browser."""
    seed = runtime.randomness.bytes(SEED_BYTES)
    body = bytes([KINDS.index(kind)]) + int(now.timestamp()).to_bytes(TIME_BYTES, "big") + seed
    mac = _mac(runtime.hasher, body, browser_digest)
    return Challenge(encoded(body + mac), kind, seed, now, _text(runtime, kind, seed))


def read_challenge(runtime: Runtime, token: str, browser_digest: bytes) -> Challenge | None:
    """Return the challenge of a token; None if invalid or made for another browser."""
    raw = decoded(token, BODY_BYTES + MAC_BYTES)
    if raw is None:
        return None
    body, mac = raw[:BODY_BYTES], raw[BODY_BYTES:]
    if not hmac.compare_digest(_mac(runtime.hasher, body, browser_digest), mac):
        return None
    kind, seed = KINDS[body[0]], body[1 + TIME_BYTES :]
    issued_at = datetime.fromtimestamp(int.from_bytes(body[1 : 1 + TIME_BYTES], "big"), UTC)
    return Challenge(token, kind, seed, issued_at, _text(runtime, kind, seed))


def has_time_left(challenge: Challenge, now: datetime) -> bool:
    """Return whether enough time is left to show the challenge again."""
    age = (now - challenge.issued_at).total_seconds()
    return age <= LIFETIME_SECONDS - LEAST_SECONDS_LEFT


async def picture(runtime: Runtime, challenge: Challenge) -> bytes:
    """Return the PNG of a challenge, the same each time. Raises BusyError."""
    layout = _derived(runtime, "captcha-layout", challenge.seed)
    written = _characters(runtime, challenge.seed)
    draw = partial(runtime.drawing.run, drawing.draw, written, layout)
    return await runtime.drawn.get(("picture", challenge.seed), draw)


async def recording(runtime: Runtime, challenge: Challenge, *, in_parts: bool = False) -> bytes:
    """Return the WAV of a challenge. Raises BusyError.

    The bytes differ each time, except with `in_parts`: ranges of two different sounds do not fit
    together.
    """
    voice = _derived(runtime, "captcha-manner", challenge.seed)
    spelled = _characters(runtime, challenge.seed)
    if in_parts:
        background = _derived(runtime, "captcha-background", challenge.seed)
        speak = partial(runtime.drawing.run, sound.speak, spelled, voice, background)
        return await runtime.drawn.get(("sound in parts", challenge.seed), speak)
    background = random.Random(runtime.randomness.bytes(SEED_BYTES))  # noqa: S311
    return await runtime.drawing.run(sound.speak, spelled, voice, background)


async def count_attempt(runtime: Runtime, token: str, browser_digest: bytes, address: str) -> None:
    """Count an answer before it is checked. Raises TooManyAnswersError."""
    challenge = read_challenge(runtime, token, browser_digest)
    kind = challenge.kind if challenge else Kind.CHARACTERS
    per_browser, per_address = LIMITS[kind]
    try:
        await runtime.limits.hit((per_browser, browser_digest.hex()), (per_address, address))
    except TooManyAttemptsError as error:
        raise TooManyAnswersError(error.limit, error.retry_after) from None


async def check(
    runtime: Runtime, connection: Connection, token: str, answer: str, browser_digest: bytes
) -> Verdict:
    """Check an answer and invalidate the challenge, in the caller's transaction.

    A challenge is identified by its seed, so that another encoding of its token is no new one.
    """
    challenge = read_challenge(runtime, token, browser_digest)
    if challenge is None:
        return Verdict.EXPIRED
    by_test_answer = _is_test_answer(runtime, normalise_answer(answer))
    right = by_test_answer or _is_right(runtime, challenge, answer)
    digest = sha256(challenge.seed).digest()
    now = await queries.insert_attempt(connection, digest, passed=right)
    if now is None:
        return Verdict.ALREADY_USED
    age = (now - challenge.issued_at).total_seconds()
    if age > LIFETIME_SECONDS:
        return Verdict.EXPIRED
    if not right:
        return Verdict.WRONG
    is_too_fast = age < MINIMUM_SECONDS and not by_test_answer
    return Verdict.TOO_FAST if is_too_fast else Verdict.PASSED


async def purge_attempts(connection: Connection) -> None:
    """Delete the attempts on challenges that have expired since."""
    await queries.delete_attempts(connection, 2 * LIFETIME_SECONDS)


def _is_right(runtime: Runtime, challenge: Challenge, answer: str) -> bool:
    if challenge.kind is Kind.QUESTION:
        return _question(runtime, challenge.seed).accepts(answer[:LONGEST_ANSWER])
    return normalise_answer(answer) == _characters(runtime, challenge.seed)


def _text(runtime: Runtime, kind: Kind, seed: bytes) -> str:
    return _question(runtime, seed).text if kind is Kind.QUESTION else ""


def _characters(runtime: Runtime, seed: bytes) -> str:
    return characters(runtime.hasher.digest("captcha-answer", seed))


def _question(runtime: Runtime, seed: bytes) -> Question:
    return question(_derived(runtime, "captcha-question", seed))


def _derived(runtime: Runtime, use: str, seed: bytes) -> random.Random:
    # Not cryptographic, but its seed is a keyed digest, and therefore secret.
    return random.Random(runtime.hasher.digest(use, seed))  # noqa: S311


def _is_test_answer(runtime: Runtime, given: str) -> bool:
    # Settings refuse this switch in production.
    secret = runtime.settings.captcha_test_answer
    return secret is not None and given == normalise_answer(secret.get_secret_value())


def _mac(hasher: Hasher, body: bytes, browser_digest: bytes) -> bytes:
    return hasher.digest("captcha", body + browser_digest)[:MAC_BYTES]
