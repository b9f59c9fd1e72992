"""Forms: WTForms in French, with the product's own fields and validators.

A required field has DataRequired, a required password InputRequired: its spaces count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
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

# Exported from here, once: the stubs lack it.
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation, ValidationError

from web.core.http.browser.csrf import CSRF_FIELD
from web.core.http.forms.idempotency import KEY_FIELD
from web.core.http.forms.tags import FieldTags
from web.core.text import printable_line, printable_text

# Characters read of a line: beyond the limit of any field, yet cheap to validate. A long text is
# read up to a form's maximum: when too long, it is shown again whole, for its author to cut.
MAX_TYPED = 1000
MAX_TEXT = 256 * 1024
PARSED = "parsed"


class Form(WTForm):
    """A form whose errors can also come from the service, after validation."""

    class Meta(FieldTags):
        """Tags of our own, and French for WTForms’ own messages."""

        locales = ("fr_FR", "fr")

    # Fields left out of `lines_of`.
    unsaid: ClassVar[Collection[str]] = ()
    # Names, in the error summary, of fields whose label is a sentence or belongs to a group.
    short_names: ClassVar[Mapping[str, str]] = {}

    # False once an error comes from outside the form's rules: a live check cannot apply it again.
    is_checkable = True

    def find_errors(self, today: date) -> None:
        """Apply all the rules that need only the form and the date, as on a submission."""
        self.validate()

    def refuse(self, field: str, sentence: str) -> None:
        """Add an error that stays until the next submission."""
        self.is_checkable = False
        self.add_error(field, sentence)

    def add_error(self, field: str, sentence: str) -> None:
        """Add an error of the form's own rules to a field, or to the form itself with field ''."""
        if not field:
            self.form_errors.append(sentence)
            return
        target = self[field]
        target.errors = [*target.errors, sentence]

    @property
    def error_count(self) -> int:
        """The number of errors, of the fields and of the form itself."""
        return len(self.form_errors) + sum(len(field.errors) for field in self)

    def named(self, field: Field, sentence: str) -> str:
        """Return an error as the error summary shows it: prefixed with the field's name.

        A checkbox's error is not prefixed: its label is a sentence, and the error mentions the box.
        """
        name = self.short_name(field)
        if isinstance(field, BooleanField) or sentence.casefold().startswith(name.casefold()):
            return sentence
        is_abbreviation = sentence[1:2].isupper()
        start = sentence[:1] if is_abbreviation else sentence[:1].lower()
        return f"{name}\u00a0: {start}{sentence[1:]}"

    def short_name(self, field: Field) -> str:
        """Return the name of a field in a sentence."""
        return self.short_names.get(field.name, field.label.text)

    def typed(self, *but: str) -> dict[str, str]:
        """Return the raw values, to show or store; not passwords, tokens or the fields `but`."""
        return {
            name: str(field.raw_data[0])[: getattr(field, "longest", MAX_TYPED)]
            for name, field in self._fields.items()
            if field.raw_data
            and name not in but
            and not name.startswith("password")
            and name not in (CSRF_FIELD, KEY_FIELD)
        }

    def fill_again(self, fields: Sequence[tuple[str, str]]) -> frozenset[str]:
        """Replace the form's data by values typed earlier; return the names of the fields filled.

        Agreements are left out: consent is given again each time.
        """
        typed = FormData(list(fields))
        own_fields = frozenset(self._fields) & frozenset(typed)
        for name, field in self._fields.items():
            # An unticked box is not submitted.
            is_box = isinstance(field, BooleanField)
            if own_fields and (name in own_fields or is_box) and not isinstance(field, Agreement):
                field.process(self.meta.wrap_formdata(self, typed))
        return own_fields

    @classmethod
    def lines_of(cls, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
        """Return the name, label and displayed text of each field filled in.

        Hidden fields and agreements have no line.
        """
        typed = FormData(list(fields))
        lines = [
            (field.name, field.label.text, _displayed_text(field))
            for field in cls(typed)
            if field.name in typed and field.name not in cls.unsaid
        ]
        return [line for line in lines if line[2]]


class Agreement(BooleanField):
    """A consent checkbox: ticked by the person, never filled in again automatically."""


class TextField(StringField):
    """A line of text, trimmed, without control or invisible characters."""

    longest = MAX_TYPED

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Keep the first value: repeated fields are ignored."""
        if valuelist:
            self.data = printable_line(str(valuelist[0])[: self.longest]).strip()


class LongTextField(TextAreaField):
    """Several lines of text, trimmed, without control or invisible characters."""

    longest = MAX_TEXT

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Keep the first value, with CRLF (sent by browsers) and CR normalised to LF."""
        if valuelist:
            text = str(valuelist[0])[: self.longest].replace("\r\n", "\n").replace("\r", "\n")
            self.data = printable_text(text).strip()


class AtMost:
    """Validator of the length; {excess} in the sentence becomes the number of extra characters."""

    def __init__(self, characters: int, sentence: str) -> None:
        self._characters = characters
        self._sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Stop the validation of a text that is too long."""
        excess = len(field.data or "") - self._characters
        if excess > 0:
            raise StopValidation(self._sentence.format(excess=_character_count(excess)))


def _character_count(characters: int) -> str:
    grouped = f"{characters:,}".replace(",", "\u00a0")
    return f"{grouped}\u00a0caractère{'s' if characters > 1 else ''}"


class RequiredWhenShown:
    """Mark as required a field that its page shows only when needed; the form checks it."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Accept an empty field: it may not be shown."""


class Parsed:
    """Validator that parses the text; `sentence` is the error for the parser's ValueError.

    An empty text is left to DataRequired. A parser never gets more than MAX_TYPED characters.
    """

    def __init__(
        self, parse: Callable[[str], Any], sentence: str | Callable[[ValueError], str]
    ) -> None:
        self._parse = parse
        self._sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Store the parsed value, or raise ValidationError."""
        if not field.data:
            return
        try:
            vars(field)[PARSED] = self._parse(field.data[:MAX_TYPED])
        except ValueError as error:
            sentence = self._sentence(error) if callable(self._sentence) else self._sentence
            raise ValidationError(sentence) from None


def parsed(field: Field) -> Any:
    """Return the value that `Parsed` stored; None for an empty field."""
    return vars(field).get(PARSED)


def _displayed_text(field: Field) -> str:
    """Return a field's value as its page shows it; '' for hidden fields and agreements."""
    if isinstance(field, BooleanField):
        return "Oui" if field.data and not isinstance(field, Agreement) else ""
    if isinstance(field, RadioField | SelectField):
        labels = [label for value, label, *_ in field.iter_choices() if value == field.data]
        return str(labels[0]) if labels and field.data else ""
    return "" if isinstance(field, HiddenField) else str(field.data or "")
