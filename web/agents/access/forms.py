"""The form by which an access manager invites a colleague."""

from __future__ import annotations

from web.auth.password.forms import password_again
from web.core.http.forms.forms import Form
from web.people.email_field import EmailField


class InvitationForm(Form):
    """The address of a colleague: not the one that the browser could fill in."""

    colleague_email = EmailField(
        "Adresse courriel professionnelle",
        description="Le lien pour choisir un mot de passe part à cette adresse.",
        autocomplete="off",
    )
    password = password_again()
