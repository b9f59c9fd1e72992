"""One stylesheet: no unused rule, no class without a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tests.support.repository import ROOT

STYLE = re.sub(r"/\*.*?\*/", "", (ROOT / "static" / "site.css").read_text(), flags=re.DOTALL)
SCRIPT = (ROOT / "static" / "app.js").read_text()
# The values of the expressions in class names; mails have their own style.
VALUES = {
    "kind": ("success", "info", "warning", "error"),
    "level": ("0", "1", "2", "3", "4"),
    "line.series": ("cpf", "dif", "exceptional"),
    "part.series": ("cpf", "dif", "exceptional"),
    "page.session_idle_minutes": ("30", "60"),
}
# States in which the component looks the same.
ORDINARY = {"info", "strength-0", "session-30"}
# Tags written by WTForms and the browser.
WRITTEN_ELSEWHERE = {"html", "select", "textarea", "input"}
ATTRIBUTE = re.compile(r'\bclass="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', re.DOTALL)


@cache
def pages() -> str:
    """Every page and fragment."""
    found = sorted((ROOT / "templates").rglob("*.html"))
    return "\n".join(path.read_text() for path in found if path.parent.name != "mail")


def classes_of_the_templates() -> Iterator[str]:
    """Each class that a template may write."""
    for written in ATTRIBUTE.findall(pages()):
        texts = [re.sub(r"\{%.*?%\}", " ", written, flags=re.DOTALL)]
        for expression in re.findall(r"\{\{\s*(.*?)\s*\}\}", written, flags=re.DOTALL):
            choices = VALUES.get(expression) or re.findall(r'(?<!= )"([^"]*)"', expression)
            assert choices, f"what may {expression} be?"
            whole = re.compile(r"\{\{\s*" + re.escape(expression) + r"\s*\}\}")
            texts = [whole.sub(choice, text) for text in texts for choice in choices]
        yield from " ".join(texts).split()


def classes_of_the_program() -> Iterator[str]:
    """Each class set by a form or by the script."""
    modules = "\n".join(path.read_text() for path in (ROOT / "web").rglob("*.py"))
    for names in re.findall(r'"class": "([^"]+)"', modules) + re.findall(
        r'(?:className = |classList.add\()"([^"]+)"', SCRIPT
    ):
        yield from names.split()


def selectors() -> set[str]:
    """Each selector of the stylesheet, lists split."""
    bare = re.sub(r"@keyframes\s+\w+\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", STYLE)
    found: set[str] = set()
    for prelude in re.findall(r"([^{};]+)\{", bare):
        text = prelude.strip()
        if not text.startswith("@"):
            found.update(one.strip() for one in re.split(r",(?![^(]*\))", text))
    return found


def test_each_class_of_the_stylesheet_is_written_somewhere() -> None:
    written = {*classes_of_the_templates(), *classes_of_the_program()}
    styled = {name for one in selectors() for name in re.findall(r"\.([a-z][\w-]*)", one)}
    assert sorted(styled - written) == []


def test_each_class_written_has_a_rule() -> None:
    written = {*classes_of_the_templates(), *classes_of_the_program()}
    styled = {name for one in selectors() for name in re.findall(r"\.([a-z][\w-]*)", one)}
    assert sorted(written - styled - ORDINARY) == []


def test_each_tag_and_attribute_of_the_stylesheet_is_written_somewhere() -> None:
    for one in selectors():
        plain = re.sub(r"::?[a-z-]+(?:\([-+n\d]*\))?", "", one)
        plain = re.sub(r'"[^"]*"', "", plain)
        for tag in re.findall(r"(?<![\w.#\[=^$-])([a-z][a-z0-9]*)", plain):
            assert tag in WRITTEN_ELSEWHERE or f"<{tag}" in pages(), one
        for attribute in re.findall(r"\[([a-z-]+)", plain):
            assert attribute in pages() + SCRIPT or attribute in ("type", "open"), one


def test_colours_are_named_by_their_role_and_each_name_serves() -> None:
    declared = set(re.findall(r"(--[\w-]+)\s*:", STYLE))
    used = set(re.findall(r"var\((--[\w-]+)", STYLE))
    assert declared == used
    without_declarations = re.sub(r"--[\w-]+\s*:[^;]+;", "", STYLE)
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", without_declarations) == []


def test_both_schemes_have_the_same_roles() -> None:
    schemes = re.findall(r":root \{([^}]*--page[^}]*)\}", STYLE)
    names = [set(re.findall(r"(--[\w-]+):", scheme)) for scheme in schemes]
    # The focus ring is visible on both.
    assert names[0] - names[1] == {"--focus"}
    assert names[1] < names[0]
    assert len(names) == 2


def test_no_other_stylesheet_and_no_style_in_a_page() -> None:
    assert [path.name for path in (ROOT / "static").rglob("*.css")] == ["site.css"]
    assert "<style" not in pages()
    assert not re.search(r"\sstyle=", pages())
    assert "!important" not in STYLE
