"""Queries of the catalogue: the search, and one code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from web.catalogue.lines import is_code
from web.catalogue.records import (
    Certification,
    Code,
    Formation,
    Reading,
    SearchResult,
    Validity,
)
from web.catalogue.search_queries import SEARCH
from web.catalogue.words import Query, read_query, spellings_of, split_trigrams
from web.core.db.connection import Connection, Record

SHOWN = 20
CODES_SHOWN = 4


async def search(connection: Connection, text: str, limit: int = SHOWN) -> SearchResult:
    """Search the certifications for a text, best first, in one statement.

    A number is matched against codes and RNCP numbers. All significant words must match, in any
    order, ignoring accents and plurals, the last one by prefix. A word unknown to the catalogue is
    replaced by its nearest ones, or ignored when none is near: the result says so.

    Expired codes are left out, and so are certifications that have no others: they could only be
    chosen by mistake. A search for the number of an expired code, read on an older paper or
    dossier, does find it, marked as expired, with the codes that replace it.

    A text that is too short costs no query.
    """
    query = read_query(text)
    if query.is_too_short:
        return SearchResult(query.text, is_too_short=True)
    pieces = [
        (place, piece)
        for place, word in enumerate(query.words, 1)
        for piece in split_trigrams(word)
    ]
    rows = await connection.fetch(
        SEARCH,
        query.words,
        query.significant,
        [place for place, _ in pieces],
        [piece for _, piece in pieces],
        query.number,
        limit,
        CODES_SHOWN,
    )
    return _result(query, rows)


async def find_formation(connection: Connection, code: str) -> Formation | None:
    """Return the formation of this code CPF, expired or not; None when there is none.

    A malformed code costs no query.
    """
    if not is_code(code):
        return None
    rows = await connection.fetch(
        """
        SELECT c.title, c.rncp, c.level, c.sector, f.code_cpf = $1 AS is_asked,
               f.code_cpf, f.audience, f.region, f.valid_from, f.valid_until,
               CASE WHEN f.valid_until < today.day THEN 'over'
                    WHEN f.valid_from > today.day THEN 'future' ELSE 'current' END AS validity
        FROM formation AS asked
        JOIN certification AS c
            ON c.version_id = asked.version_id AND c.number = asked.certification
        JOIN formation AS f
            ON f.version_id = asked.version_id AND f.certification = asked.certification
        CROSS JOIN (SELECT (now() AT TIME ZONE 'Europe/Paris')::date AS day) AS today
        WHERE asked.version_id = (SELECT max(id) FROM catalogue_version) AND asked.code_cpf = $1
        ORDER BY coalesce(f.valid_until < today.day, false), f.region, f.audience,
                 length(f.code_cpf), f.code_cpf
        """,
        code,
    )
    for row in rows:
        if row["is_asked"]:
            codes = tuple(_code(each) for each in rows)
            return Formation(
                _code(row), row["title"], row["rncp"], row["level"], row["sector"], codes
            )
    return None


def _result(query: Query, rows: Sequence[Record]) -> SearchResult:
    found = [row for row in rows if row["number"] is not None]
    unknown = [] if query.number else [line.split() for line in rows[0]["readings"] or ()]
    nearest = {word: tuple(near) for word, *near in unknown}
    typed = dict(spellings_of(query.text))
    required = [word for word, needed in zip(query.words, query.significant, strict=True) if needed]
    return SearchResult(
        query.text,
        certifications=tuple(
            _certification(list(lines)) for _, lines in groupby(found, lambda row: row["number"])
        ),
        total=found[0]["total"] if found else 0,
        words=tuple(
            next(iter(nearest.get(word, ())), typed.get(word, word))
            for word in required
            if nearest.get(word) != ()
        ),
        readings=tuple(
            Reading(typed.get(word, word), near) for word, near in nearest.items() if near
        ),
        ignored=tuple(typed.get(word, word) for word, near in nearest.items() if not near),
    )


def _certification(rows: Sequence[Record]) -> Certification:
    first = rows[0]
    return Certification(
        title=first["title"],
        rncp=first["rncp"],
        level=first["level"],
        sector=first["sector"],
        codes=tuple(_code(row) for row in rows),
        code_count=first["code_count"],
    )


def _code(row: Record) -> Code:
    return Code(
        code_cpf=row["code_cpf"],
        audience=row["audience"],
        region=row["region"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        validity=Validity(row["validity"]),
    )
