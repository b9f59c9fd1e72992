"""From the terms to the DIF hours, without scripts."""

from __future__ import annotations

from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person


async def test_a_person_registers_activates_logs_in_and_declares_dif_hours(
    client: Client, outbox: Outbox
) -> None:
    person = Person()

    page = await register_and_log_in(client, person, outbox)
    assert "Synthèse de votre compte" in page.text
    assert "non renseignées" in page.text

    page = await client.submit(await client.get("/espace/heures"), {"dif": "80"})
    assert "Votre solde d’heures DIF (droit individuel à la formation) est enregistré." in page.text

    page = await client.get("/espace")
    assert "80 h" in page.text
    assert [mail.subject for mail in outbox.peer.received] == ["Activez votre compte formation"]
