"""The French of the product: every text of its templates, of its program and of its script."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

from tests.support.repository import ROOT

# Published terms that people have accepted: their text is frozen.
ACCEPTED_TERMS = ROOT / "templates" / "home" / "terms"
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.*")
    if path.suffix in (".html", ".txt") and path.parent != ACCEPTED_TERMS
)
MODULES = sorted((ROOT / "web").rglob("*.py"))
SCRIPT = ROOT / "static" / "app.js"
JINJA = Environment()
# A placeholder for a value inserted in a sentence.
VALUE = "\ufffc"
# A placeholder for a Jinja statement, which may have spaces on both sides.
CHOICE = "\u200b"
INLINE = {"a", "abbr", "b", "em", "q", "span", "strong", "time"}
SPOKEN = {"alt", "aria-label", "content", "title", "data-announce"}
FRENCH = re.compile(r"[àâçéèêëîïôùûœ’«»]", re.IGNORECASE)
COMMON = re.compile(r"\b(?:le|la|les|des|du|votre|vos|une|est|pour|dans|avec|sur|pas)\b")


def all_texts() -> Iterator[tuple[str, str]]:
    """Yield each text of the product after its location, relative to the root."""
    for path in TEMPLATES:
        for text in texts_of_template(path):
            yield str(path.relative_to(ROOT)), text
    for path in MODULES:
        for line, text in sentences_of_module(path):
            yield f"{path.relative_to(ROOT)}:{line}", text
    for text in sentences_of_script():
        yield str(SCRIPT.relative_to(ROOT)), text


def sentences_of_script() -> list[str]:
    """Return the French strings of the script."""
    return [
        ast.literal_eval(text).strip()
        for text in re.findall(r'"(?:[^"\\\n]|\\.)*"', SCRIPT.read_text())
        if FRENCH.search(text)
    ]


def texts_of_template(path: Path) -> Iterator[str]:
    """Yield the texts of a template, including attributes that are read aloud."""
    source = path.read_text()
    yield from _strings_of(source)
    page = _outside_jinja(source)
    yield from _Spoken.of(page) if path.suffix == ".html" else [page]


def _outside_jinja(source: str) -> str:
    """The page without Jinja statements; expressions become placeholders."""
    written = {"variable_begin": VALUE, "block_begin": CHOICE}
    return "".join(
        value if kind == "data" else written.get(kind, "") for _, kind, value in JINJA.lex(source)
    )


def _strings_of(source: str) -> Iterator[str]:
    """The sentences passed to macros, or chosen by an expression."""
    for _, kind, value in JINJA.lex(source):
        if kind == "string" and _is_french(value):
            yield value[1:-1]


class _Spoken(HTMLParser):
    """Collects the visible texts of a page, and those of its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = [""]

    @classmethod
    def of(cls, page: str) -> list[str]:
        """The texts of a page."""
        reader = cls()
        reader.feed(page)
        return reader.texts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect attributes that are read aloud or shown; a block starts another text."""
        sentence = self.texts.pop() if tag in INLINE else ""
        self.texts += [value for name, value in attrs if name in SPOKEN and value]
        self.texts.append(sentence)

    def handle_endtag(self, tag: str) -> None:
        """End the text at the end of a block; inline elements do not."""
        if tag == "style":
            self.texts.pop()
        if tag not in INLINE:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        """Append to the text."""
        self.texts[-1] += data


def sentences_of_module(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each French string of a module, docstrings excepted."""
    tree = ast.parse(path.read_text())
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            text = "".join(_part(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if id(node) not in documentation | inside and _is_french(text):
            yield node.lineno, text


def _part(part: ast.expr) -> str:
    """The constant text of a part of an f-string, or a placeholder."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    is_space = isinstance(part, ast.FormattedValue) and ast.unparse(part.value) == "NBSP"
    return "\u00a0" if is_space else VALUE


def _is_french(text: str) -> bool:
    if re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE|ALTER|CREATE)\b", text):
        return False
    return " " in text.strip() and bool(FRENCH.search(text) or len(COMMON.findall(text)) > 1)
