"""The form that changes the password."""

from __future__ import annotations

from collections.abc import Iterator

from wtforms import Field, PasswordField

from web.accounts.password_form import PASSWORD_CAP, NewPasswordForm
from web.core.forms import Required


class PasswordChangeForm(NewPasswordForm):
    """The current password, then the new one twice.

    All three names start with `password`: what they hold is never kept nor shown again.
    """

    password_current = PasswordField(
        "Mot de passe actuel",
        [Required("Saisissez votre mot de passe actuel.")],
        render_kw={"autocomplete": "current-password", "maxlength": PASSWORD_CAP},
    )

    def __iter__(self) -> Iterator[Field]:
        """In the order of the page, which is also that of the list of errors."""
        return iter((self.password_current, self.password, self.password_confirmation))
