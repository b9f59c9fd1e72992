"""A person with recognisable data, and their whole journey."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import httpx

from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import activation_path, log_in, to_waiting
from tests.support.titulaires.people import Person
from web.core.crypto.tokens import looks_like_token
from web.core.db.database import Database

MOBILE, LANDLINE = "06 98 76 54 32", "01 98 76 54 31"
WRONG_PASSWORD = "Mouette-759-Grise"
LINK = re.compile(r"/(?:activation|mot-de-passe)/([A-Za-z0-9_-]{43})")
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
PIECES = {
    "first name": "Canarille",
    "birth name": "Serinette-Volière",
    "mobile": "98765432",
    "mobile as typed": MOBILE,
    "landline": "98765431",
    "password": "Perruche-482-Verte",
    "wrong password": WRONG_PASSWORD,
    "e-mail": "canari.jaune",
    "corrected e-mail": "serin.vert",
}
TABLES = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1
"""


@dataclass
class Canary:
    """The strings that must appear nowhere, by name."""

    person: Person = field(
        default_factory=lambda: Person(
            nir="2861299876543",
            first_name=PIECES["first name"],
            birth_name=PIECES["birth name"],
            email=f"{PIECES['e-mail']}@voliere.example",
            password=PIECES["password"],
        )
    )
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def pieces(self) -> dict[str, str]:
        """The submitted and issued values by name, in readable form."""
        nir = self.person.nir
        return {**PIECES, "NIR": nir, "end of the NIR": nir[5:], **self.tokens}

    async def watch(self, response: httpx.Response) -> None:
        """Record the tokens issued in an answer."""
        await response.aread()
        for cookie in response.headers.get_list("set-cookie"):
            value = cookie.partition("=")[2].partition(";")[0]
            if looks_like_token(value):
                self.tokens[f"cookie {len(self.tokens)}"] = value
        for masked in CSRF.findall(response.text):
            raw = base64.urlsafe_b64decode(masked)
            plain = bytes(a ^ b for a, b in zip(raw[:32], raw[32:], strict=True))
            self.tokens[f"form token {plain[:4].hex()}"] = base64.urlsafe_b64encode(plain).decode()

    def found_in(self, value: str | bytes) -> list[str]:
        """The names of the values found: as text, or as bytes, hexadecimal or base64."""
        blob = value if isinstance(value, bytes) else value.encode()
        folded = blob.lower()
        return [
            name
            for name, text in self.pieces.items()
            if any(form in folded for form in forms(name, text))
        ]

    async def journey(self, client: Client, outbox: Outbox) -> None:
        """Registration, corrected address, activation, refused and good logins, hours, logout."""
        client.http.event_hooks["response"].append(self.watch)
        person = self.person
        typed = {"mobile": MOBILE, "landline": LANDLINE}
        original = person.identity
        person.identity = lambda **changes: original(**{**typed, **changes})  # type: ignore[method-assign]
        await to_waiting(client, person)
        await outbox.deliver()
        self._note_links(outbox)
        page = await client.get("/inscription/courriel/adresse")
        person.email = f"{PIECES['corrected e-mail']}@voliere.example"
        await client.submit(page, {"email": person.email, "email_confirmation": person.email})
        await client.submit(await client.get("/inscription/courriel"))
        await outbox.deliver()
        self._note_links(outbox)
        await client.submit(await client.get(activation_path(outbox, person)))
        page = await client.get("/connexion")
        await client.submit(page, {"nir": person.nir, "password": WRONG_PASSWORD})
        page = await client.get("/mot-de-passe-oublie")
        await client.submit(page, {"nir": person.nir})
        await outbox.deliver()
        self._note_links(outbox)
        page = await log_in(client, person)
        assert person.first_name in page.text
        await client.submit(await client.get("/espace/heures"), {"dif": "80"})
        await client.submit(await client.get("/espace"), action="/deconnexion")
        await log_in(client, person)
        await outbox.deliver()

    def _note_links(self, outbox: Outbox) -> None:
        for mail in outbox.peer.received:
            for token in LINK.findall(mail.text):
                self.tokens[f"link {token[:4]}"] = token


@cache
def forms(name: str, text: str) -> list[bytes]:
    return [form.lower() for form in _disguises(name, text)]


def _disguises(name: str, text: str) -> Iterator[bytes]:
    yield text.encode()
    yield text.encode().hex().encode()
    yield text.encode("utf-16-le")
    yield text.encode("unicode_escape")
    # At any alignment, the complete groups of three bytes encode identically.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + text.encode())
        whole = (shift + len(text.encode())) // 3 * 4
        yield encoded[4 if shift else 0 : whole]
    if name.startswith(("cookie", "link", "form token")):
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        yield raw
        yield raw.hex().encode()


async def dump(db: Database) -> dict[str, list[bytes]]:
    """Every value of every column of every table, as bytes."""
    values: dict[str, list[bytes]] = {}
    async with db.connection() as connection:
        for table in [row["relname"] for row in await connection.fetch(TABLES)]:
            for row in await connection.fetch(f'SELECT * FROM "{table}"'):
                for column, value in row.items():
                    raw = bytes(value) if isinstance(value, bytes) else str(value).encode()
                    values.setdefault(f"{table}.{column}", []).append(raw)
    return values
