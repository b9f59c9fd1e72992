"""A relay whose name resolves to several addresses, some of them dead."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.mail.peers import ScriptedPeer
from tests.support.mail.post_office import PostOffice
from web.core.mail import smtp_socket
from web.core.mail.smtp import SmtpTimeouts

Address = tuple[str, int]


@pytest.fixture
def black_hole() -> Iterator[Address]:
    """An address that never answers: its backlog is full and nothing accepts."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        yield address
        for filler in fillers:
            filler.close()


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[Address]:
    """The resolver's answers for the relay's name, in order."""
    found: list[Address] = []

    async def resolve(self: Any, host: str, port: int, **_: Any) -> list[Any]:
        assert host == "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in found]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolve)
    monkeypatch.setattr(smtp_socket, "NEXT_ADDRESS_SECONDS", 0.05)
    return found


async def test_a_dead_first_address_delays_the_mail_and_does_not_stop_it(
    office: PostOffice, black_hole: Address, addresses: list[Address]
) -> None:
    addresses += [black_hole, ("127.0.0.1", office.peer.port)]
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver(timeouts=SmtpTimeouts(connect=5, command=5))

    row = await office.row(mail_id)
    assert (row["status"], row["attempts"]) == ("sent", 1)


async def test_a_first_address_that_refuses_is_left_at_once(
    office: PostOffice, addresses: list[Address], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_socket, "NEXT_ADDRESS_SECONDS", 60)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        closed = gone.getsockname()
    addresses += [closed, ("127.0.0.1", office.peer.port)]
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver(timeouts=SmtpTimeouts(connect=5, command=5))

    assert (await office.row(mail_id))["attempts"] == 1
    assert (await office.row(mail_id))["status"] == "sent"


async def test_only_dead_addresses_fail_within_the_time_for_connecting(
    office: PostOffice, black_hole: Address, addresses: list[Address]
) -> None:
    addresses += [black_hole, black_hole]
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver(timeouts=SmtpTimeouts(connect=0.5, command=60))

    row = await office.row(mail_id)
    assert (row["status"], row["reason"], row["is_ours"]) == ("retrying", "TimeoutError", True)


async def test_an_address_that_connects_and_never_greets_is_tried_last_the_next_time(
    office: PostOffice, addresses: list[Address]
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    silent = ScriptedPeer(before_banner=never)
    await silent.start()
    addresses += [("127.0.0.1", silent.port), ("127.0.0.1", office.peer.port)]
    mail_id = await office.write("personne@exemple.fr")
    # As long as the address that answers may need on a busy machine.
    worker = office.worker(timeouts=SmtpTimeouts(connect=3, command=60))
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(60):
        while (await office.row(mail_id))["status"] != "retrying":
            await asyncio.sleep(0.02)
        await office.later()
        await office.execute("NOTIFY ch_pgqueuer")
        while (await office.row(mail_id))["status"] != "sent":
            await asyncio.sleep(0.02)
    worker.stop()
    await running
    await silent.stop()

    assert silent.connections == 1
