"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PAGE_SIZE = 20
LAST_PAGE = 100_000
NEAR = 2


@dataclass(frozen=True)
class Paging:
    """Where one is in a list of `total` lines: on the page `number`, from 1, of `size` lines."""

    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def last(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def near(self) -> list[int]:
        """The pages to link to: the first, the last, and those near this one."""
        near = range(self.number - NEAR, self.number + NEAR + 1)
        return sorted({1, self.last, *(page for page in near if 1 <= page <= self.last)})

    @property
    def place(self) -> str:
        """« , page 1 sur 2 », or nothing when there is one page only."""
        return f", page {self.number} sur {self.last}" if self.last > 1 else ""


def page_url(base: str, page: int, **asked: str) -> str:
    """The address of a page of a list, under what else is asked of it."""
    query = {**asked, "page": str(page) if page > 1 else ""}
    said = urlencode({name: text for name, text in query.items() if text})
    return f"{base}?{said}" if said else base


def page_asked(query: Mapping[str, str]) -> int:
    """The page of an address; whatever it says, a page that may exist."""
    text = query.get("page", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_PAGE))):
        return 1
    return min(max(int(text), 1), LAST_PAGE)
