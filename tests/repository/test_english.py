"""Turns of phrase that are not English, and docstrings that open like a question."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.repository import ROOT

MODULES = [
    path
    for folder in ("web", "tests", "bench", "scripts")
    for path in (ROOT / folder).rglob("*.py")
] + [ROOT / "migrations" / "env.py"]
DOCUMENTS = [
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
]
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

OPENING = re.compile(r"(?:What|Whether|Who|Whose|Where|Which|How|When|Those)\b")
# Each with its replacement. Quotations and code spans of the documents are not searched.
AVOIDED = {
    "someone who, whoever, or the role": re.compile(
        r"\b(?:for|to|of|by|from|with|than) who\b(?! (?:is|are|was|were) who\b)", re.IGNORECASE
    ),
    "again": re.compile(r"\banew\b", re.IGNORECASE),
    "lets someone choose, or allows the choice": re.compile(
        r"\blets? (?:choose|change|do|know|open|read|see|write)\b", re.IGNORECASE
    ),
    "no longer": re.compile(
        r"\b(?:no|not|never|nobody|nothing|none|n[’']t)\b[^.;:]*\bany ?more\b"
        r"(?=\W*$|[.,;:)]| (?:and|but|or|once|when|that)\b)",
        re.IGNORECASE,
    ),
    "expired": re.compile(r"\b(?:has|have|had) had (?:its|their) time\b", re.IGNORECASE),
    "stated once, announced once": re.compile(r"\b(?:said|told) once\b", re.IGNORECASE),
    "a number, or this many": re.compile(r"\bby so (?:many|much)\b", re.IGNORECASE),
}


@cache
def docstrings(path: Path) -> list[tuple[int, str]]:
    """Return the line and the text of each docstring of a module."""
    return [
        (node.body[0].lineno, text)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, Documented) and (text := ast.get_docstring(node))
    ]


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each comment of a module after its first line; adjacent lines are one comment."""
    first, last, parts = 0, 0, [""]
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type != tokenize.COMMENT:
                continue
            line, text = token.start[0], token.string.lstrip("# ")
            if line == last + 1:
                parts.append(text)
            else:
                yield first, " ".join(parts)
                first, parts = line, [text]
            last = line
    yield first, " ".join(parts)


def paragraphs(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each paragraph of a document after its first line, without quotations and code."""
    line = 1
    for paragraph in path.read_text().split("\n\n"):
        yield line, re.sub(r"`[^`]*`|\"[^\"]*\"|“[^”]*”|«[^»]*»", "…", paragraph)
        line += paragraph.count("\n") + 2


def all_texts() -> Iterator[tuple[str, str]]:
    """Yield each docstring, comment and paragraph after its path and line."""
    for path in MODULES:
        for line, text in (*docstrings(path), *comments(path)):
            yield f"{path.relative_to(ROOT)}:{line}", text
    for path in DOCUMENTS:
        for line, text in paragraphs(path):
            yield f"{path.relative_to(ROOT)}:{line}", text


def turns(text: str) -> list[str]:
    """List the turns to avoid in a text, each with its surroundings."""
    folded = " ".join(text.split())
    return [
        f"{reason}: {folded[max(0, found.start() - 30) : found.end() + 20]!r}"
        for reason, pattern in AVOIDED.items()
        for found in pattern.finditer(folded)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A dossier that is not there for who asks is not found.",
        "A comment on a line of its own is for\nwho reads the file, and stays there.",
        "The answers of who has an account.",
        "The token is masked anew in each answer.",
        "Only some statuses let choose a formation.",
        "A link that opens nothing any more.",
        "It does not work any more, once used.",
        "Remove what has had its time.",
        "A key that is said once.",
        "Web machines whose clocks are wrong by so much.",
    ],
)
def test_each_turn_to_avoid_is_found(text: str) -> None:
    assert turns(text)


@pytest.mark.parametrize(
    "text",
    [
        "Map DossierGoneError to 404 for anyone who may not see the dossier.",
        "The history shows every act and who did it.",
        "Whether an account exists is not disclosed to those who ask.",
        "No longer valid once used; not valid any more than a forged one.",
        "Do not send any more mails than the limit allows.",
        "The page lets a titulaire choose a formation.",
    ],
)
def test_plain_english_is_let_through(text: str) -> None:
    assert turns(text) == []


@pytest.mark.parametrize(
    ("text", "opens_like_a_question"),
    [
        ("What an account may do.", True),
        ("Whether the link has expired.", True),
        ("Those who may see a dossier.", True),
        ("Where to go after the login.", True),
        ("Return whether the link has expired.", False),
        ("The acts allowed to an account.", False),
        ("Whenever the clock jumps, start again.", False),
    ],
)
def test_openings_are_told_apart(text: str, opens_like_a_question: bool) -> None:
    assert bool(OPENING.match(text)) is opens_like_a_question


def test_no_docstring_opens_like_a_question() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for path in MODULES
        for line, text in docstrings(path)
        if OPENING.match(text)
    ] == []


def test_no_text_has_a_turn_to_avoid() -> None:
    assert [f"{place}: {one}" for place, text in all_texts() for one in turns(text)] == []
