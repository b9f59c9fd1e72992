"""Fields of a dossier that several forms share, with their parsers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from web.core.http.forms.day_field import DayField
from web.core.http.forms.forms import Parsed, TextField
from web.domain.dates import parse_date
from web.domain.dossier_values import InvalidValue, ValueProblem, is_plausible, parse_duration
from web.domain.situation import Situation
from web.dossiers.sentences import (
    DATE_SENTENCE,
    DURATION_SENTENCES,
    YEAR_SENTENCE,
)

YES, NO = "oui", "non"
LONGEST_NAME = 200


def problem_sentence(sentences: Mapping[ValueProblem, str]) -> Callable[[ValueError], str]:
    """Return a function that maps an InvalidValue to the sentence of its problem."""

    def sentence(error: ValueError) -> str:
        assert isinstance(error, InvalidValue)  # noqa: S101 - the parser's own
        return sentences[error.problem]

    return sentence


def _plausible_date(text: str) -> date:
    day = parse_date(text)
    if not is_plausible(day):
        raise ImplausibleYearError
    return day


class ImplausibleYearError(ValueError):
    """The day exists, but in an implausible year."""


def _date_sentence(label: str) -> Callable[[ValueError], str]:
    """Return the error sentence of a date, naming its field, since a form has two dates."""

    def sentence(error: ValueError) -> str:
        is_implausible = isinstance(error, ImplausibleYearError)
        words = YEAR_SENTENCE if is_implausible else DATE_SENTENCE
        return words.format(date=label.lower())

    return sentence


def yes_or_no(text: str) -> bool:
    """Parse « oui » or « non ». Raises ValueError."""
    if text not in (YES, NO):
        raise ValueError
    return text == YES


def known_situation(text: str) -> Situation:
    """Parse a choice of situation. Raises ValueError."""
    return Situation(text)


def organisme_id(text: str) -> str:
    """Parse the id of an organisme into its canonical text. Raises ValueError."""
    return str(UUID(text))


def date_field(label: str) -> DayField:
    """A field for a day in a plausible year."""
    return DayField(label, [Parsed(_plausible_date, _date_sentence(label))])


def duration_field() -> TextField:
    """A field for the duration of a formation, in whole hours."""
    return TextField(
        "Durée",
        [Parsed(parse_duration, problem_sentence(DURATION_SENTENCES))],
        description="En heures entières.",
        render_kw={"autocomplete": "off", "inputmode": "numeric", "class": "width-4"},
    )
