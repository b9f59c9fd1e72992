"""Organismes that do not finance in a situation."""

from __future__ import annotations

import pytest

from web.domain.situation import OrganismeCategory, Situation, is_mismatch


@pytest.mark.parametrize(
    ("situation", "mistaken"),
    [
        (
            Situation.EMPLOYEE,
            {
                OrganismeCategory.POLE_EMPLOI,
                OrganismeCategory.REGION,
                OrganismeCategory.MISSION_LOCALE,
            },
        ),
        (Situation.JOBSEEKER, {OrganismeCategory.OPCA}),
        (Situation.OTHER, set()),
        (None, set()),
    ],
)
def test_an_organisme_for_another_situation_is_a_mismatch(
    situation: Situation | None, mistaken: set[OrganismeCategory]
) -> None:
    found = {each for each in OrganismeCategory if is_mismatch(situation, each)}
    assert found == mistaken
    assert not is_mismatch(situation, None)
