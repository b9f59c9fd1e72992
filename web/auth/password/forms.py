"""The form to choose a password; the rules depend on the person, whom the caller knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from wtforms import Field, PasswordField
from wtforms.validators import InputRequired, StopValidation

from web.auth.kinds import Account
from web.auth.password.views import PasswordOwner, password_view
from web.auth.sessions.rules import RECENT_MINUTES
from web.core.http.forms.forms import Form

AnyForm = TypeVar("AnyForm", bound=Form)
PASSWORD_CAP = 1024


class NewPasswordForm(Form):
    """A new password and its confirmation."""

    password = PasswordField(
        "Nouveau mot de passe",
        [InputRequired("Choisissez un nouveau mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )
    password_confirmation = PasswordField(
        "Confirmation du nouveau mot de passe",
        [InputRequired("Saisissez une seconde fois le nouveau mot de passe.")],
        render_kw={"autocomplete": "new-password", "maxlength": PASSWORD_CAP},
    )

    def validate_password_confirmation(self, field: PasswordField) -> None:
        """Raise StopValidation if the two passwords differ."""
        if field.data != self.password.data:
            raise StopValidation("Saisissez deux fois le même mot de passe.")

    def is_right_for(self, owner: PasswordOwner) -> bool:
        """Return whether all is filled in and the password follows the rules for its owner."""
        self.validate()
        view = password_view(owner, self.password.data or "", with_strength=False)
        for sentence in view.sentences if self.password.data else ():
            self.add_error("password", sentence)
        return not self.errors


def current_password(hint: str = "") -> PasswordField:
    """Return the field for the current password, for what a session alone does not authorise."""
    return PasswordField(
        "Mot de passe actuel",
        [InputRequired("Saisissez votre mot de passe actuel.")],
        description=hint,
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )


def password_again() -> PasswordField:
    """Return the field for the current password, for an act that needs a recent one.

    Its form must go through `without_recent_password`.
    """
    return current_password(
        f"Par sécurité, nous le demandons de nouveau : vous ne l’avez pas saisi depuis plus de "
        f"{RECENT_MINUTES} minutes."
    )


def without_recent_password(form: AnyForm, account: Account) -> AnyForm:
    """Return the form, without its field `password` if the password is recent."""
    if account.has_recent_password:
        del form["password"]
    return form


def get_typed_password(form: Form) -> str:
    """Return the password typed in such a form; '' if none was asked for."""
    return (form["password"].data or "") if "password" in form else ""


class PasswordAgainForm(Form):
    """The form of an act that needs a recent password and nothing else."""

    password = password_again()


class PasswordChangeForm(NewPasswordForm):
    """The current password, then the new one twice.

    All three names start with `password`, so that their values are never kept nor shown again.
    """

    password_current = current_password()

    def __iter__(self) -> Iterator[Field]:
        """Iterate in the order of the page, which is also that of the error summary."""
        return iter((self.password_current, self.password, self.password_confirmation))
