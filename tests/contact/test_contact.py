"""« Nous contacter »: received whole, sent to the service, acknowledged, sealed until purged."""

from __future__ import annotations

import json

import pytest

from tests.contact.messages import SERVICE, TYPED, URL, to_service, write
from tests.support.db.rows import count, run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import AGENT
from tests.support.mail.outbox import Outbox
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.people.reference import account_reference


async def test_a_message_reaches_the_service_and_is_acknowledged(
    client: Client, outbox: Outbox
) -> None:
    page = await write(client)
    assert "Nous avons bien reçu votre message" in page.text
    reference = page.url.rpartition("/")[2]
    assert reference in page.text

    await outbox.deliver()
    [mail] = to_service(outbox)
    assert reference in mail.subject
    for part in ("Je n’ai pas reçu <le> courriel & j'attends", "jean@exemple.fr", "rien n’arrive"):
        assert part in mail.text
    assert "<le>" not in mail.html
    assert "Écrit depuis un compte\u00a0: non" in mail.text
    [receipt] = outbox.to("jean@exemple.fr")
    assert receipt.subject == "Nous avons reçu votre message"
    assert reference in receipt.text


async def test_an_answer_to_the_mail_goes_to_its_author(client: Client, outbox: Outbox) -> None:
    await write(client)
    await outbox.deliver()
    [mail] = to_service(outbox)
    assert mail.message["Reply-To"] == "jean@exemple.fr"
    [receipt] = outbox.to("jean@exemple.fr")
    assert receipt.message["Reply-To"] is None


@pytest.mark.parametrize(
    ("typed", "header"),
    [
        ("jean@exemplé.fr", "jean@xn--exempl-gva.fr"),
        # A server without SMTPUTF8 would refuse the whole mail.
        ("renée@exemple.fr", None),
        ("jean+o'neill@exemple.fr", "jean+o'neill@exemple.fr"),
    ],
)
async def test_the_address_for_an_answer_never_keeps_the_mail_from_arriving(
    client: Client, outbox: Outbox, typed: str, header: str | None
) -> None:
    await write(client, email=typed)
    await outbox.deliver()
    [mail] = to_service(outbox)
    assert mail.message["Reply-To"] == header
    assert typed in mail.text


@pytest.mark.parametrize(
    "typed",
    [
        "jean@exemple.fr\r\nBcc: tous@exemple.fr",
        "jean@exemple.fr, tous@exemple.fr",
        "Tous <tous@exemple.fr>",
        "jean@exemple.fr\x00",
    ],
)
async def test_no_address_adds_a_header_or_a_recipient(
    client: Client, outbox: Outbox, typed: str
) -> None:
    await write(client, email=typed)
    await outbox.deliver()
    for mail in to_service(outbox):
        assert mail.message["Reply-To"] == "jean@exemple.fr"
        assert "tous@" not in str(mail.message.items())
    assert {mail.message["To"] for mail in outbox.peer.received} <= {SERVICE, "jean@exemple.fr"}


async def test_the_delay_of_an_answer_is_promised_everywhere(
    client: Client, outbox: Outbox
) -> None:
    promise = "sous cinq jours ouvrés"
    assert promise in (await client.get(URL)).text
    assert promise in (await write(client)).text
    await outbox.deliver()
    [receipt] = outbox.to("jean@exemple.fr")
    for part in (receipt.text, receipt.html):
        assert promise in part
    assert promise in (await client.get("/conditions-generales")).text


async def test_the_page_helps_those_who_can_no_longer_open_their_account(client: Client) -> None:
    after = (await client.get(URL)).text.partition("Si vous ne pouvez plus ouvrir votre compte")[2]
    for case in ("Messagerie perdue", "Téléphone perdu", "Accès bloqué"):
        assert case in after
    assert "ni votre mot de passe, ni votre numéro de Sécurité sociale" in after


async def test_an_agent_who_is_logged_in_is_known_by_the_reference_of_their_account(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    account = await AGENT.open(runtime)
    await account.log_in(client)
    page = await client.get(URL)
    reference = account_reference(account.login_id)
    assert reference in page.text
    values = page.values(URL)
    assert values["email"] == account.email
    assert "answer" not in values
    sent = await client.submit(page, {"subject": "Accès", "message": "Bonjour."}, action=URL)
    assert "Aller à mon espace" in sent.text
    await outbox.deliver()
    [mail] = to_service(outbox)
    assert f"Écrit depuis un compte\u00a0: oui, d’agent, de référence {reference}" in mail.text
    assert reference in mail.html


async def test_a_titulaire_who_has_not_accepted_the_new_terms_is_known_too(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    person = Person(email="zoe@exemple.fr")
    account_id = await open_account(runtime, person)
    await run(runtime, "UPDATE account SET terms_version = '1'")
    await log_in(client, person)
    page = await client.get(URL)
    assert account_reference(account_id) in page.text
    await client.submit(page, {"subject": "Les conditions", "message": "Pourquoi ?"}, action=URL)
    await outbox.deliver()
    assert account_reference(account_id) in to_service(outbox)[0].text


async def test_a_message_stored_by_an_earlier_release_is_still_sent(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    await write(client)
    message_id = await value(runtime, "SELECT id FROM contact_message")
    earlier = {**TYPED, "from_account": True}
    text = json.dumps({"text": earlier.pop("message"), **earlier})
    box = runtime.vault.seal(text.encode(), f"contact_message:{message_id}.content")
    await run(runtime, "UPDATE contact_message SET content = $1", box)
    await outbox.deliver()
    [mail] = to_service(outbox)
    assert "Écrit depuis un compte\u00a0: oui" in mail.text.splitlines()


async def test_the_acknowledgement_repeats_nothing_of_the_message(
    client: Client, outbox: Outbox
) -> None:
    await write(client, subject="Achetez ceci", message="https://pirate.exemple")
    await outbox.deliver()
    [receipt] = outbox.to("jean@exemple.fr")
    assert "Achetez" not in receipt.message.as_string()
    assert "pirate" not in receipt.message.as_string()


async def test_nothing_typed_goes_into_a_header(client: Client, outbox: Outbox) -> None:
    await write(client, subject="2 85 05 99 990 001\nBcc: tous@exemple.fr")
    await outbox.deliver()
    [mail] = to_service(outbox)
    headers = str(mail.message.items())
    assert "99 990" not in headers
    assert "tous@exemple.fr" not in headers
    assert len(outbox.peer.received) == 2


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"subject": ""}, "subject", "Saisissez un sujet"),
        ({"subject": "x" * 151}, "subject", "150 caractères"),
        ({"message": " \n "}, "message", "Écrivez votre message"),
        ({"message": "x" * 5001}, "message", "raccourcissez-le"),
        ({"email": "jean"}, "email", "avec un @"),
        ({"answer": ""}, "answer", "Recopiez"),
        ({"answer": "zzzzzz"}, "answer", "d’autres"),
    ],
)
async def test_an_invalid_field_is_explained_and_the_others_are_kept(
    client: Client, runtime: Runtime, changes: dict[str, str], field: str, sentence: str
) -> None:
    refused = await write(client, **changes)
    assert refused.status == 422
    assert sentence in refused.error_of(field)
    values = refused.values(URL)
    for name in TYPED.keys() - changes.keys():
        assert values[name].split() == TYPED[name].split()
    # An answer not yet judged is kept beside its challenge while other fields are corrected.
    assert values["answer"] == ("" if field == "answer" else CAPTCHA_ANSWER)
    assert await count(runtime, "contact_message") == 0
    assert await count(runtime, "mail") == 0


async def test_a_message_of_the_greatest_length_is_accepted(client: Client) -> None:
    assert (await write(client, message="é" * 5000)).status == 200


async def test_a_logged_in_person_has_no_check_and_finds_their_address(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    person = Person(email="zoe@exemple.fr")
    account_id = await open_account(runtime, person)
    await log_in(client, person)
    page = await client.get(URL)
    values = page.values(URL)
    assert values["email"] == "zoe@exemple.fr"
    assert "answer" not in values
    assert "Zoé d’Orange-Née" in page.text
    sent = await client.submit(
        page, {"subject": "Mes heures", "message": "Une question."}, action=URL
    )
    assert "Aller à mon espace" in sent.text
    await outbox.deliver()
    known = f"oui, de titulaire, de référence {account_reference(account_id)}"
    assert f"Écrit depuis un compte\u00a0: {known}" in to_service(outbox)[0].text
    assert outbox.to("zoe@exemple.fr")[-1].subject == "Nous avons reçu votre message"


async def test_a_session_that_ends_while_writing_loses_nothing(
    client: Client, runtime: Runtime
) -> None:
    person = Person(email="zoe@exemple.fr")
    await open_account(runtime, person)
    await log_in(client, person)
    page = await client.get(URL)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '31 minutes'")
    asked = await client.submit(page, TYPED, action=URL)
    assert asked.status == 422
    assert asked.values(URL)["message"].split() == TYPED["message"].split()
    sent = await client.submit(asked, {"answer": CAPTCHA_ANSWER}, action=URL)
    assert "Nous avons bien reçu votre message" in sent.text


async def test_the_message_is_sealed_until_it_is_purged(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    await write(client, message="Un secret bien gardé")
    for table in ("contact_message", "mail", "pgqueuer"):
        kept = repr([dict(row) for row in await runtime.db.fetch(f"SELECT * FROM {table}")])
        assert "secret" not in kept
        assert "jean" not in kept

    day = "UPDATE contact_message SET created_at = created_at - interval '25 hours'"
    await run(runtime, day)
    await outbox.clear()
    assert await count(runtime, "contact_message") == 1, "its mails have not left"
    await outbox.deliver()
    await outbox.clear()
    assert await count(runtime, "contact_message") == 0


@pytest.mark.parametrize("reference", ["abcd1234", "ABCD123", "ABCD12345", "<b>", "ABCD123Z"])
async def test_a_reference_of_another_shape_is_no_page(client: Client, reference: str) -> None:
    assert (await client.get(f"/contact/recu/{reference}")).status == 404


async def test_a_message_of_any_length_comes_back_whole_with_what_there_is_to_cut(
    client: Client,
) -> None:
    page = await client.get(URL)
    assert "5 000 caractères au plus" in page.text
    message = "Voilà l’histoire, en entier : " + "mot " * 17_500 + "fin"
    assert len(message.encode()) > 70_000
    refused = await write(client, message=message)
    assert refused.status == 422
    excess = f"{len(message) - 5000:,}".replace(",", " ")
    assert f"de {excess} caractères" in refused.error_of("message")
    assert refused.values(URL)["message"].strip() == message


async def test_invisible_characters_are_dropped_from_a_message(
    client: Client, outbox: Outbox
) -> None:
    hidden = "\u202e\u200b\u2066\ufeff\u3164\U000e0041"
    await write(
        client,
        subject=f"Un{hidden} sujet",
        message=f"Une{hidden} ligne\nune autre x{chr(0x301) * 50}\u2028fin",
        email=f"{hidden}jean@exemple.fr{hidden}",
    )
    await outbox.deliver()
    [mail] = to_service(outbox)
    for text in (mail.text, mail.html):
        assert not set(hidden) & set(text)
        assert "x\u0301\u0301\u0301" in text
        assert "\u0301" * 4 not in text
    assert "Un sujet" in mail.text
    assert outbox.to("jean@exemple.fr")
