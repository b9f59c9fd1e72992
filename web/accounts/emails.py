"""E-mail addresses: shape only; whether one works is proved by the mail it receives."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from web.domain.email_addresses import folded_email

LONGEST_EMAIL = 254


class InvalidEmailError(ValueError):
    """The text is no e-mail address."""


def parse_email(text: str) -> str:
    """The address in its normal form. Raises InvalidEmailError."""
    if len(text) > LONGEST_EMAIL:
        raise InvalidEmailError
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidEmailError from None
    return found.normalized


def is_same_mailbox(one: str, other: str) -> bool:
    """Return whether two texts, as typed, are one address; case does not count."""
    return _comparable(one) == _comparable(other)


def _comparable(text: str) -> str:
    try:
        return folded_email(parse_email(text))
    except InvalidEmailError:
        return folded_email(text)
