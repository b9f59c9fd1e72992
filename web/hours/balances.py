"""The hours a person can use: shown on every page, checked by every decision that reserves hours.

The sums come from the ledger, the end of the DIF from web.domain.hours.dif_end. Only `Balances`
combines them: code that reads sums builds one, with the end of the DIF as of that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.core.runtime import Runtime
from web.domain.hours.dif_end import DifEnd


@dataclass(frozen=True)
class Balances:
    """Whole hours, neither reserved nor debited; `dif` is None while it is « non renseigné ».

    A dossier may use `usable_dif` and `usable_cpf` of them.
    """

    dif: int | None
    cpf: int
    dif_end: DifEnd

    @property
    def is_dif_declared(self) -> bool:
        """Return whether a DIF balance was declared, even one of 0."""
        return self.dif is not None

    @property
    def awaits_dif(self) -> bool:
        """Return whether the DIF must be declared before the first dossier."""
        return self.dif_end.awaits_declaration(is_declared=self.is_dif_declared)

    @property
    def usable_dif(self) -> int:
        """The DIF hours a dossier may use."""
        return self.dif_end.usable(self.dif or 0)

    @property
    def ended_dif(self) -> int:
        """The DIF hours that can no longer be used."""
        return self.dif_end.ended(self.dif or 0)

    @property
    def dif_ended_on(self) -> date | None:
        """The last day on which DIF hours could be used; None until it has passed."""
        return self.dif_end.last_day if self.dif_end.has_come else None

    @property
    def usable_cpf(self) -> int:
        """The CPF hours a dossier may use."""
        return max(0, self.cpf)


def current_dif_end(runtime: Runtime) -> DifEnd:
    """Return the end of the DIF, from the settings, as of now by the database's clock."""
    return DifEnd.on(runtime.settings.dif_ends_on, runtime.database_time.today())
