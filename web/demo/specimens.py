"""Fictitious forms, figures and states for the page of components."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace

from wtforms import BooleanField, PasswordField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from web.core.http.forms.day_field import DayField
from web.core.http.forms.forms import Form, SelectChoice, TextField
from web.hours.chart import HoursChart, build_chart

STEPS = ("Valider les CGU", "S’inscrire", "Saisir son mot de passe", "Valider son inscription")
STRENGTHS = ("", "Faible", "Moyen", "Fort", "Très fort")
RULES = ("au moins 5\u00a0lettres", "au moins 3\u00a0chiffres", "au moins 3 catégories")
CREDITED = ((2014, 80, 0), (2023, 24, 0), (2024, 115, 100), (2025, 24, 0))


@dataclass(frozen=True)
class Step:
    """A step of the stepper."""

    number: int
    name: str
    url: str | None
    done: bool


class Specimen(Form):
    """A form with a field of each kind."""

    nir = TextField(
        "N° de sécurité sociale",
        [DataRequired("Saisissez les 13\u00a0chiffres de votre numéro de Sécurité sociale.")],
        description="13\u00a0chiffres, ou 15 avec la clé. Les espaces sont acceptés.",
        render_kw={"class": "width-13", "inputmode": "numeric"},
    )
    civility = RadioField(
        "Civilité",
        [DataRequired("Indiquez votre civilité.")],
        choices=[SelectChoice("madame", "Madame"), SelectChoice("monsieur", "Monsieur")],
        validate_choice=False,
    )
    email = TextField(
        "Courriel",
        [DataRequired("Saisissez une adresse courriel complète, avec un @.")],
        render_kw={"type": "email"},
    )
    mobile = TextField("Téléphone portable", render_kw={"type": "tel", "class": "width-10"})
    signed_on = DayField(
        "Date de signature",
        [DataRequired("Saisissez une date comme 15/09/2026.")],
        example="15/09/2026",
    )
    hours = TextField(
        "Durée",
        [DataRequired("Saisissez un nombre entier d’heures.")],
        render_kw={"class": "width-4", "inputmode": "numeric"},
    )
    kind = SelectField(
        "Type d’action",
        choices=[SelectChoice("", "Toutes les actions"), SelectChoice("hours", "Heures")],
        validate_choice=False,
        render_kw={"class": "width-20"},
    )
    message = TextAreaField(
        "Message",
        [DataRequired("Écrivez votre message.")],
        description="5\u00a0000\u00a0caractères au plus.",
    )
    password = PasswordField("Mot de passe", [InputRequired("Saisissez votre mot de passe.")])
    accepted = BooleanField(
        "Je déclare avoir lu, compris et accepté les conditions",
        [DataRequired("Cochez la case pour continuer.")],
    )


FILLED = {
    "nir": "2 85 05 99 990 001",
    "civility": "madame",
    "email": "touria.orange@exemple.fr",
    "mobile": "06 12 34 56 78",
    "signed_on": "15/09/2026",
    "hours": "35",
    "kind": "hours",
    "message": "Bonjour, j’aimerais savoir où trouver mon solde d’heures DIF.",
    "accepted": True,
}


def empty_form() -> Specimen:
    """Return the form as first shown."""
    return Specimen(prefix="vide-")


def filled_form() -> Specimen:
    """Return the form filled in."""
    return Specimen(prefix="rempli-", data=FILLED)


def wrong_form() -> Specimen:
    """Return the form with the errors of an empty submission."""
    form = Specimen(prefix="faux-")
    form.validate()
    return form


def steps(current: int) -> list[Step]:
    """Return the stepper's steps, the `current` one reached."""
    return [
        Step(
            number=number,
            name=name,
            url=f"?etape={number}#etapes" if number < current else None,
            done=number < current,
        )
        for number, name in enumerate(STEPS, 1)
    ]


def rules(level: int) -> list[tuple[bool, str]]:
    """Return the rules of a password, `level` of them met."""
    return [(position < level, text) for position, text in enumerate(RULES)]


def dossier() -> SimpleNamespace:
    """Return a dossier that was sent back, with what the templates of its parts need."""
    entries = (
        ("Créé", "vous", 9, ""),
        ("Soumis, avec votre accord", "vous", 10, ""),
        ("Renvoyé", "Opcalys", 11, "Précisez les dates de la formation."),
    )
    steps = [
        SimpleNamespace(
            title=title, by=by, at=datetime(2026, 11, 24, hour, 5, tzinfo=UTC), reason=reason
        )
        for title, by, hour, reason in entries
    ]
    return SimpleNamespace(
        dossier=SimpleNamespace(
            number="D26-104-583-207",
            status="elaboration",
            closing=None,
            contents=SimpleNamespace(title="Anglais professionnel"),
        ),
        status="En cours d’élaboration",
        sent_back=steps[-1],
        decision=None,
        steps=steps,
    )


def chart() -> HoursChart | None:
    """Return the chart of a few years of hours."""
    return build_chart(CREDITED)
