"""The second factor of an account: TOTP (RFC 6238).

A code is valid for its own 30-second step and one on either side, by the database's clock, and only
once: the statement that accepts it records its step.
"""

from __future__ import annotations

import base64
import hmac

import pyotp

from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.rate_limit import DAY, Limit

STEP_SECONDS = 30
NEIGHBOURS = 1
CODE_DIGITS = 6
SECRET_BYTES = 20
# Three of the million codes are valid at a time: at this many guesses a week, the probability of
# finding one within a year is 0.5 %. A right code resets the count, and a week after its first
# refused code it expires: no account is locked for good.
REFUSED_CODES, REFUSED_SECONDS = 30, 7 * DAY
CODES_IN_A_ROW_PER_DEVICE = Limit(
    "refused codes in a row per known device", REFUSED_CODES, REFUSED_SECONDS
)
ISSUER = "Compte Formation"
# Secrets of agents sealed before titulaires could have one are bound to their former table.
TOTP_SECRET = SealedColumn(
    "login", "totp_secret", "login:{id}.totp_secret", TEXT, earlier="professional:{id}.totp_secret"
)


def secret_of(material: bytes) -> str:
    """Encode at least 20 unpredictable bytes as a base32 secret, using the first 20."""
    return base64.b32encode(material[:SECRET_BYTES]).decode()


def step_of(secret: str, code: str, seconds: int) -> int | None:
    """Return the step of a code valid `seconds` after 1970; None if it is not valid then."""
    totp = pyotp.TOTP(secret)
    now = seconds // STEP_SECONDS
    found = None
    # Compare all of them, in constant time, so that the timing reveals nothing.
    for step in range(now - NEIGHBOURS, now + NEIGHBOURS + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found


def enrolment_url(secret: str, email: str) -> str:
    """Return the otpauth:// URL of the QR code, also offered as a link on the device itself."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def spelled(secret: str) -> str:
    """Format a secret in groups of four, to be typed in when the QR code cannot be used."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
