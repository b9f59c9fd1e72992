"""The form of « Nous contacter »."""

from __future__ import annotations

from wtforms.validators import DataRequired

from web.captcha.forms import CaptchaFields
from web.core.http.forms.forms import AtMost, LongTextField, TextField
from web.people.email_field import EmailField

LONGEST_SUBJECT = 150
LONGEST_MESSAGE = 5000


class ContactForm(CaptchaFields):
    """Subject, message, address for the answer; the captcha only for visitors not signed in."""

    captcha_against = "messages"

    subject = TextField(
        "Sujet",
        [
            DataRequired(
                "Saisissez un sujet, par exemple «\u00a0Je ne reçois pas le courriel\u00a0»."
            ),
            AtMost(LONGEST_SUBJECT, f"Saisissez {LONGEST_SUBJECT} caractères au plus."),
        ],
        render_kw={"autocomplete": "off"},
    )
    message = LongTextField(
        "Message",
        [
            DataRequired("Écrivez votre message."),
            AtMost(
                LONGEST_MESSAGE,
                "Votre message dépasse 5\u00a0000\u00a0caractères : raccourcissez-le de {excess}.",
            ),
        ],
        description="5\u00a0000\u00a0caractères au plus, soit deux pages environ.",
        render_kw={"rows": "10"},
    )
    email = EmailField("Courriel", description="Nous vous y répondrons.")
