"""The queue as its page shows it: its filter (from the URL), its lines and the last decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from web.core.crypto.vault import Vault
from web.core.http.paging import page_asked, page_url
from web.core.text import NBSP
from web.domain.dossier import Event, Status
from web.organismes.queries import DecidedDossier, Queue, QueueLine
from web.people.identity import ACCOUNT_IDENTITY

LONGEST_NUMBER = 20
STATUSES = {
    Status.SUBMITTED: "À traiter",
    Status.VALIDATED: "Validés",
    Status.CLOSED: "Clos",
}
# The query parameter that names the dossier just decided on.
DECIDED = "decision"
_OUTCOMES = {
    Event.VALIDATE: "validé, et les heures sont réservées.",
    Event.SEND_BACK: f"renvoyé{NBSP}: il reviendra ici quand la personne l’aura soumis de nouveau.",
    Event.REFUSE: "refusé.",
    Event.COMPLETE: "clos.",
    Event.ABANDON: "clos.",
    Event.CANCEL: "annulé.",
}
_LETTERS_AND_DIGITS = re.compile(r"[^0-9A-Z]+")


@dataclass(frozen=True)
class QueueFilter:
    """The filter asked for: an existing status or None, the number as typed, and the page."""

    status: Status | None
    typed: str
    page: int
    address: str

    @property
    def number(self) -> str:
        """The letters and digits of the number, in upper case, without separators."""
        return _LETTERS_AND_DIGITS.sub("", self.typed.upper())[:LONGEST_NUMBER]

    @property
    def is_filtered(self) -> bool:
        """Return whether some dossiers may be hidden."""
        return self.status is not None or bool(self.number)

    def url(self, page: int) -> str:
        """Return the URL of a page under this filter."""
        status = self.status.value if self.status else ""
        return page_url(self.address, page, statut=status, numero=self.typed)


def parse_filter(query: Mapping[str, str], address: str) -> QueueFilter:
    """Parse the query string of the page at `address`; an unknown status is ignored."""
    status = next((each for each in STATUSES if each.value == query.get("statut")), None)
    typed = " ".join(query.get("numero", "")[: 2 * LONGEST_NUMBER].split())
    return QueueFilter(status, typed, page_asked(query), address)


def count_sentence(queue: Queue) -> str:
    """Format the count: « 3 dossiers, page 1 sur 2 »."""
    number = queue.paging.total
    return f"{number or 'Aucun'} dossier{'s' if number > 1 else ''}{queue.paging.place}"


def parse_decided(query: Mapping[str, str]) -> UUID | None:
    """Return the id of the dossier just decided on, if the query string names one."""
    try:
        return UUID(query.get(DECIDED, ""))
    except ValueError:
        return None


def outcome_sentence(decided: DecidedDossier) -> str:
    """Return the outcome of a decision, to follow « Le dossier … est »."""
    mail = " Un courriel prévient la personne." if decided.is_notified else ""
    return _OUTCOMES[decided.event] + mail


def person_name(line: QueueLine, vault: Vault) -> str:
    """Return the name of the person as the dossier's page shows it, '' if it cannot be read."""
    if line.account is None:
        return "compte fermé"
    identity = ACCOUNT_IDENTITY.read(vault, line.account.identity, id=line.account.id)
    return identity.full_name if identity else ""
