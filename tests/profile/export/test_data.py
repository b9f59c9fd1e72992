"""« Mes données »: all the stored data, to read and to download."""

from __future__ import annotations

import json

from tests.support.db.rows import corrupt, run
from tests.support.http.client import Client
from tests.support.titulaires.accounts import events_of
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.training.feeding import EMPLOYERS, feed, feed_credits
from web.auth.titulaires.kind import TITULAIRE
from web.core.runtime import Runtime
from web.people.identity import nir_digest

URL = "/espace/mes-donnees"


async def test_the_page_tells_what_is_kept_with_the_nir_masked(
    space: Client, person: Person
) -> None:
    await space.submit(await space.get("/espace/heures"), {"dif": "80"})
    page = await space.get(URL)
    for words in ("Zoé", "d’Orange-Née", "zoe@exemple.fr", "06 12 34 56 78", "80 h", "DIF"):
        assert words in page.text
    assert person.nir not in page.text.replace(" ", "")


async def test_the_page_without_hours_says_so(space: Client) -> None:
    page = await space.get(URL)
    assert "Aucun mouvement d’heures." in page.text
    assert "Aucun dossier de formation." in page.text


async def test_the_file_holds_everything(space: Client, person: Person, runtime: Runtime) -> None:
    await space.submit(await space.get("/espace/heures"), {"dif": "80"})
    page = await space.get(URL)
    answer = (await space.submit(page, action=URL)).response
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="mes-donnees.json"'
    assert answer.headers["cache-control"] == "no-store, no-cache"
    document = json.loads(answer.text)
    assert document["identite"]["numero_de_securite_sociale"] == person.nir
    assert document["identite"]["telephone_portable"] == "+33612345678"
    [movement] = document["mouvements_d_heures"]
    assert (movement["compte"], movement["heures"]) == ("DIF", 80)
    assert movement["nature"] == "Déclaration du solde DIF"
    assert {event["par"] for event in document["historique"]} == {"titulaire"}
    assert [event["action"] for event in document["historique"]] == [
        "Connexion",
        "Solde DIF déclaré",
        "Données personnelles téléchargées",
    ]
    assert len(document["connexions_ouvertes"]) == 1
    assert "argon2" not in answer.text


async def test_the_same_press_twice_is_noted_once(space: Client, runtime: Runtime) -> None:
    page = await space.get(URL)
    await space.submit(page, action=URL)
    await space.submit(page, action=URL)
    assert await events_of(runtime, "data_downloaded") == ["data_downloaded"]


async def test_another_person_s_file_has_nothing_of_mine(space: Client, stranger: Client) -> None:
    text = (await stranger.submit(await stranger.get(URL), action=URL)).response.text
    assert "Inès" in text
    assert "zoe@exemple.fr" not in text


async def test_hours_worked_are_there_with_their_employer(
    space: Client, person: Person, runtime: Runtime
) -> None:
    await feed(runtime, [(person.nir, 2015, EMPLOYERS[0], "803.50", 1820)])
    page = await space.get(URL)
    for words in ("Alimentation annuelle CPF", "732 829 320 00074", "803,5 h", "1 820 h"):
        assert words in page.text
    document = json.loads((await space.submit(page, action=URL)).response.text)
    [worked] = document["heures_travaillees_declarees_par_vos_employeurs"]
    assert (worked["annee"], worked["siret"]) == (2015, EMPLOYERS[0])
    assert (worked["heures"], worked["reference"]) == (803.5, 1820)


async def test_exceptional_credits_are_there_with_their_grantor(
    space: Client, person: Person, runtime: Runtime
) -> None:
    given = ("abondement-region", 40, "2016-05-02", "la région Bretagne", "R-1")
    await feed_credits(runtime, [(person.nir, *given)])
    page = await space.get(URL)
    for words in ("Crédit exceptionnel", "Abondement de la région", "la région Bretagne", "R-1"):
        assert words in page.text
    assert "2 mai 2016" in page.text
    document = json.loads((await space.submit(page, action=URL)).response.text)
    [movement] = document["mouvements_d_heures"]
    assert (movement["nature"], movement["reference"]) == ("Crédit exceptionnel", "R-1")
    [credit] = document["credits_exceptionnels"]
    del credit["recu_le"]
    assert credit == {
        "reference": "R-1",
        "nature": "Abondement de la région",
        "heures": 40,
        "accorde_le": "2016-05-02",
        "accorde_par": "la région Bretagne",
    }


async def test_what_waits_is_there_too(space: Client, person: Person, runtime: Runtime) -> None:
    address = "/espace/informations/courriel"
    typed = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr", "password": PASSWORD}
    await space.submit(await space.get(address), typed, action=address)
    hours = await space.get("/espace/heures")
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '31 minutes'")
    await space.submit(hours, {"dif": "77"}, action="/espace/heures")
    await log_in(space, person)
    async with Client(space.app, address="198.51.100.9") as elsewhere:
        await log_in(elsewhere, Person(nir=person.nir, password="Faux-123-mot"))
    codes = (TITULAIRE.code_tries.in_a_row, nir_digest(runtime.hasher, person.nir).hex())
    await runtime.limits.hit(codes)
    text = (await space.submit(await space.get(URL), action=URL)).response.text
    waiting = json.loads(text)["en_attente"]
    assert waiting["changement_d_adresse"]["adresse"] == "n@exemple.fr"
    assert waiting["saisie_a_reprendre"] == {"page": "/espace/heures", "champs": {"dif": "77"}}
    assert waiting["mots_de_passe_refuses_de_suite"]["nombre"] == 1
    assert waiting["codes_refuses_de_suite"]["nombre"] == 1
    assert "Faux-123" not in text
    for column in ("email_change.email", "kept_form.content"):
        await corrupt(runtime, column, "true")
    text = (await space.submit(await space.get(URL), action=URL)).response.text
    waiting = json.loads(text)["en_attente"]
    assert waiting["changement_d_adresse"]["adresse"] is None
    assert waiting["saisie_a_reprendre"] is None
    assert waiting["codes_refuses_de_suite"]["nombre"] == 1
