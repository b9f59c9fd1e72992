"""Utterances are taken from Orca's log as it grows."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.masks import in_one_flow, masked_speech
from tests.journeys.orca.speech import Speech

FIRST = """\
02:13:01.000000 - EVENT MANAGER: Dequeued focus: [link | Aide] (0,0,0) from [application | Firefox]
02:13:01.000001 - SPEECH OUTPUT: 'Aide lien.'{'established': False}
02:13:01.000002 - SPEECH OUTPUT: 'Chargement en cours. Veuillez patienter.' voice=system{}
02:13:01.000003 - SPEECH OUTPUT: 'L’adresse
                   tient sur deux lignes.'
02:13:01.000004 - SPEECH OUTPUT: 'coupée au mi"""
REST = """lieu' {'established': False}
"""


def test_each_utterance_is_given_once_and_whole(tmp_path: Path) -> None:
    log = tmp_path / "orca.log"
    log.write_text(FIRST)
    speech = Speech(log)
    assert speech.take() == ["Aide lien.", "L’adresse tient sur deux lignes."]
    assert speech.take() == []
    with log.open("a") as more:
        more.write(REST)
    assert speech.take() == ["coupée au milieu"]


async def test_silence_ends_with_the_last_utterance(tmp_path: Path) -> None:
    log = tmp_path / "orca.log"
    log.write_text("02:13:01.000001 - SPEECH OUTPUT: 'Enregistrer bouton.'{}\n")
    speech = Speech(log)
    assert await speech.something(5)
    assert await speech.silence(0) == ["Enregistrer bouton."]
    assert not await speech.something(0)


def test_a_line_that_breaks_elsewhere_is_no_change() -> None:
    kept = "↓ | Ce lien est valable jusqu’au\n↓ | <date>, à <heure>.\nTab | Continuer bouton.\n"
    heard = "↓ | Ce lien est valable jusqu’au <date>,\n↓ | à <heure>.\nTab | Continuer bouton.\n"
    assert in_one_flow(kept) == in_one_flow(heard)
    assert in_one_flow(kept) != in_one_flow(heard.replace("Tab", "↓"))


def test_a_date_is_masked_whole_or_cut() -> None:
    whole, cut = "↓ | 1er mai 2027.\n", "↓ | 30 novembre\n↓ | 2026.\n"
    assert in_one_flow(masked_speech(whole)) == in_one_flow(masked_speech(cut)) == "↓ | <date>.\n"
