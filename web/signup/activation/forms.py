"""The form that corrects the address of an activation mail."""

from __future__ import annotations

from web.core.http.forms.forms import Form
from web.people.email_field import EmailField, confirmation_field


class AddressForm(Form):
    """The form to correct the address to which the link is sent."""

    email = EmailField("Courriel")
    email_confirmation = confirmation_field(
        "Confirmation courriel", "Saisissez une seconde fois votre adresse courriel."
    )
