"""E-mail addresses: shape only; whether one works is proved by the mail it receives."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


class InvalidEmailError(ValueError):
    """The text is no e-mail address."""


def parse_email(text: str) -> str:
    """The address in its normal form. Raises InvalidEmailError."""
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidEmailError from None
    return found.normalized
