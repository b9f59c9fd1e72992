"""The formation of a dossier: chosen in the catalogue by its code, or entered as free text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from web.catalogue import service as catalogue
from web.catalogue.queries import find_formation
from web.catalogue.records import Certification, Code, SearchResult, Validity
from web.core.fair_queue import BusyError
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.domain.submission import Draft

_CODE = re.compile(r"[0-9]{1,6}")
# Certifications offered by the form, with a few codes each: a list short enough to read through.
SHOWN = 5
BUSY = (
    "La recherche est très demandée en ce moment. Le reste de votre saisie est conservé\u00a0: "
    "attendez quelques secondes et cherchez de nouveau, ou saisissez l’intitulé ci-dessous."
)
TOO_SHORT = "Écrivez un peu plus : un mot d’au moins deux lettres, ou un code."


class UnknownFormationError(Exception):
    """The code chosen is not in the catalogue, or can no longer be used."""


@dataclass(frozen=True)
class Offered:
    """The choices (code, label) that the form offers, and a message about the search."""

    choices: tuple[tuple[str, str], ...] = ()
    message: str = ""


def as_code(text: str) -> str:
    """Return `text` if it has the shape of a code CPF, else ''."""
    return text if _CODE.fullmatch(text) else ""


async def offered(
    runtime: Runtime, *, asked: str = "", code: str = "", known: Draft | None = None
) -> Offered:
    """Return the formation chosen, if any, then the results of the search for `asked`.

    `known`: contents that already have the title of their code, which saves a look-up.
    """
    choices: dict[str, str] = {}
    code = as_code(code)
    if code and known is not None and known.code_cpf == code:
        choices[code] = _words(known.title, code)
    if code and not choices:
        formation = await find_formation(runtime.db, code)
        if formation is not None and formation.is_usable:
            choices[code] = _words(formation.title, code)
    if not asked:
        return Offered(tuple(choices.items()))
    try:
        result = await catalogue.find(runtime, asked, SHOWN)
    except BusyError:
        return Offered(tuple(choices.items()), BUSY)
    for certification, one in _usable(result):
        scope = [text for text in (one.region, one.audience) if text]
        choices.setdefault(one.code_cpf, _words(certification.title, one.code_cpf, *scope))
    return Offered(tuple(choices.items()), _message(result))


async def with_title(runtime: Runtime, contents: Draft, known: Draft | None = None) -> Draft:
    """Return the contents with the catalogue's title for their code.

    A code unchanged from `known` stays valid even if the catalogue has dropped it. Raises
    UnknownFormationError.
    """
    code = contents.code_cpf
    if not code:
        return contents
    if known is not None and known.code_cpf == code:
        return replace(contents, title=known.title)
    formation = await find_formation(runtime.db, code)
    if formation is None or not formation.is_usable:
        raise UnknownFormationError
    return replace(contents, title=formation.title)


def _usable(result: SearchResult) -> Iterator[tuple[Certification, Code]]:
    for certification in result.certifications:
        for code in certification.codes:
            if code.validity is not Validity.OVER:
                yield certification, code


def _words(title: str, code: str, *scope: str) -> str:
    """Label a formation: « Anglais professionnel (code CPF 2368, Bretagne) »."""
    return f"{title} ({', '.join((f'code CPF{NBSP}{code}', *scope))})"


def _message(result: SearchResult) -> str:
    """Return the number of results, and how misspelt words were interpreted."""
    if result.is_too_short:
        return TOO_SHORT
    found = len({certification.title for certification, _ in _usable(result)})
    if not found:
        return (
            f"Aucune formation pour « {result.text} » : essayez un autre mot, ou saisissez "
            "l’intitulé ci-dessous."
        )
    message = f"{result.total} formation{'s' if result.total > 1 else ''} pour « {result.text} »."
    if result.total > found:
        shown = f"les {found} premières" if found > 1 else "la première"
        message += f" Voici {shown} : ajoutez un mot pour en voir moins."
    for reading in result.readings:
        near = " », « ".join(reading.nearest)
        message += (
            f" « {reading.typed} » n’est pas dans le catalogue : nous avons cherché « {near} »."
        )
    for word in result.ignored:
        message += f" « {word} » n’est pas dans le catalogue : nous n’en avons pas tenu compte."
    return message
