"""The terms in force are accepted before the space opens, and refusing them is no dead end."""

from __future__ import annotations

import pytest

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.logins.second_factor import code_for, set_up
from tests.support.titulaires.accounts import events_of
from web.auth.login.redirect import LOGIN_UNFINISHED
from web.core.runtime import Runtime
from web.people.terms import NEWEST, OUTDATED, TERMS_VERSION, VERSIONS, list_changes_since

TERMS, SPACE, HOURS = "/connexion/conditions", "/espace", "/espace/heures"
DATA, CLOSING = "/espace/mes-donnees", "/espace/informations/fermeture"
BEFORE = OUTDATED[0]
ACCEPTED = "SELECT terms_version FROM account"


async def accept_earlier(runtime: Runtime, version: str = BEFORE) -> None:
    """Make every account have accepted an earlier version only, some time ago."""
    await run(
        runtime,
        "UPDATE account SET terms_version = $1, terms_accepted_at = now() - interval '1 year'",
        version,
    )


@pytest.fixture
async def account(runtime: Runtime) -> Account:
    """A titulaire's account that accepted the version before the one in force."""
    opened = await TITULAIRE.open(runtime)
    await accept_earlier(runtime)
    return opened


async def accept(client: Client, page: Page) -> Page:
    return await client.submit(page, {"accepted": "y"}, action=page.url)


async def test_the_login_shows_what_changed_and_opens_the_space_once_accepted(
    client: Client, runtime: Runtime, account: Account
) -> None:
    page = await account.log_in(client)
    assert page.url == f"{TERMS}?suite={SPACE}"
    assert f"La version {NEWEST.number} s’applique" in page.text
    for change in NEWEST.changes:
        assert " ".join(change.split()) in page.text
    assert "Première version" not in page.text, "it was accepted long ago"
    page = await accept(client, page)
    assert page.url == SPACE
    assert "Vous avez accepté les nouvelles Conditions Générales d’Utilisation." in page.text
    assert await value(runtime, ACCEPTED) == TERMS_VERSION
    assert await value(
        runtime, "SELECT now() - terms_accepted_at < interval '1 minute' FROM account"
    )
    assert await events_of(runtime, "terms_accepted") == [
        f"terms_accepted: version {TERMS_VERSION}"
    ]
    history = (await client.get("/espace/historique")).text
    assert f"Conditions Générales d’Utilisation acceptées (version {TERMS_VERSION})" in history
    assert (
        f"version {TERMS_VERSION}" in (await client.get(DATA)).described()["Conditions acceptées"]
    )


async def test_the_code_comes_first_then_the_terms(
    client: Client, runtime: Runtime, account: Account
) -> None:
    await accept(client, await account.log_in(client))
    secret, _ = await set_up(client, runtime, account)
    await client.submit(await client.get(SPACE), action=TITULAIRE.logout)
    await accept_earlier(runtime)
    await client.get(HOURS)
    page = await account.log_in(client)
    assert page.url.startswith(TITULAIRE.code)
    assert (await client.get(TERMS, follow=False)).location.startswith(TITULAIRE.code)
    code = await code_for(runtime, secret, 1)
    page = await client.submit(page, {"password_code": code})
    assert page.url.startswith(TERMS)
    for step in (TITULAIRE.code, TITULAIRE.set_up):
        assert (await client.get(step, follow=False)).location.startswith(TERMS)
    assert (await accept(client, page)).url == SPACE


async def test_the_box_must_be_ticked(client: Client, runtime: Runtime, account: Account) -> None:
    page = await account.log_in(client)
    page = await client.submit(page, {}, action=page.url)
    assert page.status == 422
    assert "acceptez les conditions" in page.error_of("accepted")
    assert await value(runtime, ACCEPTED) == BEFORE
    assert await events_of(runtime, "terms_accepted") == []


@pytest.mark.parametrize("version", [*OUTDATED, "", "99"])
async def test_only_the_version_that_the_page_showed_is_accepted(
    client: Client, runtime: Runtime, account: Account, version: str
) -> None:
    page = await account.log_in(client)
    page = await client.submit(page, {"version": version, "accepted": "y"}, action=page.url)
    assert page.status == 422
    assert "Les conditions ont changé" in page.error_of("accepted")
    assert "accepted" not in page.values(page.url)
    assert await value(runtime, ACCEPTED) == BEFORE
    assert (await accept(client, page)).url == SPACE


async def test_nothing_else_of_the_space_opens_before(
    client: Client, runtime: Runtime, account: Account
) -> None:
    """8.2.2: the acceptance is part of the statement that finds the session."""
    await account.log_in(client)
    for path in (SPACE, HOURS, "/espace/dossiers", "/espace/historique", TITULAIRE.set_up):
        page = await client.get(path, follow=False)
        assert page.location == f"{TERMS}?suite={path}", path
        part = await client.get(path, htmx=True)
        assert (part.status, part.response.text) == (403, LOGIN_UNFINISHED), path


async def test_a_deep_link_goes_on_after_the_acceptance(client: Client, account: Account) -> None:
    page = await client.submit(await client.get(HOURS), account.credentials)
    assert page.url == f"{TERMS}?suite={HOURS}"
    assert (await accept(client, page)).url == HOURS


async def test_a_form_kept_at_the_end_of_a_session_is_shown_after_the_acceptance(
    client: Client, runtime: Runtime, account: Account
) -> None:
    await accept(client, await account.log_in(client))
    form = await client.get(HOURS)
    await accept_earlier(runtime)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '32 minutes'")
    login = await client.submit(form, {"dif": "77"}, action=HOURS)
    page = await client.submit(login, account.credentials)
    assert page.url.startswith(f"{TERMS}?suite=")
    page = await accept(client, page)
    assert page.values(HOURS)["dif"] == "77"
    assert await value(runtime, "SELECT count(*) FROM movement") == 0


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_form_sent_in_a_session_whose_terms_changed_meanwhile_is_kept(
    client: Client, runtime: Runtime, account: Account, htmx: bool
) -> None:
    await accept(client, await account.log_in(client))
    form = await client.get(HOURS)
    await accept_earlier(runtime)
    sent = await client.post(HOURS, {**form.values(HOURS), "dif": "77"}, htmx=htmx, follow=not htmx)
    if htmx:
        assert sent.status == 204
        sent = await client.get(sent.response.headers["hx-redirect"])
    assert sent.url == f"{TERMS}?suite=/espace/reprise"
    assert "Ce que vous aviez saisi est conservé une heure" in sent.text
    page = await accept(client, sent)
    assert page.values(HOURS)["dif"] == "77"


async def test_refusing_leaves_the_data_and_the_closing_within_reach(
    client: Client, runtime: Runtime, account: Account
) -> None:
    page = await account.log_in(client)
    for path in (DATA, CLOSING, "/contact"):
        assert f'href="{path}"' in page.html
    page = await client.get(DATA)
    assert page.url == DATA
    answer = await client.http.post(DATA, data=page.values(DATA))
    assert answer.json()["compte"]["conditions_acceptees"] == BEFORE
    page = await client.get(CLOSING)
    page = await client.submit(page, {"password": account.password}, action=CLOSING)
    assert page.url == "/compte-ferme"
    assert await value(runtime, "SELECT count(*) FROM account") == 0


async def test_refusing_may_also_be_logging_out(client: Client, account: Account) -> None:
    page = await account.log_in(client)
    page = await client.submit(page, action=TITULAIRE.logout)
    assert page.url == TITULAIRE.login
    assert (await client.get(DATA, follow=False)).location.startswith(TITULAIRE.login)


async def test_the_data_stay_closed_before_the_code(
    client: Client, runtime: Runtime, account: Account
) -> None:
    await accept(client, await account.log_in(client))
    await set_up(client, runtime, account)
    await client.submit(await client.get(SPACE), action=TITULAIRE.logout)
    await accept_earlier(runtime)
    await account.log_in(client)
    for path in (DATA, CLOSING):
        assert (await client.get(path, follow=False)).location.startswith(TITULAIRE.code)


async def test_two_presses_record_one_acceptance(
    client: Client, runtime: Runtime, account: Account
) -> None:
    page = await account.log_in(client)
    answers = await client.press_twice(page, {"accepted": "y"}, action=page.url)
    assert [answer.location for answer in answers] == [SPACE, SPACE]
    assert len(await events_of(runtime, "terms_accepted")) == 1


async def test_an_acceptance_in_another_session_is_enough(
    client: Client, elsewhere: Client, runtime: Runtime, account: Account
) -> None:
    page, other = await account.log_in(client), await account.log_in(elsewhere)
    await accept(client, page)
    assert (await elsewhere.get(SPACE)).url == SPACE
    assert (await accept(elsewhere, other)).url == SPACE
    assert len(await events_of(runtime, "terms_accepted")) == 1


async def test_a_version_newer_than_this_program_knows_is_an_acceptance(
    client: Client, runtime: Runtime, account: Account
) -> None:
    await accept_earlier(runtime, str(int(TERMS_VERSION) + 1))
    assert (await account.log_in(client)).url == SPACE


def test_the_changes_shown_are_those_since_the_version_accepted() -> None:
    assert list_changes_since(TERMS_VERSION) == ()
    assert list_changes_since(BEFORE) == (NEWEST,)
    assert list_changes_since(VERSIONS[-1].number) == VERSIONS[:-1]
