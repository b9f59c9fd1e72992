"""Several database servers in one URL: connect to the one that accepts writes.

asyncpg tries the hosts of a URL one after another, within one time limit: a host that accepts
connections but does not answer (a frozen machine, a silent network) would use it up, and the others
would never be asked. Here the next host is tried after a moment, while the first may still answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

# A host that has not answered within this time has competition.
HEAD_START_SECONDS = 1.0
TARGET = "target_session_attrs"
Connect = Callable[[str], Awaitable[asyncpg.Connection]]
# The host that last won, by URL: it is asked first.
_last_winner: dict[str, str] = {}


def split_hosts(url: str) -> list[str]:
    """Split a URL with several hosts into one URL for each; any other URL is returned alone.

    The hosts stand before the path (`h1:p1,h2:p2`) or in the query (`host=h1,h2&port=p1,p2`).
    Unless the URL sets target_session_attrs, only a host that accepts writes will do. A URL with
    `prefer-standby` is left to asyncpg, which has to see all hosts. Raises ValueError when a host
    is empty, or when the numbers of hosts and ports differ.
    """
    parts = urlsplit(url)
    login, at, netloc = parts.netloc.rpartition("@")
    query = dict(parse_qsl(parts.query))
    hosts = (netloc or query.get("host", "")).split(",")
    if len(hosts) == 1 or query.get(TARGET) == "prefer-standby":
        return [url]
    if not all(hosts):
        raise ValueError("a host is empty")
    query.setdefault(TARGET, "read-write")
    if netloc:
        text = urlencode(query)
        return [
            urlunsplit(parts._replace(netloc=f"{login}{at}{host}", query=text)) for host in hosts
        ]
    alone = [{**query, "host": host} for host in hosts]
    if "port" in query:
        ports = query["port"].split(",")
        # As in libpq, one port serves all hosts.
        ports = ports * len(hosts) if len(ports) == 1 else ports
        alone = [{**one, "port": port} for one, port in zip(alone, ports, strict=True)]
    return [urlunsplit(parts._replace(query=urlencode(one))) for one in alone]


async def connect_to_any(url: str, connect: Connect) -> tuple[str, Any]:
    """Call `connect` with the URL of one host after another.

    Starts with the host that won the last time. Returns the URL of the first that connects, and its
    connection. Raises what the last host raised when all fail, ValueError as `split_hosts` does.
    """
    urls = split_hosts(url)
    if len(urls) == 1:
        return url, await connect(url)
    urls.sort(key=lambda one: one != _last_winner.get(url))
    winner, connection = await _race(urls, connect)
    _last_winner[url] = winner
    return winner, connection


async def _race(urls: Sequence[str], connect: Connect) -> tuple[str, Any]:
    """Return the URL that connected first, and its connection; close any other."""
    waiting, running = list(urls), dict[asyncio.Task[Any], str]()
    errors: list[BaseException] = []
    try:
        while waiting or running:
            if waiting:
                one = waiting.pop(0)
                running[asyncio.ensure_future(connect(one))] = one
            done, _ = await asyncio.wait(
                running,
                timeout=HEAD_START_SECONDS if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                error = task.exception()
                one = running.pop(task)
                if error is None:
                    return one, task.result()
                errors.append(error)
    finally:
        for task in running:
            task.cancel()
            task.add_done_callback(_close)
    raise errors[-1]


def _close(task: asyncio.Task[Any]) -> None:
    """Close the connection of a host that answered too late."""
    if not task.cancelled() and task.exception() is None:
        task.result().terminate()
