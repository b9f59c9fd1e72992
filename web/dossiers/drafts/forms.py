"""Forms of a dossier. A draft may be incomplete, but every value entered must be valid.

`DossierForm` is for the titulaire; web.employers.forms has that of an employer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wtforms import BooleanField, RadioField, SelectField

from web.core.http.forms.forms import (
    AtMost,
    Form,
    Parsed,
    SelectChoice,
    TextField,
    parsed,
)
from web.domain.dates import typed_date
from web.domain.dossier_values import InvalidValue, parse_cost, parse_duration
from web.domain.siret import parse_siret, shown_siret
from web.domain.situation import OrganismeCategory, Situation
from web.domain.submission import Draft
from web.dossiers.drafts.fields import (
    LONGEST_NAME,
    NO,
    YES,
    date_field,
    duration_field,
    known_situation,
    organisme_id,
    problem_sentence,
    yes_or_no,
)
from web.dossiers.forms import SeenForm
from web.dossiers.records import Organisme
from web.dossiers.sentences import (
    COST_SENTENCES,
    NAME_TOO_LONG,
    ORGANISME_SENTENCE,
    SITUATION_SENTENCE,
    TITLE_TOO_LONG,
    WORKING_TIME_SENTENCE,
)
from web.dossiers.situations import parse_employer, shown_employer
from web.people.sentences import siret_sentence

OTHERS = "Autres organismes"


class DurationForm(Form):
    """The form of a simulation."""

    duration = duration_field()

    def hours(self) -> int | None:
        """Return the hours entered; None if empty, or invalid (the error is on the field)."""
        self.validate()
        found: int | None = parsed(self.duration)
        return found


def working_time_field(description: str) -> RadioField:
    """A field for working time, which needs the employer's agreement.

    Code du travail, L6323-17 and R6323-4, in their wording of 2015.
    """
    return RadioField(
        "Sur le temps de travail",
        [Parsed(yes_or_no, WORKING_TIME_SENTENCE)],
        description=description,
        choices=[SelectChoice(YES, "Oui"), SelectChoice(NO, "Non")],
        validate_choice=False,
    )


def situation_field(label: str) -> RadioField:
    """A field for the titulaire's situation."""
    return RadioField(
        label,
        [Parsed(known_situation, SITUATION_SENTENCE)],
        description="L’organisme à choisir en dépend.",
        choices=[
            SelectChoice(Situation.EMPLOYEE, "En emploi salarié"),
            SelectChoice(Situation.JOBSEEKER, "À la recherche d’un emploi"),
            SelectChoice(Situation.OTHER, "Autre situation"),
        ],
        validate_choice=False,
    )


def employer_field(label: str, description: str) -> TextField:
    """A field for the name or the SIRET of the titulaire's employer."""
    return TextField(
        label,
        [AtMost(LONGEST_NAME, NAME_TOO_LONG), Parsed(parse_employer, siret_sentence)],
        description=description,
        render_kw={"autocomplete": "organization"},
    )


class DossierForm(SeenForm):
    """The contents of a dossier."""

    short_names: ClassVar = {"search": "Formation", "employer": "Votre employeur"}

    search = TextField(
        "Rechercher dans le catalogue",
        description="Métier, intitulé, code CPF ou numéro RNCP.",
        render_kw={"autocomplete": "off", "maxlength": LONGEST_NAME},
    )
    code = RadioField(
        "Formation choisie",
        choices=[],
        validate_choice=False,
    )
    title = TextField(
        "Intitulé de la formation",
        [AtMost(LONGEST_NAME, TITLE_TOO_LONG)],
        description="Si elle n’est pas dans le catalogue. L’organisme vérifiera qu’elle est "
        "éligible, c’est-à-dire que les heures du compte peuvent servir à la suivre.",
        render_kw={"autocomplete": "off"},
    )
    trainer_name = TextField(
        "Nom de l’organisme de formation",
        [AtMost(LONGEST_NAME, NAME_TOO_LONG)],
        description="L’école ou le centre qui assure la formation.",
        render_kw={"autocomplete": "off"},
    )
    trainer_siret = TextField(
        "N° SIRET de l’organisme de formation",
        [Parsed(parse_siret, siret_sentence)],
        description="Il identifie l’établissement : 14 chiffres, écrits sur son devis. Les espaces "
        "sont acceptés.",
        render_kw={"autocomplete": "off", "inputmode": "numeric", "class": "width-13"},
    )
    starts_on = date_field("Date de début")
    ends_on = date_field("Date de fin")
    duration = duration_field()
    cost = TextField(
        "Coût",
        [Parsed(parse_cost, problem_sentence(COST_SENTENCES))],
        description="En euros, si vous le connaissez. Par exemple 1 250,50.",
        render_kw={"autocomplete": "off", "inputmode": "decimal", "class": "width-10"},
    )
    on_working_time = working_time_field(
        "Sur votre temps de travail, demandez l’accord de votre employeur au moins 60 jours avant "
        "le début, ou 120 jours si la formation dure six mois ou plus. Il a 30 jours pour "
        "répondre : son silence vaut accord. En dehors, vous n’avez aucun accord à demander."
    )
    situation = situation_field("Votre situation")
    employer = employer_field(
        "Votre employeur, si vous êtes en emploi salarié",
        "Son nom, ou son n° SIRET : 14 chiffres, écrits sur votre bulletin de paie.",
    )
    organisme = SelectField(
        "Organisme financeur",
        [Parsed(organisme_id, ORGANISME_SENTENCE)],
        description="C’est lui qui examine le dossier et le valide.",
        choices=[],
        validate_choice=False,
    )
    confidential = BooleanField(
        "Dossier confidentiel",
        description="Un employeur ne le verra pas, même si vous lui avez donné délégation.",
    )

    @classmethod
    def of(cls, contents: Draft, revision: int = 0) -> DossierForm:
        """Return the form filled from a draft."""
        working = contents.on_working_time
        return cls(
            data={
                "revision": str(revision),
                "code": contents.code_cpf,
                # The label of the code already shows a title of the catalogue.
                "title": "" if contents.code_cpf else contents.title,
                "trainer_name": contents.trainer_name,
                "trainer_siret": shown_siret(contents.trainer_siret)
                if contents.trainer_siret
                else "",
                "starts_on": typed_date(contents.starts_on) if contents.starts_on else "",
                "ends_on": typed_date(contents.ends_on) if contents.ends_on else "",
                "duration": "" if contents.duration is None else str(contents.duration),
                "cost": "" if contents.cost is None else f"{contents.cost:.2f}".replace(".", ","),
                "on_working_time": "" if working is None else YES if working else NO,
                "situation": contents.situation.value if contents.situation else "",
                "employer": shown_employer(contents.employer),
                "organisme": contents.organisme,
                "confidential": contents.confidential,
            }
        )

    def contents(self) -> Draft | None:
        """Return the contents entered, or None with each error on its field.

        The title is '' for a formation chosen by its code: the catalogue has it.
        """
        self.validate()
        if self.errors:
            return None
        code: str = self.code.data or ""
        situation: Situation | None = parsed(self.situation)
        # A person without an employer may have typed one before changing their answer.
        has_employer = situation in (None, Situation.EMPLOYEE)
        return Draft(
            title="" if code else self.title.data or "",
            code_cpf=code,
            trainer_name=self.trainer_name.data or "",
            trainer_siret=parsed(self.trainer_siret) or "",
            starts_on=parsed(self.starts_on),
            ends_on=parsed(self.ends_on),
            duration=parsed(self.duration),
            cost=parsed(self.cost),
            on_working_time=parsed(self.on_working_time),
            situation=situation,
            employer=parsed(self.employer) or "" if has_employer else "",
            organisme=parsed(self.organisme) or "",
            confidential=bool(self.confidential.data) if self.confidential else False,
        )

    def typed_hours(self) -> int | None:
        """Return the duration entered, for a simulation; None if invalid."""
        try:
            return parse_duration(self.duration.data or "")
        except InvalidValue:
            return None

    def offer_organismes(self, organismes: Iterable[Organisme]) -> None:
        """Set the organismes to choose from, grouped by category if any has one."""
        found = tuple(organismes)
        others = OTHERS if any(one.category for one in found) else None
        choices: list[Any] = [SelectChoice("", "Choisissez un organisme")]
        for category in (*OrganismeCategory, None):
            heading = category.label if category else others
            same = [one for one in found if one.category is category]
            choices += [SelectChoice(one.id, one.name, optgroup=heading) for one in same]
        self.organisme.choices = choices

    def offer_formations(self, formations: Iterable[tuple[str, str]]) -> None:
        """Set the choices (code, label); without any, the form asks for the title alone."""
        choices = [SelectChoice(code, text) for code, text in formations]
        if choices:
            self.code.data = self.code.data or ""
            choices.append(SelectChoice("", "Une autre : je saisis son intitulé"))
        self.code.choices = choices
