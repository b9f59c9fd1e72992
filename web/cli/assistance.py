"""`python -m web account …`: commands on one account, titulaire's or agent's, with a reason.

The account is named on stdin: on the command line, `ps` and the shell's history would show it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from web.cli.loading import settings_or_exit
from web.core.cli.asking import WrongValueError, new_file
from web.core.cli.commands import add_command

Reason = Annotated[
    str,
    typer.Option(
        metavar="TEXTE",
        help="Raison, que la personne lira dans son historique : ni nom, ni numéro, ni adresse.",
    ),
]
Kind = Annotated[
    str,
    typer.Option(
        metavar="TYPE",
        help="Type de compte, si l’adresse en a deux : indiquez titulaire ou agent.",
    ),
]


NOTHING_CHOSEN = (
    "Indiquez ce qui est à corriger : --civility, --first-name, --birth-name, --usual-name ou "
    "--nir."
)


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


def find() -> None:
    """Show the state of an account, its mails and the limits that it has reached."""
    from web.assistance import command
    from web.assistance.find.command import run_find

    settings = settings_or_exit()
    raise typer.Exit(asyncio.run(run_find(settings, command.ask_identifier())))


def correct(
    reason: Reason,
    civility: Annotated[bool, typer.Option("--civility", help="Corriger la civilité.")] = False,
    first_name: Annotated[bool, typer.Option("--first-name", help="Corriger le prénom.")] = False,
    birth_name: Annotated[
        bool, typer.Option("--birth-name", help="Corriger le nom de naissance.")
    ] = False,
    usual_name: Annotated[
        bool, typer.Option("--usual-name", help="Corriger le nom d’usage.")
    ] = False,
    nir: Annotated[
        bool, typer.Option("--nir", help="Corriger le numéro de Sécurité sociale.")
    ] = False,
    kind: Kind = "",
) -> None:
    """Correct the names, the civilité or the NIR of a titulaire; the values are read from stdin."""
    from web.assistance import command
    from web.assistance.correction.service import correct_to
    from web.assistance.correction.values import question

    chosen = {
        "civility": civility,
        "first_name": first_name,
        "birth_name": birth_name,
        "usual_name": usual_name,
        "nir": nir,
    }
    fields = [field for field, is_chosen in chosen.items() if is_chosen]
    if not fields:
        raise WrongValueError(NOTHING_CHOSEN)
    settings = settings_or_exit()
    asked = command.Asked(command.ask_identifier(), reason, kind)
    typed = {field: command.ask_line(question(field)) for field in fields}
    raise typer.Exit(asyncio.run(command.run_act(settings, asked, correct_to(typed))))


def close(reason: Reason, kind: Kind = "") -> None:
    """Close an account, as its owner would have closed it."""
    from web.assistance import closing, command

    settings = settings_or_exit()
    asked = command.Asked(command.ask_identifier(), reason, kind)
    raise typer.Exit(asyncio.run(command.run_act(settings, asked, closing.close)))


def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FICHIER",
            parser=new_file,
            help="Fichier à créer, en JSON. Il ne doit pas exister.",
        ),
    ],
    reason: Reason,
    kind: Kind = "",
) -> None:
    """Write all that is kept on a person to a file."""
    from web.assistance import command
    from web.assistance.export.command import run_export

    settings = settings_or_exit()
    asked = command.Asked(command.ask_identifier(), reason, kind)
    raise typer.Exit(asyncio.run(run_export(settings, asked, file)))


COMMANDS = (
    (
        "find",
        """
        Montrer l’état d’un compte, sans rien changer.

        Le numéro de Sécurité sociale, l’adresse courriel ou la référence du compte est lu sur
        l’entrée standard. La commande indique si le compte est actif, bloqué ou fermé, s’il a un
        code de connexion, s’il attend un changement d’adresse, les limites atteintes et jusqu’à
        quand, et les courriels des derniers jours, avec la raison de ceux qui ne sont pas partis.
        Numéros et adresses sont masqués. Code de retour 1 si personne ne correspond.
        """,
        find,
    ),
    (
        "change-email",
        """
        Changer l’adresse courriel d’une personne qui a perdu sa messagerie.

        Deux lignes sont lues sur l’entrée standard : le numéro de Sécurité sociale, l’adresse
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
        Bloquer un compte : plus personne ne peut s’y identifier.

        Le numéro de Sécurité sociale, l’adresse courriel ou la référence du compte est lu sur
        l’entrée standard. Les sessions sont fermées tout de suite et les liens pour choisir un mot
        de passe ne fonctionnent plus. Rien n’est effacé : les heures restent créditées et les
        délégations continuent. L’historique du titulaire l’indique, au nom du service, et un
        courriel prévient la personne. Code de retour 1, sans rien faire, si aucun compte ne
        correspond ou s’il est déjà bloqué.
        """,
        block,
    ),
    (
        "close",
        """
        Fermer un compte, comme la personne l’aurait fait dans son espace.

        Le numéro de Sécurité sociale, l’adresse courriel ou la référence du compte est lu sur
        l’entrée standard. Les sessions sont fermées, les informations personnelles effacées et les
        délégations révoquées ; les heures restent à la personne. L’historique l’indique, au nom du
        service, et un courriel prévient la personne. Vérifiez d’abord le compte avec `find`. Code
        de retour 1, sans rien faire, si aucun compte ne correspond.
        """,
        close,
    ),
    (
        "export",
        """
        Écrire dans un fichier tout ce que le service conserve sur une personne.

        Pour répondre à une demande d’accès aux données personnelles. Le numéro de Sécurité sociale,
        l’adresse courriel ou la référence du compte est lu sur l’entrée standard. Le fichier est
        écrit en entier ou pas du tout, et seul le compte système qui lance la commande peut le
        lire.
        L’historique du titulaire l’indique, au nom du service, et un courriel prévient la personne.
        Code de retour 1, sans rien faire, si aucun compte ne correspond ; 2 si le fichier existe
        déjà.
        """,
        export,
    ),
    (
        "correct",
        """
        Corriger le nom, la civilité ou le numéro d’un titulaire, d’après une pièce d’identité.

        Indiquez ce qui est à corriger par des options, sans valeur. L’entrée standard donne ensuite
        le numéro actuel, l’adresse courriel ou la référence du compte, puis chaque nouvelle valeur,
        une par ligne, dans l’ordre de cette aide. Un numéro sous lequel un compte existe est
        refusé, comme un compte qui a des dossiers en cours. Avec un nouveau numéro, la personne
        trouve les heures de ce numéro ; ses sessions sont fermées et ses délégations révoquées.
        L’historique l’indique, au nom du service, et un courriel prévient la personne. Code de
        retour 1, sans rien faire, si une valeur ne convient pas.
        """,
        correct,
    ),
    (
        "unblock",
        """
        Débloquer un compte et remettre à zéro ses essais de mot de passe.

        Le numéro de Sécurité sociale, l’adresse courriel ou la référence du compte est lu sur
        l’entrée standard, en une ligne : sur la ligne de commande, il resterait dans l’historique
        du terminal. L’historique du titulaire l’indique, au nom du service, et un courriel prévient
        la personne. Code de retour 1, sans rien faire, si aucun compte ne correspond.
        """,
        unblock,
    ),
)
