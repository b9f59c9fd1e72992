"""The live strength meter agrees with the answer to the submitted form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import FormData

from tests.support.programs.processes import volume
from web.auth.password.forms import NewPasswordForm
from web.auth.password.views import (
    LEVELS,
    SENTENCES,
    SHOWN_RULES,
    password_view,
    titulaire_owner,
)
from web.domain.passwords.policy import Strength
from web.people.identity import Identity

IDENTITY = Identity(
    nir="2850599990123",
    civility="madame",
    first_name="Zoé",
    birth_name="d’Orange-Née",
    email="titouan.lef@exemple.fr",
)
OWNER = titulaire_owner(IDENTITY)
PIECES = st.sampled_from(
    [
        *("azerty", "Soleil", "rivage", "Mauve", "TAMBOUR", "motdepasse", "kvxq", "Écluse"),
        *("orange", "NÉE", "Zoé", "titouan", "Compte", "Formation", "850599", "9990123"),
        *("1", "27", "482", "123", "2015", "٣٤٥", "²", "-", " ", "!", "e\u0301", "李明", "\u00a0"),
        *("x" * 60, "Rivage-482-" * 11),
    ]
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PASSWORDS = st.lists(PIECES | ANY, max_size=6).map("".join)


def answered(password: str) -> list[str]:
    """The form's messages about the submitted password."""
    form = NewPasswordForm(FormData({"password": password, "password_confirmation": password}))
    assert form.is_right_for(OWNER) == (not form.errors)
    return list(form.password.errors)


@pytest.mark.faults
def test_the_live_meter_and_the_form_agree() -> None:
    """6.2.1, 6.2.4, 6.2.5, 6.2.11: on 100,000 passwords with FAULTS=full."""
    outcomes: set[bool] = set()

    @settings(max_examples=volume(300, 100_000))
    @given(PASSWORDS)
    def agree(password: str) -> None:
        view, sentences = password_view(OWNER, password), answered(password)
        if not password:
            assert (view.level, view.word, view.warning) == (0, "", "")
            assert sentences
            return
        for (rule, _), (is_met, _) in zip(SHOWN_RULES, view.rules, strict=True):
            assert is_met == (SENTENCES[rule] not in " ".join(sentences))
        is_fine = all(is_met for is_met, _ in view.rules) and not view.warning
        assert is_fine == (not sentences)
        assert view.warning in " ".join(sentences)
        assert is_fine or view.level <= LEVELS[Strength.MOYEN]
        outcomes.add(is_fine)

    agree()
    assert outcomes == {True, False}
