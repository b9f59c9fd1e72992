"""The field of an e-mail address, and that of its confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms.validators import StopValidation

from web.accounts.emails import is_same_mailbox, parse_email
from web.accounts.sentences import EMAIL_SENTENCE
from web.core.forms import Form, Parsed, Required, TextField

NOT_TWICE_THE_SAME = "Saisissez deux fois la même adresse courriel."


class EmailField(TextField):
    """A line in which no keyboard puts a capital, nor corrects anything.

    The address of one account is kept as typed; `parsed` gives its normal form.
    """

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] | None = None,
        *,
        autocomplete: str = "email",
        **named: Any,
    ) -> None:
        needed = [Required(EMAIL_SENTENCE), Parsed(parse_email, EMAIL_SENTENCE)]
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
    """The confirmation must be the address of another field, `email`; case does not count."""

    def __call__(self, form: Form, field: TextField) -> None:
        """Stop at another address."""
        address = form["email"].data
        if address and not is_same_mailbox(field.data or "", address):
            raise StopValidation(NOT_TWICE_THE_SAME)


def confirmation_field(label: str, sentence: str) -> EmailField:
    """The same address typed once more; `sentence` asks for it."""
    return EmailField(label, [Required(sentence), SameAddress()])
