"""The live checks of a refused form: its errors go as its fields become right, and nothing else."""

from __future__ import annotations

import pytest

from tests.support.db.rows import count
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from tests.support.titulaires.journey import (
    register_and_log_in,
    to_identity,
    to_password,
    to_validation,
)
from tests.support.titulaires.people import Person
from web.core.http.routing import FormRoute
from web.core.runtime import Runtime

URL = "data-hx-post"
BUTTONS_ONLY = [
    "activation",
    "agent-logout",
    # Its only field is a box, ticked or not.
    "agent-mails",
    "agent-recovery-codes-file",
    "agent-resume",
    "agent-session-end",
    "agent-sessions-end-others",
    "delegation-revoke",
    "digest-stop",
    "dossier-cancel",
    "dossier-delete",
    "email-cancel",
    "email-link",
    "former",
    "former-link",
    "logout",
    "person-dossier-delete",
    "recovery-codes-file",
    "resume",
    "service-email-link",
    "service-email-refusal",
    "session-end",
    "sessions-end-others",
    "signup-cancel",
    "signup-resend",
    "signup-validation",
]


def check_url(page: Page) -> str:
    """The address of the live checks of a refused page; '' once there are none."""
    assert page.dom is not None
    [part] = (node for node in page.dom.iter("div") if node.get("id") == "correction")
    return part.get(URL, "")


def said(page: Page) -> str:
    """The announcement of a live check."""
    assert page.dom is not None
    [node] = (node for node in page.dom.iter("p") if node.get("id") == "correction-dite")
    return plain(node.get("data-announce") or "")


async def test_each_form_that_may_be_refused_has_live_checks(client: Client) -> None:
    """The others have only a button."""
    routes = [one for one in client.app.routes if isinstance(one, FormRoute) and one.writes]
    assert sorted(one.name for one in routes if one.check is None) == BUTTONS_ONLY


async def test_an_error_goes_when_its_field_is_right_and_the_others_stay(client: Client) -> None:
    step = await to_identity(client)
    typed = {"nir": "12", "email": "ana@exemple.fr", "email_confirmation": "ana@exemple.com"}
    refused = await client.submit(step, typed)
    assert refused.status == 422
    assert check_url(refused).endswith(
        "?champs=nir,civility,first_name,birth_name,email_confirmation,answer"
    )
    values = {**step.values(), **typed, "first_name": "Ana"}
    page = await client.post(check_url(refused), values, htmx=True)
    assert page.status == 422
    assert said(page) == "Corrigé : Prénom. 5 erreurs sont à corriger."
    assert page.error_of("first_name") == ""
    assert page.error_of("nir").startswith("Erreur : Saisissez les 13 chiffres")
    assert list(page.summary) == [
        "nir",
        "civility-0",
        "birth_name",
        "email_confirmation",
        "answer",
    ]
    values["email_confirmation"] = typed["email"]
    page = await client.post(check_url(page), values, htmx=True)
    assert said(page) == "Corrigé : Confirmation courriel. 4 erreurs sont à corriger."


async def test_a_right_form_that_is_only_checked_is_not_sent(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    step = await to_password(client, Person())
    refused = await client.submit(step, {"password": "abc"})
    good = {"password": "Chevaux-482-b", "password_confirmation": "Chevaux-482-b"}
    page = await client.post(check_url(refused), {**step.values(), **good}, htmx=True)
    assert page.status == 200
    assert said(page).endswith("Plus aucune erreur n’est signalée.")
    assert check_url(page) == ""
    away = await client.get("/inscription/validation", follow=False)
    assert away.location == "/inscription/mot-de-passe"


async def test_the_rules_of_the_server_decide_on_a_password(client: Client) -> None:
    step = await to_password(client, Person())
    refused = await client.submit(step, {"password": "é"})
    assert len([one for one in refused.html.split("<li>") if 'href="#password"' in one]) == 3
    for typed, gone in (("Orange-Née-482", False), ("Chevaux-482-b", True)):
        values = {**step.values(), "password": typed, "password_confirmation": typed}
        page = await client.post(check_url(refused), values, htmx=True)
        assert (page.error_of("password") == "") is gone


async def test_an_error_that_only_a_submission_can_lift_has_no_live_check(
    client: Client, outbox: Outbox
) -> None:
    await register_and_log_in(client, Person(), outbox)
    page = await client.get("/espace/mot-de-passe")
    good = {"password": "Chevaux-482-b", "password_confirmation": "Chevaux-482-b"}
    refused = await client.submit(page, {"password_current": "Faux-12345", **good})
    assert refused.summary.keys() == {"password_current"}
    assert check_url(refused) == ""


async def test_a_check_of_the_hours_declares_nothing(
    client: Client, runtime: Runtime, outbox: Outbox
) -> None:
    await register_and_log_in(client, Person(), outbox)
    page = await client.get("/espace/heures")
    refused = await client.submit(page, {"dif": "x"}, action="/espace/heures")
    values = {**page.values("/espace/heures"), "dif": "80"}
    assert said(await client.post(check_url(refused), values, htmx=True)).startswith("Corrigé")
    values |= {"dif": "130", "asked": "1"}
    above = await client.post(f"{check_url(refused)},confirmed", values, htmx=True)
    assert above.error_of("confirmed").startswith("Erreur : Cochez la case")
    assert await count(runtime, "movement") == 0


@pytest.mark.parametrize(
    "path", ["/inscription/validation?champs=", "/inscription/identite?champs=nir"]
)
async def test_an_address_without_live_checks_does_nothing(client: Client, path: str) -> None:
    """The first form has none, and the others answer only the page's own script."""
    step = await to_validation(client, Person())
    answer = await client.post(path, step.values())
    assert answer.status == 404
    assert "Valider son inscription" in (await client.get("/inscription/validation")).text
