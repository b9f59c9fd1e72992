"""No template and no macro is unused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from tests.support.repository import ROOT

FOLDER = ROOT / "templates"
JINJA = Environment()
TEMPLATES = {
    path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.*") if path.is_file()
}
TREES = {name: JINJA.parse(path.read_text()) for name, path in TEMPLATES.items()}
# Anything that the program may insert in a name.
PART = "[a-z0-9_.-]+"


def strings_of_the_program() -> Iterator[str]:
    """Each string of the program as a pattern; the values of an f-string may be anything."""
    for path in (ROOT / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                yield "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else PART
                    for part in node.values
                )


def names_of(name: str) -> set[str]:
    """The templates that a template extends, includes or imports from."""
    kinds = (nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)
    return {
        found.template.value
        for found in TREES[name].find_all(kinds)
        if isinstance(found, kinds) and isinstance(found.template, nodes.Const)
    }


def test_each_template_is_shown_by_the_program_or_by_another() -> None:
    shown = {inner for name in TEMPLATES for inner in names_of(name)}
    patterns = {text for text in strings_of_the_program() if "/" in text or text == PART}
    program = re.compile("|".join(sorted(patterns - {PART})))
    assert [n for n in sorted(TEMPLATES) if n not in shown and not program.fullmatch(n)] == []


def test_each_mail_is_sent() -> None:
    said = {re.sub(r"\\(.)", r"\1", text) for text in strings_of_the_program()}
    mails = {
        Path(name).name.split(".")[0]
        for name in TEMPLATES
        if name.startswith("mail/") and not Path(name).name.startswith("_")
    }
    assert sorted(mails - said) == []


def test_each_template_asked_for_exists() -> None:
    asked = {(name, inner) for name in TEMPLATES for inner in names_of(name)}
    assert sorted((name, inner) for name, inner in asked if inner not in TEMPLATES) == []


def test_each_name_imported_is_used() -> None:
    unused = []
    for name, tree in TREES.items():
        used = {node.name for node in tree.find_all(nodes.Name)}
        for node in tree.find_all(nodes.FromImport):
            names = {one if isinstance(one, str) else one[1] for one in node.names}
            unused += [f"{name}: {one}" for one in sorted(names - used)]
    assert unused == []


def test_each_macro_is_called() -> None:
    called = {
        (name, node.name) for name, tree in TREES.items() for node in tree.find_all(nodes.Name)
    }
    for tree in TREES.values():
        for node in tree.find_all(nodes.FromImport):
            names = [one if isinstance(one, str) else one[0] for one in node.names]
            assert isinstance(node.template, nodes.Const)
            called |= {(node.template.value, one) for one in names}
    macros = {
        (name, node.name) for name, tree in TREES.items() for node in tree.find_all(nodes.Macro)
    }
    assert sorted(macros - called) == []
