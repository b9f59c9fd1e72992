"""Forms of the agents' accounts."""

from __future__ import annotations

from starlette.datastructures import FormData
from wtforms import PasswordField
from wtforms.validators import DataRequired, InputRequired, StopValidation

from web.auth.password.forms import PASSWORD_CAP, current_password
from web.auth.reset.forms import ForgottenForm
from web.core.http.forms.forms import Form, TextField, parsed
from web.domain.separators import without_separators
from web.people.email_field import EmailField
from web.professionals.agents import Agent
from web.professionals.recovery_codes import DIGITS
from web.professionals.second_factor import CODE_DIGITS

NO_CODE = "Saisissez les 6 chiffres affichés par votre application."
NO_CODE_AT_ALL = (
    "Saisissez les 6 chiffres affichés par votre application, ou les 12 chiffres d’un code de "
    "secours."
)


class CodeField(TextField):
    """A one-time code: separators are ignored, and the value is never shown again."""

    def _value(self) -> str:
        return ""


def _code_field(label: str, sentence: str, hint: str) -> CodeField:
    return CodeField(
        label,
        [DataRequired(sentence)],
        description=hint,
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "class": "width-13",
            "spellcheck": "false",
        },
    )


class LoginForm(Form):
    """Address and password; a refusal does not reveal which of the two is wrong."""

    email = EmailField(
        "Adresse courriel professionnelle",
        [DataRequired("Saisissez l’adresse courriel qui a reçu votre invitation.")],
        autocomplete="username",
    )
    password = PasswordField(
        "Mot de passe",
        [InputRequired("Saisissez votre mot de passe.")],
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )


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


class CodeForm(Form):
    """The form of the login's second step.

    Its field is named like a password, so that its value is never stored nor shown again.
    """

    password_code = _code_field(
        "Code",
        NO_CODE_AT_ALL,
        "Les 6 chiffres affichés par votre application. Sans elle, les 12 chiffres d’un code de "
        "secours.",
    )

    @property
    def code(self) -> str:
        """The digits alone."""
        return without_separators(self.password_code.data or "")

    def validate_password_code(self, field: CodeField) -> None:
        """Check that the code has six digits, or twelve for a recovery code."""
        if not _is_code(self.code, CODE_DIGITS, DIGITS):
            raise StopValidation(NO_CODE_AT_ALL)


class SecondFactorForm(Form):
    """A code that proves that the application has the key; in a session, also the password."""

    password_code = _code_field(
        "Code à 6 chiffres", NO_CODE, "Celui que l’application affiche pour cette clé."
    )
    password_current = current_password()

    @classmethod
    def of(cls, agent: Agent, typed: FormData | None = None) -> SecondFactorForm:
        """Return the form for this agent, without the password right after a login with it."""
        form = cls(typed)
        if not agent.may_enter:
            del form.password_current
        return form

    @property
    def code(self) -> str:
        """The digits alone."""
        return without_separators(self.password_code.data or "")

    @property
    def current_password(self) -> str:
        """The password entered, '' when the form does not ask for it."""
        return (self.password_current.data or "") if "password_current" in self else ""

    def validate_password_code(self, field: CodeField) -> None:
        """Check that the code has six digits."""
        if not _is_code(self.code, CODE_DIGITS):
            raise StopValidation(NO_CODE)


class ConfirmForm(Form):
    """The current password, before an action that a session alone must not authorise."""

    password_current = current_password()


def _is_code(text: str, *lengths: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) in lengths
