"""The audit of every page finds its faults, even on an already audited structure."""

from __future__ import annotations

import pytest
from html5lib.html5parser import ParseError

from tests.support.pages.audit import parse, part_problems
from tests.support.pages.fields import field_problems
from tests.support.pages.lists import list_problems

VALID = '<p class="lead">Bonjour, vous avez 80 h.</p><textarea name="m">\nÀ &amp; b</textarea>'
INVALID = {
    "an ampersand that stands alone": VALID.replace("vous avez", "vous &avez"),
    "a sign that opens nothing": VALID.replace("80", "< 80"),
    "an attribute twice": VALID.replace("<p ", '<p class="lead" '),
    "an element never closed": VALID.replace("Bonjour", "<b>Bonjour"),
    "elements that cross": VALID.replace("Bonjour, vous", "<b>Bonjour<i>,</b> vous</i>"),
    "an end that closes nothing": VALID.replace("80 h", "80 h</b>"),
}


def test_a_valid_part_is_read_as_it_is_written() -> None:
    tree = parse(VALID)
    assert tree.findtext("p") == "Bonjour, vous avez 80 h."
    assert tree.findtext("textarea") == "À & b"


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_invalid_html_is_refused_even_after_a_valid_part_with_the_same_words(text: str) -> None:
    parse(VALID)
    with pytest.raises((AssertionError, ParseError)):
        parse(text)


@pytest.mark.parametrize(
    ("label", "problems"),
    [("Ville *", 0), ("Ville (facultatif)", 0), ("Ville", 1)],
)
def test_each_field_says_whether_it_is_required(label: str, problems: int) -> None:
    assert len(problems_of(f'<label for="town">{label}</label><input id="town" name="town">')) == (
        problems
    )


def test_fields_of_a_draft_are_marked_where_others_are() -> None:
    of_a_draft = '<label for="title">Intitulé</label><input id="title" name="title">'
    marked = '<label for="town">Ville *</label><input id="town" name="town">'
    assert problems_of(of_a_draft) == []
    assert problems_of(of_a_draft + marked) == ["nothing says whether title is required"]


@pytest.mark.parametrize(
    ("items", "problems"),
    [("<li><b>1</b> Lire</li>", 1), ("<li>Lire</li>", 0), ("<li>2015 commence</li>", 0)],
)
def test_an_ordered_list_does_not_number_its_items_twice(items: str, problems: int) -> None:
    assert len([*list_problems(parse(f"<ol>{items}</ol>"))]) == problems


@pytest.mark.parametrize(
    ("part", "problems"),
    [
        ('<svg viewBox="0 0 8 8"><path d="M0 0h8"/></svg>', 1),
        ('<svg viewBox="0 0 8 8" width="8" height="8"><path d="M0 0h8"/></svg>', 0),
        ("<code>AB12</code>", 1),
        ('<code translate="no">AB12</code>', 0),
        ("<dl><div><dt>Prénom</dt><dd>Rose</dd></div></dl>", 1),
        ('<dl><div><dt>Prénom</dt><dd translate="no">Rose</dd></div></dl>', 0),
        ('<dl><div><dt>Nom</dt><dd>Mme <b translate="no">Petit</b></dd></div></dl>', 0),
        ("<dl><div><dt>Statut</dt><dd>Soumis</dd></div></dl>", 0),
    ],
)
def test_images_have_a_size_and_names_are_not_translated(part: str, problems: int) -> None:
    assert len(part_problems(part)) == problems


def problems_of(fields: str) -> list[str]:
    """The problems of a form with these fields."""
    form = f"""<form method="post" action="/"><input type="hidden" name="csrf" value="1">
<input type="hidden" name="key" value="1">{fields}<button>Envoyer</button></form>"""
    return [*field_problems(parse(form), full=False)]
