"""Setting, replacing and removing a second factor in the account, for both kinds of account."""

from __future__ import annotations

import re

import pytest

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import Account, Kind
from tests.support.logins.second_factor import (
    code_for,
    codes_on,
    log_in,
    protect,
    secret_on,
    set_up,
    unused_code,
)
from tests.support.mail.outbox import Outbox
from web.core.runtime import Runtime

SECRET = "SELECT totp_secret FROM login"


@pytest.fixture
async def account(client: Client, runtime: Runtime, kind: Kind) -> Account:
    """An account of that kind, logged in."""
    opened = await kind.open(runtime)
    await opened.log_in(client)
    return opened


async def test_the_second_factor_is_offered_with_a_picture_a_key_and_a_link(
    client: Client, runtime: Runtime, kind: Kind, account: Account
) -> None:
    page = await client.get(kind.account)
    assert "Aucun : votre mot de passe suffit" in page.text
    assert f'href="{kind.set_up}"' in page.html
    page = await client.get(kind.set_up)
    secret, label = secret_on(page), account.email.replace("@", "%40")
    assert page.html.count("<svg") >= 1
    assert f"otpauth://totp/Compte%20Formation:{label}?secret={secret}" in page.html
    assert secret_on(await client.get(kind.set_up)) == secret, "looking again shows the same key"
    assert await value(runtime, SECRET) is None


async def test_a_code_and_the_password_set_it_up_and_end_the_other_sessions(
    client: Client,
    elsewhere: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    outbox: Outbox,
) -> None:
    await account.log_in(elsewhere)
    before = client.http.cookies["compte"]
    secret, _ = await set_up(client, runtime, account)
    assert client.http.cookies["compte"] != before
    assert secret.encode() not in bytes(await value(runtime, SECRET))
    page = await client.get(kind.account)
    assert "Codes de secours restants : 10" in page.text
    assert (await elsewhere.get(kind.inside, follow=False)).location.startswith(f"{kind.login}?")
    assert (await account.log_in(elsewhere)).url == kind.code
    assert await value(runtime, kind.events, "second_factor_set") == 1
    await outbox.deliver()
    assert outbox.to(account.email)[-1].subject == "Un code de connexion protège votre compte"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password_current": "Faux-mot-000"}, "password_current"),
        ({"password_current": ""}, "password_current"),
        ({"password_code": "000000"}, "password_code"),
        ({"password_code": "12345"}, "password_code"),
        ({"password_code": ""}, "password_code"),
    ],
)
async def test_without_the_code_or_the_password_nothing_is_set_up(
    client: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    fields: dict[str, str],
    field: str,
) -> None:
    page = await client.get(kind.set_up)
    secret = secret_on(page)
    right = {
        "password_code": await code_for(runtime, secret),
        "password_current": account.password,
    }
    page = await client.submit(page, {**right, **fields}, action=kind.set_up)
    assert page.status == 422
    assert page.error_of(field)
    assert secret_on(page) == secret
    assert await value(runtime, SECRET) is None
    assert (await client.get(kind.inside)).url == kind.inside


async def test_late_copies_of_a_set_up_show_the_same_codes(
    client: Client, runtime: Runtime, kind: Kind, account: Account
) -> None:
    page = await client.get(kind.set_up)
    fields = {
        "password_code": await code_for(runtime, secret_on(page)),
        "password_current": account.password,
    }
    first, second = await client.press_twice(page, fields, action=kind.set_up)
    assert len(codes_on(first)) == 10
    assert codes_on(second) == codes_on(first)
    assert (await client.get(kind.inside)).url == kind.inside
    assert await value(runtime, kind.events, "second_factor_set") == 1
    await run(runtime, "UPDATE recovery_code SET used_at = now()")
    third = await client.submit(page, fields, action=kind.set_up)
    assert codes_on(third) == [], "codes that served are not shown again"


async def test_the_second_factor_is_replaced_with_its_codes(
    client: Client,
    elsewhere: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    outbox: Outbox,
) -> None:
    earlier, voided = await set_up(client, runtime, account)
    assert "Changer d’application ou d’appareil" in (await client.get(kind.set_up)).text
    secret, _ = await set_up(client, runtime, account)
    assert secret != earlier
    page = await account.log_in(elsewhere)
    for code in (await unused_code(runtime, account.login_id, earlier), voided[0]):
        assert (await elsewhere.submit(page, {"password_code": code})).status == 422
    assert (await log_in(elsewhere, runtime, account, secret)).url == kind.home
    assert await value(runtime, kind.events, "second_factor_replaced") == 1
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.to(account.email)]
    assert "L’application de votre code de connexion a été remplacée" in subjects


async def test_new_codes_void_the_others_and_the_password_is_asked(
    client: Client, runtime: Runtime, kind: Kind, account: Account, outbox: Outbox
) -> None:
    _, earlier = await set_up(client, runtime, account)
    page = await client.get(kind.codes)
    wrong = await client.submit(page, {"password_current": "Faux-mot-000"}, action=kind.codes)
    assert "Ce n’est pas votre mot de passe actuel" in wrong.error_of("password_current")
    fields = {**page.values(kind.codes), "password_current": account.password}
    answers = [await client.post(kind.codes, fields) for _ in range(2)]
    codes = codes_on(answers[0])
    assert codes_on(answers[1]) == codes
    assert not set(codes) & set(earlier)
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 10
    assert await value(runtime, kind.events, "recovery_codes_renewed") == 1
    await client.submit(page, {**fields, "key": "B" * 42 + "A"}, action=kind.codes)
    late = await client.post(kind.codes, fields)
    assert late.url == kind.account, "a late copy shows no code that is void"
    await outbox.deliver()
    assert outbox.to(account.email)[-1].subject == "Vos codes de secours sont remplacés"


async def test_the_codes_come_as_a_file_and_only_they(
    client: Client, runtime: Runtime, kind: Kind, account: Account
) -> None:
    _, codes = await set_up(client, runtime, account)
    form = (await client.get(kind.codes)).values(kind.codes)
    tokens = {name: form[name] for name in ("csrf", "key")}
    path = f"{kind.codes}/fichier"
    answer = await client.http.post(path, data={**tokens, "password_codes": codes})
    assert answer.headers["content-type"].startswith("text/plain")
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    assert account.email in answer.text
    assert re.findall(r"^[\d ]{14}$", answer.text.replace("\r", ""), re.MULTILINE) == [
        f"{code[:4]} {code[4:8]} {code[8:]}" for code in codes
    ]
    for wrong in (["000000000000"], [], [codes[0], "<script>"]):
        answer = await client.http.post(path, data={**tokens, "password_codes": wrong})
        assert answer.headers["location"] == kind.account


async def test_removing_the_second_factor_takes_the_password_and_the_login_asks_for_no_code(
    client: Client,
    elsewhere: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    outbox: Outbox,
) -> None:
    await set_up(client, runtime, account)
    removal = f"{kind.set_up}/retirer"
    page = await client.get(removal)
    wrong = await client.submit(page, {"password_current": "Faux-mot-000"}, action=removal)
    assert wrong.error_of("password_current")
    assert await value(runtime, SECRET) is not None
    fields = {"password_current": account.password}
    first, second = await client.press_twice(page, fields, action=removal)
    assert first.location == second.location == kind.account
    assert "Votre code de connexion est retiré." in (await client.get(kind.account)).text
    assert await value(runtime, SECRET) is None
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 0
    assert (await account.log_in(elsewhere)).url == kind.home
    assert await value(runtime, kind.events, "second_factor_removed") == 1
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.to(account.email)]
    assert "Le code de connexion de votre compte est retiré" in subjects


@pytest.mark.parametrize("page_name", ["codes", "removal"])
async def test_an_act_confirmed_in_a_session_that_ended_changes_nothing(
    client: Client, runtime: Runtime, kind: Kind, account: Account, page_name: str
) -> None:
    await set_up(client, runtime, account)
    path = kind.codes if page_name == "codes" else f"{kind.set_up}/retirer"
    page = await client.get(path)
    before = await value(runtime, "SELECT string_agg(code_digest::text, ',') FROM recovery_code")
    await run(runtime, "DELETE FROM session")
    fields = {"password_current": account.password}
    answer = await client.submit(page, fields, action=path, follow=False)
    assert answer.location.startswith(f"{kind.login}?")
    after = await value(runtime, "SELECT string_agg(code_digest::text, ',') FROM recovery_code")
    assert after == before
    assert await value(runtime, SECRET) is not None


async def test_without_a_factor_there_is_nothing_to_renew_nor_to_remove(
    client: Client, kind: Kind, account: Account
) -> None:
    for path in (kind.codes, f"{kind.set_up}/retirer"):
        assert (await client.get(path)).url == kind.account


@pytest.mark.parametrize("page_name", ["codes", "removal"])
async def test_a_factor_removed_in_another_tab_is_neither_renewed_nor_removed_again(
    client: Client, runtime: Runtime, kind: Kind, account: Account, page_name: str
) -> None:
    await set_up(client, runtime, account)
    removal = f"{kind.set_up}/retirer"
    path = kind.codes if page_name == "codes" else removal
    page, other = await client.get(path), await client.get(removal)
    fields = {"password_current": account.password}
    await client.submit(other, fields, action=removal)
    await client.submit(page, fields, action=path)
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 0
    assert await value(runtime, kind.events, "second_factor_removed") == 1
    assert await value(runtime, kind.events, "recovery_codes_renewed") == 0


async def test_wrong_codes_of_a_new_key_are_bounded_by_session(
    client: Client, kind: Kind, account: Account
) -> None:
    page = await client.get(kind.set_up)
    fields = {"password_code": "000000", "password_current": account.password}
    statuses = [(await client.submit(page, fields, action=kind.set_up)).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]


async def test_a_login_begun_before_the_factor_was_set_does_not_open_the_account(
    client: Client, elsewhere: Client, runtime: Runtime, kind: Kind, account: Account
) -> None:
    await account.log_in(elsewhere)
    await protect(runtime, account)
    assert (await account.log_in(elsewhere)).url == kind.code
