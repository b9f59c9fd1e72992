"""The content of a feed line, and the messages for refused lines."""

from __future__ import annotations

import io

import pytest

from tests.support.text.spaces import plain
from web.feed.yearly.lines import LONGEST_LINE, Worked, read_worked

NIR, SIRET = "2850599990001", "73282932000074"
GOOD = f"{NIR},2015,{SIRET},1200,1607"


def read(text: str | bytes) -> tuple[list[Worked], list[tuple[int, str]]]:
    refusals: list[tuple[int, str]] = []
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    lines = read_worked(
        file,
        last_year=2025,
        refuse=lambda line, reason: refusals.append((line, reason)),
        seen=lambda line, size: None,
    )
    return list(lines), refusals


@pytest.mark.parametrize(
    ("line", "hundredths", "reference"),
    [
        (GOOD, 120_000, 1607),
        (f"{NIR},2015,{SIRET},0,", 0, 1607),
        (f"{NIR},2015,{SIRET},803.5,1607", 80_350, 1607),
        (f"{NIR},2015,{SIRET},803.05,1607", 80_305, 1607),
        (f'{NIR},2015,{SIRET},"803,50",1820', 80_350, 1820),
        (" 2 85 05 99 990 001 , 2015 ,732 829 320 00074, 1 ,1 ", 100, 1),
        (f"{NIR},2015,{SIRET},8784,8784", 878_400, 8784),
        (f"{NIR},2015,{SIRET},1\u202f200,1\u202f607", 120_000, 1607),
        (f'{NIR},2015,{SIRET},"1\u00a0200,5",1 607', 120_050, 1607),
    ],
)
def test_a_good_line_is_read(line: str, hundredths: int, reference: int) -> None:
    lines, refusals = read(line)
    assert refusals == []
    assert lines == [Worked(1, NIR, 2015, SIRET, hundredths, reference)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", None),
        ("nir,year,siret,hours_worked,reference_hours", None),
        (",,,,", None),
        (" , ,\u00a0,\t,", None),
        (";;;;", None),
        ('"",,"",,', None),
        (f",2015,{SIRET},1,", "nir"),
        (GOOD + ",", "5 colonnes"),
        (GOOD.replace(",", ";"), "5 colonnes"),
        (f"{NIR[:-1]},2015,{SIRET},1,", "13 caractères"),
        (f"7{NIR[1:]},2015,{SIRET},1,", "provisoire"),
        (f"{NIR}00,2015,{SIRET},1,", "la clé"),
        (f"2851399990001,2015,{SIRET},1,", "mois"),
        (f"{NIR},2014,{SIRET},1,", "2015 à 2025"),
        (f"{NIR},2026,{SIRET},1,", "2015 à 2025"),
        (f"{NIR},15,{SIRET},1,", "2015 à 2025"),
        (f"{NIR},2015,73282932000075,1,", "siret : la clé"),
        (f"{NIR},2015,7328293200007,1,", "14 chiffres"),
        (f"{NIR},2015,{SIRET},,", "hours_worked"),
        (f"{NIR},2015,{SIRET},-1,", "hours_worked"),
        (f"{NIR},2015,{SIRET},8784.01,", "hours_worked"),
        (f"{NIR},2015,{SIRET},1.005,", "hours_worked"),
        (f"{NIR},2015,{SIRET},1e3,", "hours_worked"),
        (f"{NIR},2015,{SIRET},1,0", "reference_hours"),
        (f"{NIR},2015,{SIRET},1,1607.5", "reference_hours"),
        (f'"{NIR},2015,{SIRET},1,', "guillemets"),
        (f"{GOOD}{' ' * LONGEST_LINE}", "trop longue"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_reason(line: str, reason: str | None) -> None:
    lines, refusals = read(f"{line}\n{GOOD}\r\n")
    assert [one.line for one in lines] == [2]
    assert [number for number, _ in refusals] == ([1] if reason else [])
    assert not reason or reason in plain(refusals[0][1])


def test_every_reason_of_a_line_is_told_and_nothing_that_was_typed() -> None:
    _, refusals = read("9998887776665,1998,123,many,none")
    (_, reason) = refusals[0]
    for column in ("nir", "year", "siret", "hours_worked", "reference_hours"):
        assert f"{column} :" in plain(reason)
    for typed in ("9998887776665", "1998", "many", "none"):
        assert typed not in reason


def test_bytes_that_are_no_text_are_a_bad_line_and_the_next_is_read() -> None:
    lines, refusals = read(b"\xff\xfe,2015\n" + b"x" * 5_000_000 + b"\n" + GOOD.encode())
    assert [one.line for one in lines] == [3]
    assert [number for number, _ in refusals] == [1, 2]


def test_a_byte_order_mark_and_a_header_are_skipped_at_the_top_only() -> None:
    header = "NIR,Year,SIRET,hours_worked,reference_hours"
    lines, refusals = read(b"\xef\xbb\xbf" + f"{header}\n{GOOD}\n{header}\n".encode())
    assert [one.line for one in lines] == [2]
    assert [number for number, _ in refusals] == [3]


@pytest.mark.parametrize("separator", ";\t|")
def test_another_separator_is_named_once(separator: str) -> None:
    lines, refusals = read("\n".join([GOOD.replace(",", separator)] * 3))
    assert lines == []
    assert [bool(reason) for _, reason in refusals] == [True, False, False]
    assert "5 colonnes séparées par des virgules" in refusals[0][1]
    assert {";": "points-virgules", "\t": "tabulations"}.get(separator, "barres") in refusals[0][1]
    assert "CSV UTF-8" in refusals[0][1]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (GOOD.encode("utf-16"), "UTF-16"),
        (GOOD.encode("utf-16-be"), "UTF-16"),
        (f"{GOOD} é".encode("cp1252"), "Windows-1252"),
        (b"PK\x03\x04\x14\x00\x06\x00", "classeur"),
        (f"{GOOD}\r{GOOD}\r".encode(), "Macintosh"),
    ],
)
def test_a_file_that_is_no_text_in_utf_8_says_so_once(content: bytes, cause: str) -> None:
    lines, refusals = read(content + b"\n" + content + b"\n")
    assert lines == []
    assert [cause in reason for _, reason in refusals if reason] == [True]


def test_the_mark_that_windows_puts_first_is_no_part_of_the_first_line() -> None:
    lines, refusals = read("\ufeff".encode() + f"{GOOD}\r\n".encode())
    assert (len(lines), refusals) == (1, [])
    assert read("\ufeffnir,year,siret,hours_worked,reference_hours\n") == ([], [])


def test_one_wrong_line_among_right_ones_keeps_its_own_reason() -> None:
    _, refusals = read(f"{GOOD}\n{GOOD},x\n{GOOD},y\n")
    assert [reason for _, reason in refusals] == [
        "5 colonnes séparées par des virgules sont attendues"
    ] * 2
