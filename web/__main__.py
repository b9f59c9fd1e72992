"""The command line: `python -m web …`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from web.account_commands import account_cli
from web.command_line import settings_or_exit
from web.core.asking import folder, readable_file, whole_number
from web.core.commands import add_command, make_typer
from web.core.streams import make_streams_forgiving, say
from web.settings import Environment

cli = make_typer("Compte Formation : l’espace personnel du compte de formation.")
cli.add_typer(account_cli, name="account")
EXIT_UNHEALTHY = 1
# The metrics port is 1464 above the site's.
LAST_PORT = 65535 - 1464


@add_command(
    cli,
    "serve",
    """
    Lancer le site, avec le nombre de processus indiqué par WORKERS.

    SIGTERM l’arrête proprement.
    """,
)
def serve() -> None:
    """Serve the site."""
    from web.server import run_server

    run_server(settings_or_exit())


@add_command(
    cli,
    "worker",
    """
    Envoyer les courriels et effacer les données arrivées à échéance.

    SIGTERM l’arrête proprement.
    """,
)
def worker(
    drain: Annotated[
        bool, typer.Option("--drain", help="Traiter ce qui est en attente, puis s’arrêter.")
    ] = False,
) -> None:
    """Send mail and purge expired data."""
    from web.core.logging import configure_logging
    from web.core.unreachable import exit_if_unreachable
    from web.worker import Worker

    settings = settings_or_exit()
    configure_logging(settings.log_format)

    async def work() -> None:
        process = Worker(settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, process.stop)
        await (process.drain_alone() if drain else process.run())

    with exit_if_unreachable():
        asyncio.run(work())


@add_command(cli, "migrate", "Mettre le schéma de la base de données à la version de ce programme.")
def migrate(
    revision: Annotated[
        str,
        typer.Argument(
            metavar="RÉVISION", help="Révision à atteindre ; sans elle, la plus récente."
        ),
    ] = "head",
    grant_to: Annotated[
        str,
        typer.Option(
            metavar="RÔLE",
            help="Rôle que l’application utilise, quand il ne possède pas les tables : ses droits "
            "lui sont donnés.",
        ),
    ] = "",
) -> None:
    """Upgrade the database's schema to this program's revision."""
    from web.accounts.database_role import grant_to as give_rights
    from web.core import migrations
    from web.core.unreachable import exit_if_unreachable

    settings = settings_or_exit()
    with exit_if_unreachable():
        reached = migrations.upgrade(settings.database_url, revision)
        if grant_to:
            asyncio.run(give_rights(settings.database_url, grant_to))
    say(f"La base est à la révision {reached}.")


@add_command(
    cli,
    "demo",
    """
    Tout lancer sur cette machine : base de données, réception des courriels, envois et site.

    Ctrl-C arrête tout.
    """,
)
def demo(
    port: Annotated[
        int,
        typer.Option(
            parser=whole_number("--port", 1, LAST_PORT),
            metavar="PORT",
            help="Port du site ; sans cette option, 8000.",
        ),
    ] = 8000,
    data: Annotated[
        Path,
        typer.Option(
            parser=folder,
            metavar="DOSSIER",
            help="Dossier où conserver les données ; sans cette option, .data.",
        ),
    ] = Path(".data"),
) -> None:
    """Run the database, the mail catcher, the worker and the site together."""
    from web.demo.launcher import run_demo

    sys.exit(run_demo(data, port))


@add_command(
    cli,
    "check",
    """
    Vérifier les réglages, la base de données, la messagerie et les historiques.

    Code de retour : 0 si tout est en ordre, 2 si un réglage manque ou ne convient pas, 1 pour un
    autre problème, avec une phrase pour chacun. Si tout est en ordre, la dernière ligne donne le
    nom du dernier sceau des historiques : conservez-le ailleurs et redonnez-le plus tard avec
    --seal, pour savoir si des historiques ont été réécrits entre-temps.
    """,
)
def check(
    seal: Annotated[
        str,
        typer.Option(
            metavar="SCEAU", help="Nom d’un sceau des historiques, donné par un contrôle précédent."
        ),
    ] = "",
) -> None:
    """Check settings, database, SMTP and the histories' integrity; exit with 1 on a problem.

    It ends with the name of the newest seal of the histories: stored elsewhere and given to a later
    check, it reveals whether they were rewritten in between.
    """
    from web.accounts.database_role import check_role
    from web.accounts.history_check import check_histories
    from web.accounts.history_seals import SealCheck
    from web.core.check import DataCheck, check_all
    from web.core.crypto import Hasher
    from web.core.observations import check_observations

    settings = settings_or_exit()
    seals = SealCheck(Hasher(settings.secret_key.get_secret_value()), seal)
    checks: list[DataCheck] = [check_histories, seals, check_observations]
    if settings.environment is Environment.PRODUCTION:
        checks.append(check_role)
    problems = asyncio.run(check_all(settings, checks))
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        raise typer.Exit(EXIT_UNHEALTHY)
    say("Réglages, base de données, messagerie et historiques : tout est en ordre.")
    if seals.newest:
        say(f"Dernier sceau des historiques\u00a0: {seals.newest}")


@add_command(
    cli,
    "credit-hours",
    """
    Alimenter les comptes en heures CPF d’après un fichier d’heures travaillées.

    Le fichier est appliqué en entier, ou pas du tout. Le même fichier donné une seconde fois ne
    change rien ; une ligne corrigée pour la même personne, la même année et le même employeur
    remplace la précédente par un mouvement de correction. Si une ligne est refusée, son numéro et
    la raison sont indiqués, rien n’est appliqué et le code de retour est 1.
    """,
)
def credit_hours(
    file: Annotated[
        Path,
        typer.Argument(
            parser=readable_file,
            metavar="FICHIER",
            help="CSV en UTF-8, séparé par des virgules : nir, year, siret, hours_worked, "
            "reference_hours (vide pour 1607).",
        ),
    ],
) -> None:
    """Credit a year's CPF hours from a file of hours worked."""
    from web.feed.command import credit_hours as run

    raise typer.Exit(asyncio.run(run(settings_or_exit(), file)))


@add_command(
    cli,
    "rotate-keys",
    """
    Chiffrer avec la première clé de NIR_KEYS ce qui l’est avec une autre, sans arrêter le site.

    Tous les processus doivent déjà avoir cette clé en premier. Une fois le travail fini, relancer
    la commande ne change rien. Code de retour 1 si une donnée n’a pas pu être déchiffrée, ou si un
    processus qui a d’autres clés a écrit entre-temps.
    """,
)
def rotate_keys() -> None:
    """Re-encrypt all sealed data under the first key of NIR_KEYS, while the site runs."""
    from web.rotate_keys import rotate_keys as run

    raise typer.Exit(asyncio.run(run(settings_or_exit())))


@add_command(
    cli,
    "import-catalogue",
    """
    Remplacer le catalogue des formations par le contenu d’un fichier.

    Le fichier est appliqué en entier, ou pas du tout. Le même fichier donné une seconde fois ne
    change rien. Si une ligne est refusée, son numéro et la raison sont indiqués, rien n’est
    appliqué et le code de retour est 1.
    """,
)
def import_catalogue(
    file: Annotated[
        Path,
        typer.Argument(
            parser=readable_file,
            metavar="FICHIER",
            help="CSV en UTF-8, séparé par des virgules : code_cpf, title, rncp, level, sector, "
            "audience, region, valid_from, valid_until ; les dates comme 2027-01-31.",
        ),
    ],
) -> None:
    """Replace the catalogue of formations by the contents of a file."""
    from web.catalogue.command import import_catalogue as run

    raise typer.Exit(asyncio.run(run(settings_or_exit(), file)))


@add_command(
    cli,
    "invite-professional",
    """
    Donner accès à l’espace professionnel, au nom d’un organisme ou d’un employeur.

    Indiquez --email, --kind, --siret et --name. Un courriel est envoyé, avec un lien valable
    7 jours pour choisir un mot de passe. Relancée pour la même adresse, la commande envoie un
    nouveau lien et le précédent ne fonctionne plus. Une adresse déjà utilisée pour une autre
    organisation est refusée. Code de retour 1 si rien n’a été fait.
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
    reset_second_factor: Annotated[
        bool,
        typer.Option(
            "--reset-second-factor",
            help="Ne pas inviter, mais supprimer le second facteur de cette adresse : appareil et "
            "codes de secours perdus.",
        ),
    ] = False,
) -> None:
    """Invite an agent of an organisme or of an employer to the professional space."""
    from web.professionals.command import Options, run_invitation, run_reset

    settings = settings_or_exit()
    if reset_second_factor:
        raise typer.Exit(asyncio.run(run_reset(settings, email)))
    options = Options(kind, siret, name, email)
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
    from web.professionals.command import run_withdrawal

    raise typer.Exit(asyncio.run(run_withdrawal(settings_or_exit(), email)))


@add_command(
    cli,
    "failed-mails",
    "Lister les courriels retenus, avec la raison ; les adresses ne sont pas affichées.",
)
def failed_mails(
    requeue: Annotated[
        bool,
        typer.Option("--requeue", help="Remettre d’abord tous ces courriels dans la file d’envoi."),
    ] = False,
) -> None:
    """List the mails held, with the reason and without addresses."""
    from web.core.held_mails import list_held
    from web.core.unreachable import exit_if_unreachable

    with exit_if_unreachable():
        lines = asyncio.run(list_held(settings_or_exit(), requeue=requeue))
    for line in lines or ["Aucun courriel n’est retenu."]:
        say(line)


if __name__ == "__main__":
    make_streams_forgiving()
    cli(prog_name="python -m web")
