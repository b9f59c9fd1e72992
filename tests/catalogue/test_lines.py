"""The content of a catalogue line, and the messages for refused lines."""

from __future__ import annotations

import io
from datetime import date

import pytest

from tests.support.text.spaces import plain
from web.catalogue.lines import LONGEST, LONGEST_LINE, CatalogueLine, read_catalogue

GOOD = "146512,Menuisier,90001,Niveau V,Bâtiment,Salariés,Bretagne,2015-01-05,2030-12-31"


def read(text: str | bytes) -> tuple[list[CatalogueLine], list[tuple[int, str]]]:
    refusals: list[tuple[int, str]] = []
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    lines = read_catalogue(
        file,
        refuse=lambda line, reason: refusals.append((line, reason)),
        seen=lambda line, size: None,
    )
    return list(lines), refusals


def with_field(number: int, value: str) -> str:
    fields = GOOD.split(",")
    fields[number] = value
    return ",".join(fields)


def test_a_whole_line_is_read() -> None:
    lines, refusals = read(GOOD)
    assert refusals == []
    assert lines == [
        CatalogueLine(
            1,
            "146512",
            "Menuisier",
            "90001",
            "Niveau V",
            "Bâtiment",
            "Salariés",
            "Bretagne",
            date(2015, 1, 5),
            date(2030, 12, 31),
        )
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1,Menuisier,,,,,,,",
        ' 7 ," Menuisier,  agenceur ",,,,,,,',
        '7,"Le ""bon"" geste",,,,,,,',
        with_field(7, ""),
        with_field(8, "2015-01-05"),
        with_field(1, "é" * LONGEST["title"]),
    ],
)
def test_what_is_optional_may_be_empty(line: str) -> None:
    lines, refusals = read(line)
    assert (len(lines), refusals) == (1, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", None),
        ("code_cpf,title,rncp,level,sector,audience,region,valid_from,valid_until", None),
        ("1,Menuisier", "9 colonnes"),
        (GOOD.replace(",", ";"), "9 colonnes"),
        (with_field(0, ""), "code_cpf : un nombre de 1 à 6 chiffres"),
        (with_field(0, "1465123"), "code_cpf"),
        (with_field(0, "14 651"), "code_cpf"),
        (with_field(0, "A1"), "code_cpf"),
        (with_field(0, "١٢"), "code_cpf"),
        (with_field(1, ""), "title : un intitulé"),
        (with_field(1, "« – »"), "title : un intitulé"),
        (with_field(1, "é" * (LONGEST["title"] + 1)), "title : 300 caractères au plus"),
        (with_field(1, "Menui\x00sier"), "title : un caractère"),
        (with_field(1, "Menui\x85sier"), "title : un caractère"),
        (with_field(2, "RNCP90001"), "rncp : des chiffres"),
        (with_field(2, "9" * 11), "rncp"),
        (with_field(3, "N" * 101), "level : 100"),
        (with_field(4, "N" * 151), "sector : 150"),
        (with_field(5, "N" * 151), "audience : 150"),
        (with_field(6, "N" * 101), "region : 100"),
        (with_field(7, "05/01/2015"), "valid_from : une date est attendue"),
        (with_field(7, "2015-02-29"), "valid_from"),
        (with_field(7, "20150105"), "valid_from"),
        (with_field(8, "2015-01-04"), "valid_until : cette date précède"),
        (with_field(8, "bientôt"), "valid_until : une date est attendue"),
        ('1,"Menuisier,,,,,,,', "guillemets"),
        (GOOD + " " * LONGEST_LINE, "trop longue"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_reason(line: str, reason: str | None) -> None:
    lines, refusals = read(f"{line}\n{GOOD}\r\n")
    assert [one.line for one in lines] == [2]
    assert [number for number, _ in refusals] == ([1] if reason else [])
    assert not reason or reason in plain(refusals[0][1])


def test_every_reason_of_a_line_is_told() -> None:
    _, [(_, reason)] = read("code,,R,,,,,hier,demain")
    for column in ("code_cpf", "title", "rncp", "valid_from", "valid_until"):
        assert f"{column} :" in plain(reason)


def test_bytes_that_are_no_text_are_a_bad_line_and_a_byte_order_mark_is_none() -> None:
    header = "Code_CPF,title,rncp,level,sector,audience,region,valid_from,valid_until"
    lines, refusals = read(b"\xef\xbb\xbf" + f"{header}\n{GOOD}\n".encode() + b"1,\xff,,,,,,,\n")
    assert [one.line for one in lines] == [2]
    assert [number for number, _ in refusals] == [3]


def test_spaces_are_tidied_and_accents_composed() -> None:
    [line], _ = read("1,Me\u0301tier\t du  bois\u00a0: agencement,,,,,,,")
    assert line.title == "Métier du bois\u00a0: agencement"
