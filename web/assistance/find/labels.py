"""The French words of `account find`."""

from __future__ import annotations

from web.assistance.email_change.records import ServiceChange, State
from web.assistance.find.queries import SentMail
from web.core.mail.held import in_french
from web.core.text import NBSP
from web.filters import french_moment

STATUSES = {
    "queued": "en attente",
    "retrying": "pas encore parti, nouvel essai prévu",
    "sent": "envoyé",
    "held": "retenu",
    "limited": "non envoyé, trop de courriels pour cette boîte",
    "grouped": "groupé avec un autre",
}
CHANGES = {
    State.ASKED: "à confirmer depuis la nouvelle adresse",
    State.CONFIRMED: "confirmé",
    State.EFFECTIVE: "pris en compte",
    State.REFUSED: "refusé depuis l’ancienne adresse",
    State.EXPIRED: "jamais confirmé",
    State.REPLACED: "remplacé par un autre",
    State.TAKEN: "impossible, un autre compte a cette adresse",
}


def partly_masked(address: str) -> str:
    """Mask an address but for the ends of its local part: `j…n@exemple.fr`."""
    local, _, domain = address.rpartition("@")
    last = local[-1] if len(local) > 2 else ""
    return f"{local[:1]}…{last}@{domain}"


def mail_line(mail: SentMail) -> str:
    """Return a mail in one line: its time, its kind, what became of it and why."""
    outcome = STATUSES[mail.status]
    if mail.next_attempt_at is not None and mail.status in ("queued", "retrying"):
        outcome = f"{outcome} le {french_moment(mail.next_attempt_at)}"
    if mail.reason and mail.status in ("held", "retrying"):
        outcome = f"{outcome}{NBSP}: {in_french(mail.reason)}"
    return f"{french_moment(mail.created_at)}, {mail.kind}{NBSP}: {outcome}"


def change_line(change: ServiceChange, address: str) -> str:
    """Return a change of address by the service in one line."""
    line = (
        f"demandé au service le {french_moment(change.asked_at)}, vers {partly_masked(address)}"
        f"{NBSP}: {CHANGES[change.state]}"
    )
    if change.is_pending:
        due = french_moment(change.due_at)
        return f"{line}, prend effet le {due} au plus tôt"
    return line
