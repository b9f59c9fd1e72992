"""The fields that a draft needs before it can be submitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from web.domain.situation import Situation
from web.domain.submission import Draft, SubmissionProblem, submission_problems

COMPLETE = Draft(
    title="Anglais professionnel",
    trainer_name="École des Quais",
    trainer_siret="73282932000074",
    starts_on=date(2015, 9, 1),
    ends_on=date(2015, 12, 18),
    duration=60,
    on_working_time=False,
    situation=Situation.JOBSEEKER,
    organisme="fongecif",
)


def test_a_complete_draft_has_no_problem_even_free_and_without_code() -> None:
    assert submission_problems(COMPLETE) == ()
    assert submission_problems(replace(COMPLETE, on_working_time=True, cost=Decimal(0))) == ()
    assert submission_problems(replace(COMPLETE, ends_on=COMPLETE.starts_on, duration=1)) == ()
    assert submission_problems(replace(COMPLETE, code_cpf="2368", confidential=True)) == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": " "}, SubmissionProblem.NO_TITLE),
        ({"trainer_name": " "}, SubmissionProblem.NO_TRAINER_NAME),
        ({"trainer_siret": ""}, SubmissionProblem.NO_TRAINER_SIRET),
        ({"starts_on": None}, SubmissionProblem.NO_START),
        ({"ends_on": None}, SubmissionProblem.NO_END),
        ({"ends_on": date(2015, 8, 31)}, SubmissionProblem.ENDS_BEFORE_IT_STARTS),
        ({"duration": None}, SubmissionProblem.NO_DURATION),
        ({"duration": 0}, SubmissionProblem.NO_DURATION),
        ({"cost": Decimal("-0.01")}, SubmissionProblem.NEGATIVE_COST),
        ({"on_working_time": None}, SubmissionProblem.NO_WORKING_TIME),
        ({"situation": None}, SubmissionProblem.NO_SITUATION),
        ({"situation": Situation.EMPLOYEE, "employer": " "}, SubmissionProblem.NO_EMPLOYER),
        ({"organisme": ""}, SubmissionProblem.NO_ORGANISME),
    ],
)
def test_each_lack_is_told(change: dict[str, Any], problem: SubmissionProblem) -> None:
    assert submission_problems(replace(COMPLETE, **change)) == (problem,)


def test_every_lack_of_an_empty_draft_is_told_at_once_and_in_order() -> None:
    conditional = {
        SubmissionProblem.ENDS_BEFORE_IT_STARTS,
        SubmissionProblem.NEGATIVE_COST,
        SubmissionProblem.NO_EMPLOYER,
    }
    expected = tuple(problem for problem in SubmissionProblem if problem not in conditional)
    assert submission_problems(Draft()) == expected
