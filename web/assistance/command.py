"""The commands that act on an account: what the operator types, and the exit status."""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from web.assistance.accounts import LockedAccount, lock_one, parse_identifier
from web.auth.logins import LoginKind
from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.core.text import NBSP, printable_line
from web.settings import Settings

log = structlog.get_logger("support")

LONGEST_REASON = 200
# An address, or enough digits for a phone number or a NIR, however they are grouped.
_PERSONAL = re.compile(r"@|(?:[0-9][ .\u00a0\u202f-]?){9}")

Act = Callable[[Runtime, Connection, LockedAccount, str], Awaitable[str]]


@dataclass(frozen=True)
class Asked:
    """The operator's request: the account, the reason, and its kind ('' for either)."""

    identifier: str
    reason: str
    kind: str = ""


async def run_act(settings: Settings, asked: Asked, act: Act) -> int:
    """Carry out `act` on one account, in a transaction; return the exit status.

    `act` gets the locked account and the reason, and returns the sentence that reports it.
    """

    async def carry(runtime: Runtime) -> str:
        reason, kind = checked_reason(asked.reason), checked_kind(asked.kind)
        identifier = parse_identifier(asked.identifier)
        async with runtime.db.transaction() as connection:
            account = await lock_one(runtime, connection, identifier, kind)
            sentence = await act(runtime, connection, account, reason)
        log.info("account act", act=act.__name__, kind=account.kind.name.value, id=str(account.id))
        return sentence

    return await carry_out(settings, carry)


def checked_reason(text: str) -> str:
    """Return the reason of an act in one line, without personal data. Raises NotDoneError."""
    reason = printable_line(" ".join(text.split()))
    if not reason or len(reason) > LONGEST_REASON:
        raise NotDoneError(
            f"--reason{NBSP}: indiquez pourquoi, en {LONGEST_REASON}{NBSP}caractères au plus. "
            "La personne lira cette raison. Rien n’a été fait."
        )
    if _PERSONAL.search(reason):
        raise NotDoneError(
            f"--reason{NBSP}: n’y mettez ni numéro ni adresse, car l’historique ne s’efface pas. "
            "Rien n’a été fait."
        )
    return reason


def checked_kind(text: str) -> LoginKind | None:
    """Return the kind of account of the option --kind, None without it. Raises NotDoneError."""
    if not text:
        return None
    try:
        return LoginKind(text)
    except ValueError:
        raise NotDoneError(
            f"--kind{NBSP}: indiquez titulaire ou agent. Rien n’a été fait."
        ) from None


def ask_line(question: str) -> str:
    """Read a line from stdin: on the command line, `ps` and the shell's history would show it."""
    if sys.stdin.isatty():
        sys.stderr.write(f"{question}{NBSP}: ")
        sys.stderr.flush()
    return sys.stdin.readline()


def ask_identifier() -> str:
    """Read the NIR, the address or the reference of an account."""
    return ask_line("Numéro de Sécurité sociale, adresse courriel ou référence du compte")
