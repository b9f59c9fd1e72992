"""The content of a line of exceptional credits, and the messages for refused lines."""

from __future__ import annotations

import io
from datetime import date

import pytest

from tests.support.text.spaces import plain
from web.domain.hours.exceptional import ExceptionalKind
from web.feed.exceptional.lines import COLUMNS, LONGEST_LINE, Granted, read_granted

NIR, KEY = "2850599990001", "2 85 05 99 990 001"
TODAY = date(2026, 3, 2)
BY, REFERENCE = "Ateliers du Lac", "AB-2016/0042"
GOOD = f"{NIR},abondement-employeur,40,2016-03-31,{BY},{REFERENCE}"


def line(**changes: str) -> str:
    """The valid line with some of its fields changed."""
    return ",".join({**dict(zip(COLUMNS, GOOD.split(","), strict=True)), **changes}.values())


def read(text: str | bytes) -> tuple[list[Granted], list[tuple[int, str]]]:
    refusals: list[tuple[int, str]] = []
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    lines = read_granted(
        file,
        today=TODAY,
        refuse=lambda number, reason: refusals.append((number, reason)),
        seen=lambda number, size: None,
    )
    return list(lines), refusals


def test_a_good_line_is_read() -> None:
    lines, refusals = read(GOOD)
    assert refusals == []
    expected = (1, NIR, ExceptionalKind.EMPLOYEUR, 40, date(2016, 3, 31), BY, REFERENCE)
    assert lines == [Granted(*expected)]


@pytest.mark.parametrize(
    ("changes", "column", "read_as"),
    [
        ({"nir": " 2 85 05 99 990 001 "}, "nir", NIR),
        ({"kind": " Correctif", "hours": "130"}, "kind", ExceptionalKind.CORRECTIF),
        ({"kind": "demandeur-emploi", "hours": "100"}, "hours", 100),
        ({"hours": "0"}, "hours", 0),
        ({"hours": "1\u202f000"}, "hours", 1000),
        ({"granted_on": "2015-01-01"}, "granted_on", date(2015, 1, 1)),
        ({"granted_on": TODAY.isoformat()}, "granted_on", TODAY),
        ({"granted_by": '"Lac, Fils & Cie"'}, "granted_by", "Lac, Fils & Cie"),
        ({"granted_by": "la  re\u0301gion\u200b"}, "granted_by", "la région"),
        ({"granted_by": "é" * 100}, "granted_by", "é" * 100),
        ({"reference": "x" * 40}, "reference", "x" * 40),
    ],
)
def test_fields_are_read_as_people_and_spreadsheets_write_them(
    changes: dict[str, str], column: str, read_as: object
) -> None:
    lines, refusals = read(line(**changes))
    assert refusals == []
    assert getattr(lines[0], column) == read_as


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nir": NIR[:-1]}, "nir : 13 caractères"),
        ({"nir": f"7{NIR[1:]}"}, "nir : ce numéro est provisoire"),
        ({"nir": ""}, "nir :"),
        ({"kind": "abondement"}, "kind : une de ces valeurs est attendue : abondement-employeur"),
        ({"kind": ""}, "kind :"),
        ({"hours": "1001"}, "hours : un nombre entier de 0 à 1000"),
        ({"hours": "-1"}, "hours : un nombre entier de 0 à 1000"),
        ({"hours": "40.5"}, "hours : un nombre entier de 0 à 1000"),
        ({"hours": ""}, "hours : un nombre entier de 0 à 1000"),
        ({"hours": "٤"}, "hours : un nombre entier de 0 à 1000"),
        ({"kind": "demandeur-emploi", "hours": "101"}, "hours : un nombre entier de 0 à 100 est"),
        ({"kind": "correctif", "hours": "120"}, "hours : 100 ou 130 est attendu"),
        ({"granted_on": "31/03/2016"}, "granted_on : une date est attendue, comme 2016-03-31"),
        ({"granted_on": "2016-02-30"}, "granted_on : une date est attendue"),
        ({"granted_on": "20160331"}, "granted_on : une date est attendue"),
        ({"granted_on": ""}, "granted_on : une date est attendue"),
        ({"granted_on": "2014-12-31"}, "granted_on : une date de 2015-01-01 à aujourd’hui"),
        ({"granted_on": "2026-03-03"}, "granted_on : une date de 2015-01-01 à aujourd’hui"),
        ({"granted_by": ""}, "granted_by : un texte est attendu"),
        ({"granted_by": "\u200b"}, "granted_by : un texte est attendu"),
        ({"granted_by": "x" * 101}, "granted_by : 100 caractères au plus"),
        ({"granted_by": "<b>Lac</b>"}, "granted_by : un caractère ne peut pas être affiché"),
        ({"granted_by": "La\x07c"}, "granted_by : un caractère ne peut pas être affiché"),
        ({"granted_by": KEY}, "granted_by : le numéro de Sécurité sociale ne doit pas"),
        ({"reference": ""}, "reference : un texte est attendu"),
        ({"reference": "x" * 41}, "reference : 40 caractères au plus"),
        ({"reference": f"A-{NIR}"}, "reference : le numéro de Sécurité sociale ne doit pas"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_reason(
    changes: dict[str, str], reason: str
) -> None:
    lines, refusals = read(f"{line(**changes)}\n{GOOD}\r\n")
    assert [one.line for one in lines] == [2]
    assert [number for number, _ in refusals] == [1]
    assert reason in plain(refusals[0][1])


def test_a_nir_with_letters_is_found_in_a_reference_whatever_its_case() -> None:
    corsican = "253072a073004"
    lines, refusals = read(line(nir=corsican, reference=f"a{corsican}"))
    assert lines == []
    assert "Sécurité sociale" in refusals[0][1]


def test_every_reason_of_a_line_is_given_and_nothing_that_was_typed() -> None:
    _, refusals = read(f"9998887776665,don,beaucoup,hier,<i>,{'secret' * 8}")
    ((_, reason),) = refusals
    for column in COLUMNS:
        assert f"{column} :" in plain(reason)
    for typed in ("9998887776665", "don,", "beaucoup", "hier,", "<i>", "secret"):
        assert typed not in reason


def test_the_header_and_empty_lines_are_skipped() -> None:
    assert read(f"{','.join(COLUMNS).upper()}\n\n,,,,,\n") == ([], [])


def test_a_line_with_other_columns_or_too_long_is_refused() -> None:
    _, refusals = read(f"{GOOD},x\n{GOOD}{' ' * LONGEST_LINE}\n")
    assert [reason for _, reason in refusals] == [
        "6 colonnes séparées par des virgules sont attendues",
        "la ligne est trop longue",
    ]
