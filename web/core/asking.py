"""Values that an operator types: on the command line, or when asked."""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import typer

NBSP = "\u00a0"
EXIT_USAGE = 2


class WrongValueError(typer.TyperException):
    """What was typed cannot be used; the message is the sentence to show."""

    exit_code = EXIT_USAGE


def whole_number(option: str, least: int, most: int) -> Callable[[str], int]:
    """Make a parser for the value of an option."""

    def parse(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise WrongValueError(f"{option}{NBSP}: indiquez un nombre entier de {least} à {most}.")
        return int(text)

    return parse


def readable_file(text: str) -> Path:
    """Parse the name of a file that is there and can be read."""
    path = Path(text)
    if not path.exists():
        raise WrongValueError(f"Le fichier {text} n’existe pas.")
    if path.is_dir():
        raise WrongValueError(f"{text} est un dossier{NBSP}: indiquez un fichier.")
    if not os.access(path, os.R_OK):
        raise WrongValueError(f"Le fichier {text} ne peut pas être lu{NBSP}: vérifiez ses droits.")
    return path


def folder(text: str) -> Path:
    """Parse the name of a folder, which need not be there yet."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise WrongValueError(f"{text} est un fichier{NBSP}: indiquez un dossier.")
    return path


def ask_hidden(question: str) -> str:
    """Read a line that must neither be displayed nor kept by the shell."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    # Not written by getpass, which knows no terminal without our letters.
    _write_now(f"{question}{NBSP}: ")
    return getpass.getpass("")


def agree(question: str) -> bool:
    """Ask until the answer is yes or no; no answer is no."""
    while True:
        _write_now(f"{question} [o/N] ")
        answer = sys.stdin.readline()
        if not answer:
            raise typer.Abort
        if answer.strip().lower() in ("o", "oui"):
            return True
        if answer.strip().lower() in ("", "n", "non"):
            return False
        _write_now("Répondez o (oui) ou n (non).\n")


def _write_now(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
