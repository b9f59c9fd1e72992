"""Every link names its address: the name exists, with its parameters; no path is written out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.support.http.addresses import ADDRESSES as APPLICATION
from tests.support.http.addresses import ROUTES
from web.core.addresses import Addresses
from web.core.http.template_compiler import FOLDER
from web.demo import components, mailbox
from web.organismes import routes as organismes
from web.signup.steps.rules import Step

WEB = FOLDER.parent / "web"
ADDRESSES = Addresses([*ROUTES, *mailbox.ROUTES, *components.ROUTES])
TEMPLATES = sorted(path for path in FOLDER.rglob("*.*") if path.suffix in {".html", ".txt", ".xml"})
MODULES = sorted(WEB.rglob("*.py"))
# Accepted texts are kept byte for byte, their links too.
ACCEPTED_TEXTS = FOLDER / "home" / "terms"
# An attribute that leads to a page of the site, written out; or a link of a mail.
WRITTEN_OUT = re.compile(
    r'\b(?:href|src|action|formaction|data-hx-\w+)=["\']/(?!/)|\{\{ public_url \}\}/'
)
# A path, or the end of one.
PATH = re.compile(r"/[a-z{]")
# Where a path may be written out, besides the routes.
WITH_PATHS = {
    "web/core/http/assets.py": "the file of a static route, one look-up a picture",
    "web/demo/launcher.py": "another process, which only prints and polls addresses",
    "web/home/help.py": "each public page states its name and its path",
    "web/home/pages.py": "each public page states its name and its path",
    "web/home/rubrics.py": "each public page states its name and its path",
    "web/routes.py": "the routes of the files",
    "web/auth/routes.py": "its routes, for each kind of account",
    "web/auth/reset/routes.py": "its routes, for each kind of account",
    "web/auth/two_factor/routes.py": "its routes, for each kind of account",
    "web/dossiers/drafts/handlers.py": "its routes, for titulaires and for employers",
}
# Assigned at the end of a module of routes, with the beginnings that their paths share.
ROUTES_NAMES = re.compile(r"ROUTES|\w+_ROUTE|DISALLOWED_PATHS")


def names_in_python(tree: ast.AST) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The literal names, and the parameters that each gets: None when given elsewhere."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first, function = node.args[0], node.func
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            continue
        if isinstance(function, ast.Attribute) and function.attr in {"path", "url"}:
            given = frozenset(str(keyword.arg) for keyword in node.keywords)
            yield first.value, given
        elif isinstance(function, ast.Name) and function.id in {"path", "htmx_only"}:
            yield first.value, frozenset()


def names_in_template(tree: nodes.Template) -> Iterator[tuple[str, frozenset[str]]]:
    """The literal names, and the parameters that each gets."""
    for call in tree.find_all(nodes.Call):
        is_path = isinstance(call.node, nodes.Name) and call.node.name == "path"
        if is_path and call.args and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value, frozenset(keyword.key for keyword in call.kwargs)


def paths_in_python(tree: ast.Module) -> Iterator[str]:
    """The paths written out, outside the lists of routes."""
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(one, ast.Name) and ROUTES_NAMES.fullmatch(one.id) for one in targets):
            continue
        for node in ast.walk(statement):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and PATH.match(text):
                yield text


def wrong(path: Path, used: Iterator[tuple[str, frozenset[str] | None]]) -> list[str]:
    """The names that no route has, and those with other parameters than their path's.

    Only the demonstration's own files may name its addresses: production has none of them.
    """
    parameters = (ADDRESSES if path.parent.name == "demo" else APPLICATION).parameters
    return [
        f"{name}: {sorted(given or ())}"
        for name, given in used
        if name not in parameters or (given is not None and parameters[name] != given)
    ]


def parsed(template: Path) -> nodes.Template:
    return Environment().parse(template.read_text())


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(WEB)))
def test_each_name_in_python_is_that_of_a_route(module: Path) -> None:
    assert not wrong(module, names_in_python(ast.parse(module.read_text())))


def test_each_name_in_a_table_is_that_of_a_route() -> None:
    tables = [*(step.address for step in Step), *(name for name, _ in organismes.ACTIONS.values())]
    assert set(tables) <= ADDRESSES.parameters.keys()
    with_id = {name for name, _ in organismes.ACTIONS.values()}
    assert all(ADDRESSES.parameters[name] == {"dossier_id"} for name in with_id)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_each_name_in_a_template_is_that_of_a_route(template: Path) -> None:
    assert not wrong(template, names_in_template(parsed(template)))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_template_writes_an_address_out(template: Path) -> None:
    if template.is_relative_to(ACCEPTED_TEXTS):
        return
    assert not WRITTEN_OUT.findall(template.read_text())
    literals = (node.value for node in parsed(template).find_all(nodes.Const))
    assert not [one for one in literals if isinstance(one, str) and one.startswith("/")]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(WEB)))
def test_only_routes_write_a_path_out(module: Path) -> None:
    if str(module.relative_to(WEB.parent)) in WITH_PATHS:
        return
    assert not list(paths_in_python(ast.parse(module.read_text())))


def test_the_demonstration_changes_no_address() -> None:
    known = APPLICATION.parameters
    assert {name: ADDRESSES.parameters[name] for name in known} == known


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_template_gives_path_another_meaning(template: Path) -> None:
    names = parsed(template).find_all(nodes.Name)
    assert not [name for name in names if name.name == "path" and name.ctx != "load"]
