"""The addresses of the application: the path of each route, by the route's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from starlette.convertors import PathConvertor
from starlette.routing import BaseRoute, Route

# Browsers resolve these segments, quoted or not: the address would be that of another page.
MOVING_SEGMENTS = frozenset({"", ".", ".."})
# Most parameters, an id or a token, need no quoting.
PLAIN = re.compile(r"[A-Za-z0-9_-]+\Z")


class Addresses:
    """The paths of the routes; the GET and the POST of one path share its name.

    Raises ValueError for a name given to two paths, or a path with two names.
    """

    def __init__(self, routes: Iterable[BaseRoute] = ()) -> None:
        named = [route for route in routes if isinstance(route, Route)]
        found = {route.name: route for route in named}
        paths = {(route.name, route.path) for route in named}
        if not len(found) == len(paths) == len({path for _, path in paths}):
            raise ValueError("each path has one name, and each name one path")
        self._fixed = {
            name: route.path for name, route in found.items() if not route.param_convertors
        }
        self._formats = {name: route.path_format for name, route in found.items()}
        self._safe = {
            name: {
                parameter: "/" if isinstance(convertor, PathConvertor) else ""
                for parameter, convertor in route.param_convertors.items()
            }
            for name, route in found.items()
        }

    def __repr__(self) -> str:
        return f"Addresses({sorted(self._formats.items())})"

    @property
    def parameters(self) -> Mapping[str, frozenset[str]]:
        """The names of the parameters of each address, by its name."""
        return {name: frozenset(safe) for name, safe in self._safe.items()}

    def path(self, name: str, /, **parameters: object) -> str:
        """Return the path of this name, each parameter percent-quoted.

        Raises LookupError for an unknown name, ValueError for parameters that are not those of the
        path or would lead to another page.
        """
        # Most links have no parameter, and a page may have forty: one look-up each.
        if not parameters and (path := self._fixed.get(name)) is not None:
            return path
        if (safe := self._safe.get(name)) is None:
            raise LookupError(f"no address is named {name!r}")
        if safe.keys() != parameters.keys():
            raise ValueError(f"{name!r} takes {sorted(safe)}, not {sorted(parameters)}")
        texts = {parameter: str(value) for parameter, value in parameters.items()}
        for parameter, text in texts.items():
            if PLAIN.match(text):
                continue
            if not MOVING_SEGMENTS.isdisjoint(text.split("/")):
                raise ValueError(f"a parameter of {name!r} would lead to another page")
            texts[parameter] = quote(text, safe=safe[parameter])
        return self._formats[name].format_map(texts)
