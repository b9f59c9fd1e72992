"""The form of « Mes informations personnelles »."""

from __future__ import annotations

import re
from dataclasses import replace

from wtforms.validators import DataRequired

from web.core.http.forms.forms import AtMost, Form, Parsed, TextField, parsed
from web.domain.names import parse_name
from web.domain.text.separators import without_separators
from web.people.identity import Identity, PostalAddress
from web.people.phones import parse_landline, parse_mobile, shown_phone
from web.people.sentences import name_sentence, phone_sentence

LONGEST_LINE = 100
TOO_LONG = "Saisissez 100 caractères au plus."
POSTCODE_SENTENCE = (
    "Saisissez les 5 chiffres du code postal, par exemple 49000. Pour une adresse hors de France, "
    "indiquez le pays."
)
LONGEST_FOREIGN_POSTCODE = 12
_FRENCH_POSTCODE = re.compile(r"[0-9]{5}\Z")
_FRANCE = ("", "france")


class ProfileForm(Form):
    """The form of the information that a person may change."""

    first_name = TextField(
        "Prénom",
        [DataRequired("Saisissez votre prénom."), Parsed(parse_name, name_sentence)],
        render_kw={"autocomplete": "given-name", "spellcheck": "false"},
    )
    usual_name = TextField(
        "Nom d’usage",
        [Parsed(parse_name, name_sentence)],
        description="Si vous utilisez un autre nom que votre nom de naissance.",
        render_kw={"autocomplete": "family-name", "spellcheck": "false"},
    )
    landline = TextField(
        "Téléphone fixe",
        [Parsed(parse_landline, phone_sentence("01 23 45 67 89"))],
        render_kw={"autocomplete": "home tel", "inputmode": "tel", "class": "width-10"},
    )
    mobile = TextField(
        "Téléphone portable",
        [Parsed(parse_mobile, phone_sentence("06 12 34 56 78"))],
        description="Un numéro aide l’organisme qui valide votre formation à vous joindre.",
        render_kw={"autocomplete": "mobile tel", "inputmode": "tel", "class": "width-10"},
    )
    street = TextField(
        "Numéro et voie",
        [AtMost(LONGEST_LINE, TOO_LONG)],
        render_kw={"autocomplete": "address-line1"},
    )
    extra = TextField(
        "Complément d’adresse",
        [AtMost(LONGEST_LINE, TOO_LONG)],
        description="Bâtiment, étage, lieu-dit, chez…",
        render_kw={"autocomplete": "address-line2"},
    )
    postcode = TextField(
        "Code postal",
        [AtMost(LONGEST_LINE, POSTCODE_SENTENCE)],
        render_kw={"autocomplete": "postal-code", "class": "width-10"},
    )
    city = TextField(
        "Commune",
        [AtMost(LONGEST_LINE, TOO_LONG)],
        render_kw={"autocomplete": "address-level2"},
    )
    country = TextField(
        "Pays",
        [AtMost(LONGEST_LINE, TOO_LONG)],
        description="Si ce n’est pas la France.",
        render_kw={"autocomplete": "country-name"},
    )

    @classmethod
    def of(cls, identity: Identity) -> ProfileForm:
        """Return the form filled in with the current identity."""
        address = identity.address or PostalAddress("", "")
        return cls(
            data={
                "first_name": identity.first_name,
                "usual_name": identity.usual_name or "",
                "landline": shown_phone(identity.landline),
                "mobile": shown_phone(identity.mobile),
                "street": address.street,
                "extra": address.extra,
                "postcode": address.postcode,
                "city": address.city,
                "country": address.country,
            }
        )

    def check(self, identity: Identity) -> Identity | None:
        """Return the identity with the new values, or None with the errors on their fields."""
        self.validate()
        address = self._address()
        if self.errors:
            return None
        return replace(
            identity,
            first_name=parsed(self.first_name),
            usual_name=parsed(self.usual_name),
            landline=parsed(self.landline),
            mobile=parsed(self.mobile),
            address=address,
        )

    def _address(self) -> PostalAddress | None:
        """Return the address; None if empty, with errors if incomplete."""
        typed = {
            name: self[name].data or ""
            for name in ("street", "extra", "postcode", "city", "country")
        }
        if typed["country"].casefold() in _FRANCE:
            typed["country"] = ""
        if not any(typed.values()):
            return None
        if not typed["street"] and not typed["extra"]:
            self.refuse("street", "Saisissez le numéro et la voie, ou effacez toute l’adresse.")
        if not typed["city"]:
            self.refuse("city", "Saisissez la commune, ou effacez toute l’adresse.")
        if not typed["country"]:
            typed["postcode"] = without_separators(typed["postcode"])
            if not self.postcode.errors and not _FRENCH_POSTCODE.match(typed["postcode"]):
                self.refuse("postcode", POSTCODE_SENTENCE)
        elif len(typed["postcode"]) > LONGEST_FOREIGN_POSTCODE:
            self.refuse("postcode", "Saisissez un code postal de 12 caractères au plus.")
        return PostalAddress(**typed)
