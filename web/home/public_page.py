"""A page of the public site, and the dates of its texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST_TEXTS = date(2026, 11, 24)
# The date of the last check of every rubric against the law.
REVIEWED = date(2026, 11, 29)


@dataclass(frozen=True)
class PublicPage:
    """A public page; `summary` is also its description for search engines.

    Its route is built from it: it states its own name and path.
    """

    name: str
    url: str
    title: str
    summary: str
    template: str
    updated: date = FIRST_TEXTS
