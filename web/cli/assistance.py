"""`python -m web account …`: commands on one account, titulaire's or agent's, with a reason.

The account is named on stdin: on the command line, `ps` and the shell's history would show it.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from web.cli.loading import settings_or_exit
from web.core.cli.commands import add_command

Reason = Annotated[
    str,
    typer.Option(
        metavar="TEXTE",
        help="Raison, que la personne lira dans son historique : ni nom, ni numéro.",
    ),
]
Kind = Annotated[
    str,
    typer.Option(
        metavar="TYPE",
        help="Type de compte, si l’adresse en a deux : indiquez titulaire ou agent.",
    ),
]


def add_to(group: typer.Typer) -> None:
    """Add these commands to the group `account`."""
    for name, text, command in COMMANDS:
        add_command(group, name, text)(command)


def block(reason: Reason, kind: Kind = "") -> None:
    """Block the login of an account."""
    from web.assistance import access, command

    settings = settings_or_exit()
    asked = command.Asked(command.ask_identifier(), reason, kind)
    raise typer.Exit(asyncio.run(command.run_act(settings, asked, access.block)))


def unblock(reason: Reason, kind: Kind = "") -> None:
    """Unblock an account and reset its failed logins, for all browsers."""
    from web.assistance import access, command

    settings = settings_or_exit()
    asked = command.Asked(command.ask_identifier(), reason, kind)
    raise typer.Exit(asyncio.run(access.run_unblock(settings, asked)))


def change_email(reason: Reason, kind: Kind = "") -> None:
    """Request another address for an account whose mailbox is lost."""
    from web.assistance import command
    from web.assistance.email_change.asking import change_to

    settings = settings_or_exit()
    asked = command.Asked(command.ask_identifier(), reason, kind)
    act = change_to(command.ask_line("Nouvelle adresse courriel"))
    raise typer.Exit(asyncio.run(command.run_act(settings, asked, act)))


COMMANDS = (
    (
        "change-email",
        """
        Changer l’adresse courriel d’une personne qui a perdu sa messagerie.

        Deux lignes sont lues sur l’entrée standard : le numéro de Sécurité sociale, l’adresse
        actuelle ou la référence du compte, puis la nouvelle adresse. La nouvelle adresse reçoit un
        lien à ouvrir sous dix jours pour la confirmer. L’ancienne est prévenue et peut refuser par
        un lien pendant trois jours au moins. Le changement prend effet après ces trois jours, une
        fois la nouvelle adresse confirmée. Code de retour 1, sans rien faire, si aucun compte ne
        correspond ou si l’adresse ne convient pas.
        """,
        change_email,
    ),
    (
        "block",
        """
        Bloquer un compte : plus personne ne peut s’y identifier.

        Le numéro de Sécurité sociale, l’adresse courriel ou la référence du compte est lu sur
        l’entrée standard. Les sessions sont fermées tout de suite et les liens pour choisir un mot
        de passe ne fonctionnent plus. Rien n’est effacé : les heures restent créditées et les
        délégations continuent. L’historique du titulaire l’indique, au nom du service, et un
        courriel prévient la personne. Code de retour 1, sans rien faire, si aucun compte ne
        correspond ou s’il est déjà bloqué.
        """,
        block,
    ),
    (
        "unblock",
        """
        Débloquer un compte et remettre à zéro ses essais de mot de passe.

        Le numéro de Sécurité sociale, l’adresse courriel ou la référence du compte est lu sur
        l’entrée standard, en une ligne : sur la ligne de commande, il resterait dans l’historique
        du terminal. L’historique du titulaire l’indique, au nom du service, et un courriel prévient
        la personne. Code de retour 1, sans rien faire, si aucun compte ne correspond.
        """,
        unblock,
    ),
)
