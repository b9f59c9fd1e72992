"""Lists: those without bullets, which need a role, and numbers that would come twice.

Safari only announces a list without bullets if it has the role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.support.pages.tree import text_of
from tests.support.repository import ROOT

STYLE = (ROOT / "static" / "site.css").read_text()
BULLETLESS = [
    selector.strip().split()
    for prelude in re.findall(r"([^{}]+)\{[^{}]*list-style: none", re.sub(r"/\*.*?\*/", "", STYLE))
    for selector in prelude.split(",")
    if "summary" not in selector
]


def list_problems(dom: Element) -> Iterator[str]:
    """Check the role of lists without bullets, and the numbers of ordered lists.

    Text browsers number the items of an ordered list: an item that begins with its own number
    would show it twice.
    """
    for ordered in dom.iter("ol"):
        for number, item in enumerate(ordered.iter("li"), start=1):
            if re.match(rf"{number}[ .]", text_of(item)):
                yield f"an item of an ordered list begins with its number: {text_of(item)!r}"
    for selector in BULLETLESS:
        for node in _matching(dom, selector):
            if node.tag in ("ul", "ol") and node.get("role") != "list":
                yield f"a list without bullets has no list role: {' '.join(selector)}"


def _matching(dom: Element, selector: list[str]) -> Iterator[Element]:
    """The elements matched by a selector of classes, then of nested tags."""
    found = [dom]
    for step in selector:
        assert re.fullmatch(r"\.?[a-z-]+", step), f"{step} is not understood here"
        name = step.removeprefix(".")
        found = [
            node
            for place in found
            for node in place.iter()
            if (name in (node.get("class") or "").split() if step[0] == "." else node.tag == name)
        ]
    yield from found
