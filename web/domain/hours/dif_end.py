"""The end of the DIF: the last day on which its hours can be used, and their fate afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Loi n° 2014-288 du 5 mars 2014, article 1er, V.
LAST_DAY_OF_THE_LAW = date(2020, 12, 31)


@dataclass(frozen=True)
class DifEnd:
    """The end of the DIF, as of a given day; see `on`.

    `last_day` is the last day on which DIF hours can be used; None when the program sets no end.

    After the end:
    - hours neither reserved nor debited have expired: no computation counts them;
    - hours reserved by a dossier remain reserved, are debited with it, and expire when released;
    - a balance can still be declared or corrected, until the first validation as before: it is a
      record of what was earned, shown as expired, and grants no right;
    - no declaration is required before the first dossier: it is only required because DIF hours are
      used first: with none to use, it would only obstruct people without their attestation.
    """

    last_day: date | None = None
    has_come: bool = False

    @classmethod
    def on(cls, last_day: date | None, today: date) -> DifEnd:
        """Return the end as of `today`, a date in Europe/Paris; the last day still counts."""
        return cls(last_day, last_day is not None and last_day < today)

    @property
    def announced(self) -> date:
        """The last day shown on pages: the law's when the program sets none."""
        return self.last_day or LAST_DAY_OF_THE_LAW

    @property
    def is_of_the_law(self) -> bool:
        """Return whether the day shown is the law's."""
        return self.announced == LAST_DAY_OF_THE_LAW

    def usable(self, free: int) -> int:
        """Return how many of the `free` hours (neither reserved nor debited) a dossier can use."""
        return 0 if self.has_come else max(0, free)

    def ended(self, free: int) -> int:
        """Return how many of the `free` hours (neither reserved nor debited) have expired."""
        return max(0, free) if self.has_come else 0

    def awaits_declaration(self, *, is_declared: bool) -> bool:
        """Return whether a balance, even of 0, must be declared before the first dossier."""
        return not is_declared and not self.has_come
