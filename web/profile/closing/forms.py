"""The form of « Fermer mon compte »."""

from __future__ import annotations

from web.auth.password.forms import current_password
from web.core.http.forms.forms import Form


class ClosingForm(Form):
    """The form of « Fermer mon compte »."""

    password = current_password()
