"""The mails of a dossier: each step is announced, without private details."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from tests.support.db.idempotency import new_command
from tests.support.db.rows import column, run
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import (
    AGREED,
    agent_of,
    complete,
    draft,
    find,
    step,
    submitted,
    validated,
)
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.dossiers.access import Author
from web.dossiers.drafts import service as drafts
from web.dossiers.mails import STEP_MAIL

ADDRESS = re.compile(r'https?://[^\s"<]+')
REASON = "Le devis de l’École des Quais manque."
SAID = Facts(reason=REASON, followed=12)


async def test_each_step_is_told_without_the_reason_nor_the_formation(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, person: Person, outbox: Outbox
) -> None:
    whole = complete(organisme_id, code_cpf="2368")
    agent, mine = agent_of(whole), Author.titulaire(person_id)
    first = await submitted(runtime, person_id, whole)
    await step(runtime, first, Event.SEND_BACK, agent, SAID)
    await step(runtime, first, Event.SUBMIT, mine, AGREED)
    await step(runtime, first, Event.VALIDATE, agent)
    await step(runtime, first, Event.ABANDON, agent, SAID)
    # A day later: several at once would be grouped into one mail.
    await run(runtime, "UPDATE mail SET due_at = due_at - interval '1 day'")
    second = await submitted(runtime, person_id, whole)
    await step(runtime, second, Event.REFUSE, agent, SAID)
    for event in (Event.COMPLETE, Event.CANCEL):
        await step(runtime, await validated(runtime, person_id, whole), event, agent)
    third = await draft(runtime, person_id, whole)
    await step(runtime, third, Event.CANCEL, mine)
    await outbox.deliver()
    mails = outbox.to(person.email)
    listed = {
        "est soumis": "a bien été transmis à Fongecif de démonstration",
        "est à corriger": "Fongecif de démonstration vous renvoie votre dossier",
        "est validé": "Les heures de votre compte qu’il utilise sont réservées",
        "formation abandonnée": "Les heures suivies sont débitées",
        "est refusé": "Aucune heure n’est réservée ni débitée",
        "formation terminée": "Les heures réservées sont débitées",
        "est annulé": "Fongecif de démonstration a annulé votre dossier",
    }
    assert len(mails) == 13
    for ending, words in listed.items():
        found = [mail for mail in mails if mail.subject.endswith(ending)]
        assert found, ending
        assert all(words in _folded(mail.text) for mail in found)
    number = (await find(runtime, first)).number
    [asked] = [mail for mail in mails if mail.subject.endswith("est à corriger")]
    assert f"n° {number}" in _folded(asked.text)
    assert f"http://127.0.0.1:8000/espace/dossiers/{first}" in asked.text
    for mail in mails:
        assert mail.text.startswith("Bonjour Zoé,")
        # The path of a dossier may contain the digits of the code by chance.
        for said in (ADDRESS.sub("", mail.text), ADDRESS.sub("", mail.html)):
            for secret in (REASON, "Quais", "Anglais", "2368", "d’Orange", person.nir):
                assert secret not in said


async def test_many_steps_within_the_hour_share_one_mail(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, person: Person, outbox: Outbox
) -> None:
    whole = complete(organisme_id)
    for _ in range(STEP_MAIL.per_hour // 2):
        await step(
            runtime, await submitted(runtime, person_id, whole), Event.REFUSE, agent_of(whole), SAID
        )
    last = await submitted(runtime, person_id, whole)
    await step(runtime, last, Event.REFUSE, agent_of(whole), SAID)
    await outbox.deliver()
    assert len(outbox.to(person.email)) == STEP_MAIL.per_hour
    await outbox.deliver_later()
    mail = outbox.to(person.email)[-1]
    assert len(outbox.to(person.email)) == STEP_MAIL.per_hour + 1
    assert mail.subject == "2 nouvelles étapes dans vos dossiers de formation"
    for text in (_folded(mail.text), _folded(mail.html)):
        assert "a bien été transmis à Fongecif de démonstration" in text
        assert "Aucune heure n’est réservée ni débitée" in text
        assert text.count(f"/espace/dossiers/{last}") == 2
        assert REASON not in text


async def test_a_mail_about_a_dossier_that_is_gone_is_not_sent(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, outbox: Outbox
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    await step(runtime, dossier_id, Event.SEND_BACK, agent_of(whole), SAID)
    seen = (await find(runtime, dossier_id)).revision
    author = Author.titulaire(person_id)
    await drafts.delete_draft(
        runtime, dossier_id, author, seen_revision=seen, command=new_command()
    )
    await outbox.deliver()
    assert outbox.peer.received == []
    states = "SELECT status || ' ' || reason FROM mail"
    assert await column(runtime, states) == ["held obsolete"] * 2


async def test_the_link_of_a_mail_leads_to_the_dossier_through_the_login(
    client: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID, person: Person
) -> None:
    dossier_id = await submitted(runtime, person_id, replace(complete(organisme_id), cost=None))
    page = await client.get(f"/espace/dossiers/{dossier_id}")
    assert page.url.startswith("/connexion?suite=")
    page = await client.submit(page, {"nir": person.nir, "password": person.password})
    assert page.url == f"/espace/dossiers/{dossier_id}"


def _folded(text: str) -> str:
    return " ".join(text.split())
