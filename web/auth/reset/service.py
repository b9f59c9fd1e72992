"""« Mot de passe oublié » and the mailed link that chooses a password, for both kinds of account.

A request does the same for every identifier: it records a request and enqueues a job. The worker
looks for the account, so that the requester cannot observe whether there is one. The link's token
is made when the mail is composed, so that the database only ever has its hash.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic
from uuid import UUID

import structlog

from web.auth.kinds import AccountKind, AnyOwner, SecurityEvent
from web.auth.logins import is_blocked, lock_login
from web.auth.password.service import NewPassword, replace_password
from web.auth.reset import queries
from web.auth.reset.links import LinkError, LinkRequest, LinkState, PasswordLink, Purpose
from web.auth.sessions.known_devices import Device, remember_device
from web.core.crypto.tokens import looks_like_token, new_token, token_hash
from web.core.crypto.vault import Hasher, Vault
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import MailKind
from web.core.mail.outgoing import Letter, Mail, enqueue_job, enqueue_mail
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.domain.passwords.policy import normalise

log = structlog.get_logger("reset")


@dataclass(frozen=True)
class FoundLink(Generic[AnyOwner]):
    """A link found by its token; `owner` is that of its account, None unless the link is open."""

    link: PasswordLink
    owner: AnyOwner | None

    @property
    def state(self) -> LinkState:
        """The state of the link; it is too old once its account is closed."""
        if self.owner is None and self.link.state is LinkState.OPEN:
            return LinkState.EXPIRED
        return self.link.state

    @property
    def is_invitation(self) -> bool:
        """Return whether the link chooses a first password."""
        return self.link.purpose is Purpose.INVITATION


@dataclass(frozen=True)
class Requests(Generic[AnyOwner]):
    """The requests for a link, of one kind of account; `job` names the worker's job.

    `digest` returns the digest of an identifier, `counted` the text under which its requests are
    counted. `lock_login` locks the login that a request concerns and returns its id. `record`
    records a request in the history of the account; None if that history leaves requests out.
    """

    job: str
    digest: Callable[[Hasher, str], bytes]
    counted: Callable[[str], str]
    # Per network, so that nobody elsewhere can exhaust the quota of the owner.
    per_identifier: Limit
    per_address: Limit
    lock_login: Callable[[Connection, UUID], Awaitable[UUID | None]]
    record: Callable[[Connection, AnyOwner, LinkRequest], Awaitable[None]] | None = None


@dataclass(frozen=True)
class LogWords:
    """The events of the log, and the key under which the account is logged."""

    asked: str
    chosen: str
    account: str


@dataclass(frozen=True)
class PasswordLinks(Generic[AnyOwner]):
    """The links of one kind of account.

    `find_owner` returns the owner of a login. `mails` gives the kind of mail of each purpose, and
    `words` the texts of its template. `prefix` starts the names of the routes.
    """

    kind: AccountKind[AnyOwner]
    requests: Requests[AnyOwner]
    find_owner: Callable[[Connection, Vault, UUID], Awaitable[AnyOwner | None]]
    mails: Mapping[Purpose, MailKind]
    words: Callable[[AnyOwner], Mapping[str, object]]
    logged: LogWords
    prefix: str

    async def ask(self, runtime: Runtime, identifier: str, command: Command) -> None:
        """Record a request for a link, in the same way for known and unknown identifiers.

        Raises AlreadyDoneError, TooManyAttemptsError.
        """
        asked, address = self.requests, command.address
        limits = (
            (asked.per_identifier, f"{asked.counted(identifier)} {address}"),
            (asked.per_address, address),
        )
        link_id = runtime.randomness.uuid()
        async with (
            runtime.limits.counted(*limits),
            runtime.db.once(command) as connection,
        ):
            await queries.add_link(
                connection,
                link_id,
                self.kind.name,
                asked.digest(runtime.hasher, identifier),
                device=command.device if asked.record else "",
            )
            await enqueue_job(connection, asked.job, link_id)
        log.info(self.logged.asked)

    async def process_request(self, runtime: Runtime, link_id: UUID) -> None:
        """Enqueue the mail (worker job), or delete the request if there is no account.

        A blocked account gets no link either: its owner was told by mail when it was blocked.
        """
        async with runtime.db.transaction() as connection:
            login_id = await self.requests.lock_login(connection, link_id)
            request = await queries.lock_request(connection, link_id)
            if request is None:
                return
            owner = await self.find_owner(connection, runtime.vault, login_id) if login_id else None
            if owner is None or await is_blocked(connection, owner.login_id):
                await queries.forget_request(connection, link_id)
                return
            if self.requests.record is not None:
                await self.requests.record(connection, owner, request)
            await self.send(runtime, connection, link_id, owner, Purpose.RESET)

    async def send(
        self,
        runtime: Runtime,
        connection: Connection,
        link_id: UUID,
        owner: AnyOwner,
        purpose: Purpose,
    ) -> None:
        """Assign the link to a login, already locked, and enqueue its mail."""
        await queries.assign_link(connection, link_id, owner.login_id)
        await enqueue_mail(
            runtime,
            connection,
            kind=self.mails[purpose],
            subject_id=link_id,
            recipient=owner.email,
        )

    async def compose(self, runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
        """Compose the mail with the link; None if the link is void or the address has changed."""
        link = await queries.find_deliverable(connection, mail.subject_id)
        if link is None:
            return None
        owner = await self.find_owner(connection, runtime.vault, link.login_id)
        if owner is None or owner.email != mail.recipient:
            return None
        token = new_token(runtime.randomness)
        await queries.add_token(connection, token_hash(token), mail.subject_id, link.purpose)
        url = runtime.url(f"{self.prefix}password-link", token=token)
        return Letter(mail.kind, {**self.words(owner), "url": url})

    async def find(self, runtime: Runtime, token: str) -> FoundLink[AnyOwner] | None:
        """Return the link of a token; None, without a query, for a malformed token."""
        if not looks_like_token(token):
            return None
        async with runtime.db.connection() as connection:
            return await self._find(runtime, connection, token)

    async def choose(
        self,
        runtime: Runtime,
        token: str,
        found: FoundLink[AnyOwner],
        password: str,
        device: Device,
        command: Command,
    ) -> None:
        """Set the password, once.

        The browser becomes a known one, by the token `device` is offered. The password must follow
        the rules already if the link was `found` open. Raises AlreadyDoneError, LinkError,
        HashingOverloadedError.
        """
        hashed = await runtime.passwords.hash(normalise(password)) if found.owner else ""
        async with runtime.db.once(command) as connection:
            current = await self._lock(runtime, connection, token)
            if current is None or current.owner is None or not hashed:
                raise LinkError(current.state if current else LinkState.UNKNOWN)
            owner, invited = current.owner, current.is_invitation
            await queries.end_link(connection, current.link.link_id)
            await remember_device(
                connection, owner.subject(runtime.hasher), device, as_logged_in=invited
            )
            event = SecurityEvent.PASSWORD_CHOSEN if invited else SecurityEvent.PASSWORD_RESET
            new = NewPassword(event, hashed, device.kind, keep_devices=(device.offered,))
            await replace_password(runtime, connection, self.kind, owner, new)
        log.info(self.logged.chosen, **{self.logged.account: str(owner.login_id)})

    async def _lock(
        self, runtime: Runtime, connection: Connection, token: str
    ) -> FoundLink[AnyOwner] | None:
        """Lock the login of a link, and return the link as read under that lock."""
        link = await queries.find_link(connection, self.kind.name, token_hash(token))
        if link is not None and link.login_id is not None:
            await lock_login(connection, link.login_id)
        return await self._find(runtime, connection, token)

    async def _find(
        self, runtime: Runtime, connection: Connection, token: str
    ) -> FoundLink[AnyOwner] | None:
        link = await queries.find_link(connection, self.kind.name, token_hash(token))
        if link is None:
            return None
        owner = None
        if link.state is LinkState.OPEN and link.login_id is not None:
            owner = await self.find_owner(connection, runtime.vault, link.login_id)
        return FoundLink(link, owner)
