"""E-mail addresses: syntax only; a mailed link proves that one works."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from web.domain.email_addresses import folded_email

LONGEST_EMAIL = 254


class InvalidEmailError(ValueError):
    """The text is not an e-mail address."""


def parse_email(text: str) -> str:
    """Return the address in its normal form. Raises InvalidEmailError."""
    if len(text) > LONGEST_EMAIL:
        raise InvalidEmailError
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidEmailError from None
    return found.normalized


def is_same_mailbox(one: str, other: str) -> bool:
    """Return whether two texts, as typed, are the same address, ignoring case."""
    return _comparable(one) == _comparable(other)


def _comparable(text: str) -> str:
    try:
        return folded_email(parse_email(text))
    except InvalidEmailError:
        return folded_email(text)
