"""Everything that is stored about a person, for them to read and to download."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from web.auth.kept_forms import KEPT_FORM
from web.auth.password.credentials import require_recent_password
from web.auth.sessions.queries import AccountGoneError, lock_session
from web.auth.sessions.titulaire import Identified, Titulaire
from web.auth.titulaires.kind import TITULAIRE
from web.core.crypto.sealed_column import SealedColumn
from web.core.crypto.vault import Vault
from web.core.db.command import AlreadyDoneError, Command
from web.core.db.connection import Connection, Record
from web.core.runtime import Runtime
from web.core.vocabulary import get_label, known_value
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.situation import Situation
from web.dossiers.labels import step_label
from web.dossiers.reasons import open_reason
from web.hours.labels import credit_label, movement_label
from web.people.history.events import Actor, EventKind, event_label, record_event
from web.people.identity import Identity, nir_digest
from web.people.mailbox_changes import NEW_MAILBOX
from web.profile.email_change.service import NEW_ADDRESS
from web.profile.export import queries as export_queries

# Sections of the file, by their name in the query; the query itself names their fields in French.
SECTIONS = {
    "movements": "mouvements_d_heures",
    "worked": "heures_travaillees_declarees_par_vos_employeurs",
    "granted": "credits_exceptionnels",
    "dossiers": "dossiers_de_formation",
    "delegations": "delegations",
    "sessions": "connexions_ouvertes",
    "devices": "navigateurs_reconnus",
    "events": "historique",
    "mails": "courriels_envoyes",
}
# Labels of actors that are clear outside the personal space.
ACTORS = {
    Actor.TITULAIRE: "titulaire",
    Actor.EMPLOYER: "employeur",
    Actor.ORGANISME: "organisme",
    Actor.SERVICE: "service",
    Actor.UNKNOWN: "personne non identifiée",
}


FORMER_LEFT = (
    "Les dossiers, les délégations et l’historique d’un ancien compte ouvert avec votre numéro ne "
    "sont pas dans ce fichier : voyez « Votre ancien compte », dans votre espace."
)


@dataclass(frozen=True)
class StoredData:
    """The data stored besides the identity; each section is a list of rows, oldest first.

    `second_factor_at` is when a second factor was set; its secret and codes are never exported.
    `blocked_at` is when the service blocked the account. `attestation` is when an organisme saw
    that of the DIF hours.
    `passing` holds short-lived data, None where there is none. `has_former`: an earlier account of
    the same NIR left data that is not included.
    """

    opened_at: datetime
    terms_version: str
    terms_accepted_at: datetime
    second_factor_at: datetime | None
    recovery_codes: int
    blocked_at: datetime | None
    sections: dict[str, list[dict[str, Any]]]
    attestation: dict[str, str] | None
    passing: dict[str, Any]
    has_former: bool


async def collect_for_file(
    runtime: Runtime, signed_in: Identified, password: str, command: Command
) -> StoredData:
    """Read all the data, and record one download in the history for each command.

    `password` is needed unless the session's is recent, for each copy of the command too. Raises
    WrongPasswordError, SessionOverError, AccountGoneError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    await require_recent_password(runtime, TITULAIRE, signed_in, password, command)
    try:
        async with runtime.db.once(command) as connection:
            await lock_session(connection, signed_in.account_id, signed_in.session_id)
            await record_event(
                connection, signed_in.person_id, EventKind.DATA_DOWNLOADED, device=command.device
            )
            return await get_stored_data(
                runtime, connection, signed_in, has_former=signed_in.has_former
            )
    except AlreadyDoneError:
        return await get_stored_data(
            runtime, runtime.db, signed_in, has_former=signed_in.has_former
        )


def as_document(kept: StoredData, identity: Identity, now: datetime) -> dict[str, Any]:
    """Return the file: French names, times in UTC (ISO 8601), whole hours, phones in E.164."""
    apprenticeship, address = identity.apprenticeship, identity.address
    return {
        "service": "Compte Formation",
        "produit_le": now.isoformat(timespec="seconds"),
        "identite": {
            "numero_de_securite_sociale": identity.nir,
            "civilite": identity.civility_label,
            "prenom": identity.first_name,
            "nom_de_naissance": identity.birth_name,
            "nom_d_usage": identity.usual_name,
            "courriel": identity.email,
            "telephone_fixe": identity.landline,
            "telephone_portable": identity.mobile,
            "adresse_postale": list(address.lines) if address else None,
            "contrat_d_apprentissage": asdict(apprenticeship) if apprenticeship else None,
        },
        "compte": {
            "ouvert_le": kept.opened_at.isoformat(timespec="seconds"),
            "conditions_acceptees": kept.terms_version,
            "conditions_acceptees_le": kept.terms_accepted_at.isoformat(timespec="seconds"),
            "second_facteur_mis_en_place_le": kept.second_factor_at.isoformat(timespec="seconds")
            if kept.second_factor_at
            else None,
            "codes_de_secours_restants": kept.recovery_codes,
            "bloque_le": kept.blocked_at.isoformat(timespec="seconds") if kept.blocked_at else None,
        },
        **{french: kept.sections[name] for name, french in SECTIONS.items()},
        "attestation_des_heures_dif": kept.attestation,
        "en_attente": kept.passing,
        "ancien_compte": FORMER_LEFT if kept.has_former else None,
    }


async def get_stored_data(
    runtime: Runtime, connection: Connection, titulaire: Titulaire, *, has_former: bool
) -> StoredData:
    """Read all the data, in one statement. Raises AccountGoneError."""
    subject = nir_digest(runtime.hasher, titulaire.identity.nir).hex()
    buckets = (
        runtime.limits.bucket_of(tries.in_a_row, subject)
        for tries in (TITULAIRE.password_tries, TITULAIRE.code_tries)
    )
    row = await export_queries.find_everything(connection, titulaire.account_id, *buckets)
    if row is None:
        raise AccountGoneError
    sections: dict[str, list[dict[str, Any]]] = {name: json.loads(row[name]) for name in SECTIONS}
    for event in sections["events"]:
        event["action"] = event_label(event["action"])
        actor = known_value(Actor, event["par"])
        event["par"] = ACTORS[actor] if actor else "autre"
    for movement in sections["movements"]:
        movement["nature"] = movement_label(movement["nature"])
    for credit in sections["granted"]:
        credit["nature"] = credit_label(credit["nature"])
    for dossier in sections["dossiers"]:
        _open_dossier(runtime.vault, dossier)
    return StoredData(
        row["created_at"],
        row["terms_version"],
        row["terms_accepted_at"],
        row["second_factor_at"],
        row["recovery_codes"],
        row["blocked_at"],
        sections,
        json.loads(row["attestation"]) if row["attestation"] else None,
        _passing(runtime.vault, titulaire.account_id, row),
        has_former,
    )


def _passing(vault: Vault, account_id: UUID, row: Record) -> dict[str, Any]:
    """Return the address to confirm, the form kept, and the consecutive refusals."""
    change = opened_change(vault, row["change"], NEW_ADDRESS)
    service_change = opened_change(vault, row["service_change"], NEW_MAILBOX)
    form = opened_form(vault, row["kept_form"], account_id)
    return {
        "changement_d_adresse": change,
        "changement_d_adresse_par_le_service": service_change,
        "saisie_a_reprendre": form,
        "mots_de_passe_refuses_de_suite": json.loads(row["failures"]) if row["failures"] else None,
        "codes_refuses_de_suite": json.loads(row["codes"]) if row["codes"] else None,
    }


def opened_form(vault: Vault, box: str | None, login_id: UUID) -> dict[str, Any] | None:
    """Return the form kept for an account, None without one or when it is unreadable."""
    if box is None:
        return None
    opened = KEPT_FORM.read(vault, b64decode(box), login_id=login_id)
    return {"page": opened.path, "champs": dict(opened.fields)} if opened else None


def opened_change(
    vault: Vault, change: str | None, column: SealedColumn[str]
) -> dict[str, Any] | None:
    """Return a pending change of address with its address opened, None without one."""
    if change is None:
        return None
    values: dict[str, Any] = json.loads(change)
    box, change_id = b64decode(values.pop("email")), UUID(values.pop("id"))
    return {**values, "adresse": column.read(vault, box, id=change_id)}


def _open_dossier(vault: Vault, dossier: dict[str, Any]) -> None:
    """Replace codes by labels, and decrypt the reasons that organismes wrote."""
    dossier_id = UUID(dossier.pop("id"))
    dossier["statut"] = get_label(known_value(Status, dossier["statut"]), "autre statut")
    if dossier["situation"]:
        situation = known_value(Situation, dossier["situation"])
        dossier["situation"] = get_label(situation, "situation non reconnue")
    if dossier["motif_de_cloture"]:
        reason = known_value(ClosingReason, dossier["motif_de_cloture"])
        dossier["motif_de_cloture"] = get_label(reason, "autre motif")
    for step in dossier["etapes"]:
        box = b64decode(step["raison"]) if step["raison"] else None
        step["raison"] = open_reason(vault, box, dossier_id, step.pop("revision"))
        step["etape"] = step_label(known_value(Event, step["etape"]))
