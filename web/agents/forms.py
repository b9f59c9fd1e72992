"""Forms of the agents' accounts."""

from __future__ import annotations

from wtforms.validators import DataRequired

from web.auth.login.forms import LoginForm, login_password
from web.auth.reset.forms import ForgottenForm
from web.core.http.forms.forms import parsed
from web.people.email_field import EmailField


class EmailLoginForm(LoginForm):
    """An address and a password."""

    email = EmailField(
        "Adresse courriel professionnelle",
        [DataRequired("Saisissez l’adresse courriel qui a reçu votre invitation.")],
        autocomplete="username",
    )
    password = login_password()

    @property
    def identifier(self) -> str:
        """The address as typed."""
        return self.email.data or ""


class EmailForm(ForgottenForm):
    """The address of a forgotten password."""

    TOO_MANY = (
        "Trop de demandes pour cette adresse ou depuis cette connexion à Internet. Les liens déjà "
        "envoyés restent valables une heure : cherchez-les dans vos courriels, ou "
        "redemandez-en un {when}."
    )
    email = EmailField("Adresse courriel professionnelle", autocomplete="username")

    @property
    def identifier(self) -> str:
        """The address in its normal form."""
        email: str = parsed(self.email)
        return email
