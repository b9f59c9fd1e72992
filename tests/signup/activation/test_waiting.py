"""« Vous allez recevoir un courriel… »: the state of the mail, another mail, another address."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import (
    LINK,
    activation_path,
    log_in,
    to_identity,
    to_mailed_link,
    to_waiting,
)
from tests.support.titulaires.people import Person
from web.core.mail.backoff import Backoff
from web.core.runtime import Runtime

WAITING, ADDRESS = "/inscription/courriel", "/inscription/courriel/adresse"
AGAIN = "/inscription/courriel/renvoyer"
LATER = (
    "UPDATE mail SET created_at = created_at - $1::interval, due_at = due_at - $1::interval",
    "UPDATE rate_limit SET window_end = window_end - $1::interval",
)


async def time_passes(runtime: Runtime, how_long: timedelta) -> None:
    """Move the counted attempts into the past."""
    for statement in LATER:
        await run(runtime, statement, how_long)


async def correct(client: Client, email: str, confirmation: str | None = None) -> Page:
    """Correct the address."""
    fields = {"email": email, "email_confirmation": email if confirmation is None else confirmation}
    return await client.submit(await client.get(ADDRESS), fields)


async def test_the_page_says_how_long_the_link_lives_and_what_to_do(client: Client) -> None:
    page = await to_waiting(client, Person(email="zoe@exemple.fr"))
    assert "Vous allez recevoir un courriel contenant un lien de confirmation." in page.text
    for part in ("au bout de 15 jours", "courriers indésirables", "z••••@exemple.fr"):
        assert part in page.text
    assert "zoe@exemple.fr" not in page.html
    assert f'href="{ADDRESS}"' in page.html


async def test_before_a_registration_there_is_nothing_to_wait_for(client: Client) -> None:
    for path in (WAITING, ADDRESS):
        assert (await client.get(path)).url == "/inscription/conditions"
    page = await to_identity(client)
    for path in (AGAIN, ADDRESS):
        tokens = {name: page.values()[name] for name in ("csrf", "key")}
        answer = await client.post(path, tokens, follow=False)
        assert (answer.status, answer.location) == (303, "/inscription/conditions")
    part = await client.get(WAITING, htmx=True)
    assert (part.status, part.response.headers["hx-redirect"]) == (204, WAITING)


async def test_a_mail_on_its_way_is_said_to_be_in_preparation_then_sent(
    client: Client, outbox: Outbox
) -> None:
    page = await to_waiting(client, Person())
    assert "Courriel en préparation" in page.text
    assert 'data-hx-trigger="every 3s"' in page.html
    await outbox.deliver()
    page = await client.get(WAITING)
    assert "Courriel envoyé" in page.text
    assert "data-hx-trigger" not in page.html


async def test_a_mail_refused_for_now_is_said_to_be_late(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    outbox.peer.on_recipient = lambda address: "451 later"
    await to_waiting(client, Person())
    worker = outbox.worker(Backoff(delays=(timedelta(hours=1),)))
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        while await value(runtime, "SELECT status FROM mail") != "retrying":
            await asyncio.sleep(0.05)
    worker.stop()
    await running
    page = await client.get(WAITING)
    assert "Courriel retardé" in page.text
    assert "Nous réessaierons vers" in page.text
    assert "Courriel envoyé" not in page.text
    assert 'data-hx-trigger="every 3s"' in page.html

    outbox.peer.on_recipient = lambda address: "250 OK"
    await run(runtime, "UPDATE pgqueuer SET execute_after = now()")
    await outbox.deliver()
    assert "Courriel envoyé" in (await client.get(WAITING)).text


async def test_a_mail_refused_for_good_says_to_correct_the_address(
    client: Client, outbox: Outbox
) -> None:
    outbox.peer.on_recipient = lambda address: "550 no such user"
    await to_waiting(client, Person())
    await outbox.deliver()
    page = await client.get(WAITING)
    assert "Courriel refusé" in page.text
    assert "corrigez l’adresse courriel" in page.text

    outbox.peer.on_recipient = lambda address: "250 OK"
    page = await correct(client, "juste@exemple.fr")
    assert "Courriel en préparation" in page.text
    await outbox.deliver()
    assert "Courriel envoyé" in (await client.get(WAITING)).text
    assert len(outbox.to("juste@exemple.fr")) == 1


async def test_the_state_alone_is_the_same_part_of_the_page(client: Client, outbox: Outbox) -> None:
    await to_waiting(client, Person())
    for _ in ("queued", "sent"):
        part = await client.get(WAITING, htmx=True)
        assert part.html.strip() in (await client.get(WAITING)).html
        await outbox.deliver()


async def test_a_state_asked_for_after_the_activation_shows_the_whole_page(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    person = Person()
    await to_waiting(client, person)
    await outbox.deliver()
    async with Client(app) as other:
        await other.submit(await other.get(activation_path(outbox, person)))
    part = await client.get(WAITING, htmx=True)
    assert (part.status, part.response.headers["hx-redirect"]) == (204, WAITING)


async def test_another_mail_has_a_link_of_its_own_and_both_work(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    page = await to_waiting(client, person)
    await outbox.deliver()
    page = await client.submit(page)
    assert "Un nouveau courriel est en préparation." in page.text
    await outbox.deliver()

    paths = [path for mail in outbox.to(person.email) for path in LINK.findall(mail.text)]
    assert len(paths) == 2
    assert len(set(paths)) == 2
    for path in paths:
        assert (await client.get(path)).status == 200
    await client.submit(await client.get(paths[0]))
    assert (await client.get(paths[1])).status == 410
    assert "Synthèse" in (await log_in(client, person)).text


async def test_another_mail_asked_for_five_times_at_once_is_one_mail(
    client: Client, runtime: Runtime
) -> None:
    page = await to_waiting(client, Person())
    answers = await asyncio.gather(
        *(client.post(AGAIN, page.values(), follow=False) for _ in range(5))
    )
    assert {(answer.status, answer.location) for answer in answers} == {(303, WAITING)}
    assert await value(runtime, "SELECT count(*) FROM mail") == 2


async def test_other_mails_are_bounded_by_hour_and_by_day(client: Client, runtime: Runtime) -> None:
    """2.4.1."""
    page = await to_waiting(client, Person())
    sent = 1
    while sent < 10:
        for _ in range(3 if sent == 1 else 4):
            if sent < 10:
                page = await client.submit(await client.get(WAITING))
                assert page.status == 200
                sent += 1
        refused = await client.submit(await client.get(WAITING))
        assert refused.status == 429
        assert "Réessayez" in refused.text
        await time_passes(runtime, timedelta(minutes=61))
    assert (await client.submit(await client.get(WAITING))).status == 429
    assert await value(runtime, "SELECT count(*) FROM mail") == 10
    await time_passes(runtime, timedelta(days=1))
    assert (await client.submit(await client.get(WAITING))).status == 200


async def test_a_corrected_address_gets_the_link_and_the_old_link_dies(
    client: Client, outbox: Outbox
) -> None:
    wrong = Person(email="faux@exemple.fr")
    old = await to_mailed_link(client, wrong, outbox)

    page = await correct(client, "juste@exemple.fr")
    assert page.url == WAITING
    assert "Le lien envoyé à l’ancienne adresse ne fonctionne plus." in page.text
    assert "j••••@exemple.fr" in page.text
    await outbox.deliver()
    page = await client.get(old)
    assert page.status == 404
    assert "Si vous avez corrigé votre adresse courriel entre-temps" in page.text

    right = Person(nir=wrong.nir, email="juste@exemple.fr")
    page = await client.submit(await client.get(activation_path(outbox, right)))
    assert "Votre compte a bien été activé." in page.text
    assert "Synthèse" in (await log_in(client, right)).text
    assert len(outbox.to("faux@exemple.fr")) == 1


async def test_a_mail_not_yet_sent_to_the_old_address_never_is(
    client: Client, outbox: Outbox
) -> None:
    await to_waiting(client, Person(email="faux@exemple.fr"))
    await correct(client, "juste@exemple.fr")
    await outbox.deliver()
    assert [mail.recipient for mail in outbox.peer.received] == ["juste@exemple.fr"]


async def test_an_address_is_checked_like_at_registration(client: Client) -> None:
    await to_waiting(client, Person())
    page = await correct(client, "rien")
    assert page.status == 422
    assert "Saisissez une adresse courriel complète" in page.error_of("email")
    assert page.values()["email"] == "rien"
    page = await correct(client, "juste@exemple.fr", "juste@exemple.com")
    assert page.status == 422
    assert "deux fois la même adresse" in page.error_of("email_confirmation")
    assert (await correct(client, "", "")).status == 422


async def test_an_address_corrected_five_times_at_once_is_one_mail(
    client: Client, runtime: Runtime
) -> None:
    await to_waiting(client, Person())
    page = await client.get(ADDRESS)
    email = "juste@exemple.fr"
    fields = {**page.values(), "email": email, "email_confirmation": email}
    answers = await asyncio.gather(*(client.post(ADDRESS, fields, follow=False) for _ in range(5)))
    assert {(answer.status, answer.location) for answer in answers} == {(303, WAITING)}
    assert await value(runtime, "SELECT count(*) FROM mail") == 2
    assert await value(runtime, "SELECT max(hits) FROM rate_limit") == 1


async def test_addresses_are_bounded_by_day(client: Client, runtime: Runtime) -> None:
    """2.4.1."""
    await to_waiting(client, Person())
    for number in range(9):
        assert (await correct(client, f"zoe{number}@exemple.fr")).status == 200
    assert (await correct(client, "zoe10@exemple.fr")).status == 429
    assert await value(runtime, "SELECT count(*) FROM mail") == 10


async def test_an_activated_registration_cannot_be_redirected(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    await to_waiting(client, person)
    shown_before = await client.get(ADDRESS)
    waiting = await client.get(WAITING)
    await outbox.deliver()
    await client.submit(await client.get(activation_path(outbox, person)))

    email = "voleur@exemple.fr"
    page = await client.submit(shown_before, {"email": email, "email_confirmation": email})
    assert "Votre compte est activé" in page.text
    assert "Votre compte est activé" in (await client.submit(waiting)).text
    await outbox.deliver()
    assert outbox.to(email) == []
