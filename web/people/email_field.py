"""The form fields for an e-mail address and its confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms.validators import DataRequired, StopValidation

from web.core.http.forms.forms import Form, Parsed, TextField
from web.people.emails import is_same_mailbox, parse_email
from web.people.sentences import EMAIL_SENTENCE

NOT_TWICE_THE_SAME = "Saisissez deux fois la même adresse courriel."


class EmailField(TextField):
    """A text field without automatic capitals or corrections.

    Its data is the address as typed; `parsed` gives its normal form.
    """

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] | None = None,
        *,
        autocomplete: str = "email",
        **named: Any,
    ) -> None:
        needed = [DataRequired(EMAIL_SENTENCE), Parsed(parse_email, EMAIL_SENTENCE)]
        super().__init__(
            label,
            list(needed if validators is None else validators),
            render_kw={
                "autocomplete": autocomplete,
                "inputmode": "email",
                "autocapitalize": "none",
                "autocorrect": "off",
                "spellcheck": "false",
            },
            **named,
        )


class SameAddress:
    """Validator: the confirmation must equal the field `email`, ignoring case."""

    def __call__(self, form: Form, field: TextField) -> None:
        """Raise StopValidation if the addresses differ."""
        address = form["email"].data
        if address and not is_same_mailbox(field.data or "", address):
            raise StopValidation(NOT_TWICE_THE_SAME)


def confirmation_field(label: str, sentence: str) -> EmailField:
    """Return the confirmation field; `sentence` is its error when empty."""
    return EmailField(label, [DataRequired(sentence), SameAddress()])
