"""The accessibility tree of each page: its roles, names and states, kept in `snapshots/`.

A new page, or one changed on purpose, is recorded by `make snapshots`; its diff is then reviewed
like any other.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page

from tests.journeys.acts.agents import open_desk, submit_many
from tests.journeys.acts.dossiers import newest_person
from tests.journeys.acts.story import log_in
from tests.journeys.browsers.checks import NARROW
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.masks import ID, masked, masked_in_a_space
from tests.journeys.paths import to_desk, to_space, to_validation
from tests.journeys.saved_sessions import SavedSessions
from tests.journeys.site import Site
from tests.journeys.walk import (
    PUBLIC,
    REGISTRATION,
    SPACE,
    WAITING,
    at_draft,
    at_employer,
    at_organisme,
)
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent
from tests.support.titulaires.people import Person, synthetic_siret
from tests.support.training.dossiers import draft, give_hours
from web.domain.submission import Draft

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
FOLDER = Path(__file__).parent / "snapshots"
GRANT = """
    INSERT INTO delegation (id, person_id, siret, employer_name, scope, starts_on)
    VALUES (uuidv7(), $1, $2, 'Verrerie Duval', 'modifier', current_date - 1) RETURNING id
"""
RENEWED = os.environ.get("SNAPSHOTS") == "renew"
# The surroundings of the page: the same for everyone with the same role.
AROUND = ("header.top", "footer.bottom")
# In a space, the side navigation is the same too.
IN_A_SPACE = frozenset({"titulaire", "titulaire avec un dossier", "employeur", "organisme"})
AGENTS = frozenset({"employeur", "organisme"})
CONTENT = "main, .space-content"
SIDE = "nav.side"


async def test_the_accessibility_tree_of_every_page_is_unchanged(
    new_page: OpenPage, site: Site
) -> None:
    album = Album()
    # A new person, without a history from other tests.
    page, person = await new_page(), Person(birth_name="Membre")
    driver = await to_validation(page, site, person)
    await album.walk(await new_page(), "visiteur", PUBLIC)
    await album.walk(page, "inscription", REGISTRATION)
    await driver.open("/inscription/validation")
    await driver.press("Valider mon inscription")
    await driver.reads("Courriel envoyé")
    await album.walk(page, "attente", WAITING)
    await driver.open(await site.link_mailed_to(person.email))
    await page.wait_for_url("**/connexion")
    await log_in(driver, person)
    await album.walk(page, "titulaire", SPACE)
    await walk_at_desks(album, new_page, site)
    album.assert_titles_tell_pages_apart()
    album.close()


async def walk_at_desks(album: Album, new_page: OpenPage, site: Site) -> None:
    """Visit a draft, as its titulaire and as the employer; and a dossier, as its organisme."""
    person, employer = Person(birth_name="Salariée"), InventedAgent(siret=synthetic_siret())
    agent, page = await open_desk(site), await new_page()
    await to_space(page, site, person)
    person_id = await newest_person(site)
    async with site.runtime() as runtime:
        await give_hours(runtime, person_id, dif=15, cpf=20)
        dossier_id = await draft(runtime, person_id, Draft(title="Anglais professionnel"))
        await agents.add(runtime, employer)
    await album.walk(page, "titulaire avec un dossier", at_draft(dossier_id))
    delegation_id = await site.sql(GRANT, person_id, employer.siret)
    page = await new_page()
    await to_desk(page, site, employer)
    await album.walk(page, "employeur", at_employer(delegation_id, dossier_id))
    [dossier_id] = await submit_many(site, agent, 1)
    page = await new_page()
    await to_desk(page, site, agent)
    await album.walk(page, "organisme", at_organisme(dossier_id))


async def test_a_table_laid_out_as_a_list_is_still_a_table(
    new_page: OpenPage, saved: SavedSessions
) -> None:
    page = await new_page(storage_state=saved.account)
    await page.goto("/espace/heures")
    # The stylesheet adds a header to each cell, which is part of its name.
    roles: tuple[Any, ...] = ("table", "caption", "row", "columnheader", "rowheader", "cell")
    wide = {role: await page.get_by_role(role).count() for role in roles}
    await page.set_viewport_size(NARROW)
    assert wide["table"] == 2
    assert {role: await page.get_by_role(role).count() for role in roles} == wide


class Album:
    """The snapshots taken in this run, and those on disk."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}
        self._titles: dict[tuple[str, str], list[str]] = defaultdict(list)

    async def walk(self, page: Page, who: str, paths: Sequence[str]) -> None:
        """Record each page, and check that its surroundings are the same everywhere."""
        around: dict[str, str] = {}
        places = (*AROUND, SIDE) if who in IN_A_SPACE else AROUND
        for path in paths:
            answer = await page.goto(path)
            assert answer is not None
            assert answer.ok, f"{path}: {answer.status}"
            assert urlsplit(page.url).path == path, f"{path} leads elsewhere"
            # An agent and a titulaire each have one space, and never see the other's.
            space = who if who in AGENTS else ""
            self._titles[space, await page.title()].append(path)
            name = ID.sub("un", path.strip("/")).replace("/", "-") or "accueil"
            self._taken[name] = await _seen(page.locator(CONTENT).last, who)
            for place in places:
                if await page.locator(place).count():
                    seen = await _seen(page.locator(place), who)
                    assert around.setdefault(place, seen) == seen, f"{place} of {path}"
        self._taken[f"_{who.replace(' ', '-')}"] = "\n".join(around.values())

    def assert_titles_tell_pages_apart(self) -> None:
        """Check that no two pages have the same title."""
        assert not {title: paths for title, paths in self._titles.items() if len(paths) > 1}

    def close(self) -> None:
        """Compare with the snapshots on disk, or renew them when asked to."""
        if RENEWED:
            FOLDER.mkdir(exist_ok=True)
            for path in FOLDER.glob("*.yml"):
                path.unlink()
            for name, seen in self._taken.items():
                (FOLDER / f"{name}.yml").write_text(f"{seen}\n", "utf-8")
        kept = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.yml")}
        changes = [
            line
            for name in sorted(kept.keys() | self._taken.keys())
            for line in unified_diff(
                kept.get(name, "").splitlines(),
                self._taken.get(name, "").splitlines(),
                f"{name} kept",
                f"{name} now",
                lineterm="",
            )
        ]
        assert not changes, "\n".join(["read this, then `make snapshots`:", *changes])


async def _seen(part: Locator, who: str) -> str:
    seen: str = await part.aria_snapshot()
    return masked(seen) if who == "visiteur" else masked_in_a_space(seen)
