"""The hours a person has free to use, as the ledger sums them up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db import Connection


@dataclass(frozen=True)
class Balances:
    """Free hours, whole; `dif` is None while it is « non renseigné »."""

    dif: int | None
    cpf: int

    @property
    def is_dif_declared(self) -> bool:
        """Whether a DIF balance was declared, be it of 0."""
        return self.dif is not None

    @property
    def usable_dif(self) -> int:
        """DIF hours a dossier may use."""
        return max(0, self.dif or 0)

    @property
    def usable_cpf(self) -> int:
        """CPF hours a dossier may use."""
        return max(0, self.cpf)


async def find_balances(connection: Connection, person_id: UUID) -> Balances:
    """The person's free hours. To act on them, take turns first: see web.accounts.people."""
    row = await connection.fetchrow(
        "SELECT dif::int AS dif, cpf::int AS cpf FROM hours_balance WHERE person_id = $1", person_id
    )
    return Balances(**row) if row else Balances(None, 0)
