"""The glossary: abbreviations with their expansion, and terms, each with a sentence."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term and its sentence; an abbreviation also has its expansion.

    `explained_by`: shorter phrases that explain the abbreviation as well as its expansion.
    """

    name: str
    sentence: str
    expansion: str = ""
    explained_by: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The fragment of its URL: « socle-de-connaissances-et-de-competences »."""
        return "-".join(_unaccented(self.name).split())


def _unaccented(text: str) -> str:
    marks = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in marks if not unicodedata.combining(char))


GLOSSARY = tuple(
    sorted(
        (
            Term(
                "Abondement",
                "Heures ajoutées aux vôtres quand celles-ci ne suffisent pas, par "
                "exemple par votre employeur, l’organisme financeur, la région ou Pôle emploi.",
            ),
            Term(
                "Agefiph",
                "Elle peut financer la formation d’une personne handicapée.",
                "Association de gestion du fonds pour l’insertion professionnelle des personnes "
                "handicapées",
            ),
            Term(
                "Apec",
                "Elle conseille gratuitement les cadres sur leur évolution professionnelle.",
                "Association pour l’emploi des cadres",
            ),
            Term(
                "Attestation",
                "Document par lequel un employeur indique le solde d’heures du droit individuel à "
                "la formation au 31\u00a0décembre\u00a02014\u00a0; gardez-le, car l’organisme "
                "financeur le demande pour valider votre premier dossier.",
            ),
            Term(
                "Bilan de compétences",
                "Analyse de vos compétences, de vos aptitudes et de vos motivations, pour définir "
                "un projet professionnel ou de formation.",
            ),
            Term(
                "Cap emploi",
                "Organisme qui conseille et accompagne gratuitement les personnes handicapées.",
            ),
            Term(
                "CEP",
                "Il est gratuit et confidentiel, pour toute personne qui veut faire le point sur "
                "sa situation et construire un projet.",
                "conseil en évolution professionnelle",
            ),
            Term(
                "CGU",
                "Ce sont les règles du service, que vous acceptez pour vous inscrire.",
                "Conditions Générales d’Utilisation",
            ),
            Term(
                "CNIL",
                "Vous pouvez lui adresser une réclamation sur l’usage de vos données.",
                "Commission nationale de l’informatique et des libertés",
            ),
            Term(
                "CPF",
                "Selon les règles de 2015, il est tenu en heures. Il suit son titulaire d’un "
                "emploi à l’autre, et pendant les périodes de chômage.",
                "compte personnel de formation",
            ),
            Term(
                "Crédit exceptionnel",
                "Heures ajoutées à votre compte en plus de l’alimentation annuelle, sans compter "
                "dans son plafond\u00a0: un abondement, un complément si vous cherchez un emploi, "
                "ou le crédit correctif que doit l’employeur dans certains cas, si les entretiens "
                "professionnels n’ont pas eu lieu.",
            ),
            Term(
                "Délégation",
                "Accès que vous donnez à votre employeur, si vous le voulez, pour qu’il consulte "
                "vos heures et vos dossiers non confidentiels, ou prépare aussi des dossiers.",
            ),
            Term(
                "DIF",
                "Le compte personnel de formation l’a remplacé le 1er\u00a0janvier\u00a02015. "
                "Les heures qui restaient peuvent être utilisées jusqu’au "
                "31\u00a0décembre\u00a02020.",
                "droit individuel à la formation",
            ),
            Term(
                "Dossier de formation",
                "Demande adressée à un organisme financeur, pour utiliser vos heures dans une "
                "formation.",
            ),
            Term(
                "Entretien professionnel",
                "Rendez-vous que l’employeur doit proposer tous les deux ans à chaque personne "
                "salariée, pour parler de son évolution, et non pour évaluer son travail.",
            ),
            Term(
                "Fongecif",
                "Dans chaque région, il finance ce congé et conseille gratuitement sur les "
                "projets professionnels.",
                "fonds de gestion du congé individuel de formation",
            ),
            Term(
                "NIR",
                "C’est le nom exact du numéro de Sécurité sociale\u00a0: 13\u00a0caractères, "
                "suivis d’une clé de deux chiffres.",
                "numéro d’inscription au répertoire",
            ),
            Term(
                "OPCA",
                "Il reçoit les contributions des employeurs et finance la formation des personnes "
                "salariées.",
                "organisme paritaire collecteur agréé",
            ),
            Term(
                "Opacif",
                "Il finance ce congé et conseille gratuitement sur les projets professionnels.",
                "organisme paritaire agréé au titre du congé individuel de formation",
            ),
            Term(
                "Organisme de formation",
                "Entreprise, association ou établissement qui assure la formation.",
            ),
            Term(
                "Organisme financeur",
                "Organisme auquel vous adressez un dossier\u00a0: il l’examine, le valide ou le "
                "refuse, et finance la formation.",
            ),
            Term(
                "RGAA",
                "Il permet de vérifier qu’un site public est accessible à toutes et à tous.",
                "référentiel général d’amélioration de l’accessibilité",
            ),
            Term(
                "RNCP",
                "C’est la liste officielle des diplômes, titres et certificats reconnus\u00a0; "
                "chacun y porte un numéro.",
                "répertoire national des certifications professionnelles",
            ),
            Term(
                "SIREN",
                "Ce numéro de 9\u00a0chiffres identifie une entreprise.",
                "système d’identification du répertoire des entreprises",
                ("9 chiffres",),
            ),
            Term(
                "SIRET",
                "Ce numéro de 14\u00a0chiffres identifie un établissement\u00a0; il est écrit sur "
                "le bulletin de paie.",
                "système d’identification du répertoire des établissements",
                ("14 chiffres",),
            ),
            Term(
                "Socle de connaissances et de compétences",
                "Connaissances utiles à tout métier, comme lire, écrire, calculer ou utiliser un "
                "ordinateur.",
            ),
            Term(
                "Solde",
                "Nombre d’heures qui restent sur votre compte.",
            ),
            Term(
                "Titulaire",
                "Personne à qui le compte appartient.",
            ),
            Term(
                "VAE",
                "Elle permet d’obtenir un diplôme, un titre ou un certificat grâce à ce que l’on a "
                "appris en travaillant.",
                "validation des acquis de l’expérience",
            ),
        ),
        key=lambda term: _unaccented(term.name),
    )
)
ABBREVIATIONS = {term.name: term for term in GLOSSARY if term.expansion}
