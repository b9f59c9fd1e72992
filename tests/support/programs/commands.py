"""`python -m web …` run in the tests' process, sparing the imports of a new one."""

from __future__ import annotations

from dataclasses import dataclass

from typer.testing import CliRunner

from tests.support.programs.settings import with_direct_url
from web.__main__ import cli


@dataclass(frozen=True)
class Finished:
    """A finished command: its exit status and output."""

    status: int
    out: str
    err: str


def run_command(*arguments: str, **settings: object) -> Finished:
    """Run a command with its settings in the environment; for tests outside an event loop.

    An exception that the command does not catch is raised here.
    """
    named = with_direct_url(settings)
    environment = {name.upper(): str(value) for name, value in named.items()}
    result = CliRunner().invoke(cli, arguments, env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Finished(result.exit_code, result.stdout, result.stderr)
