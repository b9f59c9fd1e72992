"""`account export`: the file is written whole or not at all, and only its owner can read it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from web.assistance.accounts import LockedAccount
from web.assistance.command import Act, Asked, run_act
from web.assistance.export.documents import build_document
from web.auth.kinds import SecurityEvent
from web.core.cli.operator_command import NotDoneError
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.settings import Settings


async def run_export(settings: Settings, asked: Asked, path: Path) -> int:
    """Write the file of an account; return the exit status."""
    written: list[Path] = []
    status = 1
    try:
        status = await run_act(settings, asked, export_to(path, written))
        return status
    finally:
        # The act was not committed: nobody was told of the file.
        if status != 0:
            for file in written:
                file.unlink(missing_ok=True)


def export_to(path: Path, written: list[Path]) -> Act:
    """Return the act that writes the file; `written` gets its path once it exists."""

    async def export(
        runtime: Runtime, connection: Connection, account: LockedAccount, reason: str
    ) -> str:
        # Recorded first: the file then shows its own making.
        await account.notify(runtime, connection, SecurityEvent.DATA_EXPORTED, reason)
        document = await build_document(runtime, connection, account)
        text = json.dumps(document, ensure_ascii=False, indent=2)
        with _explained(path):
            write_new_file(path, f"{text}\n")
        written.append(path)
        return (
            f"{account.label}{NBSP}: ses données sont dans {path}. Sur cette machine, votre compte "
            "est le seul qui puisse lire ce fichier. Remettez-le à la personne par un moyen sûr, "
            "puis effacez-le. Un courriel lui annonce cette copie."
        )

    return export


def write_new_file(path: Path, text: str) -> None:
    """Write a file that does not exist yet, whole or not at all, with mode 0600. Raises OSError."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            # Unlike a renaming, it refuses to replace a file.
            os.link(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn an error of the file into a French sentence. Raises NotDoneError."""
    try:
        yield
    except FileExistsError:
        raise NotDoneError(
            f"{path} existe déjà{NBSP}: indiquez un nouveau fichier. Rien n’a été fait."
        ) from None
    except OSError as error:
        raise NotDoneError(
            f"{path} ne peut pas être écrit ({error.strerror}). Rien n’a été fait."
        ) from None
