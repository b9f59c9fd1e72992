"""Pagination of long lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PAGE_SIZE = 20
LAST_PAGE = 100_000
NEAR = 2


@dataclass(frozen=True)
class Paging:
    """A position in a list of `total` items: page `number`, from 1, of `size` items."""

    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def last(self) -> int:
        """The last page's number, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def near(self) -> list[int]:
        """The page numbers to link to: the first, the last, and those near this one."""
        near = range(self.number - NEAR, self.number + NEAR + 1)
        return sorted({1, self.last, *(page for page in near if 1 <= page <= self.last)})

    @property
    def place(self) -> str:
        """« , page 1 sur 2 », or '' when there is only one page."""
        return f", page {self.number} sur {self.last}" if self.last > 1 else ""


def page_url(base: str, page: int, **parameters: str) -> str:
    """Return the URL of a page of a list, with the other query parameters."""
    query = {**parameters, "page": str(page) if page > 1 else ""}
    query_string = urlencode({name: text for name, text in query.items() if text})
    return f"{base}?{query_string}" if query_string else base


def page_asked(query: Mapping[str, str]) -> int:
    """Return the page number of a query, 1 to LAST_PAGE; 1 when it is malformed."""
    text = query.get("page", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_PAGE))):
        return 1
    return min(max(int(text), 1), LAST_PAGE)
