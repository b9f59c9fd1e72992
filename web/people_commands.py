"""Commands about one person's account, for the service: once it has checked who someone is."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from web.command_line import settings_or_exit

people = typer.Typer()


@people.command("restore-former-account")
def restore_former_account(
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


@people.command("close-usurped-account")
def close_usurped_account() -> None:
    """Close the account that someone opened with another person's number.

    Asks for the number (not shown, nor kept by the shell), tells whose account it is, and asks
    again before closing it. Its owner can then activate theirs. Only once you have checked who
    they are; exit status 1 and nothing done otherwise.
    """
    from web.profile.command import run_closing

    settings = settings_or_exit()
    nir = typer.prompt("Numéro de sécurité sociale, tel qu’il est sur la pièce", hide_input=True)
    raise typer.Exit(asyncio.run(run_closing(settings, nir, typer.confirm)))
