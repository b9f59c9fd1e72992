"""The content of the file: for a titulaire, that of « Mes données »; for an agent, the same."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from web.agents.kind import AGENT
from web.agents.records import AgentAccount
from web.assistance.accounts import LockedAccount
from web.assistance.export import queries
from web.core.cli.operator_command import NotDoneError
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.people.history.events import EVENT_LABELS
from web.people.mailbox_changes import NEW_MAILBOX
from web.profile.export.service import as_document, get_stored_data, opened_change, opened_form

# Sections of an agent's file, by their name in the query.
SECTIONS = {
    "sessions": "connexions_ouvertes",
    "devices": "navigateurs_reconnus",
    "events": "historique",
    "mails": "courriels_envoyes",
}


async def build_document(
    runtime: Runtime, connection: Connection, account: LockedAccount
) -> dict[str, Any]:
    """Return all that is kept on the owner of a locked account."""
    owner, now = account.owner, runtime.clock.now()
    if isinstance(owner, AgentAccount):
        return await _agent_document(runtime, connection, owner, now)
    has_former = await queries.has_former(connection, owner.account_id)
    kept = await get_stored_data(runtime, connection, owner, has_former=has_former)
    return as_document(kept, owner.identity, now)


async def _agent_document(
    runtime: Runtime, connection: Connection, agent: AgentAccount, now: datetime
) -> dict[str, Any]:
    subject = agent.subject(runtime.hasher)
    failures, codes = (
        runtime.limits.bucket_of(tries.in_a_row, subject.hex())
        for tries in (AGENT.password_tries, AGENT.code_tries)
    )
    row = await queries.find_agent_data(connection, agent.id, subject, failures, codes)
    if row is None:
        raise NotDoneError("Le compte vient d’être fermé. Rien n’a été fait.")
    sections = {french: json.loads(row[name]) for name, french in SECTIONS.items()}
    labels = {kind.value: label for kind, (_, label) in EVENT_LABELS.items()}
    for event in sections["historique"]:
        event["action"] = labels.get(event["action"], event["action"])
    return {
        "service": "Compte Formation",
        "produit_le": now.isoformat(timespec="seconds"),
        "compte": {
            "courriel": agent.email,
            "organisation": agent.organisation_name,
            "type_d_organisation": row["kind"],
            "siret": row["siret"],
            "premiere_invitation_le": row["invited_at"].isoformat(timespec="seconds"),
            "bloque_le": _moment(row["blocked_at"]),
            "second_facteur_mis_en_place_le": _moment(row["second_factor_at"]),
            "codes_de_secours_restants": row["recovery_codes"],
        },
        **sections,
        "en_attente": {
            "changement_d_adresse_par_le_service": opened_change(
                runtime.vault, row["service_change"], NEW_MAILBOX
            ),
            "saisie_a_reprendre": opened_form(runtime.vault, row["kept_form"], agent.id),
            "mots_de_passe_refuses_de_suite": json.loads(row["failures"] or "null"),
            "codes_refuses_de_suite": json.loads(row["codes"] or "null"),
        },
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
