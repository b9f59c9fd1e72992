"""The forms of the journey, but for the identity."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import StopValidation

from web.accounts.email_field import EmailField, confirmation_field
from web.core.forms import Agreement, Form, Required

PASSWORD_CAP = 1024


class TermsForm(Form):
    """First step."""

    accepted = Agreement(
        "Je déclare avoir lu, compris et accepté les Conditions Générales d’Utilisation",
        [Required("Pour continuer, acceptez les conditions en cochant la case.")],
    )


class PasswordForm(Form):
    """Third step; the rules are judged by the service, which knows the person."""

    password = PasswordField(
        "Mot de passe",
        [Required("Choisissez un mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )
    password_confirmation = PasswordField(
        "Confirmation Mot de passe",
        [Required("Saisissez une seconde fois le mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )

    def validate_password_confirmation(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise StopValidation("Saisissez deux fois le même mot de passe.")


class AddressForm(Form):
    """Correcting the address the link is sent to."""

    email = EmailField("Courriel")
    email_confirmation = confirmation_field(
        "Confirmation courriel", "Saisissez une seconde fois votre adresse courriel."
    )
