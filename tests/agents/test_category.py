"""The category of an organisme, given with the command that invites its agents."""

from __future__ import annotations

import pytest

from tests.support.db.rows import column, count
from tests.support.desks.invitations import invite
from tests.support.text.spaces import plain
from web.core.runtime import Runtime
from web.settings import Settings

CATEGORIES = "SELECT category FROM organisation"


async def test_an_organisme_keeps_its_category_until_another_is_given(
    runtime: Runtime, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for given, kept in (("", None), ("opca", "opca"), ("", "opca"), ("region", "region")):
        assert await invite(settings, category=given) == 0
        assert await column(runtime, CATEGORIES) == [kept]
    assert "Catégorie : Régions." in plain(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"category": "opco"}, "--category : indiquez opca, opacif,"),
        ({"category": "opca", "kind": "employer"}, "--category : un employeur n’en a pas"),
    ],
)
async def test_a_category_that_cannot_be_is_refused_and_nothing_is_done(
    runtime: Runtime,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, str],
    sentence: str,
) -> None:
    assert await invite(settings, **options) == 1
    assert sentence in plain(capsys.readouterr().err)
    assert await count(runtime, "organisation") == 0
