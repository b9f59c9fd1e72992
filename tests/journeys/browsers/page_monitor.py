"""A monitor of forbidden behaviour: third-party requests, console errors, CSP violations."""

from __future__ import annotations

from playwright.async_api import BrowserContext, ConsoleMessage, Request, WebError

# Chromium logs each answer of 400 or more, and each blocked request; both are expected.
EXPECTED = "Failed to load resource: the server responded with a status of "
EXPECTED_WHEN_CUT = "Failed to load resource: "


class PageMonitor:
    """Listens to every page of a test."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.requests: list[str] = []
        self.complaints: list[str] = []
        # Set by tests that block or break requests themselves.
        self.failures_are_wanted = False

    def follow(self, context: BrowserContext, *, blocked: bool) -> None:
        """Listen to this browser context."""
        self.failures_are_wanted = self.failures_are_wanted or blocked
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def assert_quiet(self) -> None:
        """Raise AssertionError with all the unexpected messages."""
        foreign = [url for url in self.requests if not url.startswith((self._url, "data:"))]
        assert not foreign, f"requests to a third party: {foreign}"
        assert not self.complaints, self.complaints

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning") or message.text.startswith(EXPECTED):
            return
        if self.failures_are_wanted and (
            message.text.startswith(EXPECTED_WHEN_CUT) or "htmx" in message.text.lower()
        ):
            return
        self.complaints.append(f"{message.type}: {message.text} ({message.location})")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error}")
