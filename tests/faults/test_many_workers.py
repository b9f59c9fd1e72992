"""Four workers on one queue: each mail is sent once."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.faults.mails import write
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import Machines, volume


async def test_four_workers_send_each_mail_once(machines: Machines, peer: ScriptedPeer) -> None:
    await asyncio.gather(*(machines.work() for _ in range(4)))
    for first in range(0, volume(100, 5000), 100):
        await write(machines, *(f"{number}@exemple.fr" for number in range(first, first + 100)))
    await machines.mails_settled(seconds=volume(40, 600))

    sent = Counter(one.message_id for one in peer.delivered)
    assert len(sent) == volume(100, 5000)
    assert set(sent.values()) == {1}
