"""`python -m web account …`: the service helps someone it has identified."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from web.command_line import settings_or_exit

account_cli = typer.Typer(
    help="Help someone who is locked out, once you know who is asking.", no_args_is_help=True
)


@account_cli.callback()
def account() -> None:
    """Help someone who is locked out, once you know who is asking."""


@account_cli.command("unblock")
def unblock(
    reason: Annotated[
        str,
        typer.Option(help="Why; the person reads it in their history. No name, no number."),
    ],
) -> None:
    """Forget the failed logins of a titulaire or of an agent, whatever browser they came from.

    Their NIR or e-mail address is read from standard input, one line: a number on a command line
    would stay in the shell's history. Written in the history of the titulaire as « Le service »,
    and told by mail. Exit status 1 and nothing done when no account has that identifier.
    """
    from web.unblock import read_identifier, run_unblock

    settings = settings_or_exit()
    raise typer.Exit(asyncio.run(run_unblock(settings, read_identifier(), reason)))
