"""Abbreviations of the glossary: each is explained at its first use on a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from web.domain.glossary import ABBREVIATIONS, Term

# How far after an abbreviation its expansion may stand, in characters.
NEAR = 400
NAMES = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)})\b")
# Organisations have these names: on a dossier's page they may be data.
OWN_NAMES = frozenset(("Agefiph", "Apec", "Fongecif"))
INLINE = frozenset(
    ("a", "abbr", "b", "em", "i", "q", "small", "span", "strong", "sub", "sup", "time")
)
# User input, and elements without text.
SKIPPED = frozenset(("audio", "script", "style", "svg", "textarea"))


@dataclass(frozen=True)
class _Run:
    """A stretch of text, with the title of its `abbr` element if any."""

    text: str
    title: str


def _expansion(term: Term) -> re.Pattern[str]:
    """The expansion, plural included, or other explanatory words."""
    words = r"\s+".join(rf"{re.escape(word)}s?" for word in term.expansion.split())
    return re.compile("|".join((words, *map(re.escape, term.explained_by))), re.IGNORECASE)


EXPANSIONS = {name: _expansion(term) for name, term in ABBREVIATIONS.items()}


def abbreviation_problems(main: Element, except_for: Collection[str] = OWN_NAMES) -> Iterator[str]:
    """Yield each abbreviation whose first use has no title, and no expansion before or near it."""
    runs = [_Run(_spaced(run.text), run.title) for run in _runs(main, "")]
    text = "".join(run.text for run in runs)
    for name, start in _first_uses(text).items():
        if name in except_for:
            continue
        if EXPANSIONS[name].search(_title_at(runs, start)):
            continue
        end = start + len(name)
        if EXPANSIONS[name].search(text, 0, start) or EXPANSIONS[name].search(
            text, end, end + NEAR
        ):
            continue
        yield f"{name} is not explained: …{text[max(0, start - 30) : end + 20]}…"


def _first_uses(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for use in NAMES.finditer(text):
        found.setdefault(use[0], use.start())
    return found


def _title_at(runs: list[_Run], position: int) -> str:
    end = 0
    for run in runs:
        end += len(run.text)
        if position < end:
            return run.title
    return ""


def _runs(node: Element, title: str) -> Iterator[_Run]:
    """The text of an element in order; elements that are not running text are separate."""
    if node.tag in SKIPPED or "typed" in (node.get("class") or "").split():
        return
    if node.tag == "abbr":
        title = node.get("title") or ""
    apart = "" if node.tag in INLINE else " "
    yield _Run(apart + (node.text or ""), title)
    for child in node:
        yield from _runs(child, title)
        yield _Run(child.tail or "", title)
    yield _Run(apart, title)


def _spaced(text: str) -> str:
    return re.sub(r"\s", " ", text)
