"""The second factor of an agent: a secret shared with an application that makes codes (RFC 6238).

A code is good for its half minute and its two neighbours, by the database's clock, and once: the
step it belongs to is written by the statement that accepts it.
"""

from __future__ import annotations

import base64
import hmac
from uuid import UUID

import pyotp

from web.core.crypto import Vault
from web.core.key_rotation import SealedColumn

STEP_SECONDS = 30
NEIGHBOURS = 1
CODE_DIGITS = 6
SECRET_BYTES = 20
ISSUER = "Compte Formation"
SECRET = SealedColumn("professional", "totp_secret", "professional:{id}.totp_secret")


def seal_secret(vault: Vault, secret: str, agent_id: UUID) -> bytes:
    """For the agent's row, and no other."""
    return vault.seal(secret.encode(), SECRET.context_of({"id": agent_id}))


def open_secret(vault: Vault, box: bytes, agent_id: UUID) -> str:
    """Raises UnreadableBoxError."""
    return vault.open(bytes(box), SECRET.context_of({"id": agent_id})).decode()


def secret_of(material: bytes) -> str:
    """A secret as applications take it, made of at least 20 unpredictable bytes."""
    return base64.b32encode(material[:SECRET_BYTES]).decode()


def step_of(secret: str, code: str, seconds: int) -> int | None:
    """The step whose code this is, `seconds` after 1970; None when it is no code of now."""
    totp = pyotp.TOTP(secret)
    now = seconds // STEP_SECONDS
    found = None
    # All of them are compared, and in constant time: how long it takes tells nothing.
    for step in range(now - NEIGHBOURS, now + NEIGHBOURS + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found


def enrolment_url(secret: str, email: str) -> str:
    """What the picture says, and what a link opens on the device itself."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def spelled(secret: str) -> str:
    """In groups of four, to be typed by who cannot use the picture."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
