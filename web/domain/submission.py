"""Completeness check of a draft dossier before its submission."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from web.domain.situation import Situation


class SubmissionProblem(enum.Enum):
    """A missing or wrong value in a draft, in the order of its form."""

    NO_TITLE = "no_title"
    NO_TRAINER_NAME = "no_trainer_name"
    NO_TRAINER_SIRET = "no_trainer_siret"
    NO_START = "no_start"
    NO_END = "no_end"
    ENDS_BEFORE_IT_STARTS = "ends_before_it_starts"
    NO_DURATION = "no_duration"
    NEGATIVE_COST = "negative_cost"
    NO_WORKING_TIME = "no_working_time"
    NO_SITUATION = "no_situation"
    NO_EMPLOYER = "no_employer"
    NO_ORGANISME = "no_organisme"


@dataclass(frozen=True)
class Draft:
    """The contents of a dossier; None or "" means not filled in yet.

    `title` comes from the catalogue with `code_cpf`, or is free; `duration` is in whole hours,
    `cost` in euros and optional. `employer` is the name or the SIRET of an employee's employer.
    """

    title: str = ""
    code_cpf: str = ""
    trainer_name: str = ""
    trainer_siret: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    duration: int | None = None
    cost: Decimal | None = None
    on_working_time: bool | None = None
    situation: Situation | None = None
    employer: str = ""
    organisme: str = ""
    confidential: bool = False


def submission_problems(draft: Draft) -> tuple[SubmissionProblem, ...]:
    """Return all the problems that prevent submission; empty when the draft is complete."""
    starts, ends = draft.starts_on, draft.ends_on
    wrong = {
        SubmissionProblem.NO_TITLE: not draft.title.strip(),
        SubmissionProblem.NO_TRAINER_NAME: not draft.trainer_name.strip(),
        SubmissionProblem.NO_TRAINER_SIRET: not draft.trainer_siret,
        SubmissionProblem.NO_START: starts is None,
        SubmissionProblem.NO_END: ends is None,
        SubmissionProblem.ENDS_BEFORE_IT_STARTS: (
            starts is not None and ends is not None and ends < starts
        ),
        SubmissionProblem.NO_DURATION: draft.duration is None or draft.duration <= 0,
        SubmissionProblem.NEGATIVE_COST: draft.cost is not None and draft.cost < 0,
        SubmissionProblem.NO_WORKING_TIME: draft.on_working_time is None,
        SubmissionProblem.NO_SITUATION: draft.situation is None,
        SubmissionProblem.NO_EMPLOYER: (
            draft.situation is Situation.EMPLOYEE and not draft.employer.strip()
        ),
        SubmissionProblem.NO_ORGANISME: not draft.organisme,
    }
    return tuple(problem for problem in SubmissionProblem if wrong[problem])
