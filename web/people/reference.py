"""The reference of an account: a short name that a person can read out to the service.

It is the first 12 hexadecimal digits of the account's id. It finds an account, and proves nothing.
"""

from __future__ import annotations

import re
from uuid import UUID

_DIGITS = 12
_GROUP = 4
_SEPARATORS = re.compile(r"[\s\u2010-\u2015-]+")
_REFERENCE = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")


def account_reference(account_id: UUID) -> str:
    """Return the reference of an account, as shown: « 1A2B-3C4D-5E6F »."""
    digits = account_id.hex[:_DIGITS].upper()
    return "-".join(digits[start : start + _GROUP] for start in range(0, _DIGITS, _GROUP))


def parse_account_reference(text: str) -> str | None:
    """Return the 12 digits of a reference, in lower case; None when the text is not one.

    Spaces, hyphens and case are ignored.
    """
    digits = _SEPARATORS.sub("", text).lower()
    return digits if _REFERENCE.fullmatch(digits) else None
