"""The pages of the public site: URLs, titles, one-sentence descriptions and dates."""

from __future__ import annotations

from datetime import date

from web.filters import french_date
from web.home.help import HELP, HELP_PAGES
from web.home.public_page import REVIEWED, PublicPage
from web.home.rubrics import AUDIENCES
from web.people.terms import NEWEST

HOME = PublicPage(
    "home",
    "/",
    "Accueil",
    "Le compte personnel de formation réunit vos heures de formation\u00a0: ouvrez votre espace, "
    "voyez vos heures, déclarez vos heures DIF.",
    "home/index.html",
    updated=REVIEWED,
)

TERMS = PublicPage(
    "terms",
    "/conditions-generales",
    "Conditions Générales d’Utilisation",
    "Les règles du service Compte Formation, telles qu’elles s’appliquent depuis le "
    f"{french_date(NEWEST.since)}, et ce qui a changé.",
    "home/terms.html",
    updated=NEWEST.since,
)
EASY = PublicPage(
    "easy",
    "/facile-a-lire",
    "L’essentiel, facile à lire",
    "Le compte de formation en phrases courtes et en mots simples\u00a0: à quoi il sert, comment "
    "s’inscrire, à qui demander de l’aide.",
    "home/help/easy.html",
    updated=date(2026, 11, 30),
)
GLOSSARY = PublicPage(
    "glossary",
    "/glossaire",
    "Glossaire",
    "Les mots et les abréviations de la formation professionnelle en 2015, expliqués en une ou "
    "deux phrases.",
    "home/glossary.html",
    updated=REVIEWED,
)
CONTACT = PublicPage(
    "contact",
    "/contact",
    "Nous contacter",
    "Écrire au service Compte Formation : un formulaire, une adresse, ce qui nous aide à vous "
    "répondre et ce qu’il ne faut jamais écrire.",
    "contact/contact.html",
)
ACCESSIBILITY = PublicPage(
    "accessibility",
    "/accessibilite",
    "Déclaration d’accessibilité",
    "Ce que l’auto-évaluation du site a trouvé, critère par critère, comment elle a été faite, "
    "et à qui signaler une difficulté.",
    "home/accessibility.html",
)
PRIVACY = PublicPage(
    "privacy",
    "/donnees-personnelles",
    "Données personnelles",
    "Les données que nous conservons, pourquoi, combien de temps, et comment exercer vos droits.",
    "home/privacy.html",
    updated=date(2026, 11, 30),
)
LEGAL_NOTICE = PublicPage(
    "legal-notice",
    "/mentions-legales",
    "Mentions légales",
    "Qui édite le site Compte Formation, qui en dirige la publication, qui l’héberge, et comment "
    "les joindre.",
    "home/legal_notice.html",
    updated=date(2026, 11, 30),
)
SITE_MAP = PublicPage(
    "site-map",
    "/plan-du-site",
    "Plan du site",
    "Toutes les pages du site Compte Formation, sur une seule.",
    "home/site_map.html",
)

INFORMATION = (
    HELP,
    EASY,
    *HELP_PAGES,
    GLOSSARY,
    CONTACT,
    TERMS,
    LEGAL_NOTICE,
    ACCESSIBILITY,
    PRIVACY,
    SITE_MAP,
)


def all_pages() -> list[PublicPage]:
    """Return every public page, in the order of the site map."""
    found: list[PublicPage] = [HOME]
    for audience in AUDIENCES:
        found += [audience, *audience.rubrics]
    return [*found, *INFORMATION]
