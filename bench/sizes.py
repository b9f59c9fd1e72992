"""`python -m bench.sizes [ACCOUNTS]`: bytes per row of the tables that grow with people and use.

Rows are generated in SQL, with the lengths of real ones, through the same triggers and indexes.
"""

from __future__ import annotations

import asyncio
import sys

import asyncpg
from rich.console import Console
from rich.table import Table

from bench.people import add_accounts, crowd
from bench.site import Site, running_site

EVENTS, MOVEMENTS = 5, 3
# Lengths of an encrypted identity and of an encrypted mail address, as the program writes them.
IDENTITY_BYTES, RECIPIENT_BYTES = 250, 70
TABLES = (
    *("person", "account", "login", "event", "event_head", "movement", "session"),
    *("known_device", "mail", "carried_out", "rate_limit"),
)
PER_ACCOUNT = (
    """
    UPDATE account SET identity = decode(repeat('ab', $2), 'hex') WHERE octet_length(identity) < $2
        AND $1::int > 0
    """,
    """
    UPDATE login SET password_hash = rpad('$argon2id$v=19$m=19456,t=2,p=1$', 97, 'x')
        WHERE password_hash = '' AND $1::int > 0 AND $2::int > 0
    """,
)


async def fill(site: Site, accounts: int) -> None:
    """Generate accounts with their events, movements, sessions, devices and mails."""
    await crowd(site, accounts)
    connection = await asyncpg.connect(site.database_url)
    for statement in PER_ACCOUNT:
        await connection.execute(statement, accounts, IDENTITY_BYTES, timeout=3600)
    for _ in range(EVENTS):
        await connection.execute(
            """
            INSERT INTO event (person_id, position, kind, actor, device, account_id, hash)
            SELECT person_id, 0, 'login', 'titulaire', 'Firefox sur Windows', id, '' FROM account
            """,
            timeout=3600,
        )
    await connection.execute(
        """
        INSERT INTO movement (person_id, balance, kind, hours, year)
        SELECT id, 'cpf', 'cpf_yearly_credit', 24, 2015 + n
        FROM person CROSS JOIN generate_series(1, $1) AS n
        """,
        MOVEMENTS,
        timeout=3600,
    )
    for statement in (
        """
        INSERT INTO session (token_digest, login_id, device)
        SELECT sha256(('session ' || id)::bytea), id, 'Firefox sur Windows' FROM account
        """,
        """
        INSERT INTO known_device (token_digest, subject_digest, kind)
        SELECT sha256(('device ' || id)::bytea), sha256(('of ' || id)::bytea), 'titulaire'
        FROM account
        """,
        """
        INSERT INTO carried_out (key_digest, outcome, notice)
        SELECT sha256(('key ' || id)::bytea), '/espace/heures', 'dif-enregistre' FROM account
        """,
        """
        INSERT INTO rate_limit (bucket, window_end, hits)
        SELECT sha256(('bucket ' || id)::bytea), now() + interval '1 hour', 1 FROM account
        """,
    ):
        await connection.execute(statement, timeout=3600)
    await connection.execute(
        """
        INSERT INTO mail (id, kind, subject_id, recipient, message_id, status, attempts, sent_at,
                          mailbox)
        SELECT gen_random_uuid(), 'new-device', id, decode(repeat('cd', $1), 'hex'),
               gen_random_uuid() || '@compte-formation.example', 'sent', 1, now(),
               sha256(('mailbox ' || id)::bytea)
        FROM account
        """,
        RECIPIENT_BYTES,
        timeout=3600,
    )
    for name in TABLES:
        await connection.execute(f"VACUUM FULL ANALYZE {name}", timeout=3600)
    await connection.close()


async def measure(site: Site, accounts: int) -> list[tuple[str, int, float, float]]:
    """Return each table's rows, and its bytes per row: of the table, of its indexes."""
    await add_accounts(site, 1)
    await fill(site, accounts)
    connection = await asyncpg.connect(site.database_url)
    rows = []
    for name in TABLES:
        row = await connection.fetchrow(
            f"""
            SELECT count(*) AS rows, pg_table_size('{name}') AS heap,
                   pg_indexes_size('{name}') AS indexes FROM {name}
            """
        )
        assert row is not None
        count = row["rows"]
        rows.append((name, count, row["heap"] / count, row["indexes"] / count))
    await connection.close()
    return rows


def main() -> None:
    """Print the table."""
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with running_site() as site:
        rows = asyncio.run(measure(site, accounts))
    table = Table("table", "rows", "bytes a row", "of its indexes", "together")
    for name, count, heap, indexes in rows:
        cells = (f"{count:,}", f"{heap:.0f}", f"{indexes:.0f}", f"{heap + indexes:.0f}")
        table.add_row(name, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
