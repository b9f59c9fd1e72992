"""The hours a person has free to use: what every page shows and every decision reserves.

The sums are the ledger's; whether the DIF has ended is web.domain.dif_end's. Both meet in
`Balances`, and nowhere else: whoever reads sums makes one, for the end as it stands then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from web.core.db import Connection
from web.core.runtime import Runtime
from web.domain.dif_end import DifEnd


@dataclass(frozen=True)
class Balances:
    """Hours neither reserved nor debited, whole; `dif` is None while it is « non renseigné ».

    Those that a dossier may use are `usable_dif` and `usable_cpf`.
    """

    dif: int | None
    cpf: int
    dif_end: DifEnd

    @property
    def is_dif_declared(self) -> bool:
        """Whether a DIF balance was declared, be it of 0."""
        return self.dif is not None

    @property
    def awaits_dif(self) -> bool:
        """Whether the DIF is to be declared before the first dossier."""
        return self.dif_end.awaits_declaration(is_declared=self.is_dif_declared)

    @property
    def usable_dif(self) -> int:
        """DIF hours a dossier may use."""
        return self.dif_end.usable(self.dif or 0)

    @property
    def ended_dif(self) -> int:
        """DIF hours that nothing can use any more."""
        return self.dif_end.ended(self.dif or 0)

    @property
    def dif_ended_on(self) -> date | None:
        """The last day on which DIF hours could be used, once it is over."""
        return self.dif_end.last_day if self.dif_end.has_come else None

    @property
    def usable_cpf(self) -> int:
        """CPF hours a dossier may use."""
        return max(0, self.cpf)


def dif_end_of(runtime: Runtime) -> DifEnd:
    """The end of the DIF as it stands now: the setting's, by the database's clock."""
    return DifEnd.on(runtime.settings.dif_ends_on, runtime.database_time.today())


async def find_balances(connection: Connection, person_id: UUID, dif_end: DifEnd) -> Balances:
    """The person's free hours. To act on them, take turns first: see web.accounts.people.

    The end of the DIF is to be read after the turn is taken, too: a turn may last past midnight.
    """
    row = await connection.fetchrow(
        "SELECT dif::int AS dif, cpf::int AS cpf FROM hours_balance WHERE person_id = $1", person_id
    )
    return Balances(row["dif"], row["cpf"], dif_end) if row else Balances(None, 0, dif_end)
