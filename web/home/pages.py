"""The public site: addresses, titles, one-sentence descriptions and dates of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.accounts.terms import NEWEST
from web.filters import french_date

FIRST_TEXTS = date(2026, 11, 24)

HOURS_SOURCE = (
    "Sources pour les heures : Code du travail, articles L6323-11 et R6323-1 (heures CPF) et "
    "R6323-7 (heures DIF), dans leur rédaction de 2015."
)
DIF_SOURCE = "Source : Code du travail, article R6323-7, dans sa rédaction de 2015."
DELEGATION_SOURCE = (
    "Source pour la délégation : tutoriel officiel d’inscription au compte personnel de "
    "formation, 2015."
)
PROFESSIONAL_SOURCE = (
    "Source pour cet espace et pour la délégation : tutoriel officiel d’inscription au compte "
    "personnel de formation, 2015. L’invitation, le second facteur et ce que chaque agent peut "
    "faire sont des règles de notre service."
)


@dataclass(frozen=True)
class PublicPage:
    """A page anyone may read; `summary` also serves search engines."""

    url: str
    title: str
    summary: str
    template: str
    updated: date = FIRST_TEXTS


@dataclass(frozen=True)
class Rubric(PublicPage):
    """A text for one of the audiences; `source` says where its rules come from."""

    source: str = ""


@dataclass(frozen=True)
class Audience(PublicPage):
    """One of the home page's three entries; `more` completes « En savoir plus » for the ear."""

    more: str = ""
    rubrics: tuple[Rubric, ...] = ()


HOME = PublicPage(
    "/",
    "Accueil",
    "Le compte personnel de formation réunit vos heures de formation : ouvrez votre espace, "
    "voyez vos heures, déclarez vos heures DIF.",
    "home/index.html",
)

TRAININGS = Rubric(
    "/titulaire/ma-liste-de-formations",
    "Ma liste de formations",
    "Cherchez une formation par son métier, son intitulé ou son code CPF, et voyez quoi noter "
    "avant de préparer un dossier.",
    "home/rubrics/trainings.html",
    source=HOURS_SOURCE,
)

TITULAIRE = Audience(
    "/titulaire",
    "Titulaire",
    "Vos droits, votre formation, votre projet, et les personnes à qui en parler.",
    "home/audience.html",
    more=" pour les titulaires",
    rubrics=(
        Rubric(
            "/titulaire/mes-droits",
            "Mes droits",
            "Comment vos heures se calculent, quand elles arrivent sur votre compte et comment "
            "elles servent.",
            "home/rubrics/rights.html",
            source=HOURS_SOURCE,
        ),
        TRAININGS,
        Rubric(
            "/titulaire/mon-projet-professionnel",
            "Mon projet professionnel",
            "De l’idée à la formation : les étapes d’un dossier, et ce que deviennent vos heures.",
            "home/rubrics/project.html",
            source=HOURS_SOURCE,
        ),
        Rubric(
            "/titulaire/mes-interlocuteurs",
            "Mes interlocuteurs",
            "Qui s’occupe de quoi : l’organisme financeur, votre employeur et notre service.",
            "home/rubrics/contacts.html",
            source=DELEGATION_SOURCE,
        ),
    ),
)

EMPLOYERS = Audience(
    "/employeurs",
    "Employeurs",
    "Ce que vous pouvez faire pour la formation de vos salariés, et ce qui reste leur choix.",
    "home/audience.html",
    more=" pour les employeurs",
    rubrics=(
        Rubric(
            "/employeurs/heures-dif",
            "Informer sur les heures DIF",
            "Ce que vos salariés ont besoin de savoir, et de recevoir, pour déclarer leurs "
            "heures DIF.",
            "home/rubrics/employer_dif.html",
            source=DIF_SOURCE,
        ),
        Rubric(
            "/employeurs/competences-et-parcours",
            "Les compétences et le parcours professionnel de vos salariés",
            "Comment aider un salarié à se former, sans décider à sa place.",
            "home/rubrics/employer_skills.html",
            source=DELEGATION_SOURCE,
        ),
        Rubric(
            "/employeurs/financement",
            "Le financement du compte personnel de formation",
            "Dans quel ordre les heures servent, ce qui reste à financer, et le rôle de la "
            "contribution de l’employeur.",
            "home/rubrics/employer_funding.html",
            source=HOURS_SOURCE,
        ),
        Rubric(
            "/employeurs/accompagnement-opca",
            "L’accompagnement par l’OPCA",
            "Ce que fait l’OPCA d’un dossier de formation, et comment l’aider à aller vite.",
            "home/rubrics/employer_opca.html",
            source=HOURS_SOURCE,
        ),
    ),
)

PROFESSIONALS = Audience(
    "/emploi-et-formation",
    "Professionnels de l’emploi et de la formation professionnelle",
    "Un espace à part, pour les agents qui suivent les dossiers de formation.",
    "home/audience.html",
    more=" pour les professionnels de l’emploi et de la formation professionnelle",
    rubrics=(
        Rubric(
            "/emploi-et-formation/espace-professionnel",
            "Espace professionnel",
            "À qui cet espace s’adresse, ce qu’il permet, et comment on y entre.",
            "home/rubrics/professional_space.html",
            source=PROFESSIONAL_SOURCE,
        ),
    ),
)

AUDIENCES = (TITULAIRE, EMPLOYERS, PROFESSIONALS)

TERMS = PublicPage(
    "/conditions-generales",
    "Conditions Générales d’Utilisation",
    "Les règles du service Compte Formation, telles qu’elles s’appliquent depuis le "
    f"{french_date(NEWEST.since)}, et ce qui a changé.",
    "home/terms.html",
    updated=NEWEST.since,
)
HELP = PublicPage(
    "/aide",
    "Aide",
    "Pas à pas : s’inscrire, déclarer ses heures DIF, créer un dossier de formation, donner une "
    "délégation, et que faire quand le courriel n’arrive pas.",
    "home/help.html",
)
CONTACT = PublicPage(
    "/contact",
    "Nous contacter",
    "Écrire au service Compte Formation : un formulaire, une adresse, ce qui nous aide à vous "
    "répondre et ce qu’il ne faut jamais écrire.",
    "contact/contact.html",
)
ACCESSIBILITY = PublicPage(
    "/accessibilite",
    "Déclaration d’accessibilité",
    "Ce que l’auto-évaluation du site a trouvé, critère par critère, comment elle a été faite, "
    "et à qui signaler une difficulté.",
    "home/accessibility.html",
)
PRIVACY = PublicPage(
    "/donnees-personnelles",
    "Données personnelles",
    "Ce que nous gardons de vous, pourquoi, combien de temps, et comment exercer vos droits.",
    "home/privacy.html",
    updated=date(2026, 11, 29),
)
SITE_MAP = PublicPage(
    "/plan-du-site",
    "Plan du site",
    "Toutes les pages du site Compte Formation, sur une seule.",
    "home/site_map.html",
)

INFORMATION = (HELP, CONTACT, TERMS, ACCESSIBILITY, PRIVACY, SITE_MAP)


def all_pages() -> list[PublicPage]:
    """Every public page, in the order of the site map."""
    found: list[PublicPage] = [HOME]
    for audience in AUDIENCES:
        found += [audience, *audience.rubrics]
    return [*found, *INFORMATION]
