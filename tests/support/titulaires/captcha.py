"""Answers to the security check, derived with the secret of its challenges."""

from __future__ import annotations

import asyncio
import base64
import random
import time

from tests.support.http.client import Client
from web.captcha.alphabet import characters
from web.captcha.questions import question
from web.captcha.service import KINDS, MAC_BYTES, MINIMUM_SECONDS, TIME_BYTES, Kind
from web.core.crypto.vault import Hasher


def right_answer(secret: str, token: str) -> str:
    """The right answer to the challenge of this token."""
    raw, hasher = base64.urlsafe_b64decode(token + "=="), Hasher(secret)
    seed = raw[1 + TIME_BYTES : -MAC_BYTES]
    if KINDS[raw[0]] is Kind.QUESTION:
        asked = question(random.Random(hasher.digest("captcha-question", seed)))
        return max(asked.answers, key=len)
    return characters(hasher.digest("captcha-answer", seed))


async def challenge_of(client: Client) -> str:
    """The token of a challenge shown to this browser."""
    return (await client.get("/contact")).values("/contact")["challenge"]


async def old_enough(token: str) -> None:
    """Wait until the challenge is old enough for a human's fastest answer."""
    issued_at = int.from_bytes(base64.urlsafe_b64decode(token + "==")[1 : 1 + TIME_BYTES], "big")
    while time.time() < issued_at + MINIMUM_SECONDS + 1:
        await asyncio.sleep(0.05)
