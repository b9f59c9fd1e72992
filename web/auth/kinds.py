"""The two kinds of account, titulaires and agents: what their logins do not have alike."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from web.auth.login.attempt_limits import AttemptKey, AttemptLimits
from web.auth.logins import LoginKind
from web.auth.password.views import PasswordOwner
from web.auth.sessions.known_devices import Device
from web.auth.two_factor.rules import FactorEvent
from web.core.crypto.vault import Hasher, Vault
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.db.database import Database
from web.core.http.request import Handler
from web.core.mail.kinds import MailKind
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

    def subject(self, hasher: Hasher) -> bytes:
        """Return the digest that keys their attempts, their links and their known browsers."""


class Account(Owner, Protocol):
    """The account whose session a request carries."""

    @property
    def session_id(self) -> UUID:
        """The id of this session."""

    @property
    def label(self) -> str:
        """The account in one line, in a file of its owner's."""

    @property
    def has_second_factor(self) -> bool:
        """Return whether its login asks for a code after the password."""

    @property
    def must_have_second_factor(self) -> bool:
        """Return whether it cannot do without a second factor."""

    @property
    def may_enter(self) -> bool:
        """Return whether the login of this session is complete, and the space open to it."""


AnyOwner = TypeVar("AnyOwner", bound=Owner)
OwnerT_contra = TypeVar("OwnerT_contra", bound=Owner, contravariant=True)
AnyAccount = TypeVar("AnyAccount", bound=Account)


class PasswordEvent(enum.StrEnum):
    """The way a password was set; its value names the event in the history of the account."""

    CHOSEN = "password_chosen"
    CHANGED = "password_changed"
    RESET = "password_reset"


@dataclass(frozen=True)
class PasswordKind(Generic[OwnerT_contra]):
    """The passwords of one kind of account.

    A new password resets the failures counted by `tries`. `record` records it, with the kind of
    device that set it, and returns the id of the event, which is the subject of `mail`.
    """

    name: LoginKind
    tries: Sequence[AttemptLimits]
    record: Callable[[Connection, OwnerT_contra, PasswordEvent, str], Awaitable[UUID]]
    mail: MailKind


@dataclass(frozen=True)
class AccountKind(Generic[AnyAccount]):
    """A kind of account.

    `admit` is the guard of its pages; `confirm` verifies the current password; `find` returns the
    account of a session, by the digest of its token.

    Of the second factor: `complete` records a login that a code completed, `tell` a change made
    from a kind of device, `note_refused` a code refused there; the first two notify by mail.
    """

    password: PasswordKind[AnyAccount]
    admit: Callable[[Handler], Handler]
    confirm: Callable[[Runtime, AnyAccount, str, Command], Awaitable[None]]
    find: Callable[[Database, Vault, bytes], Awaitable[AnyAccount | None]]
    code_tries: AttemptLimits
    complete: Callable[[Runtime, Connection, AnyAccount, Device, AttemptKey], Awaitable[object]]
    tell: Callable[[Runtime, Connection, AnyAccount, FactorEvent, str], Awaitable[None]]
    note_refused: Callable[[Connection, AnyAccount, str], Awaitable[None]]

    @property
    def name(self) -> LoginKind:
        """The kind, in the logs and in the database."""
        return self.password.name
