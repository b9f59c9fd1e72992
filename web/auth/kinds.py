"""The two kinds of account, titulaires and agents: what their logins do not have alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from web.auth.logins import LoginKind
from web.auth.password.views import PasswordOwner
from web.auth.sessions.known_devices import Device
from web.core.crypto.vault import Hasher
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.http.request import Handler
from web.core.runtime import Runtime


class Account(Protocol):
    """The account whose session a request carries."""

    @property
    def login_id(self) -> UUID:
        """The id of its login."""

    @property
    def session_id(self) -> UUID:
        """The id of this session."""

    @property
    def owner(self) -> PasswordOwner:
        """The account as the owner of a password."""

    def subject(self, hasher: Hasher) -> bytes:
        """Return the digest that keys its attempts and its known browsers."""


AnyAccount = TypeVar("AnyAccount", bound=Account)


@dataclass(frozen=True)
class NewPassword:
    """A new password, hashed, that replaces the current one in an open session.

    `keep` is the token digest of that session, `device` the browser that has it.
    """

    password_hash: str
    device: Device
    keep: bytes


@dataclass(frozen=True)
class AccountKind(Generic[AnyAccount]):
    """A kind of account.

    `admit` is the guard of its pages. `confirm` verifies the current password, `replace` replaces
    it within a transaction, and records and tells it as this kind does.
    """

    name: LoginKind
    admit: Callable[[Handler], Handler]
    confirm: Callable[[Runtime, AnyAccount, str, Command], Awaitable[None]]
    replace: Callable[[Runtime, Connection, AnyAccount, NewPassword], Awaitable[None]]
