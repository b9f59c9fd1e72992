"""The password typed again to download one's data and to grant a délégation, after ten minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, until_someone_waits, value
from tests.support.http.client import Client, Page
from tests.support.logins.kinds import TITULAIRE
from tests.support.logins.password_links import ask, link_in
from tests.support.logins.second_factor import code_for, enter_code, protect
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.training.delegations import GRANT, URL, to_preview
from web.core.runtime import Runtime

DATA = "/espace/mes-donnees"
CLOSING = "/espace/informations/fermeture"
CHANGE = "/espace/mot-de-passe"
WRONG = "Mauvais-123-passe"
NEW = "Girafe-913-Mauve"


@dataclass
class Act:
    """An act that needs a recent password: its page, its address, its event, its outcome."""

    show: Callable[[Client], Awaitable[Page]]
    action: str
    event: str

    def is_done(self, page: Page) -> bool:
        """Return whether this answer acknowledges it."""
        if self.action == DATA:
            return page.response.headers["content-type"] == "application/json"
        return page.url == URL and "La délégation est accordée" in page.text


async def show_data(client: Client) -> Page:
    """The page with the button that downloads."""
    return await client.get(DATA)


ACTS = [Act(show_data, DATA, "data_downloaded"), Act(to_preview, GRANT, "delegation_granted")]


@pytest.fixture(params=ACTS, ids=["download", "grant"])
def act(request: pytest.FixtureRequest) -> Act:
    """Each of these acts."""
    found: Act = request.param
    return found


async def age_password(runtime: Runtime, seconds: int = 601) -> None:
    """Move the time of the password of every session to so many seconds ago."""
    await run(
        runtime,
        "UPDATE session SET password_at = now() - make_interval(secs => $1)",
        float(seconds),
    )


async def test_after_a_login_the_password_is_not_asked_for(space: Client, act: Act) -> None:
    page = await act.show(space)
    assert "password" not in page.values(act.action)
    assert act.is_done(await space.submit(page, action=act.action))


async def test_it_is_asked_for_in_a_session_whose_time_is_not_known(
    space: Client, runtime: Runtime, act: Act
) -> None:
    """Sessions that were open when the column was added."""
    await run(runtime, "UPDATE session SET password_at = '-infinity'")
    assert "password" in (await act.show(space)).values(act.action)


async def test_it_is_asked_for_ten_minutes_after_it_was_typed(
    space: Client, runtime: Runtime, act: Act
) -> None:
    await age_password(runtime, 590)
    assert "password" not in (await act.show(space)).values(act.action)
    await age_password(runtime)
    page = await act.show(space)
    assert page.values(act.action)["password"] == ""
    assert "vous ne l’avez pas saisi depuis plus de 10 minutes" in page.text
    assert act.is_done(await space.submit(page, {"password": PASSWORD}, action=act.action))
    assert "password" not in (await space.get(DATA)).values(DATA)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Saisissez votre mot de passe actuel."), (WRONG, "Ce n’est pas votre mot de passe")],
)
async def test_without_it_nothing_is_done_and_the_page_stays(
    space: Client, runtime: Runtime, act: Act, typed: str, sentence: str
) -> None:
    page = await act.show(space)
    await age_password(runtime)
    refused = await space.submit(page, {"password": typed}, action=act.action)
    assert refused.status == 422
    assert sentence in refused.error_of("password")
    assert list(refused.summary) == ["password"]
    assert WRONG not in refused.html
    assert await events_of(runtime, act.event) == []
    assert await events_of(runtime, "password_refused") == ["password_refused"] * bool(typed)
    again = await space.submit(refused, {"password": PASSWORD}, action=act.action)
    assert act.is_done(again)


async def test_guesses_are_limited_with_those_of_the_other_forms(
    space: Client, runtime: Runtime, act: Act
) -> None:
    await age_password(runtime)
    closing = await space.get(CLOSING)
    for _ in range(5):
        await space.submit(closing, {"password": WRONG}, action=CLOSING)
    page = await act.show(space)
    for _ in range(5):
        assert (await space.submit(page, {"password": WRONG}, action=act.action)).status == 422
    refused = await space.submit(page, {"password": PASSWORD}, action=act.action)
    assert refused.status == 429
    assert "Trop d’essais du mot de passe actuel" in refused.error_of("password")
    assert int(refused.response.headers["retry-after"]) > 0
    assert await events_of(runtime, act.event) == []


async def test_a_password_typed_for_another_act_is_recent(space: Client, runtime: Runtime) -> None:
    await age_password(runtime)
    fields = {"password_current": PASSWORD, "password": NEW, "password_confirmation": NEW}
    await space.submit(await space.get(CHANGE), fields, action=CHANGE)
    assert "password" not in (await space.get(DATA)).values(DATA)


async def test_a_wrong_password_elsewhere_is_not(space: Client, runtime: Runtime) -> None:
    await age_password(runtime)
    await space.submit(await space.get(CLOSING), {"password": WRONG}, action=CLOSING)
    assert "password" in (await space.get(DATA)).values(DATA)


async def test_it_is_recent_in_the_session_where_it_was_typed_alone(
    space: Client, app: Starlette, runtime: Runtime, person: Person
) -> None:
    await age_password(runtime)
    async with Client(app) as phone:
        await log_in(phone, person)
        assert "password" not in (await phone.get(DATA)).values(DATA)
    assert "password" in (await space.get(DATA)).values(DATA)


async def test_extending_the_session_does_not_make_it_recent(
    space: Client, runtime: Runtime
) -> None:
    await age_password(runtime)
    await space.get("/espace/prolonger")
    assert "password" in (await space.get(DATA)).values(DATA)


async def test_a_code_after_the_password_does_not_make_it_recent(
    client: Client, runtime: Runtime
) -> None:
    account = await TITULAIRE.open(runtime)
    secret = await protect(runtime, account)
    page = await account.log_in(client)
    await age_password(runtime)
    await enter_code(client, page, await code_for(runtime, secret))
    assert "password" in (await client.get(DATA)).values(DATA)


async def test_a_password_reset_asks_for_a_login_which_makes_it_recent(
    space: Client, runtime: Runtime, person: Person, outbox: Outbox
) -> None:
    await age_password(runtime)
    await ask(space, TITULAIRE, person.nir)
    await outbox.deliver()
    link = link_in(TITULAIRE, outbox.to(person.email)[-1].text)
    page = await space.submit(
        await space.get(link), {"password": NEW, "password_confirmation": NEW}
    )
    assert page.url == "/connexion"
    assert (await space.get(DATA, follow=False)).status == 303
    await log_in(space, Person(nir=person.nir, password=NEW))
    assert "password" not in (await space.get(DATA)).values(DATA)


async def test_a_form_kept_at_the_end_of_the_session_goes_on_after_the_login(
    space: Client, runtime: Runtime, person: Person
) -> None:
    page = await to_preview(space, employer_name="Verrerie Duval")
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '1 hour'")
    await age_password(runtime)
    login = await space.submit(page, {"password": PASSWORD}, action=GRANT)
    assert "conservé une heure" in login.text
    assert PASSWORD not in str(await value(runtime, "SELECT content FROM kept_form"))
    first = await space.submit(login, {"nir": person.nir, "password": PASSWORD})
    assert first.url == "/espace/reprise"
    new = "/espace/delegations/nouvelle"
    assert first.values(new)["employer_name"] == "Verrerie Duval"
    second = await space.submit(first, action=new)
    assert "password" not in second.values(GRANT)
    done = await space.submit(second, action=GRANT)
    assert "La délégation est accordée" in done.text


async def test_a_late_copy_of_a_grant_gets_its_answer_without_the_password(
    space: Client, runtime: Runtime
) -> None:
    values = (await to_preview(space)).values(GRANT)
    await space.post(GRANT, values)
    await age_password(runtime)
    assert (await space.post(GRANT, values, follow=False)).location == URL
    assert await events_of(runtime, "password_refused") == []


async def test_a_late_copy_of_a_download_gets_no_file_without_it(
    space: Client, runtime: Runtime
) -> None:
    """Whoever finds the session open must not get the file by sending its form again."""
    page = await space.get(DATA)
    await space.submit(page, action=DATA)
    await age_password(runtime)
    refused = await space.submit(page, action=DATA)
    assert refused.status == 422
    assert "Saisissez votre mot de passe actuel." in refused.error_of("password")


async def test_correcting_the_first_step_does_not_take_the_password(
    space: Client, runtime: Runtime
) -> None:
    await age_password(runtime)
    page = await to_preview(space, employer_name="Verrerie Duval")
    edit = "/espace/delegations/nouvelle/corriger"
    first = await space.post(edit, page.values(GRANT))
    assert first.values("/espace/delegations/nouvelle")["employer_name"] == "Verrerie Duval"
    assert "novalidate" in page.html


async def test_the_error_heals_as_the_password_is_typed(space: Client, runtime: Runtime) -> None:
    await age_password(runtime)
    page = await to_preview(space)
    refused = await space.submit(page, {"password": ""}, action=GRANT)
    check = f"{GRANT}?champs=password"
    assert check in refused.html
    values = refused.values(GRANT)
    tokens = {name: values[name] for name in ("csrf", "key")}
    healed = await space.post(check, {**tokens, "password": "x"}, htmx=True)
    assert healed.status == 200
    assert "Saisissez votre mot de passe actuel" not in healed.html


async def test_a_session_ended_meanwhile_does_nothing(
    space: Client, runtime: Runtime, act: Act
) -> None:
    """A change of password in another session ends this one while its act waits."""
    page = await act.show(space)
    async with runtime.db.transaction() as other:
        await other.execute("SELECT FROM login FOR NO KEY UPDATE")
        acting = asyncio.create_task(space.post(act.action, page.values(act.action), follow=False))
        await until_someone_waits(runtime)
        await other.execute("DELETE FROM session")
    answer = await acting
    assert answer.leads_to_login("/connexion")
    assert await events_of(runtime, act.event) == []
