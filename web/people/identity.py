"""A person's declared identity, encrypted as one value per row."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from web.core.crypto.digests import email_digest as email_digest
from web.core.crypto.sealed_column import Codec, SealedColumn
from web.core.crypto.vault import Hasher
from web.domain.nir import Civility


@dataclass(frozen=True)
class Apprenticeship:
    """The declaration required of people who may be 15: signature (ISO date), employer."""

    signed_on: str
    employer_siret: str

    @property
    def signed_on_date(self) -> date:
        """The day the contract was signed."""
        return date.fromisoformat(self.signed_on)


@dataclass(frozen=True)
class PostalAddress:
    """A postal address; `country` is '' in France, overseas included."""

    street: str
    city: str
    postcode: str = ""
    extra: str = ""
    country: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as written on an envelope, without the name."""
        town = f"{self.postcode} {self.city}".strip()
        return tuple(line for line in (self.extra, self.street, town, self.country) if line)


@dataclass(frozen=True)
class Identity:
    """The identity given at registration, and additions. Phones are E.164; names are as typed."""

    nir: str
    civility: str
    first_name: str
    birth_name: str
    email: str
    landline: str | None = None
    mobile: str | None = None
    apprenticeship: Apprenticeship | None = None
    usual_name: str | None = None
    address: PostalAddress | None = None

    @property
    def full_name(self) -> str:
        """The first name and the usual name, or else the birth name."""
        return f"{self.first_name} {self.usual_name or self.birth_name}"

    @property
    def civility_label(self) -> str:
        """« Madame » or « Monsieur »."""
        return Civility(self.civility).name.capitalize()


def _dump(identity: Identity) -> str:
    return json.dumps(asdict(identity))


def _load(text: str) -> Identity:
    """Read an identity written by this version or an earlier one."""
    values = json.loads(text)
    declared, address = values.pop("apprenticeship", None), values.pop("address", None)
    return Identity(
        **values,
        apprenticeship=Apprenticeship(**declared) if declared else None,
        address=PostalAddress(**address) if address else None,
    )


IDENTITY = Codec(_dump, _load)
ACCOUNT_IDENTITY = SealedColumn("account", "identity", "account:{id}.identity", IDENTITY)


def nir_digest(hasher: Hasher, nir: str) -> bytes:
    """Return the digest by which a NIR is found."""
    return hasher.digest("nir", nir)


def email_digests(hasher: Hasher, email: str) -> tuple[bytes, bytes]:
    """Return the digest of an address, and the one this exact spelling had before revision 0026.

    `web.people.email_folding` replaces the second by the first in older rows. The second still
    finds rows not processed yet, and rows whose addresses differ only by case.
    """
    local, _, domain = email.rpartition("@")
    return email_digest(hasher, email), hasher.digest("email", f"{local}@{domain.lower()}")
