"""The configurations of deploy/proxy: their content, and their behaviour where installed."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.proxy.proxies import (
    DOCUMENTED,
    UpstreamServer,
    behind,
    haproxy,
    nginx,
    trusting,
)
from tests.support.programs.installed import program
from tests.support.programs.processes import until
from tests.support.programs.sockets import all_closed
from web.settings.model import KEEP_ALIVE_BEHIND_A_PROXY

Start = Callable[[str, Path, int], AbstractContextManager[int]]
PROXIES: dict[str, Start] = {"haproxy": haproxy, "nginx": nginx}
FORGED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-FORWARDED-FOR": "198.51.100.8, 198.51.100.9",
    "Forwarded": "for=198.51.100.7",
}
SILENT = 130
# Both configurations let an address have this many connections.
ALLOWED = 100
NGINX = [
    "server_tokens off",
    "access_log off",
    "client_header_timeout 10s",
    "client_body_timeout 10s",
    "keepalive_timeout 15s",
    "large_client_header_buffers 4 8k",
    "client_max_body_size 512k",
    "limit_conn_zone $binary_remote_addr zone=per_address:20m",
    "limit_conn per_address 100",
    "limit_req zone=requests burst=200 nodelay",
    "keepalive 64",
    "keepalive_timeout 20s",
    "proxy_http_version 1.1",
    'proxy_set_header Connection ""',
    "proxy_set_header X-Forwarded-For $remote_addr",
    'proxy_set_header Forwarded ""',
]
HAPROXY = [
    "timeout http-request 10s",
    "timeout http-keep-alive 15s",
    "timeout client 15s",
    "tune.bufsize 32768",
    "tune.http.maxhdr 100",
    "tcp-request connection track-sc0 src,ipmask(32,64)",
    "tcp-request connection reject if { sc_conn_cur(0) gt 100 }",
    "http-request del-header X-Forwarded-For",
    "http-request del-header Forwarded",
    "http-request set-header X-Forwarded-For %[src]",
    "http-reuse safe",
]


def directives(name: str) -> list[str]:
    """The directives of the file, without comments and braces."""
    text = re.sub(r"(?m)^\s*#.*$", "", (DOCUMENTED / name).read_text())
    parts = re.split(r"[;{}]", text) if name.endswith(".conf") else text.splitlines()
    return [" ".join(part.split()) for part in parts if part.strip()]


def test_nginx_is_told_what_the_program_counts_on() -> None:
    said = directives("nginx.conf")

    assert [one for one in NGINX if one not in said] == []
    assert not any("$proxy_add_x_forwarded_for" in one for one in said)


def test_haproxy_is_told_what_the_program_counts_on() -> None:
    said = directives("haproxy.cfg")

    assert [one for one in HAPROXY if one not in said] == []
    assert not any("forwardfor" in one for one in said)


def test_idle_connections_end_at_the_proxy_before_the_program_ends_them() -> None:
    """Otherwise a form would be sent into a closing connection and lost."""
    [upstream] = re.findall(
        r"upstream compte \{.*?keepalive_timeout (\d+)s;",
        (DOCUMENTED / "nginx.conf").read_text(),
        re.DOTALL,
    )
    [purge] = re.findall(r"pool-purge-delay (\d+)s", " ".join(directives("haproxy.cfg")))

    # HAProxy closes half of the idle connections at each pass.
    assert int(upstream) + 30 < KEEP_ALIVE_BEHIND_A_PROXY
    assert 2 * int(purge) + 30 < KEEP_ALIVE_BEHIND_A_PROXY


@pytest.mark.parametrize("name", PROXIES)
async def test_where_it_is_installed_it_does_what_it_is_told(name: str, tmp_path: Path) -> None:
    """The content is tested everywhere, above; this runs where the proxy is installed."""
    path = program(name)
    if path is None:
        return
    tmp_path.chmod(0o755)
    async with behind() as one:
        with PROXIES[name](path, tmp_path, one.port) as port:
            async with httpx.AsyncClient(
                base_url=f"https://127.0.0.1:{port}", verify=trusting(tmp_path), timeout=5
            ) as client:
                await until(lambda: answers(client), f"{name} in front")
                await strangers_are_not_believed(client, one)
                await connections_are_kept(client, one)
                await too_much_is_refused(client, one)
            assert await asyncio.to_thread(silent_connections_end, port)


async def answers(client: httpx.AsyncClient) -> bool:
    with suppress(httpx.TransportError):
        return (await client.get("/sante/vivant")).status_code == 200
    return False


async def strangers_are_not_believed(client: httpx.AsyncClient, one: UpstreamServer) -> None:
    response = await client.get("/asked", headers=list(FORGED.items()))
    assert response.text == "vivant\n"
    [[*_, head]] = one.asked

    assert head.startswith("GET /asked HTTP/1.1\r\n")
    assert re.findall(r"(?im)^x-forwarded-for: (.*)\r$", head) == ["127.0.0.1"]
    assert "198.51.100" not in head
    assert not re.search(r"(?im)^connection: *close", head)


async def connections_are_kept(client: httpx.AsyncClient, one: UpstreamServer) -> None:
    for _ in range(3):
        await client.get("/asked")

    assert sum(len(heads) for heads in one.asked) >= 4
    assert len(one.asked) <= 2


async def too_much_is_refused(client: httpx.AsyncClient, one: UpstreamServer) -> None:
    before = sum(len(heads) for heads in one.asked)
    long = await client.get("/asked", headers={"X-Long": "a" * 40_000})
    assert long.status_code in (400, 431)
    # The answer precedes the end of the body: the connection may close during the upload.
    with suppress(httpx.TransportError):
        large = await client.post("/asked", content=b"a" * 600_000)
        assert large.status_code == 413
    assert sum(len(heads) for heads in one.asked) == before


def silent_connections_end(port: int) -> bool:
    """Wait for the closing: at once above the limit if the proxy counts, soon for all of them."""
    silent: list[socket.socket] = []
    with ExitStack() as stack:
        for _ in range(SILENT):
            # Above its limit, HAProxy may close a connection before `connect` has returned.
            with suppress(ConnectionResetError):
                connection = socket.create_connection(("127.0.0.1", port), timeout=5)
                silent.append(stack.enter_context(connection))
        return len(silent) >= ALLOWED and all_closed(silent, 15)
