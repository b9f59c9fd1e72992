"""French typography, in every sentence of the templates, of the program and of its script."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".txt")
)
MODULES = sorted((ROOT / "web").rglob("*.py"))
JINJA = Environment()
# Stands for what a template or a program puts in a sentence.
VALUE = "\ufffc"
# Stands for an instruction, on each side of which there may be a space.
CHOICE = "\u200b"
INLINE = {"a", "abbr", "b", "em", "span", "strong", "time"}
SPOKEN = {"alt", "aria-label", "content", "title", "data-annonce"}
FRENCH = re.compile(r"[àâçéèêëîïôùûœ’«»]", re.IGNORECASE)
COMMON = re.compile(r"\b(?:le|la|les|des|du|votre|vos|une|est|pour|dans|avec|sur|pas)\b")
UNITS = (
    "h|heures?|minutes?|secondes?|jours?|mois|ans|années?|euros?|€|%|lettres|chiffres|caractères"
)
WRONG = {
    "straight apostrophe": re.compile(r"\w'\w"),
    "straight quote": re.compile(r'"'),
    # A colon may be in a time or an address, a question mark in an address.
    "space before a sign": re.compile(r"(?<![\s\d:/\u200b])[;?!»](?!\w)|(?<=[ \n])[:;?!»](?!\w)"),
    "space before a colon": re.compile(r"(?<=[^\W\d])[:](?![/\w])|(?<=[»)]):"),
    "space after «": re.compile(r"«(?![\u00a0\u202f])"),
    "double space": re.compile(r"(?<=\S)[ \u00a0\u202f]{2,}(?=\S)"),
    "n° and number apart": re.compile(r"\b[nN]° "),
    "number and unit apart": re.compile(rf"(?<=[\d{VALUE}]) (?:{UNITS})\b"),
}


def mistakes(text: str) -> list[str]:
    """What is wrong in a text, each with its surroundings."""
    return [
        f"{name}: {text[max(0, found.start() - 30) : found.end() + 20]!r}"
        for name, pattern in WRONG.items()
        for found in pattern.finditer(text)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Vraiment ?",
        "Vraiment?",
        "Attention : lisez",
        "Attention: lisez",
        "« Continuer »",
        "«\u00a0Continuer »",
        "l'heure",
        'dit "oui"',
        "deux  espaces",
        "15 jours",
        "n° 12",
    ],
)
def test_the_rules_find_each_mistake(text: str) -> None:
    assert mistakes(text)


def test_the_rules_let_good_typography_through() -> None:
    text = "À 14:30, «\u00a0l’heure\u00a0» dure 60\u00a0minutes\u00a0: vu\u00a0? https://exemple.fr/a?b"
    assert mistakes(text) == []


def test_the_templates_follow_them() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {one}"
        for path in TEMPLATES
        for text in _texts(path)
        for one in mistakes(text)
    ]
    assert found == []


def test_the_sentences_of_the_program_follow_them() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {one}"
        for path in MODULES
        for line, text in _sentences(path)
        for one in mistakes(text)
    ]
    assert found == []


def test_the_sentences_of_the_script_follow_them() -> None:
    script = (ROOT / "static" / "app.js").read_text()
    texts = [
        ast.literal_eval(text)
        for text in re.findall(r'"(?:[^"\\\n]|\\.)*"', script)
        if FRENCH.search(text)
    ]
    assert texts
    assert [one for text in texts for one in mistakes(text.strip())] == []


def _texts(path: Path) -> Iterator[str]:
    """What a template shows or says; of a page, attributes included."""
    source = path.read_text()
    yield from _strings_of(source)
    page = _outside_jinja(source)
    yield from _Spoken.of(page) if path.suffix == ".html" else [page]


def _outside_jinja(source: str) -> str:
    """The page without its instructions; a value where one is written."""
    written = {"variable_begin": VALUE, "block_begin": CHOICE}
    return "".join(
        value if kind == "data" else written.get(kind, "") for _, kind, value in JINJA.lex(source)
    )


def _strings_of(source: str) -> Iterator[str]:
    """The sentences given to macros, or chosen by an expression."""
    for _, kind, value in JINJA.lex(source):
        if kind == "string" and _is_french(value):
            yield value[1:-1]


class _Spoken(HTMLParser):
    """What a page shows, and what its attributes say."""

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
        """Attributes that are read aloud or shown; a block begins another text."""
        sentence = self.texts.pop() if tag in INLINE else ""
        self.texts += [value for name, value in attrs if name in SPOKEN and value]
        self.texts.append(sentence)

    def handle_endtag(self, tag: str) -> None:
        """A block ends its text; a word inside a sentence does not."""
        if tag == "style":
            self.texts.pop()
        if tag not in INLINE:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        """More of the text."""
        self.texts[-1] += data


def _sentences(path: Path) -> Iterator[tuple[int, str]]:
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
    """What an f-string writes, when it is known."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    is_space = isinstance(part, ast.FormattedValue) and ast.unparse(part.value) == "NBSP"
    return "\u00a0" if is_space else VALUE


def _is_french(text: str) -> bool:
    if re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE|ALTER|CREATE)\b", text):
        return False
    return " " in text.strip() and bool(FRENCH.search(text) or len(COMMON.findall(text)) > 1)
