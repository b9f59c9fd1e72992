"""The command line speaks French: every help text and every usage error."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperArgument, TyperOption
from typer.main import get_command

from tests.support.programs.commands import run_command
from tests.support.programs.processes import inherited
from tests.support.repository import ROOT
from tests.support.text.spaces import plain
from tests.support.text.turns import turns
from tests.support.text.typography import mistakes
from web.__main__ import cli
from web.core.cli.asking import agree, ask_hidden
from web.core.cli.commands import HELP, INTERRUPTED, NOT_UNDERSTOOD, Group, in_french

NUMBER = "2850599990001"
# Words that Typer writes, and those common to any English sentence.
ENGLISH = re.compile(
    r"\b(?:the|this|that|is|are|was|not|no|of|to|and|for|with|from|you|it|be|must|does|did|mean"
    r"|such|show|message|exit|try|help|error|errors|missing|invalid|value|required|default|got"
    r"|unexpected|extra|takes?|requires|possible|aborted|enter|directory|exists?|yes|text"
    r"|integer|valid|command|commands)\b|\[y/N\]",
    re.IGNORECASE,
)
# Literals, the same in both languages: commands, options, values and columns.
NAMES = re.compile(r"`[^`]+`|--[\w-]+|\[OPTIONS\]|\w+(?:,\w+)+|[\w./]+\.(?:csv|md)")
WRONG = {
    ("chek",): "La commande chek n’existe pas. Vouliez-vous écrire check ?",
    (NUMBER,): "La commande indiquée n’existe pas.",
    (
        "account",
        "close-usurp",
    ): "La commande close-usurp n’existe pas. Vouliez-vous écrire close-usurped ou close ?",
    ("account", "--"): "Il manque le nom d’une commande.",
    ("--verbose",): "L’option --verbose n’existe pas.",
    ("check", "-v"): "L’option -v n’existe pas.",
    ("failed-mails", "--requeu"): "L’option --requeu n’existe pas. Vouliez-vous écrire --requeue ?",
    ("account", "unblock", f"--{NUMBER}"): "L’option indiquée n’existe pas.",
    ("check", "--seal"): "L’option --seal doit être suivie d’une valeur.",
    ("worker", "--drain=oui"): "L’option --drain ne prend pas de valeur.",
    ("credit-hours",): "Il manque l’argument FICHIER.",
    ("account", "unblock"): "Il manque l’option --reason.",
    ("serve", NUMBER): "Il y a un argument de trop. Une valeur qui contient des espaces s’écrit "
    "entre guillemets.",
    ("demo", "--port", "abc"): "--port : indiquez un nombre entier de 1 à 64071.",
    ("demo", "--port", "65000"): "--port : indiquez un nombre entier de 1 à 64071.",
    ("demo", "--data", "README.md"): "README.md est un fichier : indiquez un dossier.",
    ("credit-hours", "absent.csv"): "Le fichier absent.csv n’existe pas.",
    ("import-catalogue", "web"): "web est un dossier : indiquez un fichier.",
}


def every_command() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the words that invoke each command, and the command."""

    def walk(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
        yield path, command
        for name, one in getattr(command, "commands", {}).items():
            yield from walk((*path, name), one)

    return walk((), get_command(cli))


COMMANDS = dict(every_command())


def foreign(text: str) -> list[str]:
    """List the English words in an output."""
    for name in {word for path in COMMANDS for word in path}:
        text = text.replace(name, "")
    return ENGLISH.findall(NAMES.sub("", text))


def test_english_is_recognised() -> None:
    assert foreign("Show this message and exit.") == ["Show", "this", "message", "and", "exit"]
    assert foreign("Usage : web check [OPTIONS] --help") == []


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_is_in_french(path: tuple[str, ...]) -> None:
    done = run_command(*path, "--help")
    assert (done.status, done.err) == (0, "")
    assert foreign(done.out) == []
    assert HELP in done.out
    output = re.sub("[ \n]+", " ", done.out)
    assert mistakes(output) + turns(output) == []
    assert "\x1b" not in done.out
    assert max(map(len, done.out.splitlines())) <= 80


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_everything_a_command_takes_is_explained(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    output = plain(run_command(*path, "--help").out)
    assert command.help
    for one in command.params:
        assert isinstance(one, TyperArgument | TyperOption)
        assert one.help, one.name
        assert one.help.endswith("."), one.name
        names = [one.metavar] if isinstance(one, TyperArgument) else one.opts
        assert all(name and name in output for name in names)
        assert (
            isinstance(one, TyperArgument)
            or one.is_flag
            or f"{one.opts[-1]} {one.metavar}" in output
        )
    assert output.count("[obligatoire]") == sum(one.required for one in command.params)


@pytest.mark.parametrize(
    "path", [path for path, one in COMMANDS.items() if not hasattr(one, "commands")], ids=" ".join
)
def test_a_command_takes_its_own_default_values(path: tuple[str, ...]) -> None:
    required = []
    for one in COMMANDS[path].params:
        if one.required:
            value = "README.md" if one.metavar == "FICHIER" else "organisme"
            if path == ("account", "export") and isinstance(one, TyperArgument):
                value = "absent.json"
            required += [value] if isinstance(one, TyperArgument) else [one.opts[0], value]
    with COMMANDS[path].make_context(path[-1], required) as context:
        assert set(context.params) == {one.name for one in COMMANDS[path].params} - {"help"}


@pytest.mark.parametrize("path", [(), ("account",)], ids=["web", "account"])
def test_a_command_that_needs_another_shows_them(path: tuple[str, ...]) -> None:
    done = run_command(*path)
    assert (done.status, done.out) == (2, "")
    assert done.err == run_command(*path, "--help").out


@pytest.mark.parametrize(("typed", "sentence"), WRONG.items(), ids=lambda part: ascii(part)[:40])
def test_a_usage_error_is_reported_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(ROOT)
    done = run_command(*typed)
    assert (done.status, done.out) == (2, "")
    first, *rest = plain(done.err).splitlines()
    assert first == sentence
    if rest:
        assert rest[0].startswith("Usage : ")
        assert rest[-1].startswith("Aide : ")
        assert rest[-1].endswith(" --help")
    assert foreign(done.err) == []
    assert mistakes(done.err.splitlines()[0]) == []
    assert NUMBER not in done.err


def test_a_file_that_may_not_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "fermé.csv"
    file.touch()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    done = run_command("import-catalogue", str(file))
    assert done.status == 2
    assert plain(done.err) == f"Le fichier {file} ne peut pas être lu : vérifiez ses droits.\n"


def test_english_messages_of_a_later_typer_are_never_shown() -> None:
    assert in_french("Something went wrong with '--email'.") == NOT_UNDERSTOOD
    assert in_french("Invalid value for '--email': not a string") == (
        "La valeur de --email ne convient pas."
    )


@pytest.mark.parametrize("language", ["C", "en_US.UTF-8", "fr_FR.UTF-8"])
def test_the_machine_s_language_changes_nothing(language: str) -> None:
    def err(typed: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "web", typed],
            env={**inherited(), "LC_ALL": language, "LANGUAGE": language, "PYTHONUTF8": "1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        return plain(done.stderr)

    assert err("chek").splitlines() == [
        "La commande chek n’existe pas. Vouliez-vous écrire check ?",
        "Usage : python -m web [OPTIONS] COMMANDE [ARGUMENTS]…",
        "Aide : python -m web --help",
    ]


@pytest.mark.parametrize(
    ("typed", "is_agreed"), [("o\n", True), ("Oui\n", True), ("\n", False), ("yes\nnon\n", False)]
)
def test_only_a_french_yes_agrees(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    is_agreed: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert agree("Le fermer ?") is is_agreed
    output = capsys.readouterr().err
    assert output.startswith("Le fermer ? [o/N] ")
    assert foreign(output) == []
    assert ("Répondez o (oui) ou n (non)." in output) is typed.startswith("yes")


def test_a_question_that_is_left_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    other = typer.Typer(cls=Group)

    @other.command()
    def one() -> None:
        agree("Le fermer ?")

    @other.command()
    def two() -> None:
        pass

    from typer.testing import CliRunner

    done = CliRunner().invoke(other, ["one"], input="")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"Le fermer ? [o/N] {INTERRUPTED}\n"


def test_a_number_that_is_asked_for_is_not_displayed() -> None:
    """On an ASCII-only terminal too."""
    ours, theirs = pty.openpty()
    program = (
        "from web.core.cli.streams import make_streams_forgiving\n"
        "from web.core.cli.asking import ask_hidden\n"
        "make_streams_forgiving()\n"
        "assert ask_hidden('Numéro de Sécurité sociale') == '" + NUMBER + "'\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**inherited(), "PYTHONIOENCODING": "ascii"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    while not seen.endswith(b": "):
        seen += os.read(ours, 4096)
    # Input typed before the terminal turns echo off is discarded.
    deadline = time.monotonic() + 30
    while termios.tcgetattr(ours)[3] & termios.ECHO:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.write(ours, f"{NUMBER}\n".encode())
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # on Linux, the other end was closed
        pass
    os.close(ours)
    assert process.wait(30) == 0, seen
    assert b"Numero de Securite sociale : " in seen
    assert NUMBER.encode() not in seen


def test_a_number_may_come_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{NUMBER}\no\n"))
    assert ask_hidden("Numéro").strip() == NUMBER
    assert agree("Le fermer ?")
