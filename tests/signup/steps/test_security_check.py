"""The security check of the second step: asked once, and without losing typed values."""

from __future__ import annotations

import asyncio
import base64
import re
from hashlib import sha256

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import value
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.captcha import right_answer
from tests.support.titulaires.journey import register_and_log_in, to_identity, to_password
from tests.support.titulaires.people import PASSWORD, Person
from web.captcha.service import (
    LEAST_SECONDS_LEFT,
    LIFETIME_SECONDS,
    LIMITS,
    MAC_BYTES,
    TIME_BYTES,
    Kind,
    Verdict,
    check,
    issue,
)
from web.core.crypto.tokens import token_hash
from web.core.http.browser.browser import TOKEN_COOKIE
from web.core.runtime import Runtime

IDENTITY, PASSWORD_STEP = "/inscription/identite", "/inscription/mot-de-passe"
NEW_ONES = "En voici d’autres : recopiez-les."


def browser_digest(client: Client) -> bytes:
    """The digest that identifies this browser in the database."""
    return token_hash(str(client.http.cookies[TOKEN_COOKIE.name(secure=False)]))


async def aged_challenge(client: Client, runtime: Runtime, seconds: int) -> tuple[str, str]:
    """The token and right answer of a challenge issued some seconds ago."""
    now = await value(runtime, "SELECT now() - make_interval(secs => $1)", float(seconds))
    token = issue(runtime, browser_digest(client), Kind.CHARACTERS, now).token
    return token, right_answer(runtime.settings.secret_key.get_secret_value(), token)


def assert_nothing_lost(page: Page, person: Person, answer: str = "") -> None:
    """Check that all typed values are shown again, except a judged answer."""
    expected = {**person.identity(), "answer": answer}
    assert {name: page.values()[name] for name in expected} == expected


async def test_the_right_characters_pass_and_the_check_is_not_asked_again(
    client: Client, runtime: Runtime
) -> None:
    person = Person()
    page = await to_identity(client)
    token, answer = await aged_challenge(client, runtime, 60)
    typed = person.identity(challenge=token, answer=f" {answer.upper()} ")
    assert (await client.submit(page, typed)).url == PASSWORD_STEP

    page = await client.get(IDENTITY)
    assert "answer" not in page.values()
    page = await client.submit(page, {"mobile": ""})
    assert page.url == PASSWORD_STEP


async def test_wrong_characters_lose_nothing(client: Client, runtime: Runtime) -> None:
    person = Person()
    page = await to_identity(client)
    token, _ = await aged_challenge(client, runtime, 60)
    page = await client.submit(page, person.identity(challenge=token, answer="perdu"))
    assert page.status == 422
    assert NEW_ONES in page.error_of("answer")
    assert page.values()["challenge"] != token
    assert_nothing_lost(page, person)


async def test_the_check_expires_after_ten_minutes(client: Client, runtime: Runtime) -> None:
    person = Person()
    page = await to_identity(client)
    token, answer = await aged_challenge(client, runtime, LIFETIME_SECONDS + 1)
    page = await client.submit(page, person.identity(challenge=token, answer=answer))
    assert page.status == 422
    assert "avaient plus de 10 minutes" in page.error_of("answer")
    assert_nothing_lost(page, person)

    token, answer = await aged_challenge(client, runtime, LIFETIME_SECONDS - 60)
    page = await client.submit(page, {"challenge": token, "answer": answer})
    assert page.url == PASSWORD_STEP


async def test_an_answer_is_used_once_right_or_wrong(client: Client, runtime: Runtime) -> None:
    person = Person()
    page = await to_identity(client)
    token, answer = await aged_challenge(client, runtime, 60)
    await client.submit(page, person.identity(challenge=token, answer="perdu"))
    page = await client.submit(page, person.identity(challenge=token, answer=answer))
    assert page.status == 422
    assert "ont déjà servi" in page.error_of("answer")
    assert_nothing_lost(page, person)


async def test_an_answer_quicker_than_a_person_loses_nothing(
    client: Client, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long this machine takes to send it.
    monkeypatch.setattr("web.captcha.service.MINIMUM_SECONDS", 60)
    person = Person()
    page = await to_identity(client)
    token, answer = await aged_challenge(client, runtime, 0)
    page = await client.submit(page, person.identity(challenge=token, answer=answer))
    assert page.status == 422
    assert "trop vite" in page.error_of("answer")
    assert_nothing_lost(page, person)


async def test_another_browser_s_challenge_is_worth_nothing(
    app: Starlette, client: Client, runtime: Runtime
) -> None:
    page = await to_identity(client)
    async with Client(app) as other:
        await to_identity(other)
        token, answer = await aged_challenge(other, runtime, 60)
    page = await client.submit(page, Person().identity(challenge=token, answer=answer))
    assert page.status == 422
    assert page.error_of("answer")


@pytest.mark.parametrize("challenge", ["", "x", "é" * 50, "A" * 5000])
async def test_a_mangled_challenge_is_an_expired_one(client: Client, challenge: str) -> None:
    page = await to_identity(client)
    page = await client.submit(page, Person().identity(challenge=challenge))
    assert page.status == 422
    assert "avaient plus de 10 minutes" in page.error_of("answer")


async def test_a_wrong_identity_keeps_the_challenge_and_its_answer(
    client: Client, runtime: Runtime
) -> None:
    person = Person()
    page = await to_identity(client)
    token, answer = await aged_challenge(client, runtime, 60)
    page = await client.submit(page, person.identity(nir="1", challenge=token, answer=answer))
    assert not page.error_of("answer")
    assert (page.values()["challenge"], page.values()["answer"]) == (token, answer)
    assert f"/captcha/{token}.png" in page.html
    assert (await client.submit(page, {"nir": person.nir})).url == PASSWORD_STEP


async def test_a_question_kept_beside_errors_is_the_same_question(client: Client) -> None:
    page = await client.submit(await to_identity(client), {"action": "question"})
    asked = page.values()["challenge"]
    again = await client.submit(page, {"nir": "1", "answer": "mille"})
    assert (again.values()["challenge"], again.values()["answer"]) == (asked, "mille")
    assert question_of(again) == question_of(page)


async def test_a_challenge_about_to_expire_is_not_kept(client: Client, runtime: Runtime) -> None:
    page = await to_identity(client)
    soon = LIFETIME_SECONDS - LEAST_SECONDS_LEFT + 5
    token, answer = await aged_challenge(client, runtime, soon)
    page = await client.submit(page, Person().identity(nir="1", challenge=token, answer=answer))
    assert page.values()["challenge"] != token
    assert page.values()["answer"] == ""


def question_of(page: Page) -> str:
    found = re.search(r'<p id="question">(.*?)</p>', page.html)
    assert found, "no question"
    return found[1]


@pytest.mark.parametrize("action", ["renouveler", "question", "caracteres"])
async def test_another_challenge_without_scripts_keeps_everything_typed(
    client: Client, action: str
) -> None:
    person = Person()
    page = await to_identity(client)
    before = page.values()["challenge"]
    page = await client.submit(page, person.identity(action=action))
    assert page.status == 200
    assert page.values()["challenge"] != before
    assert_nothing_lost(page, person)
    announced = "Voici une nouvelle question." if action == "question" else "De nouveaux caractères"
    assert announced in page.text
    assert_nothing_lost(await client.get(IDENTITY), person)


async def test_another_challenge_in_place_is_the_same_part_of_the_page(client: Client) -> None:
    page = await to_identity(client)
    for action, kind in (("renouveler", "caracteres"), ("question", "question")):
        part = await client.get(f"/captcha/nouveau?genre={kind}", htmx=True)
        page = await client.submit(page, {"action": action})
        assert same_for_all(part.html) in same_for_all(page.html)
        assert part.html.count('id="controle"') == 1


def same_for_all(html: str) -> str:
    """A page without the parts that vary between challenges."""
    html = re.sub(r'/captcha/[\w-]+\.|name="challenge" value="[\w-]+"', "", html)
    html = re.sub(r"controle-annonce-[\w-]+", "", html)
    html = re.sub(r'<p id="question">.*?</p>|data-announce="[^"]*"', "", html)
    return html.strip()


async def test_a_filled_trap_is_refused_once_and_keeps_the_rest(client: Client) -> None:
    person = Person()
    page = await to_identity(client)
    page = await client.submit(page, person.identity(website="http://exemple.fr"))
    assert page.status == 422
    assert "Un champ caché a été rempli" in page.text
    assert_nothing_lost(page, person, CAPTCHA_ANSWER)
    assert page.values()["website"] == ""
    assert (await client.submit(page, {"answer": "robot"})).url == PASSWORD_STEP


async def test_too_many_answers_are_refused_and_what_was_typed_is_kept(client: Client) -> None:
    """2.4.1."""
    person = Person()
    page = await to_identity(client)
    for _ in range(LIMITS["caracteres"][0].hits):
        page = await client.submit(page, person.identity(answer="perdu"))
        assert page.status == 422
    page = await client.submit(page, person.identity(answer="perdu", mobile="06 99 99 99 99"))
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) > 0
    assert "Trop de réponses au contrôle de sécurité" in page.error_of("answer")
    assert re.search(r"dans (une minute|une heure|\d+ minutes)", page.error_of("answer"))
    page = await client.get(IDENTITY)
    assert page.values()["mobile"] == "06 99 99 99 99"


async def test_questions_have_tighter_limits_of_their_own(client: Client) -> None:
    """2.4.1."""
    page = await client.submit(await to_identity(client), {"action": "question"})
    for _ in range(LIMITS[Kind.QUESTION][0].hits):
        page = await client.submit(page, Person().identity(answer="je ne sais pas"))
        assert page.status == 422
        assert "autre question" in page.error_of("answer")
    page = await client.submit(page, Person().identity(answer="je ne sais pas"))
    assert page.status == 429
    assert "revenez aux caractères à recopier" in page.error_of("answer")
    page = await client.submit(page, {"action": "caracteres"})
    assert (await client.submit(page, {"answer": CAPTCHA_ANSWER})).url == PASSWORD_STEP


async def test_the_same_identity_sent_five_times_at_once_passes_once(
    client: Client, runtime: Runtime
) -> None:
    page = await to_identity(client)
    token, answer = await aged_challenge(client, runtime, 60)
    typed = {**page.values(), **Person().identity(challenge=token, answer=answer)}
    pages = await asyncio.gather(*(client.post(IDENTITY, typed, follow=False) for _ in range(5)))
    assert {(page.status, page.location) for page in pages} == {(303, PASSWORD_STEP)}
    assert await value(runtime, "SELECT count(*) FROM captcha_attempt") == 1


async def test_no_security_check_is_asked_at_login(client: Client) -> None:
    await to_password(client, Person())
    page = await client.get("/connexion")
    assert "answer" not in page.values()
    assert "captcha" not in page.html


async def test_another_text_of_a_used_challenge_is_refused(
    client: Client, app: Starlette, runtime: Runtime
) -> None:
    """2.4.1: one answer per challenge, in any encoding."""
    page = await to_identity(client)
    token, answer = await aged_challenge(client, runtime, 60)
    page = await client.submit(page, Person().identity(challenge=token, answer="perdu"))
    for other in (f"!{token}", f"{token[:9]}.{token[9:]}", f"{token}=", f"{token}==", f" {token}"):
        page = await client.submit(page, Person().identity(challenge=other, answer=answer))
        assert page.status == 422, other
        assert page.url == IDENTITY
    assert await value(runtime, "SELECT count(*) FROM captcha_attempt") == 1


async def test_a_challenge_is_used_up_by_its_seed(client: Client, runtime: Runtime) -> None:
    """2.4.1: a second encoding would be the same challenge."""
    await to_identity(client)
    browser = browser_digest(client)
    now = await value(runtime, "SELECT now()")
    token = issue(runtime, browser, Kind.CHARACTERS, now).token
    async with runtime.db.transaction() as connection:
        first = await check(runtime, connection, token, CAPTCHA_ANSWER, browser)
        seed = base64.urlsafe_b64decode(token + "==")[1 + TIME_BYTES : -MAC_BYTES]
        marked = await connection.fetchval("SELECT challenge_digest FROM captcha_attempt")
        second = await check(runtime, connection, token, CAPTCHA_ANSWER, browser)
    assert (first, second) == (Verdict.PASSED, Verdict.ALREADY_USED)
    assert marked == sha256(seed).digest()


async def test_someone_logged_in_passes_one_check_for_each_registration(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """2.4.1: the token of a session stays, and so does the binding of challenges."""
    await register_and_log_in(client, Person(), outbox)
    token, answer = await aged_challenge(client, runtime, 60)
    texts = (token, token, f"{token[:5]}!{token[5:]}", f"{token[:6]}!{token[6:]}", f"{token}=")
    passed = []
    for text in texts:
        terms = await client.get("/inscription/conditions?autre=1")
        page = await client.submit(terms, {"accepted": "y"})
        page = await client.submit(page, Person().identity(challenge=text, answer=answer))
        passed.append(page.url == PASSWORD_STEP)
        if passed[-1]:
            chosen = {"password": PASSWORD, "password_confirmation": PASSWORD}
            await client.submit(await client.submit(page, chosen))
    assert passed == [True, False, False, False, False]
