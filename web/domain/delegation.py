"""Délégations: the rights that a titulaire grants an employer, and their period."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from web.domain.dates import LEEWAY

# Beyond these, the year was mistyped.
FURTHEST_START = timedelta(days=366)
LONGEST = timedelta(days=10 * 366)


class Scope(enum.StrEnum):
    """The employer's rights."""

    CONSULT = "consulter"
    MODIFY = "modifier"

    @property
    def label(self) -> str:
        """French infinitives, to follow « peut »."""
        return _LABELS[self]


_LABELS = {
    Scope.CONSULT: "consulter",
    Scope.MODIFY: "consulter et préparer des dossiers",
}


class Stage(enum.Enum):
    """The state of a délégation on a given day."""

    LIVE = "live"
    TO_COME = "to come"
    ENDED = "ended"
    REVOKED = "revoked"


class PeriodProblem(enum.Enum):
    """The reason why a délégation cannot have a given period."""

    STARTED = "started"
    TOO_FAR = "too far"
    ENDS_BEFORE = "ends before"
    ENDED = "ended"
    TOO_LONG = "too long"


@dataclass(frozen=True)
class Period:
    """A period, both days included; without an end, it lasts until revoked."""

    starts_on: date
    ends_on: date | None = None

    def overlaps(self, other: Period) -> bool:
        """Return whether the periods have a day in common."""
        return not (_is_before(self.ends_on, other.starts_on)) and not (
            _is_before(other.ends_on, self.starts_on)
        )

    def stage(self, today: date, *, revoked: bool) -> Stage:
        """Return the stage of a délégation of this period; `today` is the date in Europe/Paris."""
        if revoked:
            return Stage.REVOKED
        if today < self.starts_on:
            return Stage.TO_COME
        return Stage.ENDED if _is_before(self.ends_on, today) else Stage.LIVE

    def problem(self, today: date) -> PeriodProblem | None:
        """Return the first reason why this period cannot be granted today, or None."""
        if self.starts_on < today - LEEWAY:
            return PeriodProblem.STARTED
        if self.starts_on > today + FURTHEST_START:
            return PeriodProblem.TOO_FAR
        if self.ends_on is None:
            return None
        if self.ends_on < self.starts_on:
            return PeriodProblem.ENDS_BEFORE
        if self.ends_on < today:
            return PeriodProblem.ENDED
        return PeriodProblem.TOO_LONG if self.ends_on > self.starts_on + LONGEST else None


@dataclass(frozen=True)
class DelegationRequest:
    """A délégation to be granted; `replaces`: whether it revokes those it overlaps."""

    employer_name: str
    siret: str
    scope: Scope
    period: Period
    replaces: bool = False


def _is_before(end: date | None, day: date) -> bool:
    return end is not None and end < day
