"""Records of the catalogue: certifications, codes CPF and search results."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date


class Validity(enum.StrEnum):
    """The validity of a code today, in Paris."""

    CURRENT = "current"
    FUTURE = "future"
    OVER = "over"


@dataclass(frozen=True)
class Code:
    """A code CPF: a certification for an audience and a region, '' for all of them."""

    code_cpf: str
    audience: str
    region: str
    valid_from: date | None
    valid_until: date | None
    validity: Validity


@dataclass(frozen=True)
class Certification:
    """A search result; `codes` are the best of its `code_count` codes, best first."""

    title: str
    rncp: str
    level: str
    sector: str
    codes: tuple[Code, ...]
    code_count: int


@dataclass(frozen=True)
class Reading:
    """A word that the catalogue does not have, and the nearest ones, searched instead."""

    typed: str
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class SearchResult:
    """The results of a search: `certifications` are the best of `total`.

    `words` are the required words, spelling corrected; `readings` lists the corrections; `ignored`
    are words too far from any word of the catalogue, left out of the search.
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
    """One code CPF, with its certification and all of its codes, the valid ones first."""

    code: Code
    title: str
    rncp: str
    level: str
    sector: str
    codes: tuple[Code, ...]

    @property
    def code_cpf(self) -> str:
        """The code CPF as text."""
        return self.code.code_cpf

    @property
    def is_usable(self) -> bool:
        """Return whether a dossier may still use this code."""
        return self.code.validity is not Validity.OVER
