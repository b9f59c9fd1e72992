"""Concurrent pictures and sounds: each is made once, and a flood does not delay other people."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.support.event_loop import until
from tests.support.http.client import Client
from tests.support.titulaires.captcha import challenge_of
from web.captcha import drawing, sound
from web.core.fair_queue import WAITING_PER_ADDRESS, WAITING_PER_BROWSER
from web.core.recent import Recent
from web.core.runtime import DRAWINGS_WAITING, Runtime

FLOOD = 90


@pytest.fixture
async def people(app: Starlette) -> AsyncIterator[list[Client]]:
    """Fifty people, each with a browser and an address."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Client(app, address=f"203.0.113.{n}"))
            for n in range(50)
        ]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The drawn challenges, recorded by a spy that replaces nothing."""
    noted: list[str] = []
    real = drawing.draw

    def draw(characters: str, rng: random.Random) -> bytes:
        noted.append(characters)
        return real(characters, rng)

    monkeypatch.setattr(drawing, "draw", draw)
    return noted


async def status_of(client: Client, kind: str, token: str | None = None) -> int:
    """Request the picture or the sound of a challenge."""
    token = token or await challenge_of(client)
    return (await client.http.get(f"/captcha/{token}.{kind}")).status_code


def noting_its_thread(real: Callable[..., bytes], threads: list[int]) -> Callable[..., bytes]:
    """Return a spy that replaces nothing: it adds the thread of each call to `threads`."""

    def noting(*args: Any) -> bytes:
        threads.append(threading.get_ident())
        return real(*args)

    return noting


async def test_fifty_at_once_are_all_served_and_none_is_drawn_by_the_event_loop(
    people: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [await challenge_of(one) for one in people]
    threads: list[int] = []
    for module, name in ((drawing, "draw"), (sound, "speak")):
        monkeypatch.setattr(module, name, noting_its_thread(getattr(module, name), threads))
    statuses = await asyncio.gather(
        *(
            status_of(one, ("png", "wav")[number % 2], tokens[number])
            for number, one in enumerate(people)
        )
    )
    assert set(statuses) == {200}
    assert len(threads) == len(people)
    assert threading.get_ident() not in threads


async def test_a_picture_is_drawn_once_for_all_who_ask_for_it(
    client: Client, drawn: list[str]
) -> None:
    token = await challenge_of(client)
    pages = await asyncio.gather(*(client.http.get(f"/captcha/{token}.png") for _ in range(FLOOD)))
    pages.append(await client.http.get(f"/captcha/{token}.png"))
    assert {page.status_code for page in pages} == {200}
    assert len({page.content for page in pages}) == 1
    assert len(drawn) == 1


async def test_the_parts_of_a_sound_are_cut_from_one(client: Client, runtime: Runtime) -> None:
    token = await challenge_of(client)
    parts = [
        client.http.get(f"/captcha/{token}.wav", headers={"Range": f"bytes={n * 100}-"})
        for n in range(FLOOD)
    ]
    assert {part.status_code for part in await asyncio.gather(*parts)} == {206}


async def test_a_flood_of_one_browser_is_refused_and_the_others_are_drawn_for(
    client: Client, people: list[Client], runtime: Runtime
) -> None:
    """15.2.2: one client, however many requests it has open, blocks nobody else's picture."""
    token = await challenge_of(client)
    async with runtime.drawing.slot():
        flood = [asyncio.create_task(status_of(client, "wav", token)) for _ in range(FLOOD)]
        await until(lambda: sum(task.done() for task in flood) == FLOOD - WAITING_PER_BROWSER)
        pictures = [asyncio.create_task(status_of(one, "png")) for one in people[:10]]
        await until(lambda: runtime.drawing.pending == 1 + WAITING_PER_BROWSER + len(pictures))
    assert await asyncio.gather(*pictures) == [200] * len(pictures)
    statuses = await asyncio.gather(*flood)
    assert statuses.count(200) == WAITING_PER_BROWSER
    assert statuses.count(503) == FLOOD - WAITING_PER_BROWSER


async def test_a_flood_of_browsers_at_one_address_leaves_the_others_their_turn(
    app: Starlette, people: list[Client], runtime: Runtime
) -> None:
    """15.2.2: the same for a robot that discards its cookie each time."""
    drawn_for: list[str] = []

    async def ask(who: str, client: Client) -> int:
        status = await status_of(client, "png")
        drawn_for.extend([who] if status == 200 else [])
        return status

    async with AsyncExitStack() as stack:
        robots = [
            await stack.enter_async_context(Client(app, address="198.51.100.9")) for _ in range(40)
        ]
        async with runtime.drawing.slot():
            flood = [asyncio.create_task(ask("robot", robot)) for robot in robots]
            await until(lambda: sum(task.done() for task in flood) == 40 - WAITING_PER_ADDRESS)
            honest = [asyncio.create_task(ask("person", one)) for one in people[:1]]
            await until(lambda: runtime.drawing.pending == 2 + WAITING_PER_ADDRESS)
        assert await asyncio.gather(*honest) == [200]
        assert sorted(set(await asyncio.gather(*flood))) == [200, 503]
    assert drawn_for.index("person") <= 2


async def test_more_than_can_wait_are_sent_away_for_a_moment(
    app: Starlette, people: list[Client], runtime: Runtime
) -> None:
    async with AsyncExitStack() as stack:
        more = [
            await stack.enter_async_context(Client(app, address=f"192.0.{n}.7"))
            for n in range(DRAWINGS_WAITING)
        ]
        async with runtime.drawing.slot():
            asked = [asyncio.create_task(status_of(one, "png")) for one in more]
            await until(lambda: runtime.drawing.pending == 1 + DRAWINGS_WAITING)
            token = await challenge_of(people[0])
            answer = await people[0].http.get(f"/captcha/{token}.png")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "momentanément indisponible" in answer.text
        assert await asyncio.gather(*asked) == [200] * DRAWINGS_WAITING


async def test_results_are_cached_briefly_and_up_to_the_limit() -> None:
    recent: Recent[int] = Recent(seconds=0.01, most=2)
    made: list[int] = []

    async def make(number: int) -> int:
        made.append(number)
        await asyncio.sleep(0)
        return number

    async def ask(number: int) -> int:
        return await recent.get(number, lambda: make(number))

    assert await asyncio.gather(*(ask(n % 3) for n in range(9))) == [0, 1, 2] * 3
    assert made == [0, 1, 2]
    await asyncio.sleep(0)
    assert await ask(2) == 2
    assert made == [0, 1, 2]
    assert await ask(0) == 0
    assert made == [0, 1, 2, 0]
    while recent._results:
        await asyncio.sleep(0.001)
    assert await ask(0) == 0
    assert made == [0, 1, 2, 0, 0]


async def test_a_failure_is_not_cached_and_a_cancelled_request_stops_no_other() -> None:
    recent: Recent[int] = Recent(seconds=60, most=2)
    goes_on = asyncio.Event()

    async def fail() -> int:
        raise ZeroDivisionError

    async def wait() -> int:
        await goes_on.wait()
        return 1

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await recent.get("fails", fail)
    first = asyncio.create_task(recent.get("waits", wait))
    second = asyncio.create_task(recent.get("waits", wait))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    goes_on.set()
    assert await second == 1
    assert first.cancelled()
