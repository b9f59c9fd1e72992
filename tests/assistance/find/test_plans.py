"""The commands of the service find an account by indexes: millions of rows are not read."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from tests.support.db.rows import as_owner
from web.assistance.find.queries import LIST_FORMER
from web.assistance.queries import FIND_ACCOUNTS, FIRST, LAST
from web.core.runtime import Runtime

ROWS = 5000
FILL = f"""
    CREATE TEMPORARY TABLE made ON COMMIT DROP AS
        SELECT gen_random_uuid() AS id, gen_random_uuid() AS person_id, gen_random_uuid() AS old_id,
               sha256(n::text::bytea) AS digest
        FROM generate_series(1, {ROWS}) AS n;
    INSERT INTO person (id, nir_digest) SELECT person_id, digest FROM made;
    INSERT INTO login (id, kind, password_hash) SELECT id, 'titulaire', '-' FROM made;
    INSERT INTO account (id, person_id, email_digest, identity, terms_version, terms_accepted_at)
        SELECT id, person_id, digest, '-', '1', now() FROM made;
    INSERT INTO former_account (id, person_id, holder_id, opened_at)
        SELECT old_id, person_id, old_id, now() FROM made;
    ANALYZE person, account, former_account;
"""
RANGE = tuple(UUID("0123456789ab" + rest) for rest in (FIRST, LAST))
NO_RANGE = (None, None)
SEARCHES = (
    pytest.param(FIND_ACCOUNTS, (b"nir", [], *NO_RANGE), id="account by NIR"),
    pytest.param(FIND_ACCOUNTS, (b"", [b"folded", b"exact"], *NO_RANGE), id="account by address"),
    pytest.param(FIND_ACCOUNTS, (b"", [], *RANGE), id="account by reference"),
    pytest.param(LIST_FORMER, (b"nir", *NO_RANGE), id="closed account by NIR"),
    pytest.param(LIST_FORMER, (b"", *RANGE), id="closed account by reference"),
)


@pytest.mark.parametrize(("search", "values"), SEARCHES)
async def test_a_search_reads_no_table_of_people_whole(
    runtime: Runtime, search: str, values: tuple[Any, ...]
) -> None:
    async with as_owner(runtime) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(FILL)
        rows = await connection.fetch(f"EXPLAIN {search}", *values)
        await transaction.rollback()
    plan = "\n".join(row[0] for row in rows)
    assert "Index" in plan
    assert not re.search(r"Seq Scan on (person|account|former_account)", plan), plan
