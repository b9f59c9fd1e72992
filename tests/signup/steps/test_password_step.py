"""« Saisir son mot de passe »: the rules, the live strength, no echo of the password."""

from __future__ import annotations

import gzip
import re

from tests.support.db.rows import column
from tests.support.http.client import HTMX, Client, Page
from tests.support.titulaires.journey import to_identity, to_password, to_validation
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime

STEP, STRENGTH = "/inscription/mot-de-passe", "/inscription/mot-de-passe/robustesse"
LETTERS = "Ajoutez des lettres : il en faut au moins 5."
DIGITS = "Ajoutez des chiffres : il en faut au moins 3."
CATEGORIES = "Utilisez au moins 3 catégories de caractères"
PERSONAL = "Choisissez un mot de passe qui ne contient ni votre nom"
WRONG = [
    ("", "Choisissez un mot de passe."),
    ("Abcd-4829", LETTERS),
    ("Rivage-48", DIGITS),
    ("rivage482", CATEGORIES),
    ("Azerty123", "Ce mot de passe est trop courant"),
    ("P" * 60 + "é" * 60 + "-482-11", None),
    ("P" * 60 + "é" * 62 + "-482-11", "Choisissez un mot de passe de 128 caractères au plus."),
    ("Orange-Née-482", PERSONAL),
    ("Titouan.Lef-482", PERSONAL),
    ("Rivage-CompteFormation-482", PERSONAL),
    ("Rivage-8505999-Mer", PERSONAL),
]


async def send(client: Client, page: Page, password: str, confirmation: str | None = None) -> Page:
    """Send the step."""
    again = password if confirmation is None else confirmation
    fields = {"password": password, "password_confirmation": again}
    return await client.submit(page, fields, follow=False)


async def strength(client: Client, page: Page, **fields: str) -> Page:
    """The fragment that the strength meter loads."""
    return await client.post(STRENGTH, {"csrf": page.values()["csrf"], **fields}, htmx=True)


async def test_the_rules_come_before_the_field(client: Client) -> None:
    page = await to_password(client, Person())
    for rule in ("au moins 5\u00a0lettres", "au moins 3\u00a0chiffres", "au moins 3 catégories"):
        assert 0 < page.html.index(rule) < page.html.index('id="password"')
    assert page.text.count("pas encore") == 3


async def test_the_button_that_shows_the_password_comes_with_the_script(client: Client) -> None:
    page = await to_password(client, Person())
    assert "data-password" in page.html
    assert "Afficher" not in page.html


async def test_each_rule_is_told_when_it_is_broken(client: Client, runtime: Runtime) -> None:
    page = await to_password(client, Person(email="titouan.lef@exemple.fr"))
    for password, sentence in WRONG:
        answer = await send(client, page, password)
        if sentence is None:
            assert answer.status == 303, password
            continue
        assert answer.status == 422, password
        assert sentence in answer.error_of("password"), password
        assert answer.values()["password"] == answer.values()["password_confirmation"] == ""
        assert not password or password not in answer.html


async def test_several_broken_rules_are_told_at_once(client: Client) -> None:
    page = await send(client, await to_password(client, Person()), "1a")
    for sentence in (LETTERS, DIGITS, CATEGORIES):
        assert sentence in page.error_of("password")


async def test_the_confirmation_must_be_the_same(client: Client) -> None:
    page = await to_password(client, Person())
    for confirmation, sentence in (
        ("", "Saisissez une seconde fois le mot de passe."),
        (PASSWORD.lower(), "Saisissez deux fois le même mot de passe."),
        (f"{PASSWORD} ", "Saisissez deux fois le même mot de passe."),
    ):
        page = await send(client, page, PASSWORD, confirmation)
        assert page.status == 422
        assert sentence in page.error_of("password_confirmation")
        assert not page.error_of("password")
        assert PASSWORD not in page.html


async def test_the_password_is_kept_as_a_hash_only(client: Client, runtime: Runtime) -> None:
    await to_validation(client, Person())
    assert [
        kept[:10] for kept in await column(runtime, "SELECT password_hash FROM registration")
    ] == ["$argon2id$"]
    for path in (STEP, "/inscription/validation", "/inscription/identite"):
        assert PASSWORD not in (await client.get(path)).html


async def test_the_strength_follows_the_typing(client: Client) -> None:
    page = await to_password(client, Person())
    for password, word, met in (
        ("", None, 0),
        ("abc", "Faible", 0),
        ("rivage", "Faible", 1),
        ("Rivage48", "Moyen", 2),
        ("Rivage-Mauve-482-Tambour", "Très fort", 3),
    ):
        part = await strength(client, page, password=password)
        assert part.text.count("oui") == met, password
        assert (f"Mot de passe : {word}" in part.text) if word else "Mot de passe" not in part.text
        assert not password or password not in part.html


async def test_fort_never_shows_while_a_rule_is_broken(client: Client) -> None:
    page = await to_password(client, Person())
    for password in ("rivage-mauve-tambour-girafe-pluie", "Zoé d’Orange-Née 482 tambour pluie"):
        part = await strength(client, page, password=password)
        assert re.search(r"Mot de passe : (Faible|Moyen)\b", part.text), password


async def test_a_personal_password_is_warned_about_while_typing(client: Client) -> None:
    page = await to_password(client, Person())
    part = await strength(client, page, password="Orange-Née-482")
    assert PERSONAL in part.text


async def test_of_the_whole_form_only_the_password_is_read(client: Client) -> None:
    page = await to_password(client, Person())
    alone = await strength(client, page, password=PASSWORD)
    whole = await strength(
        client, page, password=PASSWORD, password_confirmation="x", nir="1", mobile="0612345678"
    )
    assert whole.html == alone.html


async def test_the_untouched_fragment_is_the_same_part_of_the_page(client: Client) -> None:
    page = await to_password(client, Person())
    part = await strength(client, page, password="")
    assert part.html.strip() in page.html


async def test_the_fragment_fits_in_600_compressed_bytes(client: Client) -> None:
    page = await to_password(client, Person())
    for password in ("", "abc", "Azerty123", "Orange-Née-482", PASSWORD, "x" * 300):
        fields = {"csrf": page.values()["csrf"], "password": password}
        async with client.http.stream(
            "POST", STRENGTH, data=fields, headers={**HTMX, "Accept-Encoding": "gzip"}
        ) as response:
            sent = b"".join([part async for part in response.aiter_raw()])
        assert len(sent) <= 600, (password, len(sent))
        if response.headers.get("content-encoding") == "gzip":
            sent = gzip.decompress(sent)
        assert b'id="robustesse"' in sent


async def test_the_strength_says_nothing_before_its_step(client: Client) -> None:
    page = await to_identity(client)
    part = await strength(client, page, password=PASSWORD)
    assert (part.status, part.response.text) == (204, "")


async def test_letters_of_any_alphabet_and_decomposed_accents_count(client: Client) -> None:
    page = await to_password(client, Person())
    assert (await send(client, page, "Ξένιαξ-482")).status == 303
    assert (await send(client, page, "E\u0301te\u0301riva-482")).status == 303


async def test_a_password_manager_knows_every_field(client: Client) -> None:
    """6.2.7: and pasting is not blocked."""
    chosen = await to_password(client, Person())
    typed = await client.get("/connexion")
    for page, fields in (
        (chosen, {"password": "new-password", "password_confirmation": "new-password"}),
        (typed, {"nir": "username", "password": "current-password"}),
    ):
        assert page.dom is not None
        inputs = {node.get("name"): node for node in page.dom.iter("input")}
        for name, kind in fields.items():
            assert inputs[name].get("autocomplete") == kind
            assert inputs[name].get("readonly") is None
        assert "onpaste" not in page.html
