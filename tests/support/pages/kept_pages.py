"""Pages and fragments opened by the tests, saved on request for the Nu HTML checker."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path

# A folder; `make test` sets it, and scripts/check-html reads it.
FOLDER = os.environ.get("HTML_PAGES")
DOCTYPE = "<!doctype html>"
AROUND_A_FRAGMENT = f'{DOCTYPE}\n<html lang="fr"><head><title>Fragment</title></head><body>\n'

# Tokens: they change with each answer, wherever they are.
_TOKENS = re.compile(r"[A-Za-z0-9_-]{20,}")
# Parts that vary between answers without affecting validity; a stray « & » is kept.
_NEVER_THE_SAME = (
    (re.compile(r"&(?:amp|lt|gt|quot|nbsp|#34|#39);"), ""),
    (re.compile(r'value="[^"&]*"'), 'value=""'),
    (_TOKENS, "x"),
    (re.compile(r"[0-9]+"), "0"),
    (re.compile(r">[^<>&]*[^<>&\s][^<>&]*<"), ">text<"),
)
# The digests of the structures already saved.
_kept: set[str] = set()


def structure_of(text: str) -> str:
    """A digest of an answer's markup: two answers that share it are both valid HTML, or neither."""
    for pattern, same in _NEVER_THE_SAME:
        text = pattern.sub(same, text)
    return sha256(text.encode()).hexdigest()[:12]


def content_of(text: str) -> str:
    """Return a digest of an answer's content without its tokens."""
    return sha256(_TOKENS.sub("x", text).encode()).hexdigest()


def is_full_page(text: str) -> bool:
    """Return whether this is a document and not a fragment."""
    return text.lstrip().lower().startswith(DOCTYPE)


def keep(text: str, name: str) -> None:
    """Save an answer unless its structure is already saved; `name` is for people."""
    if not FOLDER:
        return
    digest = structure_of(text)
    if digest in _kept:
        return
    _kept.add(digest)
    folder = Path(FOLDER)
    if next(folder.glob(f"*-{digest}.html"), None):
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[0-9A-Za-z_-]{20,}", "x", name)
    name = re.sub(r"[^0-9A-Za-z]+", "-", name).strip("-")[:60]
    # Titles of the page and of its part stand above the headings of a fragment.
    title = "" if "<h1" in text else "<h1>Page</h1>\n<h2>Part</h2>\n"
    whole = text if is_full_page(text) else AROUND_A_FRAGMENT + title + text
    # Written aside, then renamed: another test process may save the same one.
    page = folder / f"{name}-{digest}.html"
    aside = folder / f".{page.name}.{os.getpid()}"
    aside.write_text(whole, "utf-8")
    aside.replace(page)
