"""The speech of Orca during the journeys, compared with `transcripts/`.

With `SCREEN_READER=renew`, the speech of this run is kept. A person reads it then: nothing may come
twice, nothing may lack a name, each error and each success must be heard, in an order that makes
sense. One line for each key: the utterances that follow it, separated by bars.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.journeys.masks import in_one_flow, masked_speech
from tests.journeys.orca import spoken, spoken_service
from tests.journeys.orca.desktop import missing_packages, running_desktop
from tests.journeys.orca.screen_reader import listening
from tests.journeys.site import Site
from tests.support.repository import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
JOURNEYS = {**spoken.JOURNEYS, **spoken_service.JOURNEYS}
FOLDER = Path(__file__).parent / "transcripts"
ASK_TO_READ = "read this, then `make screen-reader SCREEN_READER=renew`:"
TRIES = 2
# What precedes an utterance in a transcript; a key without any has its name alone.
UTTERANCE = " | "
ASKED = os.environ.get("SCREEN_READER", "")
HEARD = ROOT / "build" / "heard"


@pytest.mark.parametrize("name", JOURNEYS)
async def test_a_screen_reader_says_the_same_as_before(
    site: Site, tmp_path: Path, name: str
) -> None:
    missing = missing_packages()
    assert not missing, f"Orca cannot read without the Debian packages {', '.join(missing)}"
    path = FOLDER / f"{name}.txt"
    if ASKED == "renew":
        path.parent.mkdir(exist_ok=True)
        path.write_text(masked_speech(await hear(site, tmp_path, name)), "utf-8")
        return
    assert path.exists(), f"{path} is missing: `make screen-reader SCREEN_READER=renew` writes it"
    kept = path.read_text("utf-8")
    heard = ""
    # On a busy machine, a key may reach Firefox before Orca takes it: a difference must come twice.
    for number in range(TRIES):
        (folder := tmp_path / str(number)).mkdir()
        with suppress(AssertionError) if number < TRIES - 1 else nullcontext():
            heard = masked_speech(await hear(site, folder, name))
            if in_one_flow(kept) == in_one_flow(heard):
                return
    changes = unified_diff(kept.splitlines(), heard.splitlines(), "kept", "heard", lineterm="")
    raise AssertionError("\n".join((ASK_TO_READ, *changes)))


async def hear(site: Site, folder: Path, name: str) -> str:
    """Make one journey; return its transcript, which is also kept in `build/heard`."""
    with running_desktop(folder) as desktop:
        async with listening(site, desktop) as driver:
            try:
                await JOURNEYS[name](driver, site)
            finally:
                heard = await driver.transcript()
                # Also after a failure: it shows how far the journey went.
                HEARD.mkdir(parents=True, exist_ok=True)
                (HEARD / f"{name}.txt").write_text(heard, "utf-8")
    assert UTTERANCE in heard, "Orca said nothing"
    return heard
