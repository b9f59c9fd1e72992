"""The form of the mails that an agent wants."""

from __future__ import annotations

from wtforms import BooleanField

from web.core.http.forms.forms import Form


class MailsForm(Form):
    """The form of the mails that an agent wants."""

    digest = BooleanField(
        "Recevoir un courriel chaque matin, les jours ouvrés, quand des dossiers attendent",
        description="Il indique leur nombre et l’ancienneté du plus ancien. Les courriels sur la "
        "sécurité de votre compte vous sont toujours envoyés.",
    )
