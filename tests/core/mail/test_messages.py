"""The content of a mail: its headers, its two parts, its links."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import pytest

from tests.support.http.client import Client
from tests.support.mail.peers import Delivered
from tests.support.mail.post_office import PostOffice
from tests.support.pages.audit import parse
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person

LINKS = re.compile(r"https?://[^\s\"<>]+")


@pytest.fixture
async def mail(client: Client, office: PostOffice) -> tuple[Person, Delivered]:
    """A registration's mail, as a mail client parses it."""
    person = Person(email="canari.courriel@exemple.fr", first_name="Zoé", birth_name="Canari")
    await to_waiting(client, person)
    await office.deliver()
    return person, office.peer.to(person.email)[0]


async def test_a_mail_has_the_headers_of_an_automatic_french_message(
    mail: tuple[Person, Delivered], office: PostOffice
) -> None:
    person, letter = mail
    message = letter.message

    assert message["From"] == "Compte Formation <ne-pas-repondre@compte-formation.example>"
    assert message["To"] == person.email
    assert message["Subject"] == "Activez votre compte formation"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert re.fullmatch(r"<[0-9a-f]{32}@compte-formation\.example>", letter.message_id)
    [row] = await office.fetch("SELECT message_id, now() AS now FROM mail")
    assert row["message_id"] == letter.message_id
    assert abs((row["now"] - parsedate_to_datetime(message["Date"])).total_seconds()) < 60


async def test_a_mail_is_plain_text_first_and_html_for_those_who_like_it(
    mail: tuple[Person, Delivered],
) -> None:
    _, letter = mail
    parts = [part for part in letter.message.walk() if not part.is_multipart()]

    assert letter.message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in parts] == ["utf-8", "utf-8"]
    assert "Bonjour," in letter.part("plain")
    html = parse(letter.part("html"))
    assert html.get("lang") == "fr"
    assert not [node for node in html.iter() if node.tag in ("img", "script", "link", "iframe")]


async def test_both_parts_of_a_mail_carry_the_same_link(mail: tuple[Person, Delivered]) -> None:
    _, letter = mail

    plain, html = (
        {link for link in LINKS.findall(letter.part(kind)) if "/activation/" in link}
        for kind in ("plain", "html")
    )

    assert len(plain) == 1
    assert plain == html


async def test_nothing_personal_is_in_the_headers_nor_in_the_envelope(
    mail: tuple[Person, Delivered], office: PostOffice
) -> None:
    person, letter = mail
    token = LINKS.findall(letter.part("plain"))[0].rpartition("/")[2]
    headers = "\n".join(f"{name}: {value}" for name, value in letter.message.items())
    without_recipient = headers.replace(person.email, "", 1)

    for canary in (person.nir, person.password, token, "Zo", "anari", "0612345678"):
        assert canary not in without_recipient
    spoken = "\n".join(office.peer.commands).replace(f"<{person.email}>", "", 1)
    for canary in (person.nir, person.email, token):
        assert canary not in spoken


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-URL"])
async def test_links_come_from_the_public_url_whatever_host_the_browser_names(
    client: Client, office: PostOffice, header: str
) -> None:
    client.http.headers[header] = "mechant.example"
    person = Person()
    await to_waiting(client, person)
    await office.deliver()

    letter = office.peer.to(person.email)[0]
    for kind in ("plain", "html"):
        links = LINKS.findall(letter.part(kind))
        assert links
        assert all(link.startswith(office.settings.public_url) for link in links)
        assert "mechant" not in letter.part(kind)


async def test_no_other_header_is_sent_than_those_that_serve(
    mail: tuple[Person, Delivered],
) -> None:
    _, letter = mail

    assert sorted(letter.message.keys()) == [
        "Auto-Submitted",
        "Content-Language",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
        "X-Auto-Response-Suppress",
    ]


async def test_lines_of_a_mail_fit_the_limit_of_smtp(mail: tuple[Person, Delivered]) -> None:
    _, letter = mail

    assert max(len(line) for line in letter.message.as_bytes().splitlines()) <= 998


async def test_an_accented_domain_is_written_as_every_server_understands_it(
    office: PostOffice,
) -> None:
    mail_id = await office.write("nom@société.example")
    await office.deliver()

    assert (await office.row(mail_id))["status"] == "sent"
    assert office.peer.delivered[0].recipient == "nom@xn--socit-esab.example"


async def test_an_accented_name_that_the_server_cannot_carry_is_held_with_the_reason(
    office: PostOffice,
) -> None:
    accented, plain = await office.write("zoé@exemple.fr"), await office.write("zoe@exemple.fr")
    await office.deliver()

    row = await office.row(accented)
    assert (row["status"], row["reason"]) == ("held", "refused SMTPNotSupported")
    assert (await office.row(plain))["status"] == "sent"
