"""Invented people, and the fields they fill in."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from stdnum import luhn

from tests.support.programs.settings import CAPTCHA_ANSWER
from web.domain.nir import control_key

PASSWORD = "Chevaux-482-Rouges"
_numbers = itertools.count(1)


def synthetic_nir(number: int, *, sex: int = 2, year: int = 85, month: int = 5) -> str:
    """13 characters of an impossible person: born in a country whose code is not assigned."""
    return f"{sex}{year:02}{month:02}99{990 - number // 999:03}{number % 999 + 1:03}"


def synthetic_siret() -> str:
    """A SIRET that no other test uses; its check digits are valid."""
    number = next(_numbers)
    siren = _with_key(f"9{number:07}")
    return _with_key(f"{siren}0001")


def _with_key(digits: str) -> str:
    """The digits with the Luhn check digit."""
    return digits + luhn.calc_check_digit(digits)


@dataclass
class Person:
    """A person to register."""

    nir: str = field(default_factory=lambda: synthetic_nir(next(_numbers)))
    first_name: str = "Zoé"
    birth_name: str = "d’Orange-Née"
    email: str = ""
    password: str = PASSWORD

    def __post_init__(self) -> None:
        self.email = self.email or f"titulaire{self.nir}@exemple.fr"

    @property
    def nir_with_key(self) -> str:
        """15 characters, spaced as on the card."""
        return (
            f"{self.nir[0]} {self.nir[1:3]} {self.nir[3:5]} {self.nir[5:7]} {self.nir[7:10]} "
            f"{self.nir[10:13]} {control_key(self.nir)}"
        )

    def identity(self, **changes: str) -> dict[str, str]:
        """The fields of the second step."""
        return {
            "nir": self.nir,
            "civility": "madame" if self.nir[0] == "2" else "monsieur",
            "first_name": self.first_name,
            "birth_name": self.birth_name,
            "landline": "",
            "mobile": "06 12 34 56 78",
            "email": self.email,
            "email_confirmation": self.email,
            "answer": CAPTCHA_ANSWER,
            **changes,
        }
