"""The rubrics of the public site, by audience, each with the law that it explains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.home.public_page import REVIEWED, PublicPage

DECREE = "décret n°\u00a02014-1120 du 2\u00a0octobre\u00a02014"
DIF_LAW = "loi n°\u00a02014-288 du 5\u00a0mars\u00a02014, article\u00a01er, V"
TUTORIAL = "tutoriel officiel d’inscription, 2015"
EMPLOYERS_PAGE = "page destinée aux employeurs, sur le site officiel, 2015"
STEPS_ARE_OURS = "Les étapes d’un dossier sont des règles de notre service."


def sources(*articles: str, others: tuple[str, ...] = (), ours: str = "") -> str:
    """Return the sentence that cites the articles, the other texts, then our own rules."""
    numbers = " et ".join(filter(None, (", ".join(articles[:-1]), articles[-1])))
    code = f"Code du travail, version de 2015, article{'s' if articles[1:] else ''} {numbers}"
    law = "\u00a0; ".join((code, *others))
    return f"Sources\u00a0: {law}.{' ' if ours else ''}{ours}"


@dataclass(frozen=True)
class Rubric(PublicPage):
    """A text for one of the audiences; `source` cites the articles its rules come from."""

    updated: date = REVIEWED
    source: str = ""


@dataclass(frozen=True)
class Audience(PublicPage):
    """An audience of the home page; `more` completes « En savoir plus » for screen readers."""

    more: str = ""
    rubrics: tuple[Rubric, ...] = ()


TRAININGS = Rubric(
    "trainings",
    "/titulaire/ma-liste-de-formations",
    "Ma liste de formations",
    "Recherchez une formation par métier, intitulé ou code, et voyez lesquelles sont éligibles.",
    "home/rubrics/trainings.html",
    source=sources("L6323-6", "L6323-16", "L6323-17", "L6323-21", "R6323-4", "R6323-7"),
)

TITULAIRE = Audience(
    "titulaires",
    "/titulaire",
    "Titulaire",
    "Vos droits, votre formation, votre projet, et les personnes à qui en parler.",
    "home/audience.html",
    more=" pour les titulaires",
    rubrics=(
        Rubric(
            "rights",
            "/titulaire/mes-droits",
            "Mes droits",
            "Comment vos heures se calculent, quand elles arrivent et comment elles sont "
            "utilisées.",
            "home/rubrics/rights.html",
            source=sources(
                "L6323-3",
                "L6323-4",
                "L6323-11",
                "L6323-12",
                "L6323-13",
                "R6323-1",
                "R6323-7",
                others=(DIF_LAW, EMPLOYERS_PAGE),
                ours="Additionner les parts de plusieurs employeurs est une règle de notre "
                "service.",
            ),
        ),
        TRAININGS,
        Rubric(
            "project",
            "/titulaire/mon-projet-professionnel",
            "Mon projet professionnel",
            "De l’idée à la formation : les étapes d’un dossier, et ce que deviennent vos heures.",
            "home/rubrics/project.html",
            source=sources(
                "L6111-6",
                "L6323-2",
                "L6323-6",
                "L6323-17",
                "R6323-4",
                "R6323-7",
                ours=STEPS_ARE_OURS,
            ),
        ),
        Rubric(
            "contacts",
            "/titulaire/mes-interlocuteurs",
            "Mes interlocuteurs",
            "Qui vous conseille gratuitement, qui finance votre formation, et ce que peuvent faire "
            "votre employeur et notre service.",
            "home/rubrics/contacts.html",
            source=sources("L6111-6", "L6323-20", "L6323-23", others=(TUTORIAL,)),
        ),
    ),
)

EMPLOYERS = Audience(
    "employers",
    "/employeurs",
    "Employeurs",
    "Ce que vous pouvez faire pour la formation de vos salariés, et ce qui reste leur choix.",
    "home/audience.html",
    more=" pour les employeurs",
    rubrics=(
        Rubric(
            "employer-dif",
            "/employeurs/heures-dif",
            "Informer sur les heures DIF",
            "Ce que vous devez remettre à vos salariés, et ce qu’ils ont besoin de savoir pour "
            "déclarer leurs heures.",
            "home/rubrics/employer_dif.html",
            source=sources(
                "R6323-7",
                others=(DECREE, DIF_LAW, EMPLOYERS_PAGE, TUTORIAL),
                ours="La limite de 1\u00a0000\u00a0heures est une règle de notre service.",
            ),
        ),
        Rubric(
            "employer-skills",
            "/employeurs/competences-et-parcours",
            "Les compétences et le parcours professionnel de vos salariés",
            "Ce que vous devez à un salarié qui veut se former, et comment l’aider sans décider à "
            "sa place.",
            "home/rubrics/employer_skills.html",
            source=sources(
                "L6315-1",
                "L6323-2",
                "L6323-4",
                "L6323-13",
                "L6323-17",
                "R6323-4",
                others=(TUTORIAL,),
            ),
        ),
        Rubric(
            "employer-funding",
            "/employeurs/financement",
            "Le financement du compte personnel de formation",
            "Dans quel ordre les heures sont utilisées, ce qui reste à financer, et le rôle de la "
            "contribution de l’employeur.",
            "home/rubrics/employer_funding.html",
            source=sources(
                "L6323-4", "L6323-5", "L6331-9", "L6331-10", "R6323-7", others=(TUTORIAL,)
            ),
        ),
        Rubric(
            "employer-opca",
            "/employeurs/accompagnement-opca",
            "L’accompagnement par l’OPCA",
            "Comment l’OPCA traite un dossier de formation, et comment lui faciliter la tâche.",
            "home/rubrics/employer_opca.html",
            source=sources(
                "L6323-2",
                "L6323-6",
                "L6323-20",
                "R6323-7",
                others=(EMPLOYERS_PAGE,),
                ours=STEPS_ARE_OURS,
            ),
        ),
    ),
)

PROFESSIONALS = Audience(
    "professionals",
    "/emploi-et-formation",
    "Professionnels de l’emploi et de la formation professionnelle",
    "Un espace à part, pour les agents qui suivent les dossiers de formation.",
    "home/audience.html",
    more=" pour les professionnels de l’emploi et de la formation professionnelle",
    rubrics=(
        Rubric(
            "professional-space",
            "/emploi-et-formation/espace-professionnel",
            "Espace professionnel",
            "À qui cet espace s’adresse, ce qu’il permet, et comment on y entre.",
            "home/rubrics/professional_space.html",
            source=sources(
                "L6111-6",
                "L6323-20",
                "L6323-23",
                others=(TUTORIAL,),
                ours="L’invitation, le code de connexion et les droits des agents sont des règles "
                "de notre service.",
            ),
        ),
    ),
)

AUDIENCES = (TITULAIRE, EMPLOYERS, PROFESSIONALS)
