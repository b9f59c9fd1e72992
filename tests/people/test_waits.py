"""Waiting times in everyday words."""

from __future__ import annotations

import re

import pytest

from tests.support.repository import ROOT
from tests.support.text.spaces import plain
from web.people.sentences import when_again

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "dans une minute"),
        (60, "dans une minute"),
        (61, "dans 2 minutes"),
        (898, "dans 15 minutes"),
        (HOUR - 61, "dans 59 minutes"),
        (HOUR, "dans une heure"),
        (HOUR + 1, "dans 2 heures"),
        (18 * HOUR, "dans 18 heures"),
        (18 * HOUR + 1, "demain"),
        (DAY - 1, "demain"),
        (DAY, "demain"),
        (DAY + 1, "dans 2 jours"),
    ],
)
def test_a_wait_is_never_told_in_a_thousand_minutes(seconds: int, words: str) -> None:
    assert plain(when_again(seconds)) == words


def test_every_refusal_says_when_in_these_words() -> None:
    """No message has a placeholder for another wording: formatting would fail."""
    for path in (ROOT / "web").rglob("*.py"):
        assert not re.search(r"\{wait\}", path.read_text()), path
