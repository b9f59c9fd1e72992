"""A scripted SMTP server: a test decides each answer and its timing."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

ACCEPTED = "250 OK"


@dataclass
class Delivered:
    """A message that was answered with 250."""

    recipient: str
    message: EmailMessage
    at: float

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    def part(self, kind: str) -> str:
        """The text of the `plain` or `html` part."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


async def _at_once() -> None:
    return None


async def _accept(recipient: str) -> str:
    return ACCEPTED


@dataclass
class ScriptedPeer:
    """Listens on loopback; by default it accepts everything at once."""

    before_banner: Callable[[], Awaitable[None]] = _at_once
    on_sender: Callable[[str], Awaitable[str]] = _accept
    on_recipient: Callable[[str], Awaitable[str]] = _accept
    # Called once the whole message is read.
    on_message: Callable[[str], Awaitable[str]] = _accept
    # Called once the 250 is sent.
    after_answer: Callable[[], Awaitable[None]] = _at_once
    # Accept the next message without ever answering.
    deaf_once: bool = False
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    password: str | None = None
    delivered: list[Delivered] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Listen: on a free port the first time, on the same one afterwards."""
        self._server = await asyncio.start_server(
            self._welcome, "127.0.0.1", self.port, ssl=self.tls if self.implicit_tls else None
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for talk in list(self._talks):
            talk.cancel()
        self.hang_up()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def hang_up(self) -> None:
        """Close all connections, idle ones included, without a reply."""
        for writer in list(self._writers):
            writer.transport.abort()

    def to(self, recipient: str) -> list[Delivered]:
        """The messages accepted for an address, in order."""
        return [one for one in self.delivered if one.recipient == recipient]

    def count(self, verb: str) -> int:
        """The number of times a command was received."""
        return sum(command.upper().startswith(verb) for command in self.commands)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self._writers.add(writer)
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._talk(reader, writer)
        finally:
            self.open_now -= 1
            self._writers.discard(writer)
            self._talks.discard(task)
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        await self.before_banner()
        await say("220 peer ESMTP")
        recipient, secured, known = "", self.implicit_tls, self.password is None
        while line := (await reader.readline()).decode("utf-8").strip():
            self.commands.append(line)
            verb = line.split()[0].upper()
            if verb == "EHLO":
                await say("\r\n".join(self._greeting(secured)))
            elif verb == "STARTTLS" and self.tls is not None:
                await say("220 go on")
                await writer.start_tls(self.tls)
                secured = True
            elif verb == "AUTH":
                known = base64.b64decode(line.split()[-1]).decode().endswith(f"\0{self.password}")
                await say("235 welcome" if known else "535 5.7.8 wrong password")
            elif verb == "MAIL":
                await say(await self.on_sender(line) if known else "530 5.7.0 authenticate first")
            elif verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                await say(await self.on_recipient(recipient))
            elif verb == "DATA":
                await say("354 go on")
                await self._take_message(reader, recipient, say)
            elif verb == "QUIT":
                await say("221 bye")
                return
            else:
                await say(ACCEPTED)

    async def _take_message(
        self, reader: asyncio.StreamReader, recipient: str, say: Callable[[str], Awaitable[None]]
    ) -> None:
        content = (await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n.")
        answer = await self.on_message(recipient)
        if answer.startswith("250"):
            parser = BytesParser(_class=EmailMessage, policy=policy.default)
            now = asyncio.get_running_loop().time()
            self.delivered.append(Delivered(recipient, parser.parsebytes(content), now))
        if self.deaf_once:
            self.deaf_once = False
            await asyncio.Event().wait()
        await say(answer)
        await self.after_answer()

    def _greeting(self, secured: bool) -> list[str]:
        offers = ["peer", "8BITMIME", "SIZE 1000000"]
        if self.tls is not None and not secured:
            offers.append("STARTTLS")
        if self.password is not None:
            offers.append("AUTH PLAIN")
        return [f"250{'-' if one is not offers[-1] else ' '}{one}" for one in offers]
