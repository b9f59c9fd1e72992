"""The fields that the files of credits share, and the reasons why they are refused.

A reason for refusal never quotes the line, which holds personal data.
"""

from __future__ import annotations

import re

from web.core.cli.lines import BadLineError
from web.domain.nir import InvalidNir, Nir, NirProblem, parse_nir

NIR_REASONS = {
    NirProblem.FORMAT: "nir : 13 caractères sont attendus, ou 15 avec la clé",
    NirProblem.PROVISIONAL: "nir : ce numéro est provisoire, il faut le numéro définitif",
    NirProblem.KEY: "nir : la clé ne correspond pas au numéro",
    NirProblem.MONTH: "nir : le mois de naissance n’existe pas",
    NirProblem.PLACE: "nir : le lieu de naissance n’existe pas",
    NirProblem.ORDER: "nir : le numéro d’ordre n’existe pas",
}

_WHOLE = re.compile(r"[0-9]{1,4}")


def parse_nir_field(text: str) -> str:
    """Return a NIR in its canonical form."""
    try:
        return Nir(text).value  # most are canonical: the lenient parser takes four times as long
    except InvalidNir:
        pass
    try:
        return parse_nir(text).value
    except InvalidNir as error:
        raise BadLineError(NIR_REASONS[error.problem]) from None


def whole_number(text: str) -> int:
    """Parse a number as spreadsheets write it, with or without thousands spaces; -1 if invalid."""
    digits = "".join(text.split())
    return int(digits) if _WHOLE.fullmatch(digits) else -1
