"""What the public pages say: the source document's labels, and figures that the rules confirm."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from tests.support.client import Client
from tests.support.settings import make_settings
from web.accounts import sessions
from web.accounts.terms import TERMS_DATE, TERMS_VERSION
from web.app import create_app
from web.domain import hours
from web.home.pages import all_pages
from web.routes import MENUS
from web.signup import queries as signup

PUBLIC_URL = "http://127.0.0.1:8000"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
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


async def test_each_en_savoir_plus_says_about_what(site: Client) -> None:
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


async def test_the_dif_limits_told_are_those_applied(site: Client) -> None:
    for url in ("/aide", "/employeurs/heures-dif"):
        text = (await site.get(url)).text
        assert f"Au-dessus de {hours.DIF_CONFIRMED_ABOVE} heures" in text
        assert f"{hours.DIF_LIMIT:,}".replace(",", " ") in text


@pytest.mark.parametrize("url", ["/aide", "/conditions-generales", "/donnees-personnelles"])
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
    assert f"Version {TERMS_VERSION}, du {TERMS_DATE}." in text
    assert "Ce qui a changé" in text


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
    assert "numéro de sécurité sociale" in warning
    assert "Votre mot de passe" in warning


async def test_the_site_map_lists_every_public_page(site: Client) -> None:
    html = (await site.get("/plan-du-site")).html.partition("<main")[2].partition("</main>")[0]
    assert [page.url for page in all_pages() if f'href="{page.url}"' not in html] == []


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
