"""Accounts and sessions inserted straight into the database, for benchmarks that need many."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import argon2
import asyncpg

from bench.site import Site
from web.core.clock import Randomness
from web.core.crypto.tokens import new_token, token_hash
from web.core.crypto.vault import Hasher, Vault
from web.core.db import migrations
from web.core.http.browser.device_kind import device_kind
from web.people.identity import Identity, email_digest, nir_digest
from web.people.terms import TERMS_VERSION
from web.settings.values import parse_keys

PASSWORD = "Chevaux-482-Rouges"


def nir_of(number: int) -> str:
    """Return the NIR of nobody: born in a country whose code is unassigned."""
    return f"2850599{980 + number // 999 % 20:03}{number % 999 + 1:03}"


async def add_accounts(site: Site, count: int) -> list[str]:
    """Insert accounts that can log in with PASSWORD; return a session token for each.

    The same token in a device cookie makes a browser without a User-Agent known to the account.
    """
    hasher = Hasher(site.environment["SECRET_KEY"])
    vault = Vault(parse_keys(site.environment["NIR_KEYS"]), Randomness())
    hashed = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)
    connection = await asyncpg.connect(site.database_url)
    tokens = []
    for number in range(count):
        account, token = uuid4(), new_token(Randomness())
        identity = Identity(nir_of(number), "madame", "Zoé", "Orange", f"t{number}@exemple.fr")
        subject = nir_digest(hasher, identity.nir)
        person = await connection.fetchval(
            "INSERT INTO person (nir_digest) VALUES ($1) RETURNING id", subject
        )
        await connection.execute(
            """
            WITH login AS (INSERT INTO login VALUES ($1, 'titulaire', $5))
            INSERT INTO account (id, person_id, email_digest, identity, terms_version,
                                 terms_accepted_at)
            VALUES ($1, $2, $3, $4, $6, now())
            """,
            account,
            person,
            email_digest(hasher, identity.email),
            vault.seal(json.dumps(asdict(identity)).encode(), f"account:{account}.identity"),
            hashed,
            TERMS_VERSION,
        )
        await connection.execute(
            "INSERT INTO session (token_digest, login_id) VALUES ($1, $2)",
            token_hash(token),
            account,
        )
        await connection.execute(
            "INSERT INTO known_device (token_digest, subject_digest, kind) VALUES ($1, $2, $3)",
            hasher.digest("device", token),
            subject,
            device_kind(""),
        )
        tokens.append(token)
    await connection.close()
    return tokens


async def beside(site: Site, name: str) -> Site:
    """Return a copy of the site on a new, migrated database of the same server."""
    connection = await asyncpg.connect(site.database_url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    parts = urlsplit(site.database_url)
    url = urlunsplit(parts._replace(path=f"/{name}"))
    await asyncio.to_thread(migrations.upgrade, url)
    return replace(site, database_url=url)


async def crowd(site: Site, count: int) -> None:
    """Fill the tables with accounts that are never used, then vacuum and checkpoint."""
    connection = await asyncpg.connect(site.database_url)
    await connection.execute(
        """
        INSERT INTO person (nir_digest)
        SELECT sha256(($1::int || ' crowd ' || n)::bytea) FROM generate_series(1, $1::int) AS n
        """,
        count,
        timeout=3600,
    )
    await connection.execute(
        """
        WITH added AS (
            INSERT INTO account (id, person_id, email_digest, identity, terms_version,
                                 terms_accepted_at)
            SELECT gen_random_uuid(), p.id, p.nir_digest, p.nir_digest, '1', now()
            FROM person p LEFT JOIN account a ON a.person_id = p.id WHERE a.id IS NULL
            RETURNING id
        )
        INSERT INTO login (id, kind, password_hash) SELECT id, 'titulaire', '' FROM added
        """,
        timeout=3600,
    )
    await connection.execute("VACUUM ANALYZE person", timeout=3600)
    await connection.execute("VACUUM ANALYZE account", timeout=3600)
    await connection.execute("CHECKPOINT", timeout=3600)
    await connection.close()
