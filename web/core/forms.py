"""Forms: WTForms in French, with the few fields the product needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from starlette.datastructures import FormData
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as WTForm
from wtforms.validators import StopValidation, ValidationError

from web.core.browser import CSRF_FIELD
from web.core.idempotency import KEY_FIELD
from web.core.text import printable_line, printable_text

# Characters read of a line: past any limit a line has, and cheap to judge. Of a longer text, all
# that a form may hold: what is too long is shown again whole, to be cut by who wrote it.
MAX_TYPED = 1000
MAX_TEXT = 256 * 1024
PARSED = "parsed"


class Form(WTForm):
    """A form whose errors can also come from the service, after validation."""

    class Meta:
        """French for the few sentences that are WTForms’ own."""

        locales = ("fr_FR", "fr")

    # Fields that say nothing of what a person wants.
    unsaid: ClassVar[Collection[str]] = ()
    # How the list of errors names fields whose label does not do: it is a sentence, or a group's.
    short_names: ClassVar[Mapping[str, str]] = {}

    def refuse(self, field: str, sentence: str) -> None:
        """Put a sentence beside a field, or at the top with field ''."""
        if not field:
            self.form_errors.append(sentence)
            return
        target = self[field]
        target.errors = [*target.errors, sentence]

    def named(self, field: Field, sentence: str) -> str:
        """Return what is wrong with a field as it is read away from it: after the field's name.

        A box has a sentence for a label, and its error another one that speaks of the box.
        """
        name = self.short_names.get(field.name, field.label.text)
        if isinstance(field, BooleanField) or sentence.casefold().startswith(name.casefold()):
            return sentence
        is_abbreviation = sentence[1:2].isupper()
        start = sentence[:1] if is_abbreviation else sentence[:1].lower()
        return f"{name}\u00a0: {start}{sentence[1:]}"

    def typed(self, *but: str) -> dict[str, str]:
        """What was typed, as it was typed, passwords excepted: to show again, or to keep."""
        return {
            name: str(field.raw_data[0])[: getattr(field, "longest", MAX_TYPED)]
            for name, field in self._fields.items()
            if field.raw_data
            and name not in but
            and not name.startswith("password")
            and name not in (CSRF_FIELD, KEY_FIELD)
        }

    def fill_again(self, fields: Sequence[tuple[str, str]]) -> frozenset[str]:
        """Put what was typed before in the place of what the form holds; returns what found one.

        Agreements are given anew, each time.
        """
        typed = FormData(list(fields))
        mine = frozenset(self._fields) & frozenset(typed)
        for name, field in self._fields.items():
            # A box that is not ticked is not sent.
            is_box = isinstance(field, BooleanField)
            if mine and (name in mine or is_box) and not isinstance(field, Agreement):
                field.process(self.meta.wrap_formdata(self, typed))
        return mine

    @classmethod
    def lines_of(cls, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
        """What was typed, in words: the name, the label and the text of each field not left empty.

        What is not typed, or is asked again each time, has no line.
        """
        typed = FormData(list(fields))
        lines = [
            (field.name, field.label.text, _words_of(field))
            for field in cls(typed)
            if field.name in typed and field.name not in cls.unsaid
        ]
        return [line for line in lines if line[2]]


class Agreement(BooleanField):
    """A box that agrees to something: ticked by hand, never filled in again by itself."""


class TextField(StringField):
    """A line of text; trimmed, without what no keyboard types and nobody sees."""

    longest = MAX_TYPED

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Only the first value counts: repeated fields change nothing."""
        if valuelist:
            self.data = printable_line(str(valuelist[0])[: self.longest]).strip()


class LongTextField(TextAreaField):
    """Several lines; trimmed, without what no keyboard types and nobody sees."""

    longest = MAX_TEXT

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Only the first value counts. Line ends become ours; browsers send two characters."""
        if valuelist:
            text = str(valuelist[0])[: self.longest].replace("\r\n", "\n").replace("\r", "\n")
            self.data = printable_text(text).strip()


class Required:
    """The field must be filled; `sentence` says how."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Stop at an empty field."""
        if not field.data:
            raise StopValidation(self._sentence)


class AtMost:
    """No longer than `characters`; {excess} in the sentence is how many there are beyond."""

    def __init__(self, characters: int, sentence: str) -> None:
        self._characters = characters
        self._sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Stop at a text that is too long."""
        excess = len(field.data or "") - self._characters
        if excess > 0:
            raise StopValidation(self._sentence.format(excess=_counted(excess)))


def _counted(characters: int) -> str:
    grouped = f"{characters:,}".replace(",", "\u00a0")
    return f"{grouped}\u00a0caractère{'s' if characters > 1 else ''}"


class Parsed:
    """Replace the text by what a parser makes of it; its ValueError gets a sentence.

    An empty text is left to `Required`. No parser ever gets more than MAX_TYPED characters.
    """

    def __init__(
        self, parse: Callable[[str], Any], sentence: str | Callable[[ValueError], str]
    ) -> None:
        self._parse = parse
        self._sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Parse, or say what is wrong."""
        if not field.data:
            return
        try:
            vars(field)[PARSED] = self._parse(field.data[:MAX_TYPED])
        except ValueError as error:
            sentence = self._sentence(error) if callable(self._sentence) else self._sentence
            raise ValidationError(sentence) from None


def parsed(field: Field) -> Any:
    """What `Parsed` made of the field; None when it was left empty."""
    return vars(field).get(PARSED)


def _words_of(field: Field) -> str:
    """The text of a field, as its page shows it; '' for what a person does not write there."""
    if isinstance(field, BooleanField):
        return "Oui" if field.data and not isinstance(field, Agreement) else ""
    if isinstance(field, RadioField | SelectField):
        labels = [label for value, label, *_ in field.iter_choices() if value == field.data]
        return str(labels[0]) if labels and field.data else ""
    return "" if isinstance(field, HiddenField) else str(field.data or "")
