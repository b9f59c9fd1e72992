"""What the catalogue says of a certification and of its codes CPF."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date


class Validity(enum.StrEnum):
    """Whether a code can be used today, in Paris."""

    CURRENT = "current"
    FUTURE = "future"
    OVER = "over"


@dataclass(frozen=True)
class Code:
    """A code CPF: a certification for a public and a region, '' for all of them."""

    code_cpf: str
    audience: str
    region: str
    valid_from: date | None
    valid_until: date | None
    validity: Validity


@dataclass(frozen=True)
class Certification:
    """What a search finds; of `code_count` codes, `codes` are the most useful, best first."""

    title: str
    rncp: str
    level: str
    sector: str
    codes: tuple[Code, ...]
    code_count: int


@dataclass(frozen=True)
class Reading:
    """A word that the catalogue does not have, and the nearest ones that were searched instead."""

    typed: str
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class SearchResult:
    """An answer: `certifications` are the best of `total`.

    `words` are those that had to be found, as they were read; `readings` tells how mistyped ones
    were; `ignored` are near to no word of the catalogue, and the search was made without them.
    """

    text: str
    is_too_short: bool = False
    certifications: tuple[Certification, ...] = ()
    total: int = 0
    words: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    ignored: tuple[str, ...] = ()
    is_busy: bool = False


@dataclass(frozen=True)
class Formation:
    """One code CPF, with its certification and all the codes of it, those of use first."""

    code: Code
    title: str
    rncp: str
    level: str
    sector: str
    codes: tuple[Code, ...]

    @property
    def code_cpf(self) -> str:
        """The code itself."""
        return self.code.code_cpf

    @property
    def is_usable(self) -> bool:
        """Whether a dossier may still be made with this code."""
        return self.code.validity is not Validity.OVER
