"""One htmx swap, and a visit to its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import Page

from tests.journeys.browsers.drivers import Pointer
from tests.journeys.saved_sessions import SavedSessions
from tests.journeys.site import Site

# The focus stays where it was.
SAME = ""


@dataclass
class Visit:
    """A visit to the page of a swap."""

    page: Page
    site: Site
    saved: SavedSessions
    driver: Pointer = field(init=False)

    def __post_init__(self) -> None:
        self.driver = Pointer(self.page)


async def nothing(visit: Visit) -> None:
    """Do nothing: the page needs no preparation."""


@dataclass(frozen=True)
class Swap:
    """One htmx element: `template` and `address` as the template writes them.

    `act` is what a person does there, `announced` what is announced then, and `focus` the element
    focused then (the same one by default). `works` checks that the page remains usable after the
    swap failed. `pressed` is true if the person triggered it by a press, which they may repeat.
    """

    template: str
    address: str
    session: str
    path: str
    act: Callable[[Visit], Awaitable[None]]
    announced: str
    works: Callable[[Visit], Awaitable[None]]
    focus: str = SAME
    pressed: bool = True
    before: Callable[[Visit], Awaitable[None]] = nothing

    def __str__(self) -> str:
        return f"{self.template} {self.address}"

    async def reach(self, visit: Visit) -> None:
        """Open the page."""
        await self.before(visit)
        await visit.page.goto(getattr(visit.saved, self.path, self.path))
