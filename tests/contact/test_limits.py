"""The security check and the limits of « Nous contacter »."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette

from tests.contact.messages import SERVICE, TYPED, URL, to_service, write
from tests.support.db.rows import count
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.programs.settings import CAPTCHA_ANSWER
from web.captcha.service import LIMITS, Kind
from web.core.runtime import Runtime


async def test_other_characters_and_the_question_keep_what_was_typed(client: Client) -> None:
    for action in ("renouveler", "question", "caracteres"):
        page = await write(client, action=action, answer="")
        assert page.status == 200
        assert page.values(URL)["message"].split() == TYPED["message"].split()
    question = await write(client, action="question", answer="")
    sent = await client.submit(question, {"answer": CAPTCHA_ANSWER}, action=URL)
    assert "Nous avons bien reçu votre message" in sent.text


async def test_the_check_says_what_it_prevents_here(client: Client) -> None:
    page = await client.get(URL)
    assert "d’empêcher les messages automatisés" in page.text
    again = await client.get("/captcha/nouveau?genre=question&contre=messages", htmx=True)
    assert "d’empêcher les messages automatisés" in again.text
    other = await client.get("/captcha/nouveau?genre=question&contre=<b>", htmx=True)
    assert "d’empêcher les inscriptions automatisées" in other.text


async def test_too_many_answers_are_explained_with_what_else_can_be_done(client: Client) -> None:
    page = await client.get(URL)
    for _ in range(LIMITS[Kind.CHARACTERS][0].hits):
        page = await client.submit(page, {**TYPED, "answer": "perdu"}, action=URL)
    refused = await client.submit(page, {"answer": CAPTCHA_ANSWER}, action=URL)
    assert refused.status == 429
    assert int(refused.response.headers["Retry-After"]) > 0
    assert "Trop de réponses au contrôle de sécurité" in refused.error_of("answer")
    assert "répondez plutôt à une question" in refused.error_of("answer")
    assert SERVICE in refused.text
    assert refused.values(URL)["message"].split() == TYPED["message"].split()
    question = await client.submit(refused, {"action": "question"}, action=URL)
    sent = await client.submit(question, {"answer": CAPTCHA_ANSWER}, action=URL)
    assert "Nous avons bien reçu votre message" in sent.text


async def test_the_check_states_its_purpose_and_has_two_alternatives(client: Client) -> None:
    page = await client.get(URL)
    assert page.dom is not None
    picture = next(page.dom.iter("img"))
    assert (picture.get("alt") or "").startswith("Image des caractères à recopier, pour le contr")
    player = next(page.dom.iter("audio"))
    assert player.get("aria-label") == "Version sonore des caractères"
    token = page.values(URL)["challenge"]
    assert f'href="/captcha/{token}.wav?telecharger"' in page.html
    assert "Répondre à une question" in page.text
    # The labels of the official tutorial.
    for label in ("renouveler les caractères", "écouter la version sonore"):
        assert f"cliquez ici pour {label}" in page.text
    assert [one.get("open") for one in page.dom.iter("details") if player in one] == [None]


async def test_a_program_that_fills_everything_gives_itself_away(
    client: Client, runtime: Runtime
) -> None:
    page = await write(client, website="https://pirate.exemple")
    assert page.status == 422
    assert page.values(URL)["website"] == ""
    assert await count(runtime, "contact_message") == 0


async def test_a_challenge_serves_one_message(client: Client, runtime: Runtime) -> None:
    page = await client.get(URL)
    fields = {**TYPED, "answer": CAPTCHA_ANSWER}
    await client.submit(page, fields, action=URL)
    again = await client.submit(page, {**fields, "message": "Un autre"}, action=URL)
    assert again.status == 422
    assert "déjà servi" in again.error_of("answer")
    assert await count(runtime, "contact_message") == 1


async def test_five_presses_at_once_send_one_message(client: Client, outbox: Outbox) -> None:
    values = (await client.get(URL)).values(URL) | TYPED | {"answer": CAPTCHA_ANSWER}
    answers = await asyncio.gather(*(client.post(URL, values) for _ in range(5)))
    assert len({answer.url for answer in answers}) == 1
    assert {answer.status for answer in answers} == {200}
    assert (await client.post(URL, values)).url == answers[0].url
    await outbox.deliver()
    assert len(to_service(outbox)) == 1


async def test_messages_about_one_address_are_bounded_and_nothing_is_lost(client: Client) -> None:
    """2.4.1."""
    for _ in range(5):
        assert (await write(client)).status == 200
    refused = await write(client)
    assert refused.status == 429
    assert "Trop de messages" in refused.text
    assert refused.values(URL)["message"].split() == TYPED["message"].split()
    assert (await write(client, email="autre@exemple.fr")).status == 200


async def test_a_challenge_made_for_another_browser_does_not_do(
    client: Client, app: Starlette, runtime: Runtime
) -> None:
    async with Client(app) as other:
        stolen = (await other.get(URL)).values(URL)["challenge"]
    refused = await write(client, challenge=stolen)
    assert refused.status == 422
    assert await count(runtime, "contact_message") == 0
