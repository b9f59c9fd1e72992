"""The documents match the program: the names they cite exist, the counts are right."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from tests.support.repository import ROOT
from tests.support.text.turns import turns
from tests.support.text.typography import mistakes
from web.__main__ import cli
from web.demo.titulaire import SHOWN_NIR, TITULAIRE
from web.domain.nir import parse_nir
from web.home.accessibility import ASSESSMENT, Status, percentage

ENGLISH, FRENCH = ROOT / "README.md", ROOT / "README.fr.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED = re.compile(
    r"`((?:web|templates|static|tests|scripts|bench|docs|migrations)/[\w./-]+?)(?:::\w+)?`"
)
CODE = re.compile(r"`([^`\n]+)`")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_link_leads_somewhere(path: Path) -> None:
    targets = [one for one in LINK.findall(path.read_text("utf-8")) if "://" not in one]
    assert [one for one in targets if not (path.parent / one).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_file_named_exists(path: Path) -> None:
    named = NAMED.findall(path.read_text("utf-8"))
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_each_test_of_a_fault_is_where_the_page_says() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    bare = re.findall(r"`(test_\w+\.py)`", page)
    assert bare
    assert [one for one in bare if not (ROOT / "tests" / "faults" / one).exists()] == []


def test_each_command_is_explained_to_operators() -> None:
    group = get_command(cli)
    assert isinstance(group, TyperGroup)
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for name, command in group.commands.items():
        for leaf in getattr(command, "commands", {"": None}):
            assert re.search(rf"`{name} ?{leaf}[ `]", page), f"{name} {leaf}"


def test_the_changelog_begins_with_the_version_of_the_program() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    unreleased, newest, *_ = re.findall(r"^## (.+)$", text, re.MULTILINE)
    number, _, day = newest.partition(" - ")
    assert (unreleased, number) == ("Unreleased", version)
    assert date.fromisoformat(day)


def test_each_decision_has_its_number_its_line_in_the_index_and_four_parts() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(\d+)\]\(([\w.-]+)\) \| (.+?) \|", index, re.MULTILINE)
    assert [name for _, name, _ in listed] == [path.name for path in DECISIONS]
    for order, ((number, name, title), path) in enumerate(
        zip(listed, DECISIONS, strict=True), start=1
    ):
        text = path.read_text("utf-8")
        assert (int(number), int(name[:4])) == (order, order), name
        assert text.startswith(f"# {order}. {title}\n"), name
        parts = re.findall(r"^\*\*(.+?)\*\*", text, re.MULTILINE)
        assert parts[:4] == ["Context.", "Decision.", "Consequences.", "Look again when"], name


def test_the_readmes_say_the_same_in_two_languages() -> None:
    english, french = (path.read_text("utf-8") for path in (ENGLISH, FRENCH))
    for shape in (r"^#+ ", r"^[-\d]\.? ", r"^\| "):
        counted = [len(re.findall(shape, text, re.MULTILINE)) for text in (english, french)]
        assert counted[0] == counted[1], shape
    assert "(README.fr.md)" in english
    assert "(README.md)" in french
    both = {"(README.fr.md)", "(README.md)"}
    targets = [set(re.findall(r"\([\w/.]+\.\w+\)", text)) - both for text in (english, french)]
    assert targets[0] == targets[1]
    assert set(CODE.findall(english)) == set(CODE.findall(french))


def test_the_french_readme_is_good_french() -> None:
    text = FRENCH.read_text("utf-8").replace("![", "[")
    text = re.sub(r"\]\([^)]*\)", "]", CODE.sub("code", text))
    assert mistakes(text) + turns(text) == []


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (
            ENGLISH,
            "Of the {all} criteria of the French standard, RGAA 4.1.2, {C} are met, {NT} not "
            "tested and {NA} not applicable; its mean rate on {pages} pages is {rate}",
        ),
        (
            FRENCH,
            "Sur les {all} critères du référentiel général d’amélioration de l’accessibilité (RGAA "
            "4.1.2), {C} sont respectés, {NT} non testés et {NA} sans objet ; le taux moyen de "
            "{pages} pages est de {rate}",
        ),
    ],
    ids=["README.md", "README.fr.md"],
)
def test_the_readmes_tell_what_the_assessment_found(path: Path, sentence: str) -> None:
    counts = {one.value: len(ASSESSMENT.list_by(one)) for one in Status}
    assert counts["NC"] == 0, "tell what is not met too"
    rate = percentage(ASSESSMENT.rate)
    told = sentence.format(
        all=len(ASSESSMENT.criteria),
        pages=len(ASSESSMENT.pages),
        rate=rate.replace(",", ".") if path is ENGLISH else rate,
        **counts,
    )
    assert " ".join(told.split()) in " ".join(path.read_text("utf-8").split())


@pytest.mark.parametrize("path", [ENGLISH, FRENCH], ids=lambda path: path.name)
def test_the_numbers_to_try_are_one_that_is_accepted_and_one_that_has_an_account(
    path: Path,
) -> None:
    numbers = re.findall(r"`([12](?: \d{2}){3} \d{3} \d{3})`", path.read_text("utf-8"))
    assert numbers == ["2 85 05 99 990 001", SHOWN_NIR]
    assert [parse_nir(number).sex for number in numbers] == ["madame", TITULAIRE.civility]
