"""The form that accepts the terms, in a registration and at a login."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import DataRequired, StopValidation

from web.core.http.forms.forms import Agreement, Form
from web.people.terms import TERMS_VERSION

CHANGED_MEANWHILE = (
    "Les conditions ont changé depuis que cette page est ouverte. Lisez-les de nouveau, puis "
    "cochez la case."
)


class TermsForm(Form):
    """The consent to the version of the terms that the page named."""

    version = HiddenField()
    accepted = Agreement(
        "Je déclare avoir lu, compris et accepté les Conditions Générales d’Utilisation",
        [DataRequired("Pour continuer, acceptez les conditions en cochant la case.")],
    )

    def validate_accepted(self, field: Agreement) -> None:
        """Check that the version accepted is the newest."""
        if self.version.data != TERMS_VERSION:
            field.data = False
            raise StopValidation(CHANGED_MEANWHILE)
