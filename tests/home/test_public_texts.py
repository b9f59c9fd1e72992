"""The public pages: labels from the source document, and figures from the rules."""

from __future__ import annotations

import re
from hashlib import sha256
from unicodedata import normalize
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from tests.support.http.addresses import MENUS
from tests.support.http.client import Client
from tests.support.programs.settings import make_settings
from tests.support.text.spaces import plain
from web.agents import queries as professionals
from web.agents.records import SPACES
from web.app import create_app
from web.auth import kept_forms
from web.auth.logins import LoginKind
from web.auth.reset.queries import REMEMBERED_DAYS
from web.auth.sessions import queries as sessions
from web.auth.sessions.titulaire import TITULAIRE_SPACE
from web.contact import queries as contact
from web.core.http.template_compiler import FOLDER
from web.domain.glossary import GLOSSARY
from web.domain.hours import rules as hours
from web.filters import french_date
from web.home.pages import all_pages
from web.home.rubrics import AUDIENCES
from web.people.terms import NEWEST, TERMS_VERSION, VERSIONS, Terms
from web.profile.email_change import service as email_change
from web.signup.steps import queries as signup

PUBLIC_URL = "http://127.0.0.1:8000"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# The digests of the terms that people accepted, by version.
ACCEPTED = {
    "1": "3c422f1e99a9bacd4760166d925cd1fb26b59aca623e039667ee5db72bee5ede",
    "2": "d992ac358e7f16614264ad8dbc74a1da2e0f233a16b99e1946bb7b251e3570ce",
}
ENTRIES = {
    "Titulaire": [
        "Mes droits",
        "Ma liste de formations",
        "Mon projet professionnel",
        "Mes interlocuteurs",
    ],
    "Employeurs": [
        "Informer sur les heures DIF",
        "Les compétences et le parcours professionnel de vos salariés",
        "Le financement du compte personnel de formation",
        "L’accompagnement par l’OPCA",
    ],
    "Professionnels de l’emploi et de la formation professionnelle": ["Espace professionnel"],
}


async def test_the_home_page_has_the_three_entries_to_the_letter(site: Client) -> None:
    page = await site.get("/")
    assert page.dom is not None
    found = {}
    for section in page.dom.iter("section"):
        rubrics = ["".join(item.itertext()).strip() for item in section.iter("li")]
        found["".join(next(section.iter("h2")).itertext())] = rubrics
    assert found == ENTRIES


async def test_each_en_savoir_plus_names_its_subject(site: Client) -> None:
    page = await site.get("/")
    assert page.dom is not None
    names = ["".join(link.itertext()) for link in page.dom.iter("a")]
    more = [name for name in names if name.startswith("En savoir plus")]
    assert len(more) == len(set(more)) == len(ENTRIES)


async def test_the_rights_are_those_that_the_rules_give(site: Client) -> None:
    text = (await site.get("/titulaire/mes-droits")).text
    full_year = [hours.proportion_worked(hours.YEARLY_REFERENCE)]
    assert f"donne {hours.yearly_credit(0, full_year)} heures" in text
    assert f"elle en donne {hours.yearly_credit(120, full_year)}" in text
    earned = hours.yearly_credit(0, [hours.proportion_worked(1000)])
    assert f"1 000 heures de travail donnent {earned} heures de formation" in text
    assert f"{hours.LIMIT_PER_DOSSIER} heures en tout par dossier" in text
    for article in ("L6323-11", "R6323-1", "R6323-7"):
        assert article in text


async def test_the_funding_example_is_split_as_the_rules_say(site: Client) -> None:
    text = (await site.get("/employeurs/financement")).text
    split = hours.split_hours(dif_free=100, cpf_free=72, hours=200)
    assert "une formation de 200 heures, pour un salarié qui a 100 heures DIF et 72 heures" in text
    assert f"utilise ses {split.dif} heures DIF, puis {split.cpf} heures CPF" in text
    assert f"il reste {split.other} heures à financer autrement" in text
    assert f"le salarié garde {72 - split.cpf} heures CPF" in text


@pytest.mark.parametrize("url", ["/", "/aide", *(r.url for a in AUDIENCES for r in a.rubrics)])
async def test_the_rules_of_2015_are_announced_before_any_other_text(
    site: Client, url: str
) -> None:
    page = await site.get(url)
    before, found, after = page.text.partition("Ce service applique les règles de 2015")
    assert found
    assert "tenu en euros, sur moncompteformation.gouv.fr" in after[:160]
    assert "les opérateurs de compétences (OPCO)." in after[:300]
    assert 'href="https://www.moncompteformation.gouv.fr/"' in page.html
    # Only its title and one sentence come before it.
    assert page.dom is not None
    main = before.partition(next(iter(page.dom.iter("h1"))).text or "")[2]
    assert len(main) < 260, main


@pytest.mark.parametrize("url", ["/aide/dif", "/titulaire/mes-droits", "/employeurs/heures-dif"])
async def test_the_end_of_the_dif_and_its_attestation_are_told(site: Client, url: str) -> None:
    text = (await site.get(url)).text
    assert "31 décembre 2020" in text
    assert "pour valider" in text.partition("attestation")[2]
    assert "premier dossier" in text.partition("attestation")[2]


async def test_an_agreement_on_working_time_is_asked_for_in_the_delays_of_the_law(
    site: Client,
) -> None:
    for url in (
        "/titulaire/mon-projet-professionnel",
        "/employeurs/competences-et-parcours",
    ):
        text = (await site.get(url)).text
        for words in (
            "60 jours avant",
            "120 jours",
            "six mois ou plus",
            "30 jours",
            "silence vaut",
        ):
            assert words in text, words


async def test_bodies_that_advise_are_told_apart_from_those_that_finance(site: Client) -> None:
    text = (await site.get("/titulaire/mes-interlocuteurs")).text
    advise, finance = text.partition("Qui vous conseille")[2].partition("Qui finance")[::2]
    finance = finance.partition("Votre employeur")[0]
    for name in ("Cap emploi", "Apec", "mission locale"):
        assert name in advise
        assert name not in finance
    for name in ("OPCA", "Opacif", "Fongecif", "région", "Pôle emploi", "Agefiph"):
        assert name in finance


async def test_the_glossary_is_in_alphabetical_order_and_each_word_has_an_address(
    site: Client,
) -> None:
    page = await site.get("/glossaire")
    assert page.dom is not None
    terms = [node for node in page.dom.iter("div") if node.find("dt") is not None]
    names = [node.findtext("dt") or "" for node in terms]
    assert names == [term.name for term in GLOSSARY]
    plain_names = [normalize("NFD", name.casefold()) for name in names]
    assert plain_names == sorted(plain_names)
    assert [node.get("id") for node in terms] == [term.anchor for term in GLOSSARY]
    for term in GLOSSARY:
        assert re.fullmatch(r"[a-z-]+", term.anchor)
        assert term.sentence.endswith(".")
        if term.expansion:
            assert term.expansion[1:] in page.html


async def test_the_head_of_a_public_page_leads_home_by_its_name(site: Client) -> None:
    for url in ("/", "/aide", "/connexion"):
        page = await site.get(url)
        assert page.dom is not None
        head = next(page.dom.iter("header"))
        home = [a for a in head.iter("a") if (a.text or "") == "Accueil"]
        assert [a.get("href") for a in home] == ["/"]
        assert home[0].get("aria-current") == ("page" if url == "/" else None)


async def test_the_dif_limits_told_are_those_applied(site: Client) -> None:
    for url in ("/aide/dif", "/employeurs/heures-dif"):
        text = (await site.get(url)).text
        assert f"Au-dessus de {hours.DIF_CONFIRMED_ABOVE} heures" in text
        assert f"{hours.DIF_LIMIT:,}".replace(",", " ") in text


@pytest.mark.parametrize(
    "url", ["/aide/inscription", "/conditions-generales", "/donnees-personnelles"]
)
async def test_the_delays_told_are_those_applied(site: Client, url: str) -> None:
    text = (await site.get(url)).text
    assert signup.IDLE_MINUTES == 60
    assert "une heure après votre dernière action" in text.replace("1 heure", "une heure")
    assert f"{signup.LINK_DAYS} jours" in text


@pytest.mark.parametrize("url", ["/conditions-generales", "/donnees-personnelles"])
async def test_the_length_of_a_session_told_is_that_applied(site: Client, url: str) -> None:
    text = (await site.get(url)).text
    assert f"{sessions.IDLE_MINUTES} minutes sans action" in text
    assert f"{sessions.ABSOLUTE_HOURS} heures" in text


async def test_the_terms_show_the_version_that_registrations_record(site: Client) -> None:
    text = (await site.get("/conditions-generales")).text
    assert f"Version {TERMS_VERSION}, du {plain(french_date(NEWEST.since))}." in text


async def test_the_terms_say_what_each_version_changed(site: Client) -> None:
    page = await site.get("/conditions-generales")
    after = page.text.partition("Ce qui a changé")[2]
    for version in VERSIONS:
        assert f"Version {version.number}, du {plain(french_date(version.since))}" in after
        for change in version.changes:
            assert plain(change) in after


@pytest.mark.parametrize("version", VERSIONS[1:], ids=lambda version: version.number)
async def test_an_earlier_version_stays_readable_and_leads_to_the_newest(
    site: Client, version: Terms
) -> None:
    page = await site.get(f"/conditions-generales/{version.number}")
    assert f"Version {version.number}, du {plain(french_date(version.since))}." in page.text
    assert f"Lire la version {NEWEST.number}" in page.text
    assert page.title.startswith(f"Conditions Générales d’Utilisation, version {version.number}")
    assert page.response.headers["x-robots-tag"] == "noindex"


def test_versions_are_numbered_and_dated_newest_first() -> None:
    assert [int(one.number) for one in VERSIONS] == list(range(len(VERSIONS), 0, -1))
    dates = [one.since for one in VERSIONS]
    assert dates == sorted(set(dates), reverse=True)


async def test_a_version_that_never_was_is_not_found(site: Client) -> None:
    assert (await site.get("/conditions-generales/99")).status == 404


@pytest.mark.parametrize("number", ACCEPTED)
def test_a_text_that_was_accepted_is_never_edited(number: str) -> None:
    digest = sha256((FOLDER / "home" / "terms" / f"{number}.html").read_bytes()).hexdigest()
    assert digest == ACCEPTED[number]


def test_each_version_replaced_is_among_those_never_edited() -> None:
    assert {version.number for version in VERSIONS[1:]} == set(ACCEPTED)


async def test_the_privacy_notice_tells_how_long_each_thing_is_kept(site: Client) -> None:
    text = (await site.get("/donnees-personnelles")).text
    for words in (
        f"{signup.LINK_DAYS} jours",
        f"Nouvelle adresse courriel à confirmer {email_change.LINK_HOURS} heures",
        f"{kept_forms.KEPT_MINUTES // 60} heure, pour vous le proposer de nouveau",
        f"{contact.KEPT_DAYS} jours au plus",
        f"Demande de nouveau mot de passe {REMEMBERED_DAYS[LoginKind.TITULAIRE]} jours",
        f"conservée {signup.USED_LINK_REMEMBERED_DAYS} jours au plus après l’expiration du lien",
    ):
        assert words in text, words
    assert professionals.EVENT_DAYS == 365
    assert "conservés un an" in text


async def test_the_privacy_notice_warns_about_real_numbers(site: Client) -> None:
    text = (await site.get("/donnees-personnelles")).text
    assert "décret n° 2019-341" in text
    assert "AES-GCM" in text


@pytest.mark.parametrize(
    "url",
    [
        "/accessibilite",
        "/conditions-generales",
        "/contact",
        "/donnees-personnelles",
    ],
)
async def test_the_address_to_write_to_is_the_configured_one(url: str) -> None:
    settings = make_settings(
        database_url="postgresql://nobody@127.0.0.1:1/nothing", contact_to="une.autre@exemple.fr"
    )
    async with Client(create_app(settings)) as visitor:
        page = await visitor.get(url)
    assert '<a href="mailto:une.autre@exemple.fr">une.autre@exemple.fr</a>' in page.html


async def test_the_contact_page_says_what_never_to_write(site: Client) -> None:
    text = (await site.get("/contact")).text
    warning = text.partition("Ce qu’il ne faut jamais écrire dans un message")[2]
    assert "numéro de Sécurité sociale" in warning
    assert "Votre mot de passe" in warning


async def test_the_site_map_lists_every_public_page(site: Client) -> None:
    html = (await site.get("/plan-du-site")).html.partition("<main")[2].partition("</main>")[0]
    assert [page.url for page in all_pages() if f'href="{page.url}"' not in html] == []


async def test_the_site_map_lists_what_the_menus_of_each_space_lead_to(site: Client) -> None:
    html = (await site.get("/plan-du-site")).html.partition("<main")[2].partition("</main>")[0]
    assert MENUS.spaces is not None
    for space in (TITULAIRE_SPACE, *SPACES.values()):
        for link in (*MENUS.spaces[space].nav, *MENUS.spaces[space].account):
            assert f'href="{link.url}"' in html, link.url
    assert 'href="/professionnels"' in html


async def test_the_footer_leads_to_the_information_pages() -> None:
    known = {page.url for page in all_pages()}
    assert {link.url for link in MENUS.footer} <= known


async def test_the_sitemap_has_every_page_at_its_public_address(site: Client) -> None:
    answer = await site.http.get("/sitemap.xml", headers={"Host": "evil.example"})
    assert answer.headers["content-type"].startswith("application/xml")
    listed = [node.text for node in ElementTree.fromstring(answer.text).iter(f"{SITEMAP}loc")]
    assert listed == [f"{PUBLIC_URL}{page.url}" for page in all_pages()]


async def test_robots_are_kept_from_private_pages_only(site: Client) -> None:
    answer = await site.http.get("/robots.txt", headers={"Host": "evil.example"})
    assert answer.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    for path in ("/espace", "/espace/heures", "/activation/abc", "/inscription/identite"):
        assert not rules.can_fetch("Anything", path)
    assert all(rules.can_fetch("Anything", page.url) for page in all_pages())
    assert rules.site_maps() == [f"{PUBLIC_URL}/sitemap.xml"]
