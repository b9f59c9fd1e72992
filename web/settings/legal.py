"""The settings of « Mentions légales »: what the law requires a site to publish about itself.

Law n° 2004-575, article 1-1: the publisher, the person who directs the publication, the host.
Regulation (EU) 2016/679, article 13: the address of the data protection officer.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from pydantic import field_validator
from pydantic_settings import BaseSettings

from web.settings.values import one_email

LONGEST = 300


@dataclass(frozen=True)
class LegalNotice:
    """The legal notice; each field is the setting of the same name, after `LEGAL_`."""

    publisher: str
    publisher_address: str
    publisher_phone: str
    director: str
    host: str
    host_address: str
    host_phone: str
    dpo: str


# Published by demonstrations and tests, for what is not set. The numbers are among those that the
# regulator keeps for works of fiction.
FICTITIOUS = LegalNotice(
    publisher="Éditeur fictif de démonstration, établissement public",
    publisher_address="1 rue de l’Exemple, 00000 Ville-Fictive",
    publisher_phone="01 99 00 00 01",
    director="Camille Fictive, direction générale",
    host="Hébergeur fictif de démonstration",
    host_address="2 rue de l’Exemple, 00000 Ville-Fictive",
    host_phone="01 99 00 00 02",
    dpo="protection-des-donnees@compte-formation.example",
)
# For the sentences about missing settings.
MEANINGS = {
    "publisher": "le nom de l’organisme qui édite le site, et sa forme juridique",
    "publisher_address": "l’adresse postale de l’organisme qui édite le site",
    "publisher_phone": "le numéro de téléphone de l’organisme qui édite le site",
    "director": "le nom de la personne qui dirige la publication",
    "host": "le nom de l’hébergeur",
    "host_address": "l’adresse postale de l’hébergeur",
    "host_phone": "le numéro de téléphone de l’hébergeur",
    "dpo": "l’adresse courriel pour joindre la personne déléguée à la protection des données",
}


class LegalSettings(BaseSettings):
    """The settings of « Mentions légales »; production requires them all (web.settings.rules)."""

    legal_publisher: str | None = None
    legal_publisher_address: str | None = None
    legal_publisher_phone: str | None = None
    legal_director: str | None = None
    legal_host: str | None = None
    legal_host_address: str | None = None
    legal_host_phone: str | None = None
    legal_dpo: str | None = None

    @field_validator(*(f"legal_{field.name}" for field in fields(LegalNotice)))
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and not (
            value.strip() and len(value) <= LONGEST and value.isprintable()
        ):
            raise ValueError(
                f"doit contenir une ligne de texte, de {LONGEST}\u00a0caractères au plus"
            )
        return value

    @field_validator("legal_dpo")
    @classmethod
    def _one_email(cls, value: str | None) -> str | None:
        return value if value is None else one_email(value)

    @property
    def missing_legal(self) -> list[str]:
        """The names of the fields of LegalNotice that are not set."""
        return [name for name in MEANINGS if getattr(self, f"legal_{name}") is None]

    @property
    def legal(self) -> LegalNotice:
        """The legal notice, fictitious where it is not set."""
        return LegalNotice(
            **{
                name: getattr(self, f"legal_{name}") or getattr(FICTITIOUS, name)
                for name in MEANINGS
            }
        )
