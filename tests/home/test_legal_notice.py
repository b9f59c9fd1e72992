"""« Mentions légales » and « Données personnelles »: who answers for the site, and until when."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.support.http.client import Client
from tests.support.programs.settings import NOWHERE, make_settings
from web.app import create_app
from web.core.rate_limit import DAY, HOUR
from web.retention import YEAR, duration, list_retention
from web.settings.legal import FICTITIOUS

LEGAL, PRIVACY = "/mentions-legales", "/donnees-personnelles"
PUBLISHED = {
    "legal_publisher": "Caisse d’essai, établissement public",
    "legal_publisher_address": "3 rue du Test, 00000 Ville",
    "legal_publisher_phone": "01 99 00 00 05",
    "legal_director": "Dominique Essai",
    "legal_host": "Hébergeur d’essai",
    "legal_host_address": "4 rue du Test, 00000 Ville",
    "legal_host_phone": "01 99 00 00 06",
    "legal_dpo": "dpo@compte.example",
}


async def test_outside_production_the_notice_is_marked_as_fictitious(site: Client) -> None:
    page = await site.get(LEGAL)
    assert "Ces mentions sont fictives" in page.text
    assert page.described()["Éditeur"] == FICTITIOUS.publisher


async def test_production_publishes_its_settings() -> None:
    settings = make_settings(
        environment="production",
        database_url=NOWHERE,
        public_url="https://compte.example",
        secret_key="Vq8-hT3nZt4_1kLmNo9.PqRs7wXyDefGu2",
        nir_keys="k1:" + base64.b64encode(hashlib.sha256(b"a key").digest()).decode(),
        captcha_test_answer=None,
        argon2_memory_kib=19456,
        argon2_time=2,
        **PUBLISHED,
    )
    async with Client(create_app(settings)) as visitor:
        legal, privacy = await visitor.get(LEGAL), await visitor.get(PRIVACY)
    for value in PUBLISHED.values():
        assert value in legal.text
    assert "fictives" not in legal.text
    for name in ("legal_publisher", "legal_publisher_address", "legal_dpo"):
        assert PUBLISHED[name] in privacy.text


async def test_a_demonstration_may_name_its_own_publisher() -> None:
    settings = make_settings(database_url=NOWHERE, legal_publisher="Caisse <d’essai>")
    async with Client(create_app(settings)) as visitor:
        page = await visitor.get(LEGAL)
    assert page.described()["Éditeur"] == "Caisse <d’essai>"
    assert page.described()["Hébergeur"] == FICTITIOUS.host


@pytest.mark.parametrize("path", ["/", "/plan-du-site", "/connexion"])
async def test_each_page_leads_to_the_notice(site: Client, path: str) -> None:
    assert f'href="{LEGAL}"' in (await site.get(path)).html


async def test_the_privacy_notice_has_the_whole_table_of_durations(site: Client) -> None:
    page = await site.get(PRIVACY)
    assert "Durée de conservation de chaque catégorie de données" in page.text
    for data, kept in list_retention():
        assert " ".join(f"{data} {kept}".split()) in page.text


async def test_the_privacy_notice_explains_what_has_no_end(site: Client) -> None:
    text = (await site.get(PRIVACY)).text
    without_end = [data for data, kept in list_retention() if kept.startswith("Sans durée fixée")]
    assert without_end == [
        "Heures",
        "Délégations",
        "Dossiers de formation",
        "Historique des actions",
    ]
    assert "n’ont pas de durée fixée" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60, "1\u00a0minute"),
        (1800, "30\u00a0minutes"),
        (HOUR, "1\u00a0heure"),
        (DAY, "1\u00a0jour"),
        (60 * DAY, "60\u00a0jours"),
        (YEAR, "1\u00a0an"),
    ],
)
def test_a_duration_is_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert duration(seconds) == words
