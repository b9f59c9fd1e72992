"""The privileges of the application's database role: what it needs, without rewriting records.

Histories, movements of hours and seals are append-only: triggers enforce it for everyone, but the
owner of a table can drop its triggers. The application therefore runs under a role that owns
nothing and is not even granted what the triggers refuse. Nor may it reassign an account, a dossier
or a délégation to another person. `migrate --grant-to` grants the privileges.
"""

from __future__ import annotations

from collections.abc import Mapping

from web.core.db.connection import Connection
from web.core.db.schema import give_rights
from web.core.text import NBSP

# Append-only: neither UPDATE nor DELETE.
APPEND_ONLY = ("event", "movement", "history_seal", "dif_lock", "dif_attestation")
# Written only as their owner: by the trigger that chains events, and by the migrations.
READ_ONLY = ("event_head", "alembic_version")
# The only columns that may be updated in these tables: never one that says whose the row is.
UPDATABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    # An upsert sets it to itself; and locking a row requires UPDATE on some column.
    "person": ("created_at",),
    "account": (
        *("email_digest", "email_folded", "identity"),
        *("terms_version", "terms_accepted_at"),
    ),
    "login": (
        *("password_hash", "totp_secret", "totp_confirmed_at", "totp_last_step"),
        "blocked_at",
    ),
    "session": ("token_digest", "last_seen_at", "is_complete", "password_at"),
    "delegation": ("revoked_at", "used_on"),
    "dossier": (
        *("code_cpf", "title", "trainer_name", "trainer_siret", "starts_on", "ends_on"),
        *("duration", "cost", "on_working_time", "situation", "employer"),
        *("organisme_id", "confidential"),
        *(
            "status",
            "closing",
            "consent_at",
            "submitted_at",
            "revision",
            "changed_at",
            "read_revision",
        ),
    ),
    # Encrypted again when keys rotate.
    "dossier_step": ("reason",),
    "dossier_hours": ("dif", "cpf", "elsewhere"),
    "hours_worked": ("hundredths", "reference", "fed_at"),
    "exceptional_credit": ("kind", "hours", "granted_on", "granted_by", "fed_at"),
    # The holder is reassigned to another account of the same person, the address is deleted.
    "former_account": ("holder_id", "email"),
    # The position of the last seal, which only tells what remains to be sealed.
    "event_head": ("sealed",),
    "professional_event": (),
    # Never whose change it is, nor when it may take effect; `email` is encrypted again.
    "service_email_change": ("email", "confirmed_at", "ended_as", "ended_at"),
}
# No DELETE; the rows of a dossier are deleted with it, by foreign key.
UNDELETABLE = (
    "person",
    "delegation",
    "dossier_step",
    "dossier_hours",
    "hours_worked",
    "exceptional_credit",
    "organisation",
)
# May be vacuumed, to reclaim the space of what an import replaced.
VACUUMED = ("certification", "formation", "catalogue_word")
# The columns that say whose an account is.
OWNERSHIP_COLUMNS = (
    ("account", "id"),
    ("login", "id"),
    ("login", "kind"),
    ("account", "person_id"),
    ("person", "id"),
    ("person", "nir_digest"),
)


async def grant_to(database_url: str, role: str) -> None:
    """Grant a role what the application needs on the existing tables, and revoke the rest.

    Run it as the owner of the tables, after each migration. Raises DatabaseUnavailableError, and
    WrongSchemaError when the role does not exist or the tables have another owner.
    """
    await give_rights(database_url, role, _statements)


async def check_role(connection: Connection) -> list[str]:
    """Return a sentence if the current role could rewrite records or reassign an account."""
    tables = await connection.fetch(
        """
        SELECT relname::text AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY ($1::text[])
          AND (pg_has_role(relowner, 'USAGE')
               OR has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE')
               OR has_table_privilege(oid, 'TRUNCATE') OR has_table_privilege(oid, 'TRIGGER'))
        UNION SELECT format('%s.%s', wanted.table_name, wanted.column_name)
        FROM unnest($2::text[], $3::text[]) AS wanted (table_name, column_name)
        WHERE has_column_privilege(wanted.table_name, wanted.column_name, 'UPDATE')
        ORDER BY 1
        """,
        list(APPEND_ONLY),
        *map(list, zip(*OWNERSHIP_COLUMNS, strict=True)),
    )
    if not tables:
        return []
    names = ", ".join(row["name"] for row in tables)
    return [
        f"Le rôle de DATABASE_URL peut modifier des données qui, une fois écrites, ne doivent plus "
        f"changer ({names}){NBSP}: donnez à l’application un rôle qui ne possède pas les tables "
        "(`migrate --grant-to`)."
    ]


def _statements(role: str) -> str:
    columns = "".join(
        f"GRANT UPDATE ({', '.join(changed)}) ON {table} TO {role};\n"
        for table, changed in UPDATABLE_COLUMNS.items()
        if changed
    )
    return f"""
        GRANT USAGE ON SCHEMA public TO {role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
        REVOKE UPDATE, DELETE ON {", ".join(APPEND_ONLY)} FROM {role};
        REVOKE INSERT, UPDATE, DELETE ON {", ".join(READ_ONLY)} FROM {role};
        REVOKE UPDATE ON {", ".join(UPDATABLE_COLUMNS)} FROM {role};
        REVOKE DELETE ON {", ".join(UNDELETABLE)} FROM {role};
        {columns}
        GRANT MAINTAIN ON {", ".join(VACUUMED)} TO {role};
        GRANT EXECUTE ON FUNCTION settle_catalogue() TO {role};
        """
