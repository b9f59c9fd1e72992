"""What of the queue is asked for: a status, a number, a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from web.domain.dossier import Status
from web.organismes.queries import Queue

QUEUE_URL = "/organisme"
NEAR = 2
LAST_PAGE = 100_000
LONGEST_NUMBER = 20
STATUSES = {
    Status.SUBMITTED: "À traiter",
    Status.VALIDATED: "Validés",
    Status.CLOSED: "Clos",
}
_LETTERS_AND_DIGITS = re.compile(r"[^0-9A-Z]+")


@dataclass(frozen=True)
class Asked:
    """Whatever the address says, a status that exists or none; `typed` is the number as typed."""

    status: Status | None
    typed: str
    page: int

    @property
    def number(self) -> str:
        """The letters and digits of the number: separators and case are forgiven."""
        return _LETTERS_AND_DIGITS.sub("", self.typed.upper())[:LONGEST_NUMBER]

    @property
    def is_filtered(self) -> bool:
        """Whether some dossiers may be hidden."""
        return self.status is not None or bool(self.number)

    def url(self, page: int) -> str:
        """The address of a page under this filter."""
        asked = {
            "statut": self.status.value if self.status else "",
            "numero": self.typed,
            "page": str(page) if page > 1 else "",
        }
        query = urlencode({name: text for name, text in asked.items() if text})
        return f"{QUEUE_URL}?{query}" if query else QUEUE_URL


def asked_for(query: Mapping[str, str]) -> Asked:
    """What the address asks for."""
    status = next((each for each in STATUSES if each.value == query.get("statut")), None)
    page = query.get("page", "")
    wanted = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    typed = " ".join(query.get("numero", "")[: 2 * LONGEST_NUMBER].split())
    return Asked(status, typed, min(max(wanted, 1), LAST_PAGE))


def pages_near(queue: Queue) -> list[int]:
    """The pages to link to: the first, the last, and those near this one."""
    near = range(queue.page - NEAR, queue.page + NEAR + 1)
    return sorted({1, queue.last, *(page for page in near if 1 <= page <= queue.last)})


def count_sentence(queue: Queue) -> str:
    """« 3 dossiers, page 1 sur 2 »."""
    number = queue.total
    text = f"{number or 'Aucun'} dossier{'s' if number > 1 else ''}"
    return f"{text}, page {queue.page} sur {queue.last}" if queue.last > 1 else text
