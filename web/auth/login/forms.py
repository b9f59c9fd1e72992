"""The form of a login."""

from __future__ import annotations

from abc import abstractmethod

from wtforms import PasswordField
from wtforms.validators import InputRequired

from web.auth.password.forms import PASSWORD_CAP
from web.core.http.forms.forms import Form


def login_password() -> PasswordField:
    """Return the field for the password, which follows that of the identifier."""
    return PasswordField(
        "Mot de passe",
        [InputRequired("Saisissez votre mot de passe.")],
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )


class LoginForm(Form):
    """An identifier and a password; its error does not tell which of the two is wrong."""

    password: PasswordField

    @property
    @abstractmethod
    def identifier(self) -> str:
        """The identifier as typed."""
