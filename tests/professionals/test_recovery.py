"""Recovery of the second factor: recovery codes, another device, the administrator."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette

from tests.professionals.set_up import (
    ACCOUNT,
    CODE,
    CODES,
    SET_UP,
    code_for,
    secret_on,
    set_up,
)
from tests.support.agents import (
    InventedAgent,
    code_of,
    enter_password,
    log_in_agent,
)
from tests.support.client import Client
from tests.support.devices import make_known
from tests.support.outbox import Outbox
from tests.support.rows import run, value
from web.core.runtime import Runtime
from web.professionals.command import run_reset
from web.settings import Settings


async def test_a_recovery_code_opens_once_and_is_told(
    client: Client, elsewhere: Client, newcomer: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    await enter_password(client, newcomer)
    _, codes = await set_up(client, runtime, newcomer)
    page = await enter_password(elsewhere, newcomer)
    page = await elsewhere.submit(page, {"password_code": f"{codes[3][:4]}-{codes[3][4:]}"})
    assert page.url == "/organisme"
    assert "restants : 9" in (await elsewhere.get(ACCOUNT)).text
    page = await enter_password(client, newcomer)
    assert (await client.submit(page, {"password_code": codes[3]})).status == 422
    await outbox.deliver()
    subject = "Un code de secours a été utilisé"
    (notice,) = [mail for mail in outbox.to(newcomer.email) if mail.subject == subject]
    assert "reste 9" in notice.text.replace("\u00a0", " ")
    assert not await value(
        runtime,
        "SELECT bool_or(code_digest = sha256($1) OR code_digest = $1) FROM recovery_code",
        codes[3].encode(),
    )


async def test_fifty_uses_of_one_recovery_code_pass_once(
    app: Starlette, client: Client, newcomer: InventedAgent, runtime: Runtime
) -> None:
    await enter_password(client, newcomer)
    _, codes = await set_up(client, runtime, newcomer)
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client(app)) for _ in range(20)]
        pages = [await enter_password(one, newcomer) for one in clients]
        answers = await asyncio.gather(
            *(
                one.submit(page, {"password_code": codes[0]}, follow=False)
                for one, page in zip(clients, pages, strict=True)
            )
        )
    assert [answer.status for answer in answers].count(303) == 1


async def test_another_agent_s_recovery_code_opens_nothing(
    client: Client, newcomer: InventedAgent, organisme: InventedAgent, runtime: Runtime
) -> None:
    await enter_password(client, newcomer)
    _, codes = await set_up(client, runtime, newcomer)
    page = await enter_password(client, organisme)
    assert (await client.submit(page, {"password_code": codes[0]})).status == 422


async def test_the_codes_come_as_a_file_and_only_they(
    client: Client, newcomer: InventedAgent, runtime: Runtime
) -> None:
    await enter_password(client, newcomer)
    page, codes = await set_up(client, runtime, newcomer)
    form = {**page.values(f"{CODES}/fichier")}
    sent = [(name, text) for name, text in form.items() if name != "password_codes"]
    answer = await client.http.post(
        f"{CODES}/fichier", data={**dict(sent), "password_codes": codes}
    )
    assert answer.headers["content-type"].startswith("text/plain")
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    assert [line.replace(" ", "") for line in answer.text.splitlines()][-10:] == codes
    for wrong in (["000000000000"], [], [codes[0], "<script>"]):
        answer = await client.http.post(
            f"{CODES}/fichier", data={**dict(sent), "password_codes": wrong}
        )
        assert answer.headers["location"] == ACCOUNT


async def test_new_codes_void_the_others_and_the_password_is_asked(
    client: Client, organisme: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    await log_in_agent(client, organisme)
    page = await client.get(CODES)
    wrong = await client.submit(page, {"password_current": "Faux-mot-000"}, action=CODES)
    assert "Ce n’est pas votre mot de passe actuel" in wrong.error_of("password_current")
    fields = {**page.values(CODES), "password_current": organisme.password}
    answers = [await client.post(CODES, fields) for _ in range(2)]
    shown = [re.findall(r"<code>([\d ]{14})</code>", answer.html) for answer in answers]
    assert shown[0] == shown[1]
    page = await client.submit(page, {**fields, "key": "B" * 42 + "A"}, action=CODES)
    assert re.findall(r"<code>([\d ]{14})</code>", page.html) != shown[0]
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 10
    late = await client.post(CODES, fields)
    assert late.url == ACCOUNT, "a late copy shows no code that is void"
    await outbox.deliver()
    assert outbox.to(organisme.email)[-1].subject == "Vos codes de secours sont remplacés"


async def test_an_employer_s_agent_may_add_one_and_do_without_again(
    client: Client, elsewhere: Client, employer: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    for browser in (client, elsewhere):
        await make_known(browser, employer)
        await log_in_agent(browser, employer)
    page = await client.get(SET_UP)
    fields = {"password_code": await code_for(runtime, secret_on(page))}
    page = await client.submit(page, {**fields, "password_current": "Faux-000"}, action=SET_UP)
    assert page.error_of("password_current")
    page, _ = await set_up(client, runtime, employer)
    assert f'href="{ACCOUNT}"' in page.html
    away = await elsewhere.get(ACCOUNT, follow=False)
    assert away.location.startswith("/professionnels?"), "a session of the password alone is over"
    assert (await enter_password(elsewhere, employer)).url == CODE

    page = await client.get(f"{SET_UP}/retirer")
    page = await client.submit(
        page, {"password_current": employer.password}, action=f"{SET_UP}/retirer"
    )
    assert "Votre second facteur est retiré." in page.text
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 0
    employer.secret = None
    assert (await enter_password(elsewhere, employer)).url == "/employeur"
    await outbox.deliver()
    assert [mail.subject for mail in outbox.to(employer.email)] == [
        "Un second facteur protège votre compte",
        "Le second facteur de votre compte est retiré",
    ]


async def test_an_organisme_s_agent_replaces_it_and_never_does_without(
    client: Client, elsewhere: Client, organisme: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    await log_in_agent(client, organisme)
    assert (await client.get(f"{SET_UP}/retirer")).status == 403
    form = await client.get(f"{ACCOUNT}/mot-de-passe")
    values = {**form.values(f"{ACCOUNT}/mot-de-passe"), "password_current": organisme.password}
    assert (await client.post(f"{SET_UP}/retirer", values)).status == 403
    earlier = organisme.secret
    assert earlier
    await set_up(client, runtime, organisme)
    page = await enter_password(elsewhere, organisme)
    await run(runtime, "UPDATE login SET totp_last_step = 0")
    code = await code_for(runtime, earlier)
    assert (await elsewhere.submit(page, {"password_code": code})).status == 422
    page = await elsewhere.submit(page, {"password_code": await code_of(elsewhere, organisme)})
    assert page.url == "/organisme"
    await outbox.deliver()
    [notice] = [mail for mail in outbox.to(organisme.email) if "second facteur" in mail.subject]
    assert notice.subject == "Le second facteur de votre compte a été remplacé"


async def test_the_administrator_takes_back_a_lost_one(
    client: Client,
    organisme: InventedAgent,
    settings: Settings,
    outbox: Outbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await log_in_agent(client, organisme)
    assert await run_reset(settings, organisme.email) == 0
    assert "sont supprimés" in capsys.readouterr().out
    assert (await client.get(ACCOUNT, follow=False)).location.startswith("/professionnels?")
    assert (await enter_password(client, organisme)).url == SET_UP
    await outbox.deliver()
    assert "Le service a retiré le second facteur" in outbox.to(organisme.email)[-1].text
    assert await run_reset(settings, organisme.email) == 0
    assert "rien n’a changé" in capsys.readouterr().out
    assert await run_reset(settings, "personne@exemple.fr") == 1
    output = capsys.readouterr().err
    assert output == "Aucun compte d’agent n’existe avec cette adresse. Rien n’a été fait.\n"
