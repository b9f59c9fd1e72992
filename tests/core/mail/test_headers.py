"""The headers as sent, byte for byte."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from aiosmtplib.email import flatten_message

from tests.support.mail.post_office import PostOffice
from web.core.clock import Clock
from web.core.mail.message import build_message

LONG = ".".join(["formation-professionnelle-tout-au-long-de-la-vie"] * 3) + ".example"
ACCENTED = (
    "Dossiers préparés : à relire dès aujourd’hui, à l’école, l’été, où que vous soyez, même là-bas"
)


def flat(*, subject: str = "Un", recipient: str = "a@exemple.fr", utf8: bool = False) -> bytes:
    message = build_message(
        sender=f"ne-pas-repondre-a-ce-courriel@{LONG}",
        recipient=recipient,
        message_id=f"<{'0' * 32}@{LONG}>",
        subject=subject,
        text="é",
        html="<p>é</p>",
        clock=Clock(),
    )
    return flatten_message(message, utf8=utf8)


def lines(raw: bytes) -> list[bytes]:
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


@pytest.mark.parametrize("utf8", [False, True])
@pytest.mark.parametrize("subject", ["Un", "mot " * 60, "é" * 300, ACCENTED * 3, "x" * 200])
def test_no_header_starts_with_an_empty_line_and_none_is_too_long(subject: str, utf8: bool) -> None:
    raw = flat(subject=subject, recipient=f"{'nom' * 20}@{LONG}", utf8=utf8)

    for line in lines(raw):
        assert len(line) <= 998
        assert not re.fullmatch(rb"[A-Za-z-]+: *", line), line
        assert line.strip()
    read = decode_header(str(message_from_bytes(raw)["Subject"]).replace("\r\n", ""))
    assert str(make_header(read)) == " ".join(subject.split())


@pytest.mark.parametrize("name", ["Message-ID", "From", "To"])
def test_a_value_that_programs_read_as_one_word_is_on_one_line(name: str) -> None:
    raw = flat(recipient=f"{'nom' * 20}@{LONG}")

    [line] = [line for line in lines(raw) if line.startswith(f"{name}: ".encode())]
    assert LONG.encode() in line


def test_encoded_words_keep_to_their_length() -> None:
    """RFC 2047: 75 characters at most, in lines of 76."""
    subject = [line for line in lines(flat(subject=ACCENTED * 3)) if b"=?" in line]

    assert len(subject) > 3
    for line in subject:
        assert len(line) <= 78
        assert all(len(word) <= 75 for word in re.findall(rb"=\?.*?\?=", line))


def test_nothing_typed_makes_another_header() -> None:
    assert b"\r\nBcc:" not in flat(subject="Un\r\nBcc: b@exemple.fr")
    with pytest.raises(ValueError, match=r"linefeed|newline|line"):
        flat(recipient="a@exemple.fr\r\nBcc: b@exemple.fr")


async def test_the_message_id_of_a_long_domain_arrives_whole(office: PostOffice) -> None:
    settings = office.runtime.settings.model_copy(update={"mail_from": f"ne-pas-repondre@{LONG}"})
    office.runtime = replace(office.runtime, settings=settings)
    await office.write("personne@exemple.fr")
    await office.deliver()

    [row] = await office.fetch("SELECT message_id FROM mail")
    assert office.peer.delivered[0].message_id == row["message_id"]
    assert row["message_id"].endswith(f"@{LONG}>")
