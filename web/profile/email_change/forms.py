"""The form of a change of e-mail address."""

from __future__ import annotations

from web.auth.password.forms import current_password
from web.core.http.forms.forms import Form
from web.people.email_field import EmailField, confirmation_field


class EmailForm(Form):
    """The form to change the e-mail address."""

    email = EmailField(
        "Nouvelle adresse courriel",
        description="Nous y enverrons un lien, à ouvrir pour la confirmer.",
    )
    email_confirmation = confirmation_field(
        "Confirmation de la nouvelle adresse", "Saisissez une seconde fois la nouvelle adresse."
    )
    password = current_password()
