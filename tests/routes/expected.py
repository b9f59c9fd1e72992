"""The expected answer of every route to every kind of visitor, in one table.

A new route needs a line here. A new kind of visitor is a name in `visitors` and an answer in the
lines that differ for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tests.routes.visitors import (
    ADDRESSED,
    AGENTS,
    ANOTHER,
    AWAITING,
    BEFORE_TERMS,
    CONSULTS,
    ELSEWHERE,
    EMPLOYERS,
    MANAGES,
    MODIFIES,
    ORGANISME_ID,
    ORGANISMES,
    OUTSIDERS,
    ROLES,
    TITULAIRE,
)
from tests.support.titulaires.people import PASSWORD
from tests.support.training import delegations as delegation
from tests.support.training.delegations import day

Fields = Mapping[str, str]
NO_FIELDS: Fields = MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """A status, and the beginning of the location for a redirect."""

    status: int
    location: str = ""


@dataclass(frozen=True)
class Line:
    """The answers to a request by role; `fields` make it valid for the titulaire."""

    answers: Mapping[str, Answer]
    fields: Fields = field(default_factory=dict)
    # Whether holding a mailed link is enough, logged in or not.
    by_link: bool = False
    # The roles that may see the titulaire's data here, or change them by a POST.
    insiders: frozenset[str] = frozenset()
    # Whether an accepted POST writes nothing: it searches, simulates, checks, asks for
    # confirmation.
    idle: bool = False


TO_LOGIN = Answer(303, "/connexion?suite=")
TO_CODE = Answer(303, "/connexion/code")
TO_TERMS = Answer(303, "/connexion/conditions")
TO_AGENTS_LOGIN = Answer(303, "/professionnels?suite=")
FORBIDDEN = Answer(403)
SHOWN = Answer(200)
NOT_THERE = Answer(404)
WRONG = Answer(422)
TO_EMPLOYER, TO_ORGANISME = Answer(303, "/employeur"), Answer(303, "/organisme")
ACCOUNT = "/professionnels/compte"
ACCESS = f"{ACCOUNT}/acces"
COLLEAGUE = ACCESS + "/{colleague_id:uuid}"
COLLEAGUE_PAGES = (
    f"GET {COLLEAGUE}",
    f"POST {COLLEAGUE}/renvoyer",
    *(f"{verb} {COLLEAGUE}/{act}" for verb in ("GET", "POST") for act in ("retirer", "confier")),
    *(f"{verb} {COLLEAGUE}/reprendre" for verb in ("GET", "POST")),
)
PERSON = "/employeur/personnes/{delegation_id:uuid}"
PERSON_DOSSIER = PERSON + "/dossiers/{dossier_id:uuid}"
ORGANISME_DOSSIER = "/organisme/dossiers/{dossier_id:uuid}"
DOSSIER = "/espace/dossiers/{dossier_id:uuid}"
DOSSIER_FIELDS = {
    "title": "Taille du cristal",
    "trainer_name": "École des Verriers",
    "trainer_siret": "73282932000074",
    "starts_on": day(120),
    "ends_on": day(220),
    "duration": "35",
    "on_working_time": "non",
    "situation": "recherche",
    "organisme": ORGANISME_ID,
}
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
ADDRESS = {"email": "autre@exemple.fr", "email_confirmation": "autre@exemple.fr"}
PROFILE = {"first_name": "Mireille"}


def inside(
    titulaire: Answer = SHOWN,
    another: Answer | None = None,
    *,
    idle: bool = False,
    fields: Fields = NO_FIELDS,
) -> Line:
    """A page of the personal space: another account gets the same answer, about itself."""
    answers = dict.fromkeys((*OUTSIDERS, *AGENTS), TO_LOGIN)
    answers |= {AWAITING: TO_CODE, BEFORE_TERMS: TO_TERMS}
    answers |= {ANOTHER: another or titulaire, TITULAIRE: titulaire}
    return Line(answers, fields, insiders=frozenset({TITULAIRE}), idle=idle)


def awaited(role: str, awaiting: Answer) -> Line:
    """The page of a step of the login: whoever is signed in goes on to the space."""
    line = inside(back_to("/espace"), idle=True)
    insiders = line.insiders | {role}
    return replace(line, answers={**line.answers, role: awaiting}, insiders=insiders)


def before_terms(line: Line, answer: Answer = SHOWN) -> Line:
    """A page that is open to the titulaire before the new terms too."""
    insiders = line.insiders | {BEFORE_TERMS}
    return replace(line, answers={**line.answers, BEFORE_TERMS: answer}, insiders=insiders)


def open_to_all(answer: Answer = SHOWN, *, fields: Fields = NO_FIELDS, names: bool = False) -> Line:
    """A page without a session; `names`: it is in the space of whoever has one."""
    insiders = frozenset({BEFORE_TERMS}) if names else frozenset()
    return Line(dict.fromkeys(ROLES, answer), fields, insiders=insiders, idle=True)


def logging_out(login: str) -> Line:
    """A logout: everyone ends up logged out; the titulaire's history records it."""
    insiders = frozenset({TITULAIRE, BEFORE_TERMS})
    return Line(dict.fromkeys(ROLES, back_to(login)), insiders=insiders, idle=True)


def by_link(answer: Answer = SHOWN, *, fields: Fields = NO_FIELDS) -> Line:
    """A page behind a mailed link."""
    return Line(dict.fromkeys(ROLES, answer), fields, by_link=True)


def of_agents(
    employer: Answer = SHOWN, organisme: Answer | None = None, *, fields: Fields = NO_FIELDS
) -> Line:
    """A page of an agent's account: closed to titulaires, and without titulaires' data."""
    answers = dict.fromkeys(ROLES, TO_AGENTS_LOGIN)
    answers |= dict.fromkeys(EMPLOYERS, employer)
    answers |= dict.fromkeys(ORGANISMES, organisme or employer)
    return Line(answers, fields)


def of_managers(manages: Answer = SHOWN) -> Line:
    """A page of access managers, closed to other agents."""
    line = of_agents(FORBIDDEN)
    return replace(line, answers={**line.answers, MANAGES: manages})


def of_employers(
    modifies: Answer = SHOWN,
    consults: Answer | None = None,
    others: Answer = NOT_THERE,
    *,
    fields: Fields = NO_FIELDS,
) -> Line:
    """A page of an employer's desk; `others` have no active délégation."""
    allowed = {MODIFIES: modifies, CONSULTS: consults or modifies}
    answers = dict.fromkeys(ROLES, TO_AGENTS_LOGIN)
    answers |= dict.fromkeys(ORGANISMES, FORBIDDEN) | dict.fromkeys(EMPLOYERS, others) | allowed
    return Line(answers, fields, insiders=_let_in(allowed))


def of_organismes(
    addressed: Answer = SHOWN, elsewhere: Answer = NOT_THERE, *, fields: Fields = NO_FIELDS
) -> Line:
    """A page of an organisme's desk; the dossier, if any, is addressed to one of the two."""
    allowed = {ADDRESSED: addressed, ELSEWHERE: elsewhere}
    answers = dict.fromkeys(ROLES, TO_AGENTS_LOGIN)
    answers |= dict.fromkeys(EMPLOYERS, FORBIDDEN) | allowed
    return Line(answers, fields, insiders=_let_in({ADDRESSED: addressed}))


def _let_in(answers: Mapping[str, Answer]) -> frozenset[str]:
    return frozenset(role for role, answer in answers.items() if answer.status < 400)


def back_to(path: str) -> Answer:
    """A redirect to a page after success."""
    return Answer(303, path)


# In this order: requests that end a session or an account come last.
EXPECTED: dict[str, Line] = {
    "GET /contact": open_to_all(names=True),
    "POST /contact": open_to_all(WRONG, names=True),
    "GET /contact/recu/{reference}": open_to_all(names=True),
    "GET /connexion": open_to_all(),
    "POST /connexion": open_to_all(WRONG, fields={"nir": "2 85 05 99 990 001", "password": "x"}),
    "GET /connexion/code": awaited(AWAITING, SHOWN),
    "POST /connexion/code": awaited(AWAITING, WRONG),
    "GET /connexion/conditions": awaited(BEFORE_TERMS, SHOWN),
    "POST /connexion/conditions": awaited(BEFORE_TERMS, WRONG),
    "GET /mot-de-passe-oublie": open_to_all(),
    "POST /mot-de-passe-oublie": open_to_all(WRONG, fields={"nir": "1"}),
    "GET /mot-de-passe-oublie/demande": open_to_all(),
    "GET /mot-de-passe/{token}": by_link(),
    "POST /mot-de-passe/{token}/robustesse": by_link(
        back_to("/mot-de-passe/"), fields={"password": "x"}
    ),
    "POST /mot-de-passe/{token}": by_link(WRONG, fields={"password": "x"}),
    "GET /courriel/{token}": by_link(),
    "POST /courriel/{token}": by_link(back_to("/courriel/confirme")),
    "GET /courriel/confirme": open_to_all(),
    "GET /changement-d-adresse/{token}": by_link(),
    "POST /changement-d-adresse/{token}": by_link(back_to("/changement-d-adresse/confirme")),
    "GET /changement-d-adresse/confirme": open_to_all(),
    "GET /changement-d-adresse/refus/{token}": by_link(),
    "POST /changement-d-adresse/refus/{token}": by_link(back_to("/changement-d-adresse/refuse")),
    "GET /changement-d-adresse/refuse": open_to_all(),
    "GET /professionnels": open_to_all(),
    "POST /professionnels": open_to_all(WRONG, fields={"email": "a@exemple.fr", "password": "x"}),
    "GET /professionnels/code": of_agents(TO_EMPLOYER, TO_ORGANISME),
    "POST /professionnels/code": of_agents(TO_EMPLOYER, TO_ORGANISME),
    "GET /professionnels/second-facteur": of_agents(),
    "POST /professionnels/second-facteur": of_agents(WRONG),
    "GET /professionnels/second-facteur/retirer": of_agents(back_to(ACCOUNT), FORBIDDEN),
    "POST /professionnels/second-facteur/retirer": of_agents(WRONG, FORBIDDEN),
    "GET /professionnels/codes-de-secours": of_agents(back_to(ACCOUNT), SHOWN),
    "POST /professionnels/codes-de-secours": of_agents(back_to(ACCOUNT), WRONG),
    "POST /professionnels/codes-de-secours/fichier": of_agents(back_to(ACCOUNT)),
    "GET /professionnels/mot-de-passe-oublie": open_to_all(),
    "POST /professionnels/mot-de-passe-oublie": open_to_all(WRONG),
    "GET /professionnels/mot-de-passe-oublie/demande": open_to_all(),
    # No agent has a link here, and a titulaire's is not valid for them.
    "GET /professionnels/mot-de-passe/{token}": open_to_all(NOT_THERE),
    "POST /professionnels/mot-de-passe/{token}": open_to_all(NOT_THERE, fields=NEW),
    "POST /professionnels/mot-de-passe/{token}/robustesse": open_to_all(
        back_to("/professionnels/mot-de-passe/")
    ),
    "GET /professionnels/compte": of_agents(),
    "GET /professionnels/compte/mot-de-passe": of_agents(),
    "POST /professionnels/compte/mot-de-passe": of_agents(WRONG),
    "POST /professionnels/compte/mot-de-passe/robustesse": of_agents(
        back_to(f"{ACCOUNT}/mot-de-passe")
    ),
    "GET /professionnels/compte/connexions": of_agents(),
    "POST /professionnels/compte/connexions/fermer-les-autres": of_agents(
        back_to(f"{ACCOUNT}/connexions")
    ),
    "POST /professionnels/compte/connexions/{session_id:uuid}/fermer": of_agents(
        back_to(f"{ACCOUNT}/connexions")
    ),
    f"GET {ACCESS}": of_managers(),
    f"GET {ACCESS}/inviter": of_managers(),
    f"POST {ACCESS}/inviter": of_managers(WRONG),
    # The colleague tried is another organisation's.
    **dict.fromkeys(COLLEAGUE_PAGES, of_managers(NOT_THERE)),
    "GET /professionnels/compte/courriels": of_agents(FORBIDDEN, SHOWN),
    "POST /professionnels/compte/courriels": of_agents(FORBIDDEN, back_to(ACCOUNT)),
    "GET /professionnels/resume-quotidien/arrete": open_to_all(),
    # Nobody has such a link.
    "GET /professionnels/resume-quotidien/{token}": open_to_all(NOT_THERE),
    "POST /professionnels/resume-quotidien/{token}": open_to_all(NOT_THERE),
    "GET /professionnels/prolonger": of_agents(),
    "GET /professionnels/reprise": of_agents(TO_EMPLOYER, TO_ORGANISME),
    "POST /professionnels/reprise": of_agents(TO_EMPLOYER, TO_ORGANISME),
    "POST /professionnels/deconnexion": logging_out("/professionnels"),
    "GET /employeur": of_employers(others=SHOWN),
    f"GET {PERSON}": of_employers(),
    f"GET {PERSON}/dossiers/nouveau": of_employers(consults=NOT_THERE),
    f"POST {PERSON}/dossiers/nouveau": of_employers(
        back_to("/employeur/personnes/"), NOT_THERE, fields=DOSSIER_FIELDS
    ),
    f"GET {PERSON}/dossiers/simulation": of_employers(back_to("/employeur/personnes/")),
    f"GET {PERSON_DOSSIER}": of_employers(),
    f"GET {PERSON_DOSSIER}/modifier": of_employers(consults=NOT_THERE),
    f"POST {PERSON_DOSSIER}/modifier": of_employers(
        back_to("/employeur/personnes/"), NOT_THERE, fields={"revision": "0", **DOSSIER_FIELDS}
    ),
    f"GET {PERSON_DOSSIER}/supprimer": of_employers(consults=NOT_THERE),
    f"POST {PERSON_DOSSIER}/supprimer": of_employers(
        back_to("/employeur/personnes/"), NOT_THERE, fields={"revision": "0"}
    ),
    "GET /organisme": of_organismes(elsewhere=SHOWN),
    f"GET {ORGANISME_DOSSIER}": of_organismes(),
    f"GET {ORGANISME_DOSSIER}/valider": of_organismes(),
    f"GET {ORGANISME_DOSSIER}/renvoyer": of_organismes(),
    f"GET {ORGANISME_DOSSIER}/refuser": of_organismes(),
    f"GET {ORGANISME_DOSSIER}/annuler": of_organismes(),
    f"POST {ORGANISME_DOSSIER}/valider": of_organismes(
        TO_ORGANISME, fields={"revision": "1", "attestation": "y"}
    ),
    f"POST {ORGANISME_DOSSIER}/renvoyer": of_organismes(
        TO_ORGANISME, fields={"revision": "1", "reason": "Le devis."}
    ),
    f"POST {ORGANISME_DOSSIER}/refuser": of_organismes(
        TO_ORGANISME, fields={"revision": "1", "reason": "Hors champ."}
    ),
    f"POST {ORGANISME_DOSSIER}/annuler": of_organismes(TO_ORGANISME, fields={"revision": "1"}),
    f"GET {ORGANISME_DOSSIER}/clore": of_organismes(),
    f"POST {ORGANISME_DOSSIER}/clore": of_organismes(
        TO_ORGANISME, fields={"revision": "2", "ending": "termine"}
    ),
    "GET /espace": inside(),
    "GET /espace/prolonger": inside(),
    "GET /espace/heures": inside(),
    "POST /espace/heures": inside(back_to("/espace/heures"), fields={"dif": "80"}),
    "GET /espace/historique": inside(),
    "GET /espace/connexions": inside(),
    "POST /espace/connexions/{session_id:uuid}/fermer": inside(back_to("/espace/connexions")),
    "POST /espace/connexions/fermer-les-autres": inside(back_to("/espace/connexions")),
    "GET /espace/informations": inside(),
    "POST /espace/informations": inside(back_to("/espace/informations"), fields=PROFILE),
    "GET /espace/informations/courriel": inside(),
    "POST /espace/informations/courriel": inside(
        back_to("/espace/informations"), fields={"password": PASSWORD, **ADDRESS}
    ),
    "POST /espace/informations/courriel/annuler": inside(back_to("/espace/informations")),
    "GET /espace/informations/second-facteur": inside(),
    "POST /espace/informations/second-facteur": inside(WRONG, idle=True),
    # They have no second factor: each of these pages leads back to the setting.
    "GET /espace/informations/second-facteur/retirer": inside(back_to("/espace/informations")),
    "POST /espace/informations/second-facteur/retirer": inside(WRONG, idle=True),
    "GET /espace/informations/codes-de-secours": inside(back_to("/espace/informations")),
    "POST /espace/informations/codes-de-secours": inside(
        back_to("/espace/informations"), idle=True
    ),
    "POST /espace/informations/codes-de-secours/fichier": inside(
        back_to("/espace/informations"), idle=True
    ),
    "GET /espace/mes-donnees": before_terms(inside()),
    "POST /espace/mes-donnees": before_terms(inside()),
    # The kept form belongs to the titulaire: other accounts have none.
    "GET /espace/reprise": inside(another=back_to("/espace")),
    "POST /espace/reprise": inside(back_to("/espace")),
    "GET /espace/mot-de-passe": inside(),
    "POST /espace/mot-de-passe/robustesse": inside(
        back_to("/espace/mot-de-passe"), idle=True, fields={"password": "x"}
    ),
    "GET /espace/dossiers": inside(),
    "GET /espace/dossiers/nouveau": inside(),
    "POST /espace/dossiers/nouveau": inside(back_to("/espace/dossiers/"), fields=DOSSIER_FIELDS),
    "GET /espace/dossiers/simulation": inside(),
    f"GET {DOSSIER}": inside(another=NOT_THERE),
    f"GET {DOSSIER}/modifier": inside(another=NOT_THERE),
    f"GET {DOSSIER}/soumettre": inside(another=NOT_THERE),
    f"GET {DOSSIER}/annuler": inside(another=NOT_THERE),
    f"GET {DOSSIER}/supprimer": inside(another=NOT_THERE),
    f"POST {DOSSIER}/supprimer": inside(
        back_to("/espace/dossiers"), another=NOT_THERE, fields={"revision": "0"}
    ),
    f"POST {DOSSIER}/modifier": inside(
        back_to("/espace/dossiers/"), another=NOT_THERE, fields={"revision": "0", **DOSSIER_FIELDS}
    ),
    f"POST {DOSSIER}/soumettre": inside(
        back_to("/espace/dossiers/"), another=NOT_THERE, fields={"revision": "1", "consent": "y"}
    ),
    f"POST {DOSSIER}/annuler": inside(
        back_to("/espace/dossiers/"), another=NOT_THERE, fields={"revision": "2"}
    ),
    "GET /espace/delegations": inside(),
    "GET /espace/delegations/nouvelle": inside(),
    "POST /espace/delegations/nouvelle": inside(idle=True, fields=delegation.fields()),
    "POST /espace/delegations/nouvelle/corriger": inside(idle=True, fields=delegation.fields()),
    "POST /espace/delegations/nouvelle/accorder": inside(
        back_to("/espace/delegations"), fields=delegation.fields()
    ),
    "GET /espace/delegations/{delegation_id:uuid}/revoquer": inside(another=NOT_THERE),
    "POST /espace/delegations/{delegation_id:uuid}/revoquer": inside(
        back_to("/espace/delegations"), another=NOT_THERE
    ),
    # Nobody has such a link: none of them had an account before.
    "GET /espace/ancien-compte": inside(),
    "POST /espace/ancien-compte": inside(back_to("/espace/ancien-compte"), idle=True),
    "GET /espace/ancien-compte/{token}": inside(NOT_THERE),
    "POST /espace/ancien-compte/{token}": inside(NOT_THERE, idle=True),
    "POST /deconnexion": logging_out("/connexion"),
    "POST /espace/mot-de-passe": inside(
        back_to("/espace/connexions"), fields={"password_current": PASSWORD, **NEW}
    ),
    "GET /espace/informations/fermeture": before_terms(inside()),
    # The titulaire has just changed the password; the visitor before the terms could not.
    "POST /espace/informations/fermeture": before_terms(
        inside(back_to("/compte-ferme"), fields={"password": NEW["password"]}), WRONG
    ),
    "GET /compte-ferme": open_to_all(),
}
