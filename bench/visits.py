"""Steps of a visit (register, wait for the mail), and repeated requests."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy
from pathlib import Path

from bench.http import Visitor
from bench.people import PASSWORD

# Enough for their limits: twenty changes of the DIF a day, a hundred logins.
ACCOUNTS = 600
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
MAIL_SECONDS = 20
LINK = re.compile(r"/activation/[\w-]+")


def nir_of_newcomer(number: int) -> str:
    """Return the NIR of nobody, apart from those of the accounts that exist."""
    return f"1850599{970 - number // 999 % 900:03}{number % 999 + 1:03}"


async def repeat(visitors: list[Visitor], one: Callable[[Visitor, int], Awaitable[None]]) -> int:
    """Call `one` for SECONDS, visitors at once, each time with another number; return the count.

    Closes the visitors' connections at the end.
    """
    deadline = time.perf_counter() + SECONDS
    done = 0

    async def keep_on(visitor: Visitor, number: int) -> None:
        nonlocal done
        while time.perf_counter() < deadline:
            await one(visitor, number)
            number += len(visitors)
            done += 1
        await visitor.close()

    await asyncio.gather(*(keep_on(visitor, n) for n, visitor in enumerate(visitors)))
    return done


async def to_identity(visitor: Visitor) -> dict[str, str]:
    """Accept the terms; return the hidden fields of the identity page."""
    page = await visitor.get("/inscription/conditions")
    await visitor.post("/inscription/conditions", {**page.hidden, "accepted": "y"})
    return (await visitor.get("/inscription/identite")).hidden


async def to_password(visitor: Visitor, number: int) -> dict[str, str]:
    """Register as far as the password; return the hidden fields of its page."""
    email = f"r{number}@exemple.fr"
    fields = {
        **await to_identity(visitor),
        "nir": nir_of_newcomer(number),
        "civility": "monsieur",
        "first_name": "Zoé",
        "birth_name": "Orange",
        "email": email,
        "email_confirmation": email,
        "answer": "robot",
    }
    answer = await visitor.post("/inscription/identite", fields)
    assert answer.location == "/inscription/mot-de-passe", answer.status
    return (await visitor.get("/inscription/mot-de-passe")).hidden


async def register_one(visitor: Visitor, number: int) -> None:
    """Register as far as the page that awaits the confirmation mail."""
    hidden = await to_password(visitor, number)
    fields = {**hidden, "password": PASSWORD, "password_confirmation": PASSWORD}
    await visitor.post("/inscription/mot-de-passe", fields)
    page = await visitor.get("/inscription/validation")
    answer = await visitor.post("/inscription/validation", page.hidden)
    assert answer.location == "/inscription/courriel", f"{answer.status} {answer.location}"


async def register(port: int, first: int, count: int) -> None:
    """Register `count` people in turn, each from an address and a browser of their own."""
    for number in range(first, first + count):
        visitor = Visitor(port, f"203.0.{number // 250 % 250}.{number % 250}")
        await register_one(visitor, number)
        await visitor.close()


class Mailbox:
    """The links of the caught activation mails, by address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[str] = set()
        self._links: dict[str, str] = {}

    async def link(self, address: str) -> str:
        """Return the path of the link sent to an address; raises TimeoutError without a mail."""
        async with asyncio.timeout(MAIL_SECONDS):
            while address not in self._links:
                self._read_new()
                await asyncio.sleep(0.01)
        return self._links[address]

    def _read_new(self) -> None:
        # The catcher writes a message under a hidden name first.
        for path in self._folder.glob("[!.]*.eml"):
            if path.name not in self._read:
                self._read.add(path.name)
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                body = mail.get_body(("plain",))
                if found := LINK.search(body.get_content() if body else ""):
                    self._links[str(mail["to"])] = found[0]
