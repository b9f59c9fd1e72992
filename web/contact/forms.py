"""The form of « Nous contacter »."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from wtforms import TextAreaField

from web.accounts.emails import parse_email
from web.accounts.sentences import EMAIL_SENTENCE
from web.captcha.forms import CaptchaFields
from web.core.forms import AtMost, Parsed, Required, TextField

LONGEST_SUBJECT = 150
LONGEST_MESSAGE = 5000


class MessageField(TextAreaField):
    """Several lines; trimmed, without the control characters no keyboard types."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Only the first value counts. Line ends become ours; browsers send two characters."""
        if valuelist:
            text = str(valuelist[0]).replace("\r\n", "\n").replace("\r", "\n")
            self.data = "".join(
                c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
            ).strip()


class ContactForm(CaptchaFields):
    """Subject, message and where to answer; the check is only for those not logged in."""

    subject = TextField(
        "Sujet",
        [
            Required("Saisissez un sujet, par exemple « Je ne reçois pas le courriel »."),
            AtMost(LONGEST_SUBJECT, f"Saisissez {LONGEST_SUBJECT} caractères au plus."),
        ],
        render_kw={"autocomplete": "off"},
    )
    message = MessageField(
        "Message",
        [
            Required("Écrivez votre message."),
            AtMost(LONGEST_MESSAGE, "Votre message dépasse 5 000 caractères : raccourcissez-le."),
        ],
        description="5 000 caractères au plus.",
        render_kw={"rows": "10"},
    )
    email = TextField(
        "Courriel",
        [
            Required(EMAIL_SENTENCE),
            AtMost(254, EMAIL_SENTENCE),
            Parsed(parse_email, EMAIL_SENTENCE),
        ],
        description="Nous vous y répondrons.",
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
