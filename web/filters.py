"""Template filters: dates, numbers, abbreviations and outlines in French pages and mails."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from web.core.clock import PARIS
from web.core.text import NBSP
from web.domain.glossary import ABBREVIATIONS
from web.domain.siret import shown_siret
from web.domain.text.folding import fold
from web.people.phones import shown_phone
from web.people.sentences import when_again

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
ABBREVIATION = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)})\b")
DOSSIER_NUMBER = re.compile(r"\bD\d\d-\d{3}-\d{3}-\d{3}\b")
# Not broken at its hyphens, nor translated.
UNBROKEN = Markup('<span class="unbroken" translate="no">{}</span>')
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
HEADED = Markup('<h2 id="{}">{}</h2>')
ABBR = Markup('<abbr title="{}">{}</abbr>')
ZONE = " (heure de Paris)"


def french_date(day: date) -> str:
    """Format a date: « 1er mars 2027 »; a datetime is converted to Europe/Paris."""
    if isinstance(day, datetime):
        day = day.astimezone(PARIS).date()
    number = "1er" if day.day == 1 else str(day.day)
    return NBSP.join((number, MONTHS[day.month - 1], str(day.year)))


def french_period(start: date | None, end: date | None) -> str:
    """Format a period: « du 1er mars 2027 au 18 juin 2027 »; either end may be unknown."""
    if start and end:
        if start == end:
            return f"le {french_date(start)}"
        return f"du {french_date(start)} au {french_date(end)}"
    if start:
        return f"à partir du {french_date(start)}"
    return f"jusqu’au {french_date(end)}" if end else ""


def french_month(day: date) -> str:
    """Format a month: « mars 2027 »."""
    return f"{MONTHS[day.month - 1]}{NBSP}{day.year}"


def french_moment(moment: datetime, *, zone: bool = True) -> str:
    """Format a datetime: « 8 décembre 2026 à 14 h 05 (heure de Paris) ».

    The zone is named for readers in Cayenne or Nouméa; `zone=False` where the page states it once.
    """
    local = moment.astimezone(PARIS)
    return f"{french_date(local)} à{NBSP}{_hour(local)}{ZONE if zone else ''}"


def french_time(moment: datetime) -> str:
    """Format a time: « 14 h 05 (heure de Paris) »."""
    return f"{_hour(moment.astimezone(PARIS))}{ZONE}"


def _hour(local: datetime) -> str:
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


def french_number(number: float) -> str:
    """Format a number: « 1 803,5 », with two decimals at most and no trailing zeros."""
    written = f"{number:,.2f}".rstrip("0").rstrip(".")
    return written.replace(",", NBSP).replace(".", ",")


def with_abbreviations(text: str) -> Markup:
    """Wrap each abbreviation of the glossary in an <abbr> with its expansion; escapes `text`.

    Except after its expansion, as in « droit individuel à la formation (DIF) »: a screen reader
    would say the same words twice.
    """
    return Markup(ABBREVIATION.sub(_abbr, str(escape(text))))  # noqa: S704 - escaped here


def _abbr(found: re.Match[str]) -> str:
    expansion = ABBREVIATIONS[found[0]].expansion
    if found.string[: found.start()].lower().endswith(f"{escape(expansion)} (".lower()):
        return found[0]
    return ABBR.format(expansion, found[0])


def with_unbroken_numbers(text: str) -> Markup:
    """Wrap each dossier number, so that it stays on one line; escapes `text`."""
    return Markup(DOSSIER_NUMBER.sub(_unbroken, str(escape(text))))  # noqa: S704 - escaped here


def _unbroken(found: re.Match[str]) -> str:
    return UNBROKEN.format(found[0])


@dataclass(frozen=True)
class Outline:
    """A text whose parts have addresses: pairs (anchor, heading without markup)."""

    html: Markup
    parts: Sequence[tuple[str, str]]


def outlined(html: Markup) -> Outline:
    """Give each part of a text, begun by a plain <h2>, an id made of the words of its heading."""
    parts: list[tuple[str, str]] = []

    def mark(found: re.Match[str]) -> str:
        heading = Markup(found[1])  # noqa: S704 - rendered by a template
        text = heading.striptags()
        anchor = "-".join(re.findall(r"[a-z]+", fold(text)))
        parts.append((anchor, text))
        return HEADED.format(anchor, heading)

    marked = Markup(HEADING.sub(mark, str(html)))  # noqa: S704 - rendered by a template
    return Outline(marked, parts)


FILTERS: dict[str, Callable[..., Any]] = {
    "abbr": with_abbreviations,
    "french_date": french_date,
    "french_moment": french_moment,
    "french_month": french_month,
    "french_number": french_number,
    "french_period": french_period,
    "french_time": french_time,
    "outlined": outlined,
    "phone": shown_phone,
    "siret": shown_siret,
    "unbroken_numbers": with_unbroken_numbers,
    "when_again": when_again,
}
