"""One part of a page that htmx swaps, and someone on that page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import Page

from tests.journeys.doors import Doors
from tests.journeys.hands import Pointer
from tests.journeys.site import Site

# Where the focus was before.
SAME = ""


@dataclass
class Visit:
    """Someone on the page of a swap."""

    page: Page
    site: Site
    doors: Doors
    hand: Pointer = field(init=False)

    def __post_init__(self) -> None:
        self.hand = Pointer(self.page)


async def nothing(visit: Visit) -> None:
    """For a page that needs no preparation."""


@dataclass(frozen=True)
class Swap:
    """One htmx element: `template` and `address` as the template writes them.

    `act` is what a person does there; `said` is what they hear then, and `focus` what has the focus
    (the same element by default). `works` shows that, the part having failed, the page goes on
    without it. `pressed` is whether the person asked for it by a press, which they may repeat.
    """

    template: str
    address: str
    door: str
    path: str
    act: Callable[[Visit], Awaitable[None]]
    said: str
    works: Callable[[Visit], Awaitable[None]]
    focus: str = SAME
    pressed: bool = True
    before: Callable[[Visit], Awaitable[None]] = nothing

    def __str__(self) -> str:
        return f"{self.template} {self.address}"

    async def reach(self, visit: Visit) -> None:
        """Open the page."""
        await self.before(visit)
        await visit.page.goto(getattr(visit.doors, self.path, self.path))
