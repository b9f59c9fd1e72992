"""A strict HTML parser: every element must be closed explicitly if it can be."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID_ELEMENTS = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
FRAGMENT = "fragment"


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._tree = TreeBuilder()
        self._open: list[str] = []
        self._begins_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs), f"an attribute twice: {attrs}"
        self._tree.start(tag, attributes)
        self._begins_text = tag == "textarea"
        if tag in VOID_ELEMENTS:
            self._tree.end(tag)
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        # Outside SVG, HTML ignores the slash.
        if tag not in VOID_ELEMENTS and "svg" in self._open:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1] == tag, f"</{tag}> where <{self._open[-1]}> is open"
        self._open.pop()
        self._tree.end(tag)

    def handle_data(self, data: str) -> None:
        if self._begins_text:
            # HTML drops the line break that templates add to preserve a typed one.
            data = data.removeprefix("\n")
        self._begins_text = False
        self._tree.data(data)

    def read(self, text: str) -> Element:
        self._tree.start(FRAGMENT, {})
        self.feed(text.replace("\r\n", "\n"))
        self.close()
        assert not self._open, f"never closed: {self._open}"
        self._tree.end(FRAGMENT)
        return self._tree.close()


def tree_of(text: str) -> Element:
    """The root of a document, or an element that holds the fragment.

    Nothing is implied: raises AssertionError if an end tag is missing or mismatched, or if an
    element repeats an attribute.
    """
    root = _Builder().read(text)
    return next((child for child in root if child.tag == "html"), root)


def text_of(node: Element) -> str:
    """The text of an element, spaces folded."""
    return " ".join("".join(node.itertext()).split())
