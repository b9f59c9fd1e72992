"""The command line: `python -m web …`."""

from __future__ import annotations

from web.cli import agents, assistance, operations, processes
from web.cli.accounts import account_cli
from web.core.cli.commands import make_typer
from web.core.cli.streams import make_streams_forgiving

cli = make_typer("Compte Formation : l’espace personnel du compte de formation.")
assistance.add_to(account_cli)
# Without a name, their commands are commands of the program.
for group in (processes.cli, operations.cli, agents.cli):
    cli.add_typer(group)
cli.add_typer(account_cli, name="account")


if __name__ == "__main__":
    make_streams_forgiving()
    cli(prog_name="python -m web")
