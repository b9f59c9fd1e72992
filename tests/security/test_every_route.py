"""8.2.2: every route, tried by everyone who may come: what each gets, and that nobody else's
things are seen or changed.

The routes are those of the application itself: one without a line in EXPECTED fails. A new kind of
visitor is a name in `visitors` and an answer in the lines that differ for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests.delegations import typing_in as delegation
from tests.security.visitors import ANOTHER, ORGANISME_ID, OUTSIDERS, TITULAIRE, World, world
from tests.support.client import Page
from tests.support.outbox import Outbox
from tests.support.people import PASSWORD
from web.home.public_routes import ROUTES as PUBLIC
from web.routes import (
    CAPTCHA,
    CATALOGUE,
    OPERATIONS,
    SIGNUP,
)

ROLES = (*OUTSIDERS, ANOTHER, TITULAIRE)
# These know no account: whoever comes, they show none and change none.
KNOW_NO_ACCOUNT = [*PUBLIC, *CATALOGUE, *SIGNUP, *CAPTCHA, *OPERATIONS]


@dataclass(frozen=True)
class Answer:
    """A status, and for a redirect where it leads (its beginning)."""

    status: int
    location: str = ""


@dataclass(frozen=True)
class Line:
    """What a request gets, by who sends it; `fields` make it one that works for the titulaire."""

    answers: Mapping[str, Answer]
    fields: Mapping[str, str] = field(default_factory=dict)
    # Who holds the link of a mail may use it, logged in or not.
    by_link: bool = False


TO_LOGIN = Answer(303, "/connexion?suite=")
SHOWN = Answer(200)
NOT_THERE = Answer(404)
SOME_ID = "0198c0de-0000-7000-8000-000000000000"
DOSSIER = "/espace/dossiers/{dossier_id:uuid}"
DOSSIER_FIELDS = {
    "title": "Taille du cristal",
    "trainer_name": "École des Verriers",
    "trainer_siret": "73282932000074",
    "starts_on": "01/03/2027",
    "ends_on": "18/06/2027",
    "duration": "35",
    "on_working_time": "non",
    "organisme": ORGANISME_ID,
}
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
ADDRESS = {"email": "autre@exemple.fr", "email_confirmation": "autre@exemple.fr"}
PROFILE = {"first_name": "Mireille"}


def inside(titulaire: Answer = SHOWN, another: Answer | None = None, **fields: str) -> Line:
    """A page of the personal space: another account gets the same answer, about itself."""
    answers = dict.fromkeys(OUTSIDERS, TO_LOGIN)
    return Line({**answers, ANOTHER: another or titulaire, TITULAIRE: titulaire}, fields)


def open_to_all(answer: Answer = SHOWN, **fields: str) -> Line:
    """A page that asks for no session."""
    return Line(dict.fromkeys(ROLES, answer), fields)


def by_link(answer: Answer = SHOWN, **fields: str) -> Line:
    """A page behind the link of a mail."""
    return Line(dict.fromkeys(ROLES, answer), fields, by_link=True)


def of_agents() -> Line:
    """A page of the professional space: no titulaire enters."""
    return Line(dict.fromkeys(ROLES, Answer(303, "/professionnels?suite=")))


def back_to(path: str) -> Answer:
    """Done: the answer leads to a page."""
    return Answer(303, path)


# In this order: what ends a session or an account is tried last.
EXPECTED: dict[str, Line] = {
    "GET /contact": open_to_all(),
    "POST /contact": open_to_all(Answer(422)),
    "GET /contact/recu/{reference}": open_to_all(),
    "GET /connexion": open_to_all(),
    "POST /connexion": open_to_all(Answer(422), nir="2 85 05 99 990 001", password="x"),
    "GET /mot-de-passe-oublie": open_to_all(),
    "POST /mot-de-passe-oublie": open_to_all(Answer(422), nir="1"),
    "GET /mot-de-passe-oublie/demande": open_to_all(),
    "GET /mot-de-passe/{token}": by_link(),
    "POST /mot-de-passe/{token}/robustesse": by_link(password="x"),
    "POST /mot-de-passe/{token}": by_link(Answer(422), password="x"),
    "GET /courriel/{token}": by_link(),
    "POST /courriel/{token}": by_link(back_to("/courriel/confirme")),
    "GET /courriel/confirme": open_to_all(),
    "GET /professionnels": open_to_all(),
    "POST /professionnels": open_to_all(Answer(422), email="a@exemple.fr", password="x"),
    "GET /professionnels/prolonger": of_agents(),
    "GET /professionnels/reprise": of_agents(),
    "POST /professionnels/reprise": of_agents(),
    "GET /professionnels/code": of_agents(),
    "POST /professionnels/code": of_agents(),
    "GET /professionnels/second-facteur": of_agents(),
    "POST /professionnels/second-facteur": of_agents(),
    "GET /professionnels/second-facteur/retirer": of_agents(),
    "POST /professionnels/second-facteur/retirer": of_agents(),
    "GET /professionnels/codes-de-secours": of_agents(),
    "POST /professionnels/codes-de-secours": of_agents(),
    "POST /professionnels/codes-de-secours/fichier": of_agents(),
    "GET /professionnels/mot-de-passe-oublie": open_to_all(),
    "POST /professionnels/mot-de-passe-oublie": open_to_all(Answer(422), email="x"),
    "GET /professionnels/mot-de-passe-oublie/demande": open_to_all(),
    # No agent has a link here, and a titulaire's is none of theirs.
    "GET /professionnels/mot-de-passe/{token}": open_to_all(NOT_THERE),
    "POST /professionnels/mot-de-passe/{token}/robustesse": open_to_all(Answer(204)),
    "POST /professionnels/mot-de-passe/{token}": open_to_all(NOT_THERE, password="x"),
    "GET /professionnels/compte": of_agents(),
    "GET /professionnels/compte/mot-de-passe": of_agents(),
    "POST /professionnels/compte/mot-de-passe": of_agents(),
    "POST /professionnels/compte/mot-de-passe/robustesse": of_agents(),
    "GET /professionnels/compte/connexions": of_agents(),
    "POST /professionnels/compte/connexions/fermer-les-autres": of_agents(),
    "POST /professionnels/compte/connexions/{session_id:uuid}/fermer": of_agents(),
    "GET /organisme": of_agents(),
    "GET /organisme/dossiers/{dossier_id:uuid}": of_agents(),
    **{
        f"{method} /organisme/dossiers/{{dossier_id:uuid}}/{action}": of_agents()
        for action in ("valider", "renvoyer", "refuser", "clore", "annuler")
        for method in ("GET", "POST")
    },
    "POST /professionnels/deconnexion": open_to_all(back_to("/professionnels")),
    "GET /espace": inside(),
    "GET /espace/prolonger": inside(),
    "GET /espace/heures": inside(),
    "POST /espace/heures": inside(back_to("/espace/heures"), dif="80"),
    "GET /espace/historique": inside(),
    "GET /espace/connexions": inside(),
    "POST /espace/connexions/{session_id:uuid}/fermer": inside(back_to("/espace/connexions")),
    "POST /espace/connexions/fermer-les-autres": inside(back_to("/espace/connexions")),
    "GET /espace/informations": inside(),
    "POST /espace/informations": inside(back_to("/espace/informations"), **PROFILE),
    "GET /espace/informations/courriel": inside(),
    "POST /espace/informations/courriel": inside(
        back_to("/espace/informations"), password=PASSWORD, **ADDRESS
    ),
    "POST /espace/informations/courriel/annuler": inside(back_to("/espace/informations")),
    "GET /espace/mes-donnees": inside(),
    "POST /espace/mes-donnees": inside(),
    # The form that waits is the titulaire's: for another account there is none.
    "GET /espace/reprise": inside(another=back_to("/espace")),
    "POST /espace/reprise": inside(back_to("/espace")),
    "GET /espace/mot-de-passe": inside(),
    "POST /espace/mot-de-passe/robustesse": inside(password="x"),
    "GET /espace/dossiers": inside(),
    "GET /espace/dossiers/nouveau": inside(),
    "POST /espace/dossiers/nouveau": inside(back_to("/espace/dossiers/")),
    "GET /espace/dossiers/simulation": inside(),
    f"GET {DOSSIER}": inside(another=NOT_THERE),
    f"GET {DOSSIER}/modifier": inside(another=NOT_THERE),
    f"GET {DOSSIER}/soumettre": inside(another=NOT_THERE),
    f"GET {DOSSIER}/annuler": inside(another=NOT_THERE),
    f"GET {DOSSIER}/supprimer": inside(another=NOT_THERE),
    f"POST {DOSSIER}/supprimer": inside(
        back_to("/espace/dossiers"), another=NOT_THERE, revision="0"
    ),
    f"POST {DOSSIER}/modifier": inside(
        back_to("/espace/dossiers/"), another=NOT_THERE, revision="0", **DOSSIER_FIELDS
    ),
    f"POST {DOSSIER}/soumettre": inside(
        back_to("/espace/dossiers/"), another=NOT_THERE, revision="1", consent="y"
    ),
    f"POST {DOSSIER}/annuler": inside(
        back_to("/espace/dossiers/"), another=NOT_THERE, revision="2"
    ),
    "GET /espace/delegations": inside(),
    "GET /espace/delegations/nouvelle": inside(),
    "POST /espace/delegations/nouvelle": inside(**delegation.fields()),
    "POST /espace/delegations/nouvelle/corriger": inside(**delegation.fields()),
    "POST /espace/delegations/nouvelle/accorder": inside(
        back_to("/espace/delegations"), **delegation.fields()
    ),
    "GET /espace/delegations/{delegation_id:uuid}/revoquer": inside(another=NOT_THERE),
    "POST /espace/delegations/{delegation_id:uuid}/revoquer": inside(
        back_to("/espace/delegations"), another=NOT_THERE
    ),
    "POST /deconnexion": open_to_all(back_to("/connexion")),
    "POST /espace/mot-de-passe": inside(
        back_to("/espace/connexions"), password_current=PASSWORD, **NEW
    ),
    "GET /espace/informations/fermeture": inside(),
    "POST /espace/informations/fermeture": inside(
        back_to("/compte-ferme"), password=NEW["password"]
    ),
    "GET /compte-ferme": open_to_all(),
}
# Requests that must leave their trace when the titulaire sends them: they are well made.
WITHOUT_EFFECT = re.compile(
    r"GET |.*/robustesse$|.*/nouvelle(/corriger)?$"
    r"|.* /(contact|connexion|mot-de-passe|professionnels).*"
)


def names(routes: list[Any]) -> Iterator[tuple[str, Route]]:
    """« POST /espace/heures », as in EXPECTED."""
    for route in routes:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        yield f"{method} {route.path}", route


async def send(there: World, name: str, fields: Mapping[str, str], **options: Any) -> Page:
    """The request, as this visitor's browser would send it, with the titulaire's own ids."""
    method, _, route = name.partition(" ")
    path = there.paths.get(route, re.sub(r"\{[^}]+\}", _stand_in, route))
    if method == "GET":
        return await there.visitor.get(path, follow=False, **options)
    tokens = (await there.visitor.get("/connexion")).values("/connexion")
    return await there.visitor.post(
        path, {"csrf": tokens["csrf"], "key": tokens["key"], **fields}, follow=False, **options
    )


def _stand_in(parameter: re.Match[str]) -> str:
    if parameter[0].endswith(":uuid}"):
        return SOME_ID
    return "A" * 8 if "reference" in parameter[0] else "a" * 43


def differences(name: str, page: Page, answer: Answer) -> list[str]:
    """What is not as expected."""
    location = page.response.headers.get("location", "")
    if page.status == answer.status and location.startswith(answer.location):
        return []
    return [f"{name}: {page.status} {location} instead of {answer.status} {answer.location}"]


def leaks(there: World, page: Page) -> list[str]:
    """What of the titulaire is read in an answer that is not theirs."""
    return [secret for secret in there.secrets if secret in page.html.replace("\u00a0", " ")]


def test_every_route_has_its_line(app: Starlette) -> None:
    here = {name for name, _ in names(list(app.routes))}
    known = {name for name, _ in names(KNOW_NO_ACCOUNT)} | {"GET /static/{digest}/{name:path}"}
    assert here - known == EXPECTED.keys()


@pytest.mark.parametrize("role", [*OUTSIDERS, ANOTHER])
async def test_nobody_sees_or_changes_what_is_the_titulaire_s(
    app: Starlette, outbox: Outbox, role: str
) -> None:
    problems = []
    async with world(app, outbox, role) as there:
        before = await there.rows()
        for name, line in EXPECTED.items():
            page = await send(there, name, line.fields)
            await there.come_back()
            problems += differences(name, page, line.answers[role])
            problems += [f"{name} tells {secret}" for secret in leaks(there, page)]
            after = await there.rows()
            if after != before and not line.by_link:
                changed = [table for table in after if after[table] != before[table]]
                problems.append(f"{name} changed {changed}")
            before = after
        tokens = (await there.visitor.get("/connexion")).values("/connexion")
        for name, route in names(KNOW_NO_ACCOUNT):
            method, path = name.partition(" ")[0], re.sub(r"\{[^}]+\}", _stand_in, route.path)
            data = {name: tokens[name] for name in ("csrf", "key")} if method == "POST" else None
            answer = await there.visitor.http.request(method, path, data=data)
            assert answer.status_code < 500, name
            problems += [f"{name} tells {one}" for one in there.secrets if one in answer.text]
        assert await there.rows() == before
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("role", OUTSIDERS)
async def test_a_part_of_a_page_asked_from_outside_leads_the_whole_page_to_the_login(
    app: Starlette, outbox: Outbox, role: str
) -> None:
    async with world(app, outbox, role) as there:
        for name in [name for name, line in EXPECTED.items() if line.answers[role] is TO_LOGIN]:
            page = await send(there, name, EXPECTED[name].fields, htmx=True)
            assert page.status == 204, name
            assert page.response.headers["hx-redirect"].startswith("/connexion?suite="), name


async def test_the_titulaire_gets_every_page_and_every_effect(
    app: Starlette, outbox: Outbox
) -> None:
    problems = []
    async with world(app, outbox, TITULAIRE) as there:
        before = await there.rows()
        for name, line in EXPECTED.items():
            page = await send(there, name, line.fields)
            await there.come_back()
            problems += differences(name, page, line.answers[TITULAIRE])
            after = await there.rows()
            if after == before and not WITHOUT_EFFECT.match(name):
                problems.append(f"{name} did nothing")
            before = after
    assert not problems, "\n".join(problems)
