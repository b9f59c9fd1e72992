"""The identity of a POST, by which its copies are recognised.

Each form carries a random idempotency key. A request is identified by that key and its content:
the same key with other content (a page from the browser's cache, changed and sent again) is another
request.
"""

from __future__ import annotations

from starlette.datastructures import FormData

from web.core.http.browser.csrf import CSRF_FIELD

KEY_FIELD = "key"


def request_fingerprint(path: str, form: FormData) -> str:
    """Return a POST's fingerprint: its path and fields, with the idempotency key, without CSRF."""
    fields = sorted(form.multi_items())
    return "\x00".join([path, *(f"{name}={value}" for name, value in fields if name != CSRF_FIELD)])
