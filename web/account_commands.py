"""`python -m web account …`: the service helps someone it has identified."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from web.command_line import settings_or_exit

account_cli = typer.Typer(
    help="Help someone about their account, once you know who is asking.", no_args_is_help=True
)


@account_cli.callback()
def account() -> None:
    """Help someone about their account, once you know who is asking."""


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


@account_cli.command("restore-former")
def restore_former(
    email: Annotated[str, typer.Option(help="The e-mail address of the account open now.")],
    whatever_names: Annotated[
        bool,
        typer.Option("--whatever-names", help="Also what was left under other or unknown names."),
    ] = False,
) -> None:
    """Give a person what their earlier account left, once you have checked who they are.

    Dossiers, délégations and history of closed accounts of the same number, whose first name and
    birth name are the same. The history says that the service did it; mails tell. Exit status 1
    and nothing done when there is nothing to give back.
    """
    from web.former.command import run_restoration

    settings = settings_or_exit()
    raise typer.Exit(asyncio.run(run_restoration(settings, email, whatever_names=whatever_names)))


@account_cli.command("close-usurped")
def close_usurped() -> None:
    """Close the account that someone opened with another person's number.

    Asks for the number (not shown, nor kept by the shell), tells whose account it is, and asks
    again before closing it. Its owner can then activate theirs. Only once you have checked who
    they are; exit status 1 and nothing done otherwise.
    """
    from web.profile.command import run_closing

    settings = settings_or_exit()
    nir = typer.prompt("Numéro de sécurité sociale, tel qu’il est sur la pièce", hide_input=True)
    raise typer.Exit(asyncio.run(run_closing(settings, nir, typer.confirm)))
