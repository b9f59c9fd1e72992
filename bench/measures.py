"""The timed budgets, each as a ratio between two measurements of the same run."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import argon2
import asyncpg
import psutil

from bench.http import Visitor
from bench.people import PASSWORD, add_accounts, beside, crowd, nir_of
from bench.requests import measure_requests
from bench.site import Site, serving, serving_bare
from bench.visits import ACCOUNTS, SECONDS, register, repeat, to_password
from web.auth.login.queries import find_credentials
from web.auth.titulaires.queries import TitulaireCredentials
from web.core.crypto.vault import Hasher
from web.people.identity import nir_digest

CORES = os.cpu_count() or 1
FEW = 10_000
CROWD = int(os.environ.get("BENCH_ACCOUNTS", "1000000"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "20000"))
VISITORS = 16
TYPISTS = 10


async def logins(site: Site, tokens: list[str]) -> dict[str, Any]:
    """Measure logins per second on all cores, against the same hashes in a bare loop.

    From browsers that their accounts know: others are followed by a mail.
    """
    bare = await asyncio.to_thread(_bare_hashes)
    with serving(site, CORES) as (port, _):
        visitors = [Visitor(port, f"198.51.100.{n}") for n in range(VISITORS)]

        pages = [await visitor.get("/connexion") for visitor in visitors]
        cookies = [dict(visitor.cookies) for visitor in visitors]

        async def one(visitor: Visitor, number: int) -> None:
            # Reuse the form of the first page: only the login itself is measured.
            at = visitors.index(visitor)
            member = number % len(tokens)
            visitor.cookies = cookies[at] | {"appareil": tokens[member]}
            fields = {"nir": nir_of(member), "password": PASSWORD}
            answer = await visitor.post("/connexion", {**pages[at].hidden, **fields})
            assert answer.status == 303, answer.status

        rate = await repeat(visitors, one) / SECONDS
    return _ratio("logins per second", rate, bare, "bare argon2", at_least=0.9)


async def dashboard(site: Site, tokens: list[str]) -> dict[str, Any]:
    """Measure dashboards per second, against a bare route with the same SQL."""
    rates = []
    for path, server in (("/", serving_bare(site)), ("/espace", None)):
        with server or serving(site) as where:
            port = where if isinstance(where, int) else where[0]
            visitors = [Visitor(port, cookies={"compte": token}) for token in tokens[:VISITORS]]

            async def one(visitor: Visitor, _: int, path: str = path) -> None:
                answer = await visitor.get(path)
                assert answer.status == 200, answer.status

            rates.append(await repeat(visitors, one) / SECONDS)
    return _ratio("dashboards per second", rates[1], rates[0], "bare route", at_least=0.6)


async def strength(site: Site, tokens: list[str]) -> dict[str, Any]:
    """Measure the p99 of the strength fragment while logins saturate hashing, against idle."""
    with serving(site) as (port, _):
        # Several: one browser's requests are limited to typing speed.
        typists = [Visitor(port, f"192.0.2.{n}") for n in range(TYPISTS)]
        pages = [await to_password(one, 900_000 + n) for n, one in enumerate(typists)]
        idle = await _p99(typists, pages)
        stop = asyncio.Event()
        flood = [asyncio.create_task(_log_in_until(stop, port, n)) for n in range(8)]
        await asyncio.sleep(1)
        busy = await _p99(typists, pages)
        stop.set()
        await asyncio.gather(*flood)
    return _ratio("strength p99, ms, logins saturating", busy, idle, "idle", at_most=3)


async def look_up(site: Site, tokens: list[str]) -> dict[str, Any]:
    """Measure the login's account look-up among CROWD accounts, against FEW, alternately."""
    small = await beside(site, "small")
    # The same accounts to find on both sides.
    await add_accounts(small, len(tokens))
    await crowd(small, FEW)
    await crowd(site, CROWD)
    times: dict[str, list[float]] = {small.database_url: [], site.database_url: []}
    for _ in range(30):
        for url, found in times.items():
            found += await _look_up_microseconds(site, url)
    few, many = (statistics.median(found) for found in times.values())
    return _ratio(f"look-up, µs, {CROWD:,} accounts", many, few, f"{FEW:,} accounts", at_most=1.2)


async def registrations(site: Site, tokens: list[str]) -> dict[str, Any]:
    """Measure whole registrations per second, with 1 to 32 people at once."""
    rates: dict[int, float] = {}
    number = 1000
    with serving(site, CORES) as (port, _):
        for people in (1, 2, 4, 8, 16, 32):
            started, each = time.perf_counter(), max(2, 32 // people)
            crowd_of = [register(port, number + n, each) for n in range(0, people * each, each)]
            await asyncio.gather(*crowd_of)
            rates[people] = people * each / (time.perf_counter() - started)
            number += people * each
    best = max(rates.values())
    result = _ratio("registrations per second, 32 at once", rates[32], best, "best", at_least=0.85)
    return {**result, "by_people": {str(k): round(v, 2) for k, v in rates.items()}}


async def memory(site: Site, tokens: list[str]) -> dict[str, Any]:
    """Measure a server process's resident memory after REQUESTS requests, against after 1,000."""
    with serving(site) as (port, process_id):
        visitors = [Visitor(port, cookies={"compte": token}) for token in tokens[:VISITORS]]

        async def ask(total: int) -> float:
            async def some(visitor: Visitor) -> None:
                for _ in range(total // len(visitors)):
                    await visitor.get("/espace")

            await asyncio.gather(*(some(visitor) for visitor in visitors))
            children = psutil.Process(process_id).children(recursive=True)
            return float(max(child.memory_info().rss for child in children) / 2**20)

        after_few = await ask(1000)
        after_many = await ask(REQUESTS)
    return _ratio(f"MiB after {REQUESTS:,} requests", after_many, after_few, "1,000", at_most=1.1)


MEASURES: tuple[Callable[[Site, list[str]], Awaitable[dict[str, Any]]], ...] = (
    logins,
    dashboard,
    strength,
    registrations,
    memory,
    look_up,
)


async def run_all(site: Site) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Run every measurement in turn; return the rows of ratios, and of costs by request."""
    tokens = await add_accounts(site, ACCOUNTS)
    requests = await measure_requests(site, tokens)
    return [await measure(site, tokens) for measure in MEASURES], requests


def _ratio(
    what: str,
    measured: float,
    yardstick: float,
    against: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> dict[str, Any]:
    ratio = measured / yardstick
    kept = ratio >= at_least if at_least is not None else ratio <= (at_most or 0)
    return {
        "what": what,
        "measured": round(measured, 2),
        "against": against,
        "yardstick": round(yardstick, 2),
        "ratio": round(ratio, 2),
        "goal": f"≥ {at_least}" if at_least is not None else f"≤ {at_most}",
        "kept": kept,
    }


def _bare_hashes() -> float:
    hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    encoded = hasher.hash(PASSWORD)
    deadline = time.perf_counter() + SECONDS

    def loop() -> int:
        done = 0
        while time.perf_counter() < deadline:
            hasher.verify(encoded, PASSWORD)
            done += 1
        return done

    with ThreadPoolExecutor(CORES) as threads:
        return sum(threads.map(lambda _: loop(), range(CORES))) / SECONDS


async def _p99(typists: list[Visitor], pages: list[dict[str, str]]) -> float:
    times = []
    for n in range(300):
        started = time.perf_counter()
        fields = {**pages[n % TYPISTS], "password": f"Chevaux{n}"}
        answer = await typists[n % TYPISTS].post(
            "/inscription/mot-de-passe/robustesse", fields, htmx=True
        )
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status == 200, answer.status
    return statistics.quantiles(times, n=100)[98]


async def _log_in_until(stop: asyncio.Event, port: int, number: int) -> None:
    visitor = Visitor(port, f"198.51.101.{number}")
    while not stop.is_set():
        page = await visitor.get("/connexion")
        fields = {**page.hidden, "nir": nir_of(number), "password": PASSWORD}
        await visitor.post("/connexion", fields)
    await visitor.close()


async def _look_up_microseconds(site: Site, url: str) -> list[float]:
    hasher = Hasher(site.environment["SECRET_KEY"])
    connection = await asyncpg.connect(url)
    times = []
    for n in range(200):
        digest = nir_digest(hasher, nir_of(n))
        started = time.perf_counter()
        await find_credentials(connection, TitulaireCredentials, (digest,), ())
        times.append((time.perf_counter() - started) * 1e6)
    await connection.close()
    # The first ones include planning.
    return times[100:]
