"""The inbox of the dashboard: decisions to read, dossiers to complete, and those that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from web.core.clock import PARIS
from web.core.crypto.vault import Vault
from web.core.text import NBSP
from web.domain.dossier import Event, Status
from web.dossiers.labels import capitalized, step_label
from web.dossiers.reasons import open_reason
from web.home.queries import Item


@dataclass(frozen=True)
class Line:
    """A dossier of the inbox: its decision or its state, and the organisme's reason, or ''."""

    id: UUID
    number: str
    title: str
    state: str
    reason: str = ""
    is_good: bool = False


@dataclass(frozen=True)
class Inbox:
    """The lines to show, each list in the order of the summary."""

    decisions: tuple[Line, ...]
    to_correct: tuple[Line, ...]
    to_complete: tuple[Line, ...]
    waiting: tuple[Line, ...]


def build_inbox(items: Iterable[Item], vault: Vault, today: date) -> Inbox:
    """Sort and word the dossiers of a summary."""
    decisions, to_correct, to_complete, waiting = [], [], [], []
    for item in items:
        if item.status is Status.SUBMITTED:
            waiting.append(_line(item, _since(item, today)))
        elif item.status is not Status.DRAFT:
            decisions.append(_decision(item, vault))
        elif item.last is Event.SEND_BACK:
            by = item.organisme or "l’organisme"
            to_correct.append(_line(item, f"Renvoyé par {by}", _reason(item, vault)))
        else:
            to_complete.append(_line(item, "Pas encore soumis"))
    return Inbox(tuple(decisions), tuple(to_correct), tuple(to_complete), tuple(waiting))


def _decision(item: Item, vault: Vault) -> Line:
    state = f"{capitalized(step_label(item.last))}, par {item.organisme}"
    is_good = item.last in (Event.VALIDATE, Event.COMPLETE)
    return _line(item, state, _reason(item, vault), is_good=is_good)


def _since(item: Item, today: date) -> str:
    assert item.submitted_at  # noqa: S101 - a submitted dossier has its date
    days = (today - _day(item.submitted_at)).days
    ago = "aujourd’hui" if days < 1 else "hier" if days == 1 else f"il y a {days}{NBSP}jours"
    return f"Soumis à {item.organisme} {ago}"


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


def _line(item: Item, state: str, reason: str = "", *, is_good: bool = False) -> Line:
    title = item.title or "Formation à choisir"
    return Line(item.id, item.number, title, state, reason, is_good)


def _reason(item: Item, vault: Vault) -> str:
    return open_reason(vault, item.reason, item.id, item.revision or 0)
