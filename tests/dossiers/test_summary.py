"""Dossiers on the account summary and in « Mes données »."""

from __future__ import annotations

import json
from uuid import UUID

from tests.support.http.client import Client
from tests.support.training.dossiers import (
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
from web.domain.submission import Draft

REASON = "Joignez le devis <signé>."


async def test_the_summary_counts_dossiers_and_says_what_to_do_next(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    page = await space.get("/espace")
    assert "Prochaine étape : votre dossier de formation" in page.text
    whole = complete(organisme_id)
    sent_back = await submitted(runtime, person_id, whole)
    page = await space.get("/espace")
    assert "Dossiers en cours 1 Voir mes dossiers Dossiers clos 0" in page.text
    assert "À faire" not in page.text
    draft_id = await draft(runtime, person_id, Draft())
    page = await space.get("/espace")
    assert "À faire : terminer votre dossier" in page.text
    assert f'href="/espace/dossiers/{draft_id}"' in page.html
    await step(runtime, sent_back, Event.SEND_BACK, agent_of(whole), Facts(reason=REASON))
    page = await space.get("/espace")
    assert "À faire : corriger votre dossier" in page.text
    assert f'href="/espace/dossiers/{sent_back}"' in page.html
    closed = await validated(runtime, person_id, whole)
    await step(runtime, closed, Event.COMPLETE, agent_of(whole))
    page = await space.get("/espace")
    assert "Dossiers en cours 2" in page.text
    assert "Dossiers clos 1 Voir mes dossiers clos" in page.text
    assert "Heures DIF 0 h" in page.text


async def test_all_of_a_dossier_can_be_read_and_taken_away(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id, code_cpf="2368", confidential=True)
    dossier_id = await submitted(runtime, person_id, whole)
    await step(runtime, dossier_id, Event.SEND_BACK, agent_of(whole), Facts(reason=REASON))
    other = await validated(runtime, person_id, complete(organisme_id, cost=None))
    await draft(runtime, person_id, Draft())
    page = await space.get("/espace/mes-donnees")
    for words in (
        (await find(runtime, dossier_id)).number,
        "Anglais professionnel, code CPF 2368",
        "École des Quais, n° SIRET 732 829 320 00074",
        REASON,
        "15 h DIF, 20 h CPF, 5 h financées autrement",
        "Confidentieloui",
    ):
        assert words in page.text
    url = "/espace/mes-donnees"
    document = json.loads((await space.submit(page, action=url)).response.text)
    first, second, third = document["dossiers_de_formation"]
    assert first["etapes"][-1]["raison"] == REASON
    assert [one["etape"] for one in first["etapes"]] == [
        "créé",
        "soumis",
        "renvoyé pour correction",
    ]
    assert (first["statut"], second["statut"]) == ("en cours d’élaboration", "validé")
    assert second["numero"] == (await find(runtime, other)).number
    assert second["accord_donne_le"]
    assert (second["heures_dif"], second["heures_cpf"]) == (15, 20)
    assert (third["formation"], third["debut"], third["etapes"][0]["etape"]) == ("", None, "créé")
    kinds = {mail["sorte"] for mail in document["courriels_envoyes"]}
    assert "dossier-step" in kinds
