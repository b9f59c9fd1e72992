"""A form sent after a logout in another window comes back at the next login of its account."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from starlette.applications import Starlette

from tests.routes.typed_forms import SPACES, TYPED, with_fields
from tests.routes.visitors import TITULAIRE, World, world
from tests.support.db.rows import count, run
from tests.support.http.client import Client, Page
from tests.support.logins.kinds import AGENT, KINDS, Kind
from tests.support.logins.kinds import TITULAIRE as OWNER
from tests.support.mail.outbox import Outbox
from web.core.http.errors import EXPIRED
from web.core.runtime import Runtime

RESUME = {OWNER: "/espace/reprise", AGENT: "/professionnels/reprise"}
WAYS = pytest.mark.parametrize("in_place", [False, True], ids=["page", "in place"])


def shown(page: Page) -> dict[str, str]:
    """The values in the fields of all the forms of a page."""
    assert page.dom is not None
    return {
        name: text
        for form in page.dom.iter("form")
        for name, text in page.values(form.get("action")).items()
    }


async def log_out_elsewhere(there: World, kind: Kind) -> dict[str, str]:
    """Log out with a form of another window; return the tokens that this window still has."""
    tokens = await there.tokens()
    page = await there.visitor.post(kind.logout, await there.tokens())
    assert page.url == kind.login
    return tokens


async def send(client: Client, path: str, fields: Mapping[str, str], in_place: bool) -> Page:
    """Send a form; return the page that the browser shows next."""
    page = await client.post(path, fields, htmx=in_place)
    if in_place:
        assert page.status == 204, page.html
        page = await client.get(page.response.headers["HX-Redirect"])
    return page


@WAYS
@pytest.mark.parametrize("role", SPACES)
async def test_every_form_comes_back_at_the_next_login(
    app: Starlette, outbox: Outbox, role: str, in_place: bool
) -> None:
    """3.5.1, 7.4.1: the form is kept for the account of the page, not carried out."""
    kind = OWNER if role == TITULAIRE else AGENT
    async with world(app, outbox, role) as there:
        for route in with_fields("/espace" if kind is OWNER else SPACES[role][0]):
            assert route.form is not None
            typed = {field.name: TYPED[field.name] for field in route.form() if field.name in TYPED}
            if not typed:
                continue
            old = await log_out_elsewhere(there, kind)
            path = there.paths.get(route.path, route.path)
            login = await send(there.visitor, path, {**old, **typed, "password": "x"}, in_place)
            assert "ce que vous aviez saisi est conservé une heure" in login.text, route.path
            await there.come_back(login)
            page = await there.visitor.get(RESUME[kind])
            found = shown(page)
            lost = {name for name, text in typed.items() if found.get(name, "").strip() != text}
            if "reason" in lost and page.described().get("Commentaire") == "Il manque le devis":
                lost = set()
            assert not lost, route.path
            assert "Reprendre votre saisie" in page.text


async def test_a_message_to_the_service_stays_in_its_page(client: Client, runtime: Runtime) -> None:
    """The page opens without a session, with the security check and the address to answer."""
    account = await OWNER.open(runtime)
    await account.log_in(client)
    form = await client.get("/contact")
    await client.submit(await client.get("/espace"), action="/deconnexion")
    typed = {"subject": "Une question", "message": "Mes heures"}
    page = await client.submit(form, typed, action="/contact")
    assert page.status == 403
    assert "Ce formulaire avait expiré" in page.text
    assert {name: page.values("/contact")[name].strip() for name in typed} == typed
    assert "answer" in page.values("/contact")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_text_browser_is_told_too(client: Client, runtime: Runtime, kind: Kind) -> None:
    """The tokens prove the origin of the form, which the headers cannot."""
    account = await kind.open(runtime)
    await account.log_in(client)
    form, other = [(await client.get(kind.change)).values(kind.change) for _ in range(2)]
    await client.post(kind.logout, other)
    client.http.headers.pop("Sec-Fetch-Site")
    login = await client.post(kind.change, {**form, "email": "ici@exemple.fr"})
    assert "ce que vous aviez saisi est conservé une heure" in login.text
    page = await client.submit(login, account.credentials)
    assert page.url == RESUME[kind]


async def test_the_tokens_of_nobody_s_session_keep_nothing(
    client: Client, runtime: Runtime
) -> None:
    """3.5.1: another site's form, sent by a text browser whose session has expired."""
    account = await OWNER.open(runtime)
    await account.log_in(client)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '31 minutes'")
    client.http.headers.pop("Sec-Fetch-Site")
    for csrf in ("", "forged"):
        page = await client.post("/espace/heures", {"csrf": csrf, "dif": "8"})
        assert page.status == 403
        assert "Saisissez le solde du DIF8" in page.text
    assert await count(runtime, "kept_form") == 0


async def test_a_logged_out_session_is_over(client: Client, runtime: Runtime) -> None:
    """7.4.1: the row kept after a logout is not listed as a session, and no cookie opens it."""
    account = await OWNER.open(runtime)
    await account.log_in(client)
    cookie = client.http.cookies["compte"]
    page = await client.get("/espace")
    await client.submit(page, action="/deconnexion")
    client.carry(compte=cookie)
    assert (await client.get("/espace")).url == "/connexion?suite=/espace"
    await account.log_in(client)
    assert (await client.get("/espace/connexions")).text.count("Dernière action") == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_live_session_is_told_in_place_that_the_form_expired(
    client: Client, runtime: Runtime, kind: Kind
) -> None:
    """Another login in another window: the next press loads the page, filled in."""
    account = await kind.open(runtime)
    await account.log_in(client)
    fields = (await client.get(kind.change)).values(kind.change)
    await account.log_in(client)
    page = await client.post(kind.change, {**fields, "password": "x"}, htmx=True)
    assert (page.status, page.response.text) == (403, EXPIRED)
