"""The task that enqueues the digests, carried out at chosen moments."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from tests.support.db.rows import run
from web.core.clock import PARIS, Clock
from web.core.runtime import Runtime
from web.domain.working_days import is_working_day
from web.organismes.digest.service import enqueue_digests


@dataclass
class Mornings:
    """Working days, and what a worker does on them."""

    runtime: Runtime

    @property
    def day(self) -> date:
        """The first working day after today."""
        return self.after(Clock().today())

    def after(self, day: date) -> date:
        """The first working day after that one."""
        return next(
            later
            for later in (day + timedelta(days=number) for number in range(1, 10))
            if is_working_day(later)
        )

    async def come(self, day: date | None = None, *, at: str = "08:00", workers: int = 1) -> None:
        """Carry out the task at that time in Paris, by several workers at once."""
        moment = datetime.combine(day or self.day, time.fromisoformat(at), PARIS)
        dated = replace(self.runtime, clock=Clock(lambda: moment))
        await asyncio.gather(*(enqueue_digests(dated) for _ in range(workers)))

    async def age(self, dossier_id: UUID, days: int) -> None:
        """Make a dossier wait for that many days."""
        await run(
            self.runtime,
            "UPDATE dossier SET submitted_at = now() - make_interval(days => $2) WHERE id = $1",
            dossier_id,
            days,
        )
