"""Templates compiled once a process, with the paths of their links.

A page has up to forty links, and a call from a template costs a microsecond: `path("contact")` is
compiled into the path itself, which joins the text around it. A call with parameters stays a call.
"""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar

from jinja2 import BytecodeCache, Environment, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from web.core.addresses import Addresses


def compile_paths(env: Environment, addresses: Addresses) -> None:
    """Give `path` to the environment's templates, and compile it into them."""

    class Compiler(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - a visitor's name
            _Paths(addresses).visit(node)
            super().visit_Template(node, frame)

    env.globals["path"] = addresses.path
    env.code_generator_class = Compiler
    env.bytecode_cache = _Compiled(addresses)


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
    """In-memory bytecode cache, shared by the applications and workers with the same addresses."""

    shared: ClassVar[dict[str, dict[str, bytes]]] = {}

    def __init__(self, addresses: Addresses) -> None:
        self._codes = self.shared.setdefault(repr(addresses), {})

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._codes.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key + bucket.checksum] = bucket.bytecode_to_string()
