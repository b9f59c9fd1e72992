"""The audit of every page finds unexplained abbreviations."""

from __future__ import annotations

import pytest

from tests.support.pages.abbreviations import NEAR, abbreviation_problems
from tests.support.pages.tree import tree_of

FAR = " mot" * (NEAR // 4)
EXPLAINED = {
    "a title": '<h1>Heures <abbr title="droit individuel à la formation">DIF</abbr></h1><p>DIF</p>',
    "before": "<p>Le droit individuel à la formation (DIF)</p>",
    "long before": f"<p>Le droit individuel à la formation</p><p>{FAR}</p><p>DIF</p>",
    "soon after": "<h1>Heures DIF</h1><p>Celles du droit individuel à la\u00a0formation</p>",
    "in the plural": "<p>Les organismes paritaires collecteurs agréés (OPCA)</p>",
    "with a capital": "<h1>CPF</h1><dl><dt>CPF</dt><dd>Compte personnel de formation</dd></dl>",
    "other words in a title": '<p><abbr title="numéro de 14 chiffres">SIRET</abbr></p>',
    "in other words": "<p>Son numéro SIRET, de 14\u00a0chiffres</p>",
    "the name of an organisation": "<p>Validé par Fongecif</p>",
    "a part of a word": "<p>DIFFICILE</p>",
    "in another case": "<p>Renseigner son Dif</p>",
    "what was typed": '<textarea>DIF</textarea><dl><dd class="typed">DIF</dd></dl>',
}
UNEXPLAINED = {
    "alone": "<p>Vos heures DIF</p>",
    "too long after": f"<p>Vos heures DIF {FAR} droit individuel à la formation</p>",
    "in a table": "<table><tr><td>DIF</td><td>24</td></tr></table>",
    "beside another element": "<ul><li>Heures</li><li>DIF</li></ul>",
    "with a title that says something else": '<p><abbr title="heures">DIF</abbr></p>',
    "with a title that comes second": (
        '<p>DIF</p><p><abbr title="droit individuel à la formation">DIF</abbr></p>'
    ),
    "in a part that opens": "<details><summary>DIF</summary><p>80 h</p></details>",
    "without its other words": "<p>Son numéro SIRET</p>",
}


@pytest.mark.parametrize("text", EXPLAINED.values(), ids=EXPLAINED)
def test_an_abbreviation_that_is_explained_passes(text: str) -> None:
    assert list(abbreviation_problems(tree_of(text))) == []


@pytest.mark.parametrize("text", UNEXPLAINED.values(), ids=UNEXPLAINED)
def test_an_abbreviation_that_is_not_is_named_once(text: str) -> None:
    (problem,) = abbreviation_problems(tree_of(text))
    assert problem.startswith(("DIF is not explained", "SIRET is not explained"))
