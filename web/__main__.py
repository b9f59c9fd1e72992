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
from web.core.streams import make_streams_forgiving, say
from web.settings import Environment

cli = typer.Typer(
    help="Compte Formation: the personal space of the training account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(account_cli, name="account")
EXIT_UNHEALTHY = 1


@cli.command()
def serve() -> None:
    """Serve the site, with as many processes as WORKERS says. SIGTERM stops it cleanly."""
    from web.server import run_server

    run_server(settings_or_exit())


@cli.command()
def worker(
    drain: Annotated[bool, typer.Option(help="Do what is waiting, then stop.")] = False,
) -> None:
    """Send mail and clear what has had its time. SIGTERM stops it cleanly."""
    from web.core.logging import configure_logging
    from web.core.unreachable import told_when_unreachable
    from web.worker import Worker

    settings = settings_or_exit()
    configure_logging(settings.log_format)

    async def work() -> None:
        one = Worker(settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, one.stop)
        await (one.drain_alone() if drain else one.run())

    with told_when_unreachable():
        asyncio.run(work())


@cli.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="Where to go; `head` is the newest.")] = "head",
    grant_to: Annotated[
        str, typer.Option(help="The role the application runs under, when it owns no table.")
    ] = "",
) -> None:
    """Bring the database's schema up to this program."""
    from web.accounts.database_role import grant_to as give_rights
    from web.core import migrations
    from web.core.unreachable import told_when_unreachable

    settings = settings_or_exit()
    with told_when_unreachable():
        migrations.upgrade(settings.database_url, revision)
        if grant_to:
            asyncio.run(give_rights(settings.database_url, grant_to))
    say(f"La base est à la révision {migrations.newest_revision()}.")


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the site listens.")] = 8000,
    data: Annotated[Path, typer.Option(help="Where its data is kept.")] = Path(".data"),
) -> None:
    """Run everything on this machine: database, mail catcher, worker and site. Ctrl-C stops it."""
    from web.demo.launcher import run_demo

    sys.exit(run_demo(data, port))


@cli.command()
def check(
    seal: Annotated[
        str, typer.Option(help="The name of a seal of the histories that was told earlier.")
    ] = "",
) -> None:
    """Check settings, database, SMTP and that no history was altered; the exit status tells.

    It ends with the name of the newest seal of the histories: kept elsewhere and given to a later
    check, it shows whether they were rewritten since.
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


@cli.command("credit-hours")
def credit_hours(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="CSV: nir,year,siret,hours_worked,reference_hours (empty: 1607); UTF-8.",
        ),
    ],
) -> None:
    """Credit the CPF hours of a year from a file of hours worked: whole, or not at all.

    The same file again changes nothing; a line for the same person, year and employer replaces
    the earlier one by a correcting movement. Exit status 1 and nothing applied when a line is
    wrong: each is told with its number and the reason.
    """
    from web.feed.command import credit_hours as run

    raise typer.Exit(asyncio.run(run(settings_or_exit(), file)))


@cli.command("rotate-keys")
def rotate_keys() -> None:
    """Seal everything again under the first key of NIR_KEYS, while the site runs.

    All processes must have that key first already. Run again, it does nothing. Exit status 1 when
    something could not be opened, or was written meanwhile by a process that has other keys.
    """
    from web.sealed import rotate_keys as run

    raise typer.Exit(asyncio.run(run(settings_or_exit())))


@cli.command("import-catalogue")
def import_catalogue(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="CSV: code_cpf,title,rncp,level,sector,audience,region,valid_from,valid_until; "
            "dates as 2027-01-31; UTF-8.",
        ),
    ],
) -> None:
    """Replace the catalogue of formations by a file: whole, or not at all.

    The same file again changes nothing. Exit status 1 and nothing applied when a line is wrong:
    each is told with its number and the reason.
    """
    from web.catalogue.command import import_catalogue as run

    raise typer.Exit(asyncio.run(run(settings_or_exit(), file)))


@cli.command("invite-professional")
def invite_professional(
    email: Annotated[str, typer.Option(help="The agent's e-mail address.")],
    kind: Annotated[str, typer.Option(help="organisme or employer.")] = "",
    siret: Annotated[str, typer.Option(help="SIRET of the organisation; spaces allowed.")] = "",
    name: Annotated[str, typer.Option(help="Name of the organisation, as people know it.")] = "",
    reset_second_factor: Annotated[
        bool,
        typer.Option(
            "--reset-second-factor",
            help="Take back the second factor of this address instead: device and codes are lost.",
        ),
    ] = False,
) -> None:
    """Invite an agent of an organisme or of an employer into the professional space.

    A mail carries a link to choose a password, valid 7 days. The same address again gets a fresh
    link, and the earlier one no longer works; an address known for another organisation is
    refused. Says what it did; exit status 1 and nothing done otherwise.
    """
    from web.professionals.command import Options, run_invitation, run_reset

    settings = settings_or_exit()
    if reset_second_factor:
        raise typer.Exit(asyncio.run(run_reset(settings, email)))
    options = Options(kind, siret, name, email)
    raise typer.Exit(asyncio.run(run_invitation(settings, options)))


@cli.command("withdraw-professional")
def withdraw_professional(
    email: Annotated[str, typer.Option(help="The agent's e-mail address.")],
) -> None:
    """Close the account of an agent who left: at once, whatever they have open.

    The histories keep what was done in the name of the organisation. The address may be invited
    again, by another organisation too. Exit status 1 and nothing done when it is no agent's.
    """
    from web.professionals.command import run_withdrawal

    raise typer.Exit(asyncio.run(run_withdrawal(settings_or_exit(), email)))


@cli.command("failed-mails")
def failed_mails(
    requeue: Annotated[
        bool, typer.Option("--requeue", help="Try all of them again, then list.")
    ] = False,
) -> None:
    """List mails held with a reason; addresses are not shown."""
    from web.core.held_mails import list_held
    from web.core.unreachable import told_when_unreachable

    with told_when_unreachable():
        lines = asyncio.run(list_held(settings_or_exit(), requeue=requeue))
    for line in lines:
        say(line)


if __name__ == "__main__":
    make_streams_forgiving()
    cli(prog_name="python -m web")
