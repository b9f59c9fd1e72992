"""The forms of sign-in."""

from __future__ import annotations

from wtforms.validators import DataRequired

from web.auth.login.forms import LoginForm, login_password
from web.auth.reset.forms import ForgottenForm
from web.core.http.forms.forms import Parsed, TextField, parsed
from web.domain.nir import parse_nir

NIR_SENTENCE = (
    "Saisissez les 13 chiffres de votre numéro de Sécurité sociale (2A ou 2B pour la Corse), ou "
    "les 15 avec la clé. Ils figurent sur votre carte Vitale."
)


class NirLoginForm(LoginForm):
    """A NIR and a password."""

    nir = TextField(
        "Identifiant",
        [DataRequired("Saisissez votre identifiant : c’est votre numéro de Sécurité sociale.")],
        description="Votre numéro de Sécurité sociale. Les espaces sont acceptés.",
        render_kw={"autocomplete": "username", "class": "width-20", "spellcheck": "false"},
    )
    password = login_password()

    @property
    def identifier(self) -> str:
        """The NIR as typed."""
        return self.nir.data or ""


class NirForm(ForgottenForm):
    """The NIR of a forgotten password."""

    TOO_MANY = (
        "Trop de demandes pour ce numéro ou depuis cette connexion à Internet. Les liens déjà "
        "envoyés restent valables une heure : cherchez-les dans vos courriels, ou "
        "redemandez-en un {when}."
    )
    nir = TextField(
        "Identifiant",
        [DataRequired(NIR_SENTENCE), Parsed(parse_nir, NIR_SENTENCE)],
        description="Votre numéro de Sécurité sociale. Les espaces sont acceptés.",
        render_kw={"autocomplete": "username", "class": "width-20", "spellcheck": "false"},
    )

    @property
    def identifier(self) -> str:
        """The NIR in its normal form."""
        nir: str = parsed(self.nir).value
        return nir
