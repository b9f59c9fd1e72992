"""Délégations: what a titulaire lets an employer do, and when."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from web.domain.overseas import LEEWAY

# Beyond, a year was mistyped.
FURTHEST_START = timedelta(days=366)
LONGEST = timedelta(days=10 * 366)


class Scope(enum.StrEnum):
    """What the employer may do."""

    CONSULT = "consulter"
    MODIFY = "modifier"

    @property
    def label(self) -> str:
        """In words that follow « peut »."""
        return _LABELS[self]


_LABELS = {
    Scope.CONSULT: "consulter",
    Scope.MODIFY: "consulter et préparer des dossiers",
}


class Stage(enum.Enum):
    """Where a délégation stands on a given day."""

    LIVE = "live"
    TO_COME = "to come"
    ENDED = "ended"
    REVOKED = "revoked"


class PeriodProblem(enum.Enum):
    """Why a délégation cannot run from this day to that one."""

    STARTED = "started"
    TOO_FAR = "too far"
    ENDS_BEFORE = "ends before"
    ENDED = "ended"
    TOO_LONG = "too long"


@dataclass(frozen=True)
class Period:
    """Between two dates, both included; without an end, until it is revoked."""

    starts_on: date
    ends_on: date | None = None

    def overlaps(self, other: Period) -> bool:
        """Whether some day is in both."""
        return not (_is_before(self.ends_on, other.starts_on)) and not (
            _is_before(other.ends_on, self.starts_on)
        )

    def stage(self, today: date, *, revoked: bool) -> Stage:
        """Where a délégation of this period stands; today's date is that of Europe/Paris."""
        if revoked:
            return Stage.REVOKED
        if today < self.starts_on:
            return Stage.TO_COME
        return Stage.ENDED if _is_before(self.ends_on, today) else Stage.LIVE

    def problem(self, today: date) -> PeriodProblem | None:
        """Why it cannot be granted today; the first that is found."""
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
class Wish:
    """A délégation that the titulaire wants to grant; `replaces` those it would overlap."""

    employer_name: str
    siret: str
    scope: Scope
    period: Period
    replaces: bool = False


def _is_before(end: date | None, day: date) -> bool:
    return end is not None and end < day
