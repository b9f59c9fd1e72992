"""The end of the DIF: the last day its hours may be used, and what becomes of them afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Loi n° 2014-288 du 5 mars 2014, article 1er, V.
LAST_DAY_OF_THE_LAW = date(2020, 12, 31)


@dataclass(frozen=True)
class DifEnd:
    """Whether the DIF has ended, on the day it was made for; see `on`.

    `last_day` is the last day on which DIF hours may be used; None: they have no end here.

    Once the end has come:
    - the hours that are neither reserved nor debited have ended: no computation counts them;
    - the hours that a dossier holds stay with it, are debited with it, and end when it releases
      them;
    - a balance may still be declared or corrected, until the first validation as before: it is a
      record of what was earned, shown as ended, and opens no right;
    - no declaration is asked for before the first dossier. It is asked because DIF hours are used
      first: with nothing to use, the question would only keep back those who no longer have their
      attestation.
    """

    last_day: date | None = None
    has_come: bool = False

    @classmethod
    def on(cls, last_day: date | None, today: date) -> DifEnd:
        """The end as it stands today, a date in Europe/Paris; the last day itself still counts."""
        return cls(last_day, last_day is not None and last_day < today)

    @property
    def announced(self) -> date:
        """The last day that pages tell: the law's, when the program applies none."""
        return self.last_day or LAST_DAY_OF_THE_LAW

    @property
    def is_of_the_law(self) -> bool:
        """Whether the day told is the law's."""
        return self.announced == LAST_DAY_OF_THE_LAW

    def usable(self, free: int) -> int:
        """Return how many of the hours neither reserved nor debited a dossier may use."""
        return 0 if self.has_come else max(0, free)

    def ended(self, free: int) -> int:
        """Return how many of the hours neither reserved nor debited have ended."""
        return max(0, free) if self.has_come else 0

    def awaits_declaration(self, *, is_declared: bool) -> bool:
        """Whether a balance, be it 0, is to be declared before the first dossier."""
        return not is_declared and not self.has_come
