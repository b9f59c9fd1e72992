"""What the application's role may do in the database: everything it needs, and no altering.

Histories, movements of hours and seals only grow: triggers refuse the rest to everyone, but who
owns a table can take its triggers away. The application therefore runs under a role that owns
nothing and is not even granted what the triggers refuse. `migrate --grant-to` gives it its rights.
"""

from __future__ import annotations

from web.core.bulk import bulk_connection
from web.core.db import Connection

# Added to, never changed nor emptied.
ONLY_GROW = ("event", "movement", "history_seal", "dif_lock")
# Written by their owner: the trigger that chains events, and the migrations.
ONLY_READ = ("event_head", "alembic_version")


async def grant_to(database_url: str, role: str) -> None:
    """Give a role what the application needs, on every table there is now, and take back the rest.

    To be run by the owner of the tables, after each migration.
    """
    async with bulk_connection(database_url) as connection:
        name = await connection.fetchval("SELECT quote_ident($1)", role)
        # Several statements at once: the server does all of them, or none.
        await connection.execute(
            f"""
            GRANT USAGE ON SCHEMA public TO {name};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name};
            REVOKE UPDATE, DELETE ON {", ".join(ONLY_GROW)} FROM {name};
            REVOKE INSERT, UPDATE, DELETE ON {", ".join(ONLY_READ)} FROM {name};
            -- Where the last seal stands, which only says what is to be sealed.
            GRANT UPDATE (sealed) ON event_head TO {name};
            """
        )


async def check_role(connection: Connection) -> list[str]:
    """A sentence when the role that asks could alter what only grows."""
    tables = await connection.fetch(
        """
        SELECT relname::text AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY ($1::text[])
          AND (pg_has_role(relowner, 'USAGE')
               OR has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE')
               OR has_table_privilege(oid, 'TRUNCATE') OR has_table_privilege(oid, 'TRIGGER'))
        ORDER BY 1
        """,
        list(ONLY_GROW),
    )
    if not tables:
        return []
    names = ", ".join(row["name"] for row in tables)
    return [
        f"Le rôle de DATABASE_URL peut modifier ce qui ne doit que grandir ({names})\u00a0: donnez "
        "à l’application un rôle qui ne possède pas les tables (`migrate --grant-to`)."
    ]
