"""The acts of organismes and employers on a dossier, as its titulaire sees them; inspected."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.journeys.acts.dossiers import ORGANISME, newest_person, prepare
from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_space
from tests.journeys.site import Site
from tests.support.db.idempotency import new_command
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import agent_of, complete, draft, find, step, submitted
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.dossiers.access import Author
from web.dossiers.drafts.service import save_draft

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
REASON = "Le devis de l’organisme de formation manque.\nIndiquez aussi le coût, s’il vous plaît."
FOLLOWED = Facts(followed=12, reason="Arrêt à la demande du titulaire.")


async def test_a_dossier_after_the_decisions_of_others(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page = await new_page()
    driver = await to_space(page, site, Person())
    person_id = await newest_person(site)
    contents = complete(await prepare(site, person_id), code_cpf="7066")
    agent = agent_of(contents, ORGANISME)
    async with site.runtime() as runtime:
        dossier_id = await submitted(runtime, person_id, contents)
        own = f"/espace/dossiers/{dossier_id}"
        await step(runtime, dossier_id, Event.SEND_BACK, agent, Facts(reason=REASON))
        await driver.open("/espace")
        await driver.reads("À faire : corriger votre dossier")
        await inspector.look(page, "dashboard-dossier-sent-back")
        await driver.press("Voir ce qui est demandé")
        await driver.reads("Indiquez aussi le coût")
        await inspector.look(page, "dossier-sent-back")
        await driver.press("Corriger le dossier")
        await driver.write("Rechercher dans le catalogue", "menuisier")
        await driver.press("Rechercher")
        await driver.reads("pour « menuisier »")
        await inspector.look(page, "dossier-edit-sent-back")
        await prepared_by_an_employer(runtime, person_id, dossier_id)
        await driver.press("Enregistrer")
        await driver.reads_error_summary()
        await inspector.look(page, "dossier-changed-meanwhile")
        await driver.press("Enregistrer")
        await driver.reads("Votre dossier est enregistré.")
        await driver.open(f"{own}/supprimer")
        await inspector.look(page, "dossier-to-delete")
        await driver.open(f"{own}/annuler")
        agreed = Facts(consent_at=runtime.clock.now())
        await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), agreed)
        await driver.press("Annuler ce dossier")
        await driver.reads("Ce dossier a changé entre-temps")
        await inspector.look(page, "dossier-not-cancelled")
        await step(runtime, dossier_id, Event.VALIDATE, agent)
        await driver.press("Voir le dossier")
        await driver.reads("Vos heures sont réservées.")
        await inspector.look(page, "dossier-validated")
        await driver.open("/espace/heures")
        await driver.reads("n’est plus modifiable")
        await inspector.look(page, "hours-reserved")
        await step(runtime, dossier_id, Event.ABANDON, agent, FOLLOWED)
        await driver.open(own)
        await driver.reads("après 12 h suivies")
        await inspector.look(page, "dossier-abandoned")
        for _ in range(2):
            await draft(runtime, person_id, contents)
    await driver.open("/espace/dossiers?statut=valide")
    await driver.reads("Aucun dossier n’a ce statut.")
    await inspector.look(page, "dossiers-of-no-status")
    await driver.press("Tout afficher")
    await inspector.look(page, "dossiers-several")
    await driver.open("/espace/mes-donnees")
    await inspector.look(page, "data-with-dossiers")


async def prepared_by_an_employer(runtime: Runtime, person_id: UUID, dossier_id: UUID) -> None:
    """An employer changes the draft while its titulaire does."""
    seen = await find(runtime, dossier_id)
    await save_draft(
        runtime,
        dossier_id,
        complete(UUID(seen.contents.organisme), duration=35),
        Author.employer(person_id, "Verrerie Duval", may_modify=True),
        seen_revision=seen.revision,
        command=new_command(),
    )
