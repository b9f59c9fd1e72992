"""Templates compiled once a process, with the paths of their links.

A page has up to forty links, and a call from a template costs a microsecond: `path("contact")` is
compiled into the path itself, which joins the text around it. A call with parameters stays a call.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    nodes,
    select_autoescape,
)
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from web.core.addresses import Addresses

FOLDER = Path(__file__).resolve().parents[3] / "templates"


class CompiledEnvironment(Environment):
    """A Jinja environment whose templates have `path`, and no globals of their own."""

    def __init__(self, addresses: Addresses) -> None:
        class Compiler(CodeGenerator):
            def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - a visitor's name
                _Paths(addresses).visit(node)
                super().visit_Template(node, frame)

        self.code_generator_class = Compiler
        super().__init__(
            loader=FileSystemLoader(FOLDER),
            # HTML only: apostrophes in text mails must not be escaped.
            autoescape=select_autoescape(("html",), default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # Templates only change with the program: no stat() per request.
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=_Compiled(addresses),
        )
        self.globals["path"] = addresses.path

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of the environment, unless it is given some.

        Jinja's own is a ChainMap, slow to copy; each page, import and include copies it.
        """
        return super().make_globals(d) if d else self.globals


class _Paths(NodeTransformer):
    """Replaces the calls of `path` without parameters by their results."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - a visitor's name
        self.generic_visit(node)
        named = isinstance(node.node, nodes.Name) and node.node.name == "path"
        match node.args:
            case [nodes.Const(value=name)] if named and not node.kwargs:
                # A wrong name fails once the page is shown, as in any other expression.
                with suppress(LookupError, ValueError):
                    return nodes.Const(self._addresses.path(name), lineno=node.lineno)
        return node


class _Compiled(BytecodeCache):
    """In-memory cache of code, shared by the applications and workers with the same addresses."""

    shared: ClassVar[dict[str, dict[str, CodeType]]] = {}

    def __init__(self, addresses: Addresses) -> None:
        self._codes = self.shared.setdefault(repr(addresses), {})

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key + bucket.checksum] = bucket.code
