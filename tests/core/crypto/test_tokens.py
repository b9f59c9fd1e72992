"""A token has a single encoding: refused or used, it cannot be replayed in another one."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from web.captcha.service import Kind, issue, read_challenge
from web.core.clock import Randomness
from web.core.crypto.tokens import (
    TOKEN_BYTES,
    decoded,
    encoded,
    looks_like_token,
    new_token,
    token_hash,
)
from web.core.crypto.vault import Hasher
from web.core.http.browser.browser import TOKEN_COOKIE, Browser
from web.core.http.browser.cookies import Cookie
from web.core.http.browser.csrf import EARLIER_COOKIE
from web.core.http.browser.flash import FLASH_COOKIE
from web.core.runtime import Runtime

HASHER, CHANCE = Hasher("a secret for tests, of the right length"), Randomness()
# Characters that decoders skip, alias or omit, and everything else.
SIGNS = st.sampled_from("!.=-_+/ \n\t\x00éＡ٣") | st.sampled_from(
    string.ascii_letters + string.digits
)
EDITS = st.lists(
    st.tuples(st.sampled_from(["put in", "replace", "take out"]), st.integers(0, 120), SIGNS),
    min_size=1,
    max_size=4,
)
Edits = list[tuple[str, int, str]]


def edited(text: str, edits: Edits) -> str:
    """The text with some characters inserted, replaced or removed."""
    for kind, place, sign in edits:
        at = place % (len(text) + 1)
        text = text[:at] + ("" if kind == "take out" else sign) + text[at + (kind != "put in") :]
    return text


def browser_with(cookies: dict[Cookie, str]) -> Browser:
    named = {cookie.name(secure=False): value for cookie, value in cookies.items()}
    return Browser(named, False, HASHER, CHANCE)


@given(st.binary(max_size=100))
def test_decoding_reverses_encoding(raw: bytes) -> None:
    assert decoded(encoded(raw), len(raw)) == raw
    assert decoded(encoded(raw), len(raw) + 1) is None


@given(st.binary(max_size=40), EDITS)
@example(b"k" * TOKEN_BYTES, [("replace", 42, "t")])
@example(b"k" * TOKEN_BYTES, [("put in", 7, "!")])
def test_any_other_text_is_refused_or_stands_for_other_bytes(raw: bytes, edits: Edits) -> None:
    """11.5.1: no two texts decode to the same bytes."""
    text = edited(encoded(raw), edits)
    assert decoded(text, len(raw)) != raw or text == encoded(raw)


@given(EDITS)
def test_an_edited_bearer_token_is_refused_or_is_kept_under_another_hash(edits: Edits) -> None:
    token = new_token(CHANCE)
    other = edited(token, edits)
    if other != token and looks_like_token(other):
        assert decoded(other, TOKEN_BYTES) != decoded(token, TOKEN_BYTES)
        assert token_hash(other) != token_hash(token)


@given(EDITS)
def test_an_edited_anti_forgery_token_is_refused(edits: Edits) -> None:
    """3.5.1."""
    browser = browser_with({TOKEN_COOKIE: new_token(CHANCE)})
    token = browser.csrf_token()
    assert browser.accepts(token, "")
    assert browser.accepts(edited(token, edits), "") == (edited(token, edits) == token)


@given(EDITS)
def test_an_edited_notice_is_not_shown(edits: Edits) -> None:
    leaving = browser_with({})
    leaving.flash.put("deconnecte")
    value = leaving.cookies()[0].partition("=")[2].partition(";")[0]
    assert browser_with({FLASH_COOKIE: value}).flash.take() == "deconnecte"
    other = edited(value, edits)
    taken = browser_with({FLASH_COOKIE: other}).flash.take()
    assert taken == ("deconnecte" if other == value else None)


@given(EDITS)
def test_an_edited_memory_of_the_token_before_is_worth_nothing(edits: Edits) -> None:
    """7.4: only the exact cookie identifies a copy of a request."""
    first = browser_with({TOKEN_COOKIE: new_token(CHANCE)})
    form = first.csrf_token()
    assert first.accepts(form, "said")
    first.rotate()
    set_by = [cookie.partition(";")[0].partition("=")[2] for cookie in first.cookies()]
    jar = dict(zip((TOKEN_COOKIE, EARLIER_COOKIE), set_by, strict=True))
    assert browser_with(jar).accepts(form, "said")
    kept = jar[EARLIER_COOKIE]
    other = edited(kept, edits)
    taken = browser_with(jar | {EARLIER_COOKIE: other}).accepts(form, "said")
    assert taken == (other == kept)


@pytest.mark.parametrize("kind", list(Kind))
async def test_an_edited_challenge_is_refused(runtime: Runtime, kind: Kind) -> None:
    """2.4.1: a challenge has one encoding."""
    browser = token_hash(new_token(CHANCE))
    token = issue(runtime, browser, kind, runtime.clock.now()).token

    @given(EDITS)
    def holds(edits: Edits) -> None:
        other = edited(token, edits)
        found = read_challenge(runtime, other, browser)
        assert (found is not None) == (other == token)

    holds()
    assert read_challenge(runtime, token + "=", browser) is None
