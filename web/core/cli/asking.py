"""Values typed by an operator: command-line options and answers to prompts."""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from web.core.text import NBSP

EXIT_USAGE = 2


class WrongValueError(typer.TyperException):
    """The value cannot be used; the message is the sentence to show."""

    exit_code = EXIT_USAGE


def whole_number(option: str, least: int, most: int) -> Callable[[str | int], int]:
    """Return a parser for the value of `option`, a whole number from `least` to `most`.

    Typer parses the default value of an option too, which is a number already.
    """

    def parse(value: str | int) -> int:
        text = str(value)
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise WrongValueError(f"{option}{NBSP}: indiquez un nombre entier de {least} à {most}.")
        return int(text)

    return parse


def readable_file(text: str) -> Path:
    """Parse the path of an existing, readable file."""
    path = Path(text)
    if not path.exists():
        raise WrongValueError(f"Le fichier {text} n’existe pas.")
    if path.is_dir():
        raise WrongValueError(f"{text} est un dossier{NBSP}: indiquez un fichier.")
    if not os.access(path, os.R_OK):
        raise WrongValueError(f"Le fichier {text} ne peut pas être lu{NBSP}: vérifiez ses droits.")
    return path


def new_file(text: str) -> Path:
    """Parse the path of a file that does not exist yet, in an existing folder."""
    path = Path(text)
    if path.is_dir():
        raise WrongValueError(f"{text} est un dossier{NBSP}: indiquez un fichier.")
    if path.exists() or path.is_symlink():
        raise WrongValueError(f"{text} existe déjà{NBSP}: indiquez un nouveau fichier.")
    if not path.parent.is_dir():
        raise WrongValueError(f"Le dossier {path.parent} n’existe pas.")
    return path


def folder(text: str) -> Path:
    """Parse the path of a folder, which need not exist yet."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise WrongValueError(f"{text} est un fichier{NBSP}: indiquez un dossier.")
    return path


def ask_hidden(question: str) -> str:
    """Read a line that must not be echoed or end up in the shell's history."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    # getpass would fail to write the prompt on a terminal whose encoding lacks our letters.
    _write_now(f"{question}{NBSP}: ")
    return getpass.getpass("")


def agree(question: str) -> bool:
    """Return whether the operator agrees; ask again until the answer is yes or no.

    An empty line is no. Raises Abort at the end of input.
    """
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
