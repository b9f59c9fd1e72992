"""`python -m web account …`: support for someone whose identity has been checked."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from web.cli.loading import settings_or_exit
from web.core.cli.asking import agree, ask_hidden
from web.core.cli.commands import add_command, make_typer

account_cli = make_typer("Aider une personne pour son compte, une fois son identité vérifiée.")


@add_command(
    account_cli,
    "reset-second-factor",
    """
    Supprimer le code de connexion d’un titulaire : appareil et codes de secours perdus.

    Ses sessions sont fermées ; son mot de passe reste demandé, et suffit de nouveau. L’historique
    du titulaire l’indique, au nom du service, et un courriel prévient la personne. Pour un agent,
    voyez `invite-professional --reset-second-factor`. Code de retour 1, sans rien faire, si aucun
    titulaire n’a cette adresse.
    """,
)
def reset_second_factor(
    email: Annotated[
        str, typer.Option(metavar="ADRESSE", help="Adresse courriel du compte du titulaire.")
    ],
) -> None:
    """Remove the second factor of a titulaire who has lost it."""
    from web.auth.two_factor.lost.command import run_titulaire_reset

    raise typer.Exit(asyncio.run(run_titulaire_reset(settings_or_exit(), email)))


@add_command(
    account_cli,
    "restore-former",
    """
    Rendre à une personne ce que contenaient ses anciens comptes.

    Les dossiers, les délégations et l’historique des comptes fermés du même numéro sont rendus, si
    le prénom et le nom de naissance sont les mêmes. L’historique indique que le service l’a fait ;
    des courriels l’annoncent. Code de retour 1, sans rien faire, s’il n’y a rien à rendre.
    """,
)
def restore_former(
    email: Annotated[
        str, typer.Option(metavar="ADRESSE", help="Adresse courriel du compte ouvert aujourd’hui.")
    ],
    whatever_names: Annotated[
        bool,
        typer.Option(
            "--whatever-names",
            help="Rendre aussi ce qui a été laissé sous d’autres noms, ou des noms inconnus.",
        ),
    ] = False,
) -> None:
    """Restore to a person, once identified, what their earlier accounts left."""
    from web.former.command import run_restoration

    settings = settings_or_exit()
    raise typer.Exit(asyncio.run(run_restoration(settings, email, whatever_names=whatever_names)))


@add_command(
    account_cli,
    "close-usurped",
    """
    Fermer le compte qu’une autre personne a ouvert avec le numéro de quelqu’un.

    Le numéro est demandé : il n’est ni affiché, ni conservé par le terminal. La commande indique à
    quel nom est le compte et demande confirmation avant de le fermer ; la personne à qui est le
    numéro peut ensuite activer le sien. Code de retour 1 si rien n’a été fait.
    """,
)
def close_usurped() -> None:
    """Close an account that was opened with another person's NIR."""
    from web.profile.closing.command import run_closing

    settings = settings_or_exit()
    nir = ask_hidden("Numéro de Sécurité sociale, tel qu’il figure sur la pièce présentée")
    raise typer.Exit(asyncio.run(run_closing(settings, nir, agree)))
