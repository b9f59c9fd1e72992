"""The corrected values, as the operator types them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from web.core.cli.operator_command import NotDoneError
from web.core.text import NBSP, printable_line
from web.domain.names import InvalidName, parse_name
from web.domain.nir import Civility, InvalidNir, parse_nir
from web.people.sentences import name_sentence

# The fields of the identity that can be corrected, with their names in questions and histories.
# Typed in this order.
LABELS = {
    "civility": "civilité",
    "first_name": "prénom",
    "birth_name": "nom de naissance",
    "usual_name": "nom d’usage",
    "nir": "numéro de Sécurité sociale",
}


def question(field: str) -> str:
    """Return the prompt for the new value of a field."""
    hint = {"civility": " (madame ou monsieur)", "usual_name": " (vide pour l’effacer)"}
    return f"{LABELS[field].capitalize()}{hint.get(field, '')}"


def parse_values(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the fields typed. Raises NotDoneError for the first wrong one."""
    return {field: _PARSERS[field](printable_line(text).strip()) for field, text in typed.items()}


def _name(field: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        try:
            return parse_name(text)
        except InvalidName as error:
            raise _refused(field, name_sentence(error)) from None

    return parse


def _usual_name(text: str) -> str | None:
    return _name("usual_name")(text) if text else None


def _civility(text: str) -> str:
    try:
        return Civility(text.casefold()).value
    except ValueError:
        raise _refused("civility", "Saisissez madame ou monsieur.") from None


def _nir(text: str) -> str:
    try:
        return parse_nir(text).value
    except InvalidNir:
        raise _refused(
            "nir",
            "Ce n’est pas un numéro définitif (13 chiffres, ou 15 avec la clé).",
        ) from None


def _refused(field: str, sentence: str) -> NotDoneError:
    return NotDoneError(f"{LABELS[field].capitalize()}{NBSP}: {sentence} Rien n’a été fait.")


_PARSERS: Mapping[str, Callable[[str], str | None]] = {
    "civility": _civility,
    "first_name": _name("first_name"),
    "birth_name": _name("birth_name"),
    "usual_name": _usual_name,
    "nir": _nir,
}
