"""The two kinds of account, titulaires and agents, and the differences between their logins."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from web.auth.login.attempt_limits import AttemptLimits, ConsecutiveLimits
from web.auth.logins import LoginKind
from web.auth.password.views import PasswordOwner
from web.auth.sessions.login_queries import CompletedLogin
from web.core.crypto.vault import Hasher
from web.core.db.connection import Connection
from web.core.mail.kinds import MailKind
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime


class Owner(Protocol):
    """The titulaire or the agent to whom a login belongs."""

    @property
    def login_id(self) -> UUID:
        """The id of the login."""

    @property
    def email(self) -> str:
        """The address that gets their mails."""

    @property
    def password_owner(self) -> PasswordOwner:
        """The person as the owner of a password."""

    @property
    def home(self) -> str:
        """The name of the first page of their space."""

    def subject(self, hasher: Hasher) -> bytes:
        """Return the digest that keys their attempts, their links and their known browsers."""


class Account(Owner, Protocol):
    """The account whose session a request carries."""

    @property
    def session_id(self) -> UUID:
        """The id of this session."""

    @property
    def ends_at(self) -> datetime | None:
        """The absolute end of this session, given only once it is near."""

    @property
    def has_recent_password(self) -> bool:
        """Return whether its password was typed in this session in the last RECENT_MINUTES."""

    @property
    def display_name(self) -> str:
        """The name in the header of the pages."""

    @property
    def space(self) -> str:
        """The name, in the menus, of the layout of the pages."""

    @property
    def label(self) -> str:
        """The account in one line, in a file for its owner."""

    @property
    def has_second_factor(self) -> bool:
        """Return whether its login asks for a code after the password."""

    @property
    def must_have_second_factor(self) -> bool:
        """Return whether it cannot do without a second factor."""

    @property
    def awaited_step(self) -> str:
        """The name of the step that the login of this session awaits, '' once it is complete.

        With the prefix of its guard, it is the name of the address of that step.
        """

    @property
    def may_enter(self) -> bool:
        """Return whether the login of this session is complete, and the space open to it."""


AnyOwner = TypeVar("AnyOwner", bound=Owner)
OwnerT_contra = TypeVar("OwnerT_contra", bound=Owner, contravariant=True)
AnyAccount = TypeVar("AnyAccount", bound=Account)


class SecurityEvent(enum.StrEnum):
    """An act on the security of an account; its value names the event in the history."""

    LOGIN = "login"
    PASSWORD_CHOSEN = "password_chosen"  # noqa: S105 - the name of an event
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an event
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - the name of an event
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REPLACED = "second_factor_replaced"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    # By an operator, for someone who lost it.
    SECOND_FACTOR_RESET = "second_factor_reset"
    SECOND_FACTOR_REFUSED = "second_factor_refused"
    # The password was right, but no code was typed after it.
    SECOND_FACTOR_MISSING = "second_factor_missing"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    # Acts of the service, for someone who asked for help.
    UNBLOCKED = "unblocked"
    ACCOUNT_BLOCKED = "account_blocked"
    ACCOUNT_UNBLOCKED = "account_unblocked"
    IDENTITY_CORRECTED = "identity_corrected"
    NUMBER_CORRECTED = "number_corrected"
    DATA_EXPORTED = "data_exported"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGE_REFUSED = "email_change_refused"
    EMAIL_CHANGE_CANCELLED = "email_change_cancelled"
    EMAIL_CHANGED = "email_changed"


# Each is announced by the same mail, with its own words.
FACTOR_CHANGES = (
    SecurityEvent.SECOND_FACTOR_SET,
    SecurityEvent.SECOND_FACTOR_REPLACED,
    SecurityEvent.SECOND_FACTOR_REMOVED,
    SecurityEvent.SECOND_FACTOR_RESET,
    SecurityEvent.RECOVERY_CODE_USED,
    SecurityEvent.RECOVERY_CODES_RENEWED,
)


class RecordEvent(Protocol[OwnerT_contra]):
    """The record of an event in the history of one kind of account."""

    async def __call__(
        self,
        connection: Connection,
        owner: OwnerT_contra,
        event: SecurityEvent,
        device: str,
        occurred_at: datetime | None = None,
        detail: str = "",
    ) -> UUID:
        """Record an event, caused by a kind of device, and return its id.

        `detail` is the reason of an act of the service. May raise TooManyEventsError. A login has
        RecordLogin.
        """


class RecordLogin(Protocol[OwnerT_contra]):
    """The record of a complete login, by one statement with all that it changes."""

    async def __call__(
        self, connection: Connection, owner: OwnerT_contra, login: CompletedLogin
    ) -> tuple[UUID, bool]:
        """Return the id of the event, and whether the browser is new. May raise TooManyLoginsError.

        Called in the transaction that has locked the login.
        """


@dataclass(frozen=True)
class AccountKind(Generic[OwnerT_contra]):
    """A kind of account.

    `mails` gives the kind of mail that notifies the owner of an event; its subject is that event.
    `has_typed_code` returns whether a code, right or wrong, was typed from a kind of device since a
    given time.
    """

    name: LoginKind
    password_tries: ConsecutiveLimits
    code_tries: ConsecutiveLimits
    recovery_tries: AttemptLimits
    record: RecordEvent[OwnerT_contra]
    record_login: RecordLogin[OwnerT_contra]
    mails: Mapping[SecurityEvent, MailKind]
    has_typed_code: Callable[[Connection, OwnerT_contra, str, datetime], Awaitable[bool]]

    @property
    def tries(self) -> tuple[AttemptLimits, ...]:
        """All the limits of the attempts on an account."""
        return self.password_tries, *self.factor_tries

    @property
    def factor_tries(self) -> tuple[AttemptLimits, ...]:
        """The limits of the attempts on the second factor, which a new password does not reset."""
        return self.code_tries, self.recovery_tries

    async def notify(
        self,
        runtime: Runtime,
        connection: Connection,
        owner: OwnerT_contra,
        event: SecurityEvent,
        device: str,
        detail: str = "",
    ) -> None:
        """Record an event, and notify the owner of it by mail."""
        event_id = await self.record(connection, owner, event, device, detail=detail)
        await self.send(runtime, connection, owner, event, event_id)

    async def send(
        self,
        runtime: Runtime,
        connection: Connection,
        owner: OwnerT_contra,
        event: SecurityEvent,
        event_id: UUID,
    ) -> None:
        """Enqueue the mail about an event already recorded."""
        kind, to = self.mails[event], owner.email
        await enqueue_mail(runtime, connection, kind=kind, subject_id=event_id, recipient=to)
