"""The picture and the sound as served: access, caching, and range requests of players."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client
from tests.support.titulaires.captcha import challenge_of
from web.captcha.byte_range import ByteRange, parse_range
from web.captcha.drawing import DISPLAY_HEIGHT, DISPLAY_WIDTH
from web.captcha.sound import MAX_SECONDS


async def sound_of(client: Client, token: str, **headers: str) -> httpx.Response:
    return await client.http.get(f"/captcha/{token}.wav", headers=headers)


async def test_the_picture_stays_the_same_and_is_announced_in_its_size(client: Client) -> None:
    page = await client.get("/contact")
    token = page.values("/contact")["challenge"]
    first = await client.http.get(f"/captcha/{token}.png")
    assert first.headers["content-type"] == "image/png"
    assert "no-store" in first.headers["cache-control"]
    assert (await client.http.get(f"/captcha/{token}.png")).content == first.content
    assert f'width="{DISPLAY_WIDTH}" height="{DISPLAY_HEIGHT}"' in page.html


async def test_no_two_sounds_have_the_same_bytes(client: Client) -> None:
    token = await challenge_of(client)
    sounds = [await sound_of(client, token) for _ in range(3)]
    assert {sound.status_code for sound in sounds} == {200}
    assert {sound.headers["content-type"] for sound in sounds} == {"audio/wav"}
    # Not even for the first second, which is silent.
    assert len({sound.content[44:8044] for sound in sounds}) == 3
    assert "content-encoding" not in sounds[0].headers


async def test_a_sound_to_keep_has_a_name(client: Client) -> None:
    answer = await client.http.get(f"/captcha/{await challenge_of(client)}.wav?telecharger")
    assert answer.headers["content-disposition"] == 'attachment; filename="caracteres.wav"'


async def test_the_page_says_how_long_a_sound_is_at_most(client: Client) -> None:
    said = re.search(r"WAV\) de (\d+) secondes au plus", (await client.get("/contact")).text)
    assert said
    assert int(said[1]) >= MAX_SECONDS


async def test_a_player_gets_the_parts_of_one_sound(client: Client) -> None:
    token = await challenge_of(client)
    start = await sound_of(client, token, Range="bytes=0-1")
    assert start.status_code == 206
    assert start.content == b"RI"
    unit, _, size = start.headers["content-range"].partition("/")
    assert unit == "bytes 0-1"
    whole = await sound_of(client, token, Range="bytes=0-")
    assert whole.status_code == 206
    assert len(whole.content) == int(size)
    parts = [
        await sound_of(client, token, Range=f"bytes={asked}")
        for asked in ("0-9999", "10000-49999", "50000-", "-100")
    ]
    assert b"".join(part.content for part in parts[:3]) == whole.content
    assert parts[3].content == whole.content[-100:]
    assert whole.headers["accept-ranges"] == "bytes"


async def test_a_part_that_is_not_there_is_refused(client: Client) -> None:
    answer = await sound_of(client, await challenge_of(client), Range="bytes=9999999-")
    assert answer.status_code == 416
    assert re.fullmatch(r"bytes \*/[1-9]\d+", answer.headers["content-range"])


@pytest.mark.parametrize("header", ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "x=0-1"])
async def test_a_part_that_makes_no_sense_is_the_whole(client: Client, header: str) -> None:
    assert parse_range(header) is None
    token = await challenge_of(client)
    assert (await sound_of(client, token, Range=header)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ByteRange(0, 1), slice(0, 2)),
        (ByteRange(5), slice(5, 10)),
        (ByteRange(5, 99), slice(5, 10)),
        (ByteRange(10), None),
        (ByteRange(suffix=3), slice(7, 10)),
        (ByteRange(suffix=30), slice(0, 10)),
        (ByteRange(suffix=0), None),
    ],
)
def test_where_a_part_lies(asked: ByteRange, found: slice | None) -> None:
    assert asked.within(10) == found


async def test_nobody_else_gets_them(client: Client, app: Starlette) -> None:
    token = await challenge_of(client)
    question = await client.get("/captcha/nouveau?genre=question", htmx=True)
    asked = question.html.partition('name="challenge" value="')[2].partition('"')[0]
    async with Client(app) as other:
        await other.get("/contact")
        for kind in ("png", "wav"):
            assert (await other.http.get(f"/captcha/{token}.{kind}")).status_code == 404
            assert (await client.http.get(f"/captcha/{asked}.{kind}")).status_code == 404
            assert (await client.http.get(f"/captcha/{token[:-2]}.{kind}")).status_code == 404
