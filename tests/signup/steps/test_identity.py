"""« S'inscrire »: the refusals of the second step and their messages."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.support.http.client import Client, Page
from tests.support.titulaires.journey import to_identity, to_validation
from tests.support.titulaires.people import Person, synthetic_nir
from web.domain.nir import control_key

NIR = "Saisissez les 13 chiffres de votre numéro de Sécurité sociale"
KEY = "Les deux derniers chiffres (la clé) ne correspondent pas"
LETTERS = "Saisissez seulement des lettres, des espaces, des traits d’union et des apostrophes."
FULL_EMAIL = "Saisissez une adresse courriel complète, avec un @"
NO_LETTERS = "sans lettres ni numéro de poste"
FRENCH_PHONE = "Saisissez un numéro français à 10 chiffres, par exemple"
ACCENTED = "É" * 100

WRONG = [
    ("nir", "", NIR),
    ("nir", "27610993500", NIR),
    ("nir", "276109935000140401", NIR),
    ("nir", "2 76 10 99 350 O01", NIR),
    ("nir", "5761099350001", NIR),
    ("nir", "0" * 1000, NIR),
    ("nir", "276109935000141", KEY),
    ("nir", "2761099350002 40", KEY),
    ("nir", "7761099350001", "Ce numéro est provisoire."),
    ("nir", "8761099350001", "Ce numéro est provisoire."),
    ("nir", "3761099350001", "Ce numéro est provisoire."),
    ("nir", "2761399350001", "Les chiffres 4 et 5 du numéro indiquent le mois"),
    ("nir", "2764999350001", "Les chiffres 4 et 5 du numéro indiquent le mois"),
    ("nir", "2761000350001", "Les chiffres 6 et 7 du numéro indiquent le département"),
    ("nir", "2761099350000", "Les chiffres 11 à 13 du numéro ne peuvent pas être 000."),
    ("civility", "", "Cochez « Madame » ou « Monsieur »."),
    ("civility", "docteur", "Cochez « Madame » ou « Monsieur »."),
    ("civility", "monsieur", "commence par 2, ce qui correspond à « Madame »."),
    ("first_name", "", "Saisissez votre prénom."),
    ("first_name", " \u00a0 ", "Saisissez votre prénom."),
    ("first_name", "R2D2", LETTERS),
    ("first_name", "<b>Zoé</b>", LETTERS),
    ("first_name", "-", LETTERS),
    ("first_name", "É" * 101, "Saisissez 100 caractères au plus."),
    ("birth_name", "", "Saisissez votre nom de naissance."),
    ("birth_name", "Dupont; DROP TABLE", LETTERS),
    ("birth_name", "x" * 3000, "100 caractères au plus."),
    ("landline", "06 12 34 56 78", "saisissez-le dans le champ « Téléphone portable »."),
    ("landline", "12", FRENCH_PHONE),
    ("landline", "+44 20 7946 0958", FRENCH_PHONE),
    ("landline", "0899 12 34 56", "Les numéros spéciaux (08…)"),
    ("mobile", "01 23 45 67 89", "saisissez-le dans le champ « Téléphone fixe »."),
    ("mobile", "06 12 34 56", FRENCH_PHONE),
    ("mobile", "portable", FRENCH_PHONE),
    ("mobile", "061234dgfs", NO_LETTERS),
    ("mobile", "O6 12 34 56 78", NO_LETTERS),
    ("landline", "01 23 45 67 89 x12", NO_LETTERS),
    ("landline", "01 23 45 67 89 poste 12", NO_LETTERS),
    ("landline", "tel:+33123456789;ext=12", NO_LETTERS),
    ("landline", "tel:+33123456789;phone-context=+33", NO_LETTERS),
    ("landline", "01 23 45 67 89, 06 12 34 56 78", NO_LETTERS),
    ("landline", "01 23 45 67 89 12", FRENCH_PHONE),
    ("landline", "01+23 45 67 89", NO_LETTERS),
    ("landline", "٠١ ٢٣ ٤٥ ٦٧ ٨٩", NO_LETTERS),
    ("landline", "01 23 45 67 89" + " (0)" * 300, FRENCH_PHONE),
    ("first_name", "evil\ua4f8com", LETTERS),
    ("first_name", "\u3164", "Saisissez votre prénom."),
    ("email", "", FULL_EMAIL),
    ("email", "zoe", FULL_EMAIL),
    ("email", "zoe@exemple", FULL_EMAIL),
    ("email", "zoe@@exemple.fr", FULL_EMAIL),
    ("email", "zoe@exemple.fr, lea@exemple.fr", FULL_EMAIL),
    ("email", "z" * 250 + "@exemple.fr", FULL_EMAIL),
    ("email_confirmation", "", "Saisissez une seconde fois votre adresse courriel."),
    ("email_confirmation", "zoee@exemple.fr", "Saisissez deux fois la même adresse courriel."),
]
RIGHT = [
    ("nir", "2761099350001"),
    ("nir", "2 76 10 99 350 001"),
    ("nir", "2.76.10.99.350.001 40"),
    ("nir", "2\u00a076\u202f10 99 350 001 40"),
    ("nir", "253072b073004 70"),
    ("nir", "253072A073004 43"),
    ("nir", "2951099126111 93"),
    ("nir", "2764299350001"),
    ("first_name", "Zoé-Lou"),
    ("first_name", "D'Artagnan"),
    ("first_name", "Ô’Brien de La Tour"),
    ("first_name", "Zoe\u0301"),
    ("first_name", "Łukasz"),
    ("first_name", "Ξένια"),
    ("first_name", "明子"),
    ("first_name", ACCENTED),
    ("first_name", "  Zoé  "),
    ("first_name", "N‘Diaye"),
    ("first_name", "Jean–Marie"),
    ("first_name", "Zoé\u200b"),
    ("email", "\u200bzoe@exemple.fr"),
    ("email", "zoe@exemple.fr\ufeff"),
    ("email", "\u202azoe@exemple.fr\u202c"),
    ("email", "zoe@exem\u00adple.fr"),
    ("email_confirmation", "zoe@EXEMPLE.fr"),
    ("email_confirmation", "ZOE@exemple.fr"),
    ("landline", "+33 1 23 45 67 89"),
    ("landline", "09.72.12.34.56"),
    ("landline", "0262 12 34 56"),
    ("landline", "+33 (0)1 23 45 67 89"),
    ("landline", "(+33) 1 23 45 67 89"),
    ("landline", "0033 1-23-45-67-89"),
    ("landline", "33 1 23 45 67 89"),
    ("landline", "\u200b01 23 45 67 89\ufeff"),
    ("landline", ""),
    ("mobile", "0692 12 34 56"),
    ("mobile", "+687 75 12 34"),
    ("mobile", ""),
]


def only_problem(page: Page) -> tuple[str, str]:
    """Check that one field is wrong: its message beside it and, with its name, in the summary."""
    assert page.dom is not None
    marked = [n for n in page.dom.iter() if (n.get("id") or "").endswith("-error")]
    assert len(marked) == 1, [n.get("id") for n in marked]
    field = (marked[0].get("id") or "").removesuffix("-error")
    sentence = page.error_of(field).removeprefix("Erreur : ")
    assert page.text.casefold().count(sentence.casefold()) == 2
    [message] = page.summary.values()
    assert message.casefold().endswith(f" : {sentence}".casefold())
    assert "Une erreur est à corriger" in page.text
    return field, sentence


async def test_each_wrong_value_is_told_beside_its_field(client: Client) -> None:
    page = await to_identity(client)
    right = Person(email="zoe@exemple.fr").identity(answer="-")
    for field, value, sentence in WRONG:
        typed = {**right, field: value}
        if field == "email":
            typed["email_confirmation"] = value or "zoe@exemple.fr"
        page = await client.submit(page, typed)
        assert page.status == 422, (field, value)
        wrong, message = only_problem(page)
        assert wrong == field, (field, value, message)
        assert sentence in message, (field, value, message)
        assert page.title.startswith("Erreur\u00a0: ")


async def test_each_right_value_is_accepted(client: Client) -> None:
    page = await to_identity(client)
    person = Person(nir="2761099350001", birth_name="Martin", email="zoe@exemple.fr")
    page = await client.submit(page, person.identity())
    for field, value in RIGHT:
        page = await client.get("/inscription/identite")
        typed = {**person.identity(), field: value}
        page = await client.submit(page, typed, follow=False)
        assert page.status == 303, (field, value)


async def test_everything_wrong_is_told_at_once_and_everything_typed_is_kept(
    client: Client,
) -> None:
    typed = {
        "nir": "1",
        "civility": "madame",
        "first_name": "4",
        "birth_name": "5",
        "landline": "6",
        "mobile": "7",
        "email": "8",
        "email_confirmation": "9",
        "answer": "",
    }
    page = await client.submit(await to_identity(client), typed)
    assert "8 erreurs sont à corriger" in page.text
    names = {field: line.partition(" : ")[0] for field, line in page.summary.items()}
    assert names == {
        "nir": "N° de sécurité sociale",
        "first_name": "Prénom",
        "birth_name": "Nom de naissance",
        "landline": "Téléphone fixe",
        "mobile": "Téléphone portable",
        "email": "Courriel",
        "email_confirmation": "Confirmation courriel",
        "answer": "Contrôle de sécurité",
    }
    assert {name: page.values()[name] for name in typed} == typed


async def test_an_empty_form_says_what_each_required_field_needs(client: Client) -> None:
    page = await client.submit(await to_identity(client), {})
    for field in ("nir", "civility", "first_name", "birth_name", "email", "answer"):
        assert page.error_of(field), field
    for field in ("landline", "mobile"):
        assert not page.error_of(field), field


async def test_a_number_that_starts_with_1_declares_monsieur(client: Client) -> None:
    person = Person(nir=synthetic_nir(700, sex=1))
    page = await client.submit(await to_identity(client), person.identity(civility="madame"))
    assert "commence par 1, ce qui correspond à « Monsieur »" in page.error_of("civility")
    page = await client.submit(page, person.identity(), follow=False)
    assert page.status == 303


async def test_names_are_kept_and_shown_as_typed(client: Client) -> None:
    person = Person(first_name="  Zoe\u0301 Lou-Anne ", birth_name="d’ORANGE née O'Neil")
    page = await to_validation(client, person)
    assert page.url == "/inscription/validation"
    assert "Zo\u00e9 Lou-Anne" in page.html
    assert "d’ORANGE née O&#39;Neil" in page.html


async def test_control_characters_vanish_and_repeated_or_unknown_fields_change_nothing(
    client: Client,
) -> None:
    person = Person(first_name="Z\u0000o\u0007é")
    page = await to_identity(client)
    body = [*{**page.values(), **person.identity(is_admin="1")}.items(), ("first_name", "Eve")]
    response = await client.http.post(
        "/inscription/identite",
        content=urlencode(body),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        follow_redirects=False,
    )
    assert response.status_code == 303
    page = await client.get("/inscription/mot-de-passe")
    page = await client.submit(
        page, {"password": person.password, "password_confirmation": person.password}
    )
    assert "Zoé" in page.text
    assert "Eve" not in page.text


def test_the_vectors_have_the_keys_of_the_law() -> None:
    vectors = {
        "2761099350001": "40",
        "253072B073004": "70",
        "253072A073004": "43",
        "2951099126111": "93",
    }
    assert {nir: control_key(nir) for nir in vectors} == vectors
