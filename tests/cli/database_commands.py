"""The commands that need the database."""

from __future__ import annotations

from pathlib import Path

from tests.support.programs.commands import run_command
from tests.support.programs.settings import DEFAULTS

FILE = "a file"
AGENT = ("--email", "agent@organisme.example")
COMMANDS = [
    ("worker", "--drain"),
    ("migrate",),
    ("migrate", "--grant-to", "compte_application"),
    ("check",),
    ("credit-hours", FILE),
    ("credit-exceptional", FILE),
    ("rotate-keys",),
    ("import-catalogue", FILE),
    ("invite-professional", *AGENT),
    ("invite-professional", "--reset-second-factor", *AGENT),
    ("withdraw-professional", *AGENT),
    ("set-access-manager", *AGENT),
    ("account", "unblock", "--reason", "Vérifié"),
    ("account", "reset-second-factor", "--email", "zoe@exemple.fr"),
    ("account", "restore-former", "--email", "zoe@exemple.fr"),
    ("failed-mails",),
    ("failed-mails", "--requeue"),
]


def run(command: tuple[str, ...], database_url: str, tmp_path: Path) -> tuple[int, str, list[str]]:
    """Return the exit status, the output, and the sentences about the database."""
    file = tmp_path / "file.csv"
    file.touch()
    arguments = (str(file) if one == FILE else one for one in command)
    done = run_command(*arguments, **{**DEFAULTS, "database_url": database_url})
    output = [line for line in done.err.splitlines() if "(SMTP_URL)" not in line]
    return done.status, done.out, output
