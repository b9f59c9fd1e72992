"""Commands of an operator on what is stored: checks, files, keys, held mails."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from web.cli.loading import settings_or_exit
from web.core.cli.asking import readable_file
from web.core.cli.commands import add_command, make_typer
from web.core.cli.streams import say
from web.settings import Environment

cli = make_typer()
EXIT_UNHEALTHY = 1


@add_command(
    cli,
    "check",
    """
    Vérifier les réglages, les clés, la base de données, la messagerie et les historiques.

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
    """Check settings, keys, database, SMTP and the histories; exit with 1 on a problem.

    It ends with the name of the newest seal of the histories: stored elsewhere and given to a later
    check, it reveals whether they were rewritten in between.
    """
    from web.core.cli.check import DataCheck, check_all
    from web.core.clock import Randomness
    from web.core.crypto.argon2_build import describe_argon2
    from web.core.crypto.key_check import KeyCheck
    from web.core.crypto.vault import Hasher, Vault
    from web.core.ops.observations import check_observations
    from web.grants import check_role
    from web.people.history.check import check_histories
    from web.people.history.seals import SealCheck
    from web.rotate_keys import SEALED_COLUMNS

    settings = settings_or_exit()
    seals = SealCheck(Hasher(settings.secret_key.get_secret_value()), seal)
    keys = KeyCheck(Vault(settings.keyring, Randomness()), SEALED_COLUMNS)
    checks: list[DataCheck] = [keys, check_histories, seals, check_observations]
    if settings.environment is Environment.PRODUCTION:
        checks.append(check_role)
    problems = asyncio.run(check_all(settings, checks))
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        raise typer.Exit(EXIT_UNHEALTHY)
    say("Réglages, clés, base de données, messagerie et historiques : tout est en ordre.")
    say(describe_argon2())
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
    from web.feed.yearly.command import credit_hours as run

    raise typer.Exit(asyncio.run(run(settings_or_exit(), file)))


@add_command(
    cli,
    "credit-exceptional",
    """
    Ajouter aux comptes des heures CPF hors plafond : abondements, crédits correctifs…

    Le fichier est appliqué en entier, ou pas du tout. Le même fichier donné une seconde fois ne
    change rien ; une ligne corrigée sous la même référence remplace la précédente par un mouvement
    de correction, et 0 heure retire le crédit. Les heures qu’un dossier réserve ou a utilisées ne
    sont pas reprises. Si une ligne est refusée, son numéro et la raison sont indiqués, rien n’est
    appliqué et le code de retour est 1.
    """,
)
def credit_exceptional(
    file: Annotated[
        Path,
        typer.Argument(
            parser=readable_file,
            metavar="FICHIER",
            help="CSV en UTF-8, séparé par des virgules : nir, kind, hours, granted_on (comme "
            "2016-03-31), granted_by, reference ; la personne voit les trois dernières.",
        ),
    ],
) -> None:
    """Credit exceptional CPF hours from a file of what was granted."""
    from web.feed.exceptional.command import credit_exceptional as run

    raise typer.Exit(asyncio.run(run(settings_or_exit(), file)))


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
    from web.core.cli.operator_command import exit_if_unreachable
    from web.core.mail.held import list_held

    with exit_if_unreachable():
        lines = asyncio.run(list_held(settings_or_exit(), requeue=requeue))
    for line in lines or ["Aucun courriel n’est retenu."]:
        say(line)
