"""The error summary of a form: each line names its field."""

from __future__ import annotations

from typing import ClassVar

import pytest

from web.core.http.forms.forms import Agreement, Form, TextField


class Some(Form):
    """A field for each kind of label."""

    short_names: ClassVar = {"dif": "Solde"}

    name = TextField("Nom de naissance")
    dif = TextField("Saisissez le solde")
    accepted = Agreement("J’accepte")


@pytest.mark.parametrize(
    ("field", "sentence", "line"),
    [
        (
            "name",
            "Saisissez au moins une lettre.",
            "Nom de naissance\u00a0: saisissez au moins une lettre.",
        ),
        ("name", "À compléter.", "Nom de naissance\u00a0: à compléter."),
        ("name", "SIRET inconnu.", "Nom de naissance\u00a0: SIRET inconnu."),
        ("name", "Nom de naissance trop long.", "Nom de naissance trop long."),
        ("dif", "Saisissez un nombre.", "Solde\u00a0: saisissez un nombre."),
        ("accepted", "Cochez la case.", "Cochez la case."),
    ],
)
def test_a_line_names_its_field_unless_its_sentence_does(
    field: str, sentence: str, line: str
) -> None:
    form = Some()
    assert form.named(form[field], sentence) == line


def test_one_sentence_about_two_fields_makes_two_lines() -> None:
    form = Some()
    assert len({form.named(form[one], "Saisissez une lettre.") for one in ("name", "dif")}) == 2
