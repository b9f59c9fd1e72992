"""The folders of the tests mirror those of web/, and none holds more than can be taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.repository import ROOT

TESTS, WEB = ROOT / "tests", ROOT / "web"
# Their subject is not one package of web/: the product, the repository, or the helpers themselves.
OTHERS = {
    "captcha/attacks",
    "cluster",
    "deploy",
    "faults",
    "journeys",
    "proxy",
    "repository",
    "routes",
    "scripts",
    "static",
    "support",
    "templates",
}
MOST = 12


def modules(folder: Path) -> list[str]:
    return [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]


FOLDERS = sorted(
    str(path.relative_to(TESTS)) for path in TESTS.rglob("*") if path.is_dir() and modules(path)
)


def test_each_folder_is_one_of_web_or_has_a_subject_of_its_own() -> None:
    mirrored = [one for one in FOLDERS if not {one, one.partition("/")[0]} & OTHERS]
    assert [one for one in mirrored if not (WEB / one / "__init__.py").exists()] == []
    assert [one for one in OTHERS if one not in FOLDERS] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_holds_more_than_twelve_modules_unless_web_does(folder: str) -> None:
    assert len(modules(TESTS / folder)) <= max(MOST, len(modules(WEB / folder)))
