"""Commands that run the parts: the site, the worker, the demonstration, and the schema."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from web.cli.loading import settings_or_exit
from web.core.cli.asking import folder, whole_number
from web.core.cli.commands import add_command, make_typer
from web.core.cli.streams import say

cli = make_typer()
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
    from web.core.cli.operator_command import exit_if_unreachable
    from web.core.ops.logging import configure_logging
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
    from web.core.cli.operator_command import exit_if_unreachable
    from web.core.db import migrations
    from web.grants import grant_to as give_rights

    def report(sentence: str) -> None:
        sys.stderr.write(f"{sentence}\n")

    settings = settings_or_exit()
    with exit_if_unreachable():
        state = migrations.upgrade(settings.direct_url, revision, report=report)
        if grant_to:
            asyncio.run(give_rights(settings.direct_url, grant_to))
    if state.only_grew:
        say(
            f"La base est à la révision {state.revision}, plus récente que ce programme, qui peut "
            "s’en servir\u00a0: rien n’a été changé."
        )
        return
    say(f"La base est à la révision {state.revision}.")


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
