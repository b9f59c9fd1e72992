"""How dates and numbers read in French pages and mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from web.accounts.phones import shown_phone
from web.accounts.sentences import when_again
from web.core.clock import PARIS
from web.domain.siret import shown_siret

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
NBSP = "\u00a0"
ABBREVIATIONS = {
    "CPF": "compte personnel de formation",
    "DIF": "droit individuel à la formation",
    "RNCP": "répertoire national des certifications professionnelles",
    "SIRET": "numéro à 14 chiffres, qui identifie l’établissement",
}
_ABBREVIATION = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)})\b")
ZONE = " (heure de Paris)"


def french_date(day: date) -> str:
    """« 1er mars 2027 », in Paris for a moment in time."""
    if isinstance(day, datetime):
        day = day.astimezone(PARIS).date()
    number = "1er" if day.day == 1 else str(day.day)
    return NBSP.join((number, MONTHS[day.month - 1], str(day.year)))


def french_period(start: date | None, end: date | None) -> str:
    """« du 1er mars 2027 au 18 juin 2027 », or what is known of it."""
    if start and end:
        if start == end:
            return f"le {french_date(start)}"
        return f"du {french_date(start)} au {french_date(end)}"
    if start:
        return f"à partir du {french_date(start)}"
    return f"jusqu’au {french_date(end)}" if end else ""


def french_month(day: date) -> str:
    """« mars 2027 »."""
    return f"{MONTHS[day.month - 1]}{NBSP}{day.year}"


def french_moment(moment: datetime, *, zone: bool = True) -> str:
    """« 8 décembre 2026 à 14 h 05 (heure de Paris) ».

    People read it in Cayenne and Nouméa too. Without `zone`, the page says it once for many.
    """
    local = moment.astimezone(PARIS)
    return f"{french_date(local)} à{NBSP}{_hour(local)}{ZONE if zone else ''}"


def french_time(moment: datetime) -> str:
    """« 14 h 05 (heure de Paris) »."""
    return f"{_hour(moment.astimezone(PARIS))}{ZONE}"


def _hour(local: datetime) -> str:
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


def french_number(number: float) -> str:
    """« 1 803,5 »: no more decimals than it has, two at most."""
    written = f"{number:,.2f}".rstrip("0").rstrip(".")
    return written.replace(",", NBSP).replace(".", ",")


def with_abbreviations(text: str) -> Markup:
    """The text, escaped, each abbreviation of a label marked up with what it stands for."""
    return Markup(  # noqa: S704 - escaped first, and the titles are ours
        _ABBREVIATION.sub(
            lambda found: f'<abbr title="{ABBREVIATIONS[found[0]]}">{found[0]}</abbr>',
            str(escape(text)),
        )
    )


FILTERS: dict[str, Callable[..., Any]] = {
    "abbr": with_abbreviations,
    "french_date": french_date,
    "french_moment": french_moment,
    "french_month": french_month,
    "french_number": french_number,
    "french_period": french_period,
    "french_time": french_time,
    "phone": shown_phone,
    "siret": shown_siret,
    "when_again": when_again,
}
