"""French phone numbers, overseas included: validated, stored as E.164, shown in pairs."""

from __future__ import annotations

import enum
import re

import phonenumbers
from phonenumbers import PhoneNumberType

from web.domain.text.typed import LONGEST_TYPED

# Regions with ten digits starting with 0: metropolitan France, then +262 +590 +594 +596.
TEN_DIGITS = ("FR", "RE", "YT", "GP", "BL", "MF", "GF", "MQ")
# Regions with six digits, where the country code must be typed: +508 +681 +687 +689.
SIX_DIGITS = ("PM", "WF", "NC", "PF")
ADMITTED = {
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.VOIP: "landline",
    PhoneNumberType.MOBILE: "mobile",
}
# The library would convert the letters of « 061234dgfs » to digits, and drop an extension.
_TYPED = re.compile(r"(?:\(?\+)?[-0-9(). \u00a0\u202f\u2000-\u200a\u2010-\u2015\u2212]*")
_NOT_DIGITS = re.compile(r"[^0-9]")


class PhoneProblem(enum.Enum):
    """The reason for refusing a number."""

    CHARACTERS = "characters"
    UNKNOWN = "unknown"
    MOBILE_EXPECTED = "mobile expected"
    LANDLINE_EXPECTED = "landline expected"
    SURCHARGED = "surcharged"


class InvalidPhoneError(ValueError):
    """The text is not a French number of the expected kind."""

    def __init__(self, problem: PhoneProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_landline(text: str) -> str:
    """Return a landline number (01 to 05, 09) as E.164. Raises InvalidPhoneError."""
    return _parse(text, "landline", PhoneProblem.LANDLINE_EXPECTED)


def parse_mobile(text: str) -> str:
    """Return a mobile number (06, 07) as E.164. Raises InvalidPhoneError."""
    return _parse(text, "mobile", PhoneProblem.MOBILE_EXPECTED)


def shown_phone(e164: str | None) -> str:
    """Return a number as written in France, like « 06 12 34 56 78 »."""
    if not e164:
        return ""
    number = phonenumbers.parse(e164, None)
    styles = phonenumbers.PhoneNumberFormat
    is_short = phonenumbers.region_code_for_number(number) in SIX_DIGITS
    return phonenumbers.format_number(number, styles.INTERNATIONAL if is_short else styles.NATIONAL)


def _parse(text: str, kind: str, otherwise: PhoneProblem) -> str:
    if len(text) > LONGEST_TYPED:
        raise InvalidPhoneError(PhoneProblem.UNKNOWN)
    if not _TYPED.fullmatch(text):
        raise InvalidPhoneError(PhoneProblem.CHARACTERS)
    number = _valid_number(text)
    if number is None or not _is_all_of(text, number):
        raise InvalidPhoneError(PhoneProblem.UNKNOWN)
    found = phonenumbers.number_type(number)
    if found is PhoneNumberType.FIXED_LINE_OR_MOBILE or ADMITTED.get(found) == kind:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise InvalidPhoneError(otherwise if found in ADMITTED else PhoneProblem.SURCHARGED)


def _is_all_of(text: str, number: phonenumbers.PhoneNumber) -> bool:
    """Return whether every digit typed is part of the number, except dialling prefixes."""
    digits = _NOT_DIGITS.sub("", text)
    national, code = str(number.national_number), str(number.country_code)
    before = digits.removesuffix(national)
    return before != digits and before in ("", "0", code, f"{code}0", f"00{code}", f"00{code}0")


def _valid_number(text: str) -> phonenumbers.PhoneNumber | None:
    """Return the number in the first French region where it is valid."""
    for region in TEN_DIGITS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return None
        if (
            phonenumbers.is_valid_number(number)
            and phonenumbers.region_code_for_number(number) in TEN_DIGITS + SIX_DIGITS
        ):
            return number
    return None
