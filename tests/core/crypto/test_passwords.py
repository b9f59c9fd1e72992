"""Hashing is bounded, isolated from other work, and upgraded at login."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.support.db.rows import run
from tests.support.http.client import Client
from tests.support.logins.kinds import Account
from tests.support.programs.settings import make_settings
from tests.support.titulaires.people import PASSWORD, Person
from web.app import create_app
from web.core.crypto.passwords import (
    DIGITS,
    DISGUISES,
    MOST_DISGUISES,
    MOST_DISGUISES_WITH_DIGITS,
    RETRY_AFTER_SECONDS,
    STRENGTH_PREFIX,
    WAITING_PER_THREAD,
    HashingOverloadedError,
    PasswordHasher,
    get_thread_count,
    judged_part,
    strength_score,
)
from web.core.db.database import Database
from web.core.runtime import Runtime
from web.settings import Settings

BOUND = 1 + WAITING_PER_THREAD
WEAKER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
MANY_CORES = 1 + (os.cpu_count() or 1)


@pytest.fixture
async def one_thread() -> AsyncIterator[PasswordHasher]:
    """A hasher with one thread and the production parameters."""
    settings = make_settings(database_url="postgresql:///x", argon2_memory_kib=19456, argon2_time=2)
    hasher = PasswordHasher(settings, threads=1)
    yield hasher
    hasher.close()


@pytest.mark.parametrize(
    ("cores", "processes", "threads"),
    [(1, 1, 1), (2, 1, 2), (2, 2, 1), (8, 2, 4), (8, 3, 3), (2, 16, 1)],
)
def test_the_processes_share_the_cores_and_leave_none_idle(
    cores: int, processes: int, threads: int
) -> None:
    assert get_thread_count(cores, processes) == threads


async def test_a_process_hashes_no_more_at_once_than_its_share() -> None:
    """15.2.2: all processes together hash on each core once."""
    settings = make_settings(database_url="postgresql:///x", workers=256)
    hasher = PasswordHasher(settings)
    results = await asyncio.gather(
        *(hasher.hash(f"{PASSWORD}{n}") for n in range(BOUND + 5)), return_exceptions=True
    )
    hasher.close()
    assert sum(isinstance(result, str) for result in results) == BOUND


async def test_past_the_bound_a_password_is_refused_at_once_and_the_others_are_hashed(
    one_thread: PasswordHasher,
) -> None:
    """15.2.2."""
    results = await asyncio.gather(
        *(one_thread.hash(f"{PASSWORD}{n}") for n in range(BOUND + 20)), return_exceptions=True
    )

    assert [type(result) for result in results[BOUND:]] == [HashingOverloadedError] * 20
    assert all(isinstance(result, str) for result in results[:BOUND])
    assert one_thread.pending == 0


async def test_a_client_that_leaves_gives_its_place_back(one_thread: PasswordHasher) -> None:
    """15.2.2."""
    waiting = [asyncio.create_task(one_thread.hash(PASSWORD)) for _ in range(BOUND)]
    await asyncio.sleep(0)
    assert one_thread.pending == BOUND
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)

    # The hash in progress keeps its slot until its thread is free.
    assert one_thread.pending <= 1
    assert await one_thread.verify(await one_thread.hash(PASSWORD), PASSWORD)
    assert one_thread.pending == 0


async def test_the_loop_goes_on_while_passwords_are_hashed(one_thread: PasswordHasher) -> None:
    """15.2.2: hashing runs outside the event loop."""
    hashing = asyncio.gather(*(one_thread.hash(PASSWORD) for _ in range(4)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    await hashing

    assert turns > 50


async def test_a_login_past_the_bound_gets_the_designed_page_while_others_are_served(
    settings: Settings,
) -> None:
    """15.2.2: 503 with Retry-After; other pages are unaffected."""
    # Each hash takes most of a second: the queue stays full during the login.
    slow = settings.model_copy(update={"argon2_memory_kib": 19456, "argon2_time": 60})
    app = create_app(slow)
    hasher: PasswordHasher = app.state.runtime.passwords
    async with app.router.lifespan_context(app), Client(app) as client:
        page = await client.get("/connexion")
        flood = [asyncio.create_task(hasher.hash(PASSWORD)) for _ in range(BOUND * MANY_CORES)]
        await asyncio.sleep(0)
        refused = await client.submit(page, {"nir": Person().nir, "password": PASSWORD})
        assert refused.status == 503
        assert refused.response.headers["retry-after"] == str(RETRY_AFTER_SECONDS)
        assert "momentanément indisponible" in refused.text
        for path in ("/", "/connexion", "/inscription/conditions", "/sante/pret"):
            assert (await client.get(path)).status == 200
        assert hasher.pending > 0
        for task in flood:
            task.cancel()
        await asyncio.wait(flood)
        assert {task.cancelled() for task in flood} == {True, False}
        assert HashingOverloadedError in {type(t.exception()) for t in flood if not t.cancelled()}


async def test_a_weaker_hash_is_brought_up_to_date_at_login(
    app: Starlette, client: Client, account: Account, runtime: Runtime
) -> None:
    """11.4.2: and the new hash still verifies."""
    await run(runtime, "UPDATE login SET password_hash = $1", WEAKER.hash(PASSWORD))
    assert (await account.log_in(client)).url == account.kind.home

    stored = await _stored_hash(runtime.db)
    assert stored.startswith("$argon2id$")
    assert "m=64," in stored
    assert not runtime.passwords.is_outdated(stored)
    async with Client(app) as again:
        assert (await account.log_in(again)).url == account.kind.home
    assert await _stored_hash(runtime.db) == stored


async def test_a_wrong_password_brings_nothing_up_to_date(
    client: Client, account: Account, runtime: Runtime
) -> None:
    weaker = WEAKER.hash(PASSWORD)
    await run(runtime, "UPDATE login SET password_hash = $1", weaker)
    wrong = replace(account, password="Faux-mot-000-passe")
    assert (await wrong.log_in(client)).status == 422
    assert await _stored_hash(runtime.db) == weaker


@pytest.mark.parametrize("encoded", [None, "", "nonsense", "$argon2id$v=19$m=8,t=1,p=1$AA$AA"])
async def test_nothing_matches_a_missing_or_broken_hash(
    one_thread: PasswordHasher, encoded: str | None
) -> None:
    """6.3.8: a hash is computed all the same, whatever was sent."""
    for password in ("", "nobody has this password", PASSWORD):
        assert not await one_thread.verify(encoded, password)


def test_the_parameters_of_the_settings_are_in_the_hash(one_thread: PasswordHasher) -> None:
    """11.4.2."""
    assert not one_thread.is_outdated(
        argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)
    )
    assert one_thread.is_outdated(
        argon2.PasswordHasher(time_cost=1, memory_cost=19456, parallelism=1).hash(PASSWORD)
    )


def test_no_password_makes_the_strength_cost_much_more_than_another() -> None:
    """15.2.2: zxcvbn tries every reading of leet substitutions."""
    chance = random.Random(1)

    def cost_of(alphabet: str) -> float:
        costs = []
        for _ in range(15):
            password = "".join(chance.choice(alphabet) for _ in range(1000))
            started = time.process_time()
            strength_score(password, ["orange", "2850599990001"])
            costs.append(time.process_time() - started)
        return sorted(costs)[len(costs) // 2]

    # Without the bound, the first costs 100 times as much as the second.
    assert cost_of("4@8({[<369!1|70$5+%2") < 20 * cost_of("abcdefgh12345678")


async def _stored_hash(db: Database) -> str:
    stored: str = await db.fetchval("SELECT password_hash FROM login")
    return stored


@pytest.mark.parametrize(
    ("made", "today", "outdated"),
    [
        ((64, 1), (64, 2), True),
        ((64, 1), (128, 1), True),
        ((56, 5), (152, 2), True),
        ((64, 2), (64, 2), False),
        ((64, 3), (64, 2), False),
        ((128, 1), (64, 1), False),
        ((128, 1), (64, 8), False),
        ((128, 3), (256, 1), False),
    ],
)
async def test_a_hash_is_made_again_only_when_it_becomes_stronger(
    made: tuple[int, int], today: tuple[int, int], outdated: bool
) -> None:
    """11.4.2: a mistaken lower setting weakens no stored hash. Values are KiB and passes."""
    memory, passes = today
    settings = make_settings(
        database_url="postgresql:///x", argon2_memory_kib=memory, argon2_time=passes
    )
    hasher = PasswordHasher(settings, threads=1)
    encoded = argon2.PasswordHasher(made[1], made[0], 1).hash(PASSWORD)

    assert hasher.is_outdated(encoded) is outdated
    hasher.close()


def test_a_hash_of_another_kind_of_argon2_is_outdated() -> None:
    settings = make_settings(database_url="postgresql:///x")
    hasher = PasswordHasher(settings, threads=1)
    argon2i = argon2.PasswordHasher(9, 128, 1, type=argon2.Type.I).hash(PASSWORD)

    assert hasher.is_outdated(argon2i)
    hasher.close()


@given(st.text(st.sampled_from(DISGUISES + DIGITS + "abcdefghij é"), max_size=200))
def test_few_kinds_of_signs_may_stand_for_letters_in_what_is_judged(password: str) -> None:
    """15.2.2: the cost grows exponentially with their number, digits included."""
    part = judged_part(password)
    assert len(part) == min(len(password), STRENGTH_PREFIX)
    signs = sum(sign in part for sign in DISGUISES)
    digits = sum(digit in part for digit in DIGITS)
    assert signs <= MOST_DISGUISES
    assert not signs or signs + digits <= MOST_DISGUISES_WITH_DIGITS


@pytest.mark.parametrize(
    "password", ["P@ssw0rd123", "4zerty!2019", "$oleil2024", "Tr0ub4dor&3", "M0t-de-p@sse-12"]
)
def test_words_disguised_as_people_do_are_judged_as_they_are(password: str) -> None:
    assert judged_part(password) == password
