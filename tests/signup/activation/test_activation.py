"""The link of the mail: a GET changes nothing, a press opens one account."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from starlette.applications import Starlette

from tests.support.db.idempotency import new_command
from tests.support.db.rows import column, run, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import (
    activation_path,
    log_in,
    register,
    to_mailed_link,
    to_waiting,
)
from tests.support.titulaires.people import Person
from web.auth.sessions.known_devices import Device
from web.core.crypto.tokens import token_hash
from web.core.http.request import Request
from web.core.runtime import Runtime
from web.signup.activation import routes
from web.signup.activation.queries import ActivationLink, find_activation_link
from web.signup.activation.service import LinkError, activate, purge

LATER = "UPDATE {table} SET expires_at = expires_at - interval '{interval}'"


async def age_links(runtime: Runtime, interval: str) -> None:
    """Move the registration and its links into the past."""
    await run(
        runtime,
        LATER.format(table="registration", interval=interval)
        + f", submitted_at = submitted_at - interval '{interval}'",
    )
    await run(runtime, LATER.format(table="bearer_token", interval=interval))


async def test_looking_a_hundred_times_changes_nothing(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """ASVS 3.5.3."""
    path = await to_mailed_link(client, Person(), outbox)
    await assert_looking_changes_nothing(app, client, runtime, path)


async def test_a_link_that_looking_used_up_would_be_noticed(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A planted fault: the page that shows the link activates the account."""
    path = await to_mailed_link(client, Person(), outbox)
    find = routes._find_link

    async def use_up(request: Request) -> ActivationLink | None:
        found = await find(request)
        device, token = Device("Appareil", offered=b"a" * 32), request.path_params["token"]
        with suppress(LinkError):
            await activate(request.runtime, token, device, new_command())
        return found

    monkeypatch.setattr(routes, "_find_link", use_up)
    with pytest.raises(AssertionError):
        await assert_looking_changes_nothing(app, client, runtime, path)
    assert await value(runtime, "SELECT count(*) FROM account") == 1


async def assert_looking_changes_nothing(
    app: Starlette, client: Client, runtime: Runtime, path: str
) -> None:
    everything = "SELECT md5(string_agg(r::text, '')) FROM registration r"
    before = await value(runtime, everything)
    async with Client(app) as scanner:
        for _ in range(50):
            assert (await scanner.get(path)).status == 200
            assert (await client.get(path)).status == 200
            scanner.http.cookies.clear()
    assert await value(runtime, everything) == before
    assert await value(runtime, "SELECT count(*) FROM account") == 0
    assert await value(runtime, "SELECT count(*) FROM bearer_token WHERE used_at IS NULL") == 1


async def test_the_browser_that_registered_goes_on_by_itself(
    client: Client, outbox: Outbox
) -> None:
    page = await client.get(await to_mailed_link(client, Person(), outbox))
    assert page.form().get("data-auto-submit") is not None
    assert "Votre compte va être activé." in page.text

    page = await client.submit(page)
    assert page.url == "/connexion"
    assert page.text.count("Votre compte a bien été activé.") == 1
    assert "Votre compte a bien été activé." not in (await client.get("/connexion")).text


async def test_another_browser_presses_the_button(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    person = Person()
    path = await to_mailed_link(client, person, outbox)
    async with Client(app) as other:
        page = await other.get(path)
        assert page.form().get("data-auto-submit") is None
        assert "Activer mon compte" in page.text
        page = await other.submit(page)
        assert "Votre compte a bien été activé." in page.text
        assert "Synthèse de votre compte" in (await log_in(other, person)).text

    page = await client.get("/inscription/courriel")
    assert "Votre compte est activé" in page.text
    page = await client.get("/inscription/conditions")
    assert page.url == "/inscription/conditions"


async def test_a_used_link_says_so(client: Client, outbox: Outbox) -> None:
    path = await to_mailed_link(client, Person(), outbox)
    shown_before = await client.get(path)
    await client.submit(await client.get(path))

    page = await client.get(path)
    assert (page.status, page.title) == (
        410,
        "Erreur\u00a0: Votre compte est déjà activé – Activation du compte – Compte Formation",
    )
    assert 'href="/connexion"' in page.html
    page = await client.submit(shown_before)
    assert page.status == 410
    assert "Votre compte est déjà activé" in page.text


async def test_unknown_and_mangled_links_say_what_to_do(client: Client) -> None:
    tokens = (await client.get("/connexion")).values()
    sent = {name: tokens[name] for name in ("csrf", "key")}
    for token in ("A" * 43, "A" * 42, "trop-court", "é" * 43, "%00", "a" * 5000):
        page = await client.get(f"/activation/{token}")
        assert page.status == 404
        assert "Ce lien n’est pas reconnu" in page.text
        page = await client.post(f"/activation/{token}", sent)
        assert page.status == 404
        assert "copiez le lien en entier" in page.text


async def test_a_link_lives_exactly_fifteen_days_by_the_database(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    path = await to_mailed_link(client, Person(), outbox)
    digest = token_hash(path.rpartition("/")[2])
    assert await column(
        runtime,
        "SELECT r.expires_at = t.expires_at AND r.expires_at - r.submitted_at = interval '15 days'"
        " FROM registration r JOIN bearer_token t ON t.subject_id = r.id",
    ) == [True]
    # now() is constant within a transaction, so the exact second can be tested.
    async with runtime.db.transaction() as connection:
        for left, is_expired in (("1 second", False), ("0 seconds", True), ("-1 second", True)):
            await connection.execute(
                f"UPDATE bearer_token SET expires_at = now() + interval '{left}'"
            )
            link = await find_activation_link(connection, digest)
            assert link is not None
            assert link.is_expired is is_expired, left


async def test_a_link_works_just_before_its_end(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    path = await to_mailed_link(client, Person(), outbox)
    await age_links(runtime, "14 days 23:59:00")
    assert "Votre compte a bien été activé." in (await client.submit(await client.get(path))).text


async def test_an_expired_link_says_how_to_start_again(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    path = await to_mailed_link(client, Person(), outbox)
    shown_before = await client.get(path)
    await age_links(runtime, "15 days 1 second")

    for page in (await client.get(path), await client.submit(shown_before)):
        assert page.status == 410
        assert "Ce lien n’est plus valable" in page.text
        assert 'href="/inscription/conditions"' in page.html
    assert await value(runtime, "SELECT count(*) FROM account") == 0

    page = await client.get("/inscription/courriel")
    assert "Ce lien n’est plus valable" in page.text
    page = await client.submit(await client.get("/inscription/conditions"), {"accepted": "y"})
    assert page.url == "/inscription/identite"


async def test_after_the_purge_an_expired_link_is_still_explained(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    path = await to_mailed_link(client, Person(), outbox)
    await age_links(runtime, "16 days")
    async with runtime.db.transaction() as connection:
        await purge(connection)
    assert await value(runtime, "SELECT identity IS NULL AND nir_digest IS NULL FROM registration")
    page = await client.get(path)
    assert (page.status, "Ce lien n’est plus valable" in page.text) == (410, True)

    await age_links(runtime, "60 days")
    async with runtime.db.transaction() as connection:
        await purge(connection)
    assert await value(runtime, "SELECT count(*) FROM registration") == 0
    assert (await client.get(path)).status == 404


async def test_one_press_sent_five_times_has_five_times_the_same_answer(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    path = await to_mailed_link(client, Person(), outbox)
    fields = (await client.get(path)).values()
    pages = await asyncio.gather(*(client.post(path, fields, follow=False) for _ in range(5)))
    assert {(page.status, page.location) for page in pages} == {(303, "/connexion")}
    assert await value(runtime, "SELECT count(*) FROM account") == 1


async def test_of_two_registrations_of_one_nir_the_first_activated_wins(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    first = Person()
    second = Person(nir=first.nir, email="seconde@exemple.fr", password="Girafe-913-Mauve")
    async with Client(app) as other:
        paths = [
            await to_mailed_link(client, first, outbox),
            await to_mailed_link(other, second, outbox),
        ]
        assert "activé" in (await other.submit(await other.get(paths[1]))).text
        page = await client.submit(await client.get(paths[0]))
        assert (page.status, "Un compte existe déjà" in page.text) == (409, True)
        assert "Synthèse" in (await log_in(other, second)).text
    assert (await log_in(client, first)).status == 422
    assert await value(runtime, "SELECT count(*) FROM account") == 1


async def test_one_address_for_two_people_opens_one_account(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    first = Person(email="famille@exemple.fr")
    second = Person(email="famille@EXEMPLE.fr")
    async with Client(app) as other:
        paths = [await to_mailed_link(client, first, outbox)]
        await to_waiting(other, second)
        await outbox.deliver()
        second.email = "famille@exemple.fr"
        paths.append(activation_path(outbox, second))
        assert (await client.submit(await client.get(paths[0]))).status == 200
        page = await other.submit(await other.get(paths[1]))
        assert (page.status, "cette adresse courriel correspond déjà à un compte" in page.text) == (
            409,
            True,
        )


async def test_typed_data_move_from_the_registration_to_the_account(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register(client, Person(), outbox)
    assert await value(
        runtime,
        "SELECT status = 'activated' AND num_nonnulls(draft, identity, password_hash, nir_digest,"
        " email_digest) = 0 FROM registration",
    )
    assert await column(runtime, "SELECT used_at IS NOT NULL FROM bearer_token") == [True]


async def test_the_mail_repeats_nothing_that_was_typed(client: Client, outbox: Outbox) -> None:
    """The address may belong to anyone, and a name field may hold any sentence."""
    person = Person(first_name="Gagnez mille euros", birth_name="En appelant vite")
    await to_mailed_link(client, person, outbox)
    [mail] = outbox.to(person.email)
    for typed in ("Gagnez", "appelant"):
        assert typed not in mail.text
        assert typed not in mail.html
        assert typed not in str(mail.message.items())
