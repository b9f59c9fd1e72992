"""Forms of the second factor."""

from __future__ import annotations

from starlette.datastructures import FormData
from wtforms.validators import DataRequired, StopValidation

from web.auth.kinds import Account
from web.auth.password.forms import current_password
from web.auth.two_factor.recovery_codes import DIGITS
from web.auth.two_factor.rules import CODE_DIGITS
from web.core.http.forms.forms import Form, TextField
from web.domain.text.separators import without_separators

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
    def of(cls, account: Account, typed: FormData | None = None) -> SecondFactorForm:
        """Return the form for this account, without the password right after a login with it."""
        form = cls(typed)
        if not account.may_enter:
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
