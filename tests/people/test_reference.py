"""The reference of an account: read out by people, so forgiving of how it is written."""

from __future__ import annotations

from uuid import UUID

import pytest

from web.people.reference import account_reference, parse_account_reference

ACCOUNT = UUID("1a2b3c4d-5e6f-4000-8000-000000000001")


def test_a_reference_is_three_groups_of_four() -> None:
    assert account_reference(ACCOUNT) == "1A2B-3C4D-5E6F"


@pytest.mark.parametrize(
    "text", ["1A2B-3C4D-5E6F", "1a2b3c4d5e6f", " 1A2B 3C4D\u00a05E6F\n", "1A2B–3C4D–5E6F"]
)
def test_a_reference_is_read_however_it_is_typed(text: str) -> None:
    assert parse_account_reference(text) == "1a2b3c4d5e6f"


@pytest.mark.parametrize(
    "text", ["", "1A2B-3C4D", "1A2B-3C4D-5E6G", "1A2B-3C4D-5E6F-0", "zoe@a.fr"]
)
def test_another_text_is_no_reference(text: str) -> None:
    assert parse_account_reference(text) is None
