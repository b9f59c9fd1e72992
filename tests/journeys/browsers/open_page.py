"""The type of the fixture `new_page`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

OpenPage = Callable[..., Awaitable[Page]]
