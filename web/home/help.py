"""The pages of the help: one for each task, linked from the form that it explains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.home.public_page import REVIEWED, PublicPage

HELP = PublicPage(
    "help",
    "/aide",
    "Aide",
    "Pas à pas\u00a0: s’inscrire, déclarer ses heures DIF, créer un dossier de formation, "
    "accorder une délégation, et que faire quand le courriel n’arrive pas.",
    "home/help/help.html",
    updated=REVIEWED,
)


@dataclass(frozen=True)
class HelpPage(PublicPage):
    """A page of the help about one task."""

    updated: date = REVIEWED
    # A drawing of components/drawing.html.
    drawing: str = ""

    @property
    def anchor(self) -> str:
        """The id of its section in the page that lists them all."""
        return self.url.rpartition("/")[2]

    def opinion(self, *, is_useful: bool) -> tuple[str, str]:
        """The name and the path of the answer to « Cette page vous a-t-elle été utile ? »."""
        name, word = ("useful", "oui") if is_useful else ("not-useful", "non")
        return f"{self.name}-{name}", f"/avis{self.url}/{word}"


HELP_PAGES = (
    HelpPage(
        "help-signup",
        "/aide/inscription",
        "Tutoriel\u00a0: Inscription",
        "Les quatre étapes pour ouvrir votre espace, ce qu’il faut préparer, et les délais.",
        "home/help/signup.html",
        drawing="door",
    ),
    HelpPage(
        "help-email",
        "/aide/courriel",
        "Que faire si le courriel n’arrive pas",
        "Où chercher le courriel de confirmation, corriger l’adresse, en demander un autre.",
        "home/help/email.html",
        drawing="mail",
    ),
    HelpPage(
        "help-dif",
        "/aide/dif",
        "Tutoriel\u00a0: Renseigner son Dif",
        "Où trouver le solde de votre droit individuel à la formation, et comment le déclarer.",
        "home/help/dif.html",
        drawing="clock",
    ),
    HelpPage(
        "help-dossier",
        "/aide/dossier",
        "Tutoriel\u00a0: Créer un dossier de formation",
        "Choisir une formation, remplir le dossier, donner votre accord, suivre la réponse.",
        "home/help/dossier.html",
        drawing="folder",
    ),
    HelpPage(
        "help-delegation",
        "/aide/delegation",
        "Tutoriel\u00a0: Accorder une délégation à votre employeur",
        "Ce qu’une délégation permet, ce que votre employeur verra, et comment la révoquer.",
        "home/help/delegation.html",
        drawing="people",
    ),
)
