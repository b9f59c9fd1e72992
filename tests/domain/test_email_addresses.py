"""One mailbox, whichever way it is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.email_addresses import folded_email, mailbox_of


@pytest.mark.parametrize(
    "spelling",
    [
        "jean@exemple.fr",
        "Jean@exemple.fr",
        "JEAN@EXEMPLE.FR",
        "jEaN@Exemple.fr",
        " jean@exemple.fr",
    ],
)
def test_the_spellings_of_a_mailbox_are_one(spelling: str) -> None:
    assert folded_email(spelling) == "jean@exemple.fr"


def test_accents_and_their_composition_do_not_make_two_mailboxes() -> None:
    assert folded_email("HE\u0301LE\u0300NE@exemple.fr") == folded_email("hélène@exemple.fr")
    assert folded_email("hélène@exemple.fr") != folded_email("helene@exemple.fr")


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded_email(folded_email(text)) == folded_email(text)
    assert mailbox_of(mailbox_of(text)) == mailbox_of(text)


@pytest.mark.parametrize(
    "spelling",
    ["jean.dupont@x.fr", "jeandupont+1@x.fr", "Jean.Dupont+a+b@X.fr", "j.eandupont@x.fr"],
)
def test_tags_and_dots_do_not_open_another_limit(spelling: str) -> None:
    assert mailbox_of(spelling) == "jeandupont@x.fr"


def test_a_local_part_of_signs_alone_stays_an_address() -> None:
    assert mailbox_of("+@x.fr") == "+@x.fr"
