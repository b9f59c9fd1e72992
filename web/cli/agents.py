"""Commands that give and take away the access of agents."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from web.cli.loading import settings_or_exit
from web.core.cli.commands import add_command, make_typer

cli = make_typer()


@add_command(
    cli,
    "invite-professional",
    """
    Donner accès à l’espace professionnel, au nom d’un organisme ou d’un employeur.

    Indiquez --email, --kind, --siret et --name. Un courriel est envoyé, avec un lien valable
    7 jours pour choisir un mot de passe. Relancée pour la même adresse, la commande envoie un
    nouveau lien et le précédent ne fonctionne plus. Une adresse déjà utilisée pour une autre
    organisation est refusée. Avec --category, les dossiers indiquent à qui s’adresser selon la
    situation de la personne. Avec --manager, cette personne gère les accès de son organisation.
    Code de retour 1 si rien n’a été fait.
    """,
)
def invite_professional(
    email: Annotated[str, typer.Option(metavar="ADRESSE", help="Adresse courriel de l’agent.")],
    kind: Annotated[
        str,
        typer.Option(metavar="TYPE", help="Type d’organisation : indiquez organisme ou employer."),
    ] = "",
    siret: Annotated[
        str,
        typer.Option(
            metavar="SIRET",
            help="Numéro SIRET de l’organisation (14 chiffres ; les espaces sont acceptés).",
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Option(metavar="NOM", help="Nom de l’organisation, tel que le public le connaît."),
    ] = "",
    manager: Annotated[
        bool,
        typer.Option("--manager", help="Lui confier la gestion des accès de son organisation."),
    ] = False,
    category: Annotated[
        str,
        typer.Option(
            metavar="CATÉGORIE",
            help="Catégorie d’un organisme : opca, opacif, pole-emploi, region, agefiph, "
            "cap-emploi, apec ou mission-locale.",
        ),
    ] = "",
    reset_second_factor: Annotated[
        bool,
        typer.Option(
            "--reset-second-factor",
            help="Ne pas inviter, mais supprimer le code de connexion de cette adresse : appareil "
            "et codes de secours perdus.",
        ),
    ] = False,
) -> None:
    """Invite an agent of an organisme or of an employer to the professional space."""
    from web.agents.invitations.command import Options, run_invitation, run_reset

    settings = settings_or_exit()
    if reset_second_factor:
        raise typer.Exit(asyncio.run(run_reset(settings, email)))
    options = Options(kind, siret, name, email, manager, category)
    raise typer.Exit(asyncio.run(run_invitation(settings, options)))


@add_command(
    cli,
    "withdraw-professional",
    """
    Fermer tout de suite le compte d’un agent, par exemple après son départ.

    Ses sessions sont fermées et ses liens ne fonctionnent plus. Les historiques conservent ce qui a
    été fait au nom de l’organisation. L’adresse peut être invitée de nouveau, y compris par une
    autre organisation. Code de retour 1, sans rien faire, si aucun agent n’a cette adresse.
    """,
)
def withdraw_professional(
    email: Annotated[str, typer.Option(metavar="ADRESSE", help="Adresse courriel de l’agent.")],
) -> None:
    """Close the account of an agent who left."""
    from web.agents.invitations.command import run_withdrawal

    raise typer.Exit(asyncio.run(run_withdrawal(settings_or_exit(), email)))


@add_command(
    cli,
    "set-access-manager",
    """
    Confier à un agent la gestion des accès de son organisation, ou la lui retirer.

    La personne invite alors ses collègues et retire leurs accès, dans l’espace professionnel. Un
    courriel l’en informe. Avec --remove, la gestion lui est retirée, même si personne d’autre ne
    l’a. Code de retour 1, sans rien faire, si aucun agent n’a cette adresse.
    """,
)
def set_access_manager(
    email: Annotated[str, typer.Option(metavar="ADRESSE", help="Adresse courriel de l’agent.")],
    remove: Annotated[
        bool, typer.Option("--remove", help="Retirer la gestion des accès à cet agent.")
    ] = False,
) -> None:
    """Make an agent an access manager, or no longer."""
    from web.agents.invitations.command import run_role

    settings = settings_or_exit()
    raise typer.Exit(asyncio.run(run_role(settings, email, is_manager=not remove)))
