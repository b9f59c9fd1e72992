"""Public pages that browsers and proxies may keep for a minute.

Without cookies, everyone gets the same bytes, rendered once a process. With one, a page may show a
notice, and is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from starlette.responses import HTMLResponse, Response

from web.core.http.browser.device_kind import is_text_browser
from web.core.http.forms.old_forms import old_form_of
from web.core.http.request import Request

CACHE_CONTROL = "public, max-age=60"
DIGEST_CHARACTERS = 22


@dataclass(frozen=True)
class Kept:
    """The bytes of a page, and their entity tag: weak, as they are also sent compressed."""

    body: bytes
    tag: str


class KeptPages:
    """The pages of one application, by path; there are as many as routes."""

    def __init__(self) -> None:
        self._pages: dict[str, Kept] = {}

    def answer(self, request: Request, path: str, render: Callable[[], Response]) -> Response:
        """Return the page, or a 304 for a client that has it; `render` is called if needed."""
        if not _is_alike_for_all(request):
            return render()
        kept = self._pages.get(path)
        if kept is None:
            body = bytes(render().body)
            kept = Kept(body, f'W/"{sha256(body).hexdigest()[:DIGEST_CHARACTERS]}"')
            self._pages[path] = kept
        headers = {"Cache-Control": CACHE_CONTROL, "ETag": kept.tag, "Vary": "Cookie"}
        if kept.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(kept.body, headers=headers)


def _is_alike_for_all(request: Request) -> bool:
    # Text browsers ignore Vary: they would show the kept page instead of one with a notice.
    return (
        "cookie" not in request.headers
        and old_form_of(request) is None
        and not is_text_browser(request.headers.get("user-agent", ""))
    )
