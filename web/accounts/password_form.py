"""Choosing a password: two fields; the rules are judged by who knows the person."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import StopValidation

from web.accounts.identity import Identity
from web.accounts.password_view import password_view
from web.core.forms import Form, Required

PASSWORD_CAP = 1024


class NewPasswordForm(Form):
    """A new password and its confirmation."""

    password = PasswordField(
        "Nouveau mot de passe",
        [Required("Choisissez un nouveau mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )
    password_confirmation = PasswordField(
        "Confirmation du nouveau mot de passe",
        [Required("Saisissez une seconde fois le nouveau mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )

    def validate_password_confirmation(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise StopValidation("Saisissez deux fois le même mot de passe.")

    def is_right_for(self, identity: Identity) -> bool:
        """Whether all is filled and the password follows the rules for this person."""
        self.validate()
        view = password_view(identity, self.password.data or "")
        if self.password.data and view.sentence:
            self.refuse("password", view.sentence)
        return not self.errors
