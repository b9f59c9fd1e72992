"""The form of the second step."""

from __future__ import annotations

from datetime import date, timedelta

from wtforms import BooleanField, RadioField
from wtforms.validators import DataRequired

from web.captcha.forms import CaptchaFields
from web.core.http.forms.day_field import DayField
from web.core.http.forms.forms import Parsed, SelectChoice, TextField, parsed
from web.domain.age import Admission, admission
from web.domain.dates import LEEWAY, parse_date
from web.domain.names import parse_name
from web.domain.nir import Civility, InvalidNir, NirProblem, parse_nir
from web.domain.siret import parse_siret
from web.people.email_field import EmailField, confirmation_field
from web.people.identity import Apprenticeship, Identity
from web.people.phones import parse_landline, parse_mobile
from web.people.sentences import name_sentence, phone_sentence
from web.signup.steps.sentences import (
    APPRENTICESHIP_NEEDED,
    CIVILITY_NEEDED,
    CIVILITY_SENTENCE,
    NIR_SENTENCES,
    SIGNATURE_SENTENCE,
    TOO_YOUNG,
    nir_sentence,
)

LONGEST_CONTRACT = timedelta(days=4 * 366)


class IdentityForm(CaptchaFields):
    """The form of the second step; the captcha's answer is checked by the service."""

    nir = TextField(
        "N° de sécurité sociale",
        [DataRequired(NIR_SENTENCES[NirProblem.FORMAT]), Parsed(parse_nir, nir_sentence)],
        description="13 chiffres (2A ou 2B pour la Corse), ou 15 avec la clé. Les espaces sont "
        "acceptés. Ce numéro sera votre identifiant.",
        render_kw={"autocomplete": "username", "class": "width-20", "spellcheck": "false"},
    )
    civility = RadioField(
        "Civilité",
        [DataRequired(CIVILITY_NEEDED), Parsed(Civility, CIVILITY_NEEDED)],
        choices=[SelectChoice(one.value, one.name.capitalize()) for one in Civility],
        validate_choice=False,
    )
    first_name = TextField(
        "Prénom",
        [DataRequired("Saisissez votre prénom."), Parsed(parse_name, name_sentence)],
        render_kw={"autocomplete": "given-name", "spellcheck": "false"},
    )
    birth_name = TextField(
        "Nom de naissance",
        [DataRequired("Saisissez votre nom de naissance."), Parsed(parse_name, name_sentence)],
        description="Le nom inscrit sur votre acte de naissance, même si vous en utilisez un "
        "autre.",
        render_kw={"autocomplete": "family-name", "spellcheck": "false"},
    )
    landline = TextField(
        "Téléphone fixe",
        [Parsed(parse_landline, phone_sentence("01 23 45 67 89"))],
        render_kw={"autocomplete": "home tel", "inputmode": "tel", "class": "width-13"},
    )
    mobile = TextField(
        "Téléphone portable",
        [Parsed(parse_mobile, phone_sentence("06 12 34 56 78"))],
        description="Un numéro aide l’organisme qui valide votre formation à vous joindre.",
        render_kw={"autocomplete": "mobile tel", "inputmode": "tel", "class": "width-13"},
    )
    email = EmailField("Courriel", description="Nous y enverrons le lien qui active votre compte.")
    email_confirmation = confirmation_field(
        "Confirmation courriel", "Saisissez une seconde fois votre adresse courriel."
    )
    apprenticeship = BooleanField(
        "Je déclare avoir signé un contrat d’apprentissage",
        [DataRequired(APPRENTICESHIP_NEEDED)],
    )
    signed_on = DayField(
        "Date de signature du contrat",
        [
            DataRequired("Saisissez la date de signature du contrat."),
            Parsed(parse_date, SIGNATURE_SENTENCE),
        ],
        example="15/09/2026",
    )
    employer_siret = TextField(
        "N° SIRET de l’employeur",
        [
            DataRequired("Saisissez le n° SIRET de votre employeur (14 chiffres)."),
            Parsed(
                parse_siret,
                "Saisissez les 14 chiffres du numéro SIRET, qui figure sur le contrat.",
            ),
        ],
        description="14 chiffres, qui identifient l’établissement. Ils sont écrits sur le contrat. "
        "Les espaces sont acceptés.",
        render_kw={"inputmode": "numeric", "class": "width-20"},
    )

    def check(self, today: date) -> Identity | None:
        """Return the identity, or None with the errors on their fields."""
        self.validate()
        nir = parsed(self.nir)
        if nir is not None:
            self._check_civility(nir.sex)
        self._check_age(admission(nir, today) if nir else Admission.ACCEPTED, today)
        if self.errors:
            return None
        return Identity(
            nir=nir.value,
            civility=parsed(self.civility).value,
            first_name=parsed(self.first_name),
            birth_name=parsed(self.birth_name),
            email=parsed(self.email),
            landline=parsed(self.landline),
            mobile=parsed(self.mobile),
            apprenticeship=self._declared() if self.asks_apprenticeship(today) else None,
        )

    def asks_apprenticeship(self, today: date) -> bool:
        """Return whether the NIR typed gives an age between 15 and 16, or an uncertain one."""
        try:
            return (
                admission(parse_nir(self.nir.data or ""), today) is Admission.NEEDS_APPRENTICESHIP
            )
        except InvalidNir:
            return False

    def _check_civility(self, sex: Civility) -> None:
        if parsed(self.civility) not in (None, sex):
            digit = "1" if sex is Civility.MONSIEUR else "2"
            self.add_error(
                "civility", CIVILITY_SENTENCE.format(digit=digit, label=sex.name.capitalize())
            )

    def _check_age(self, answer: Admission, today: date) -> None:
        if answer is Admission.REFUSED:
            self.add_error("nir", TOO_YOUNG)
        if answer is not Admission.NEEDS_APPRENTICESHIP:
            self._drop_apprenticeship_errors()
        else:
            self._check_signature(today)

    def _check_signature(self, today: date) -> None:
        signed_on = parsed(self.signed_on)
        if signed_on and not -LEEWAY <= today - signed_on <= LONGEST_CONTRACT:
            self.add_error("signed_on", SIGNATURE_SENTENCE)

    def _drop_apprenticeship_errors(self) -> None:
        # The section is not shown: ignore what may remain in its fields.
        for field in (self.apprenticeship, self.signed_on, self.employer_siret):
            field.errors = []

    def _declared(self) -> Apprenticeship:
        return Apprenticeship(parsed(self.signed_on).isoformat(), parsed(self.employer_siret))
