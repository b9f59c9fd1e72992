"""The queries of the file: whether a former account is left out, and everything about an agent."""

from __future__ import annotations

from uuid import UUID

from web.auth.sessions.queries import IS_LIVE
from web.core.db.connection import Connection, Record


async def has_former(connection: Connection, account_id: UUID) -> bool:
    """Return whether an earlier account of the same NIR left data that this one does not see."""
    found: bool = await connection.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM account a JOIN former_account f ON f.person_id = a.person_id
            WHERE a.id = $1 AND f.holder_id <> a.holder_id)
        """,
        account_id,
    )
    return found


async def find_agent_data(
    connection: Connection, agent_id: UUID, subject: bytes, failures: bytes, codes: bytes
) -> Record | None:
    """Return the account of an agent, and each kind of row about it as one JSON list.

    `subject` is the digest of the address; `failures` and `codes` are the rate-limit buckets of its
    consecutive wrong passwords and refused codes.
    """
    return await connection.fetchrow(
        f"""
        SELECT p.invited_at, o.kind, o.siret, login.blocked_at,
            login.totp_confirmed_at AS second_factor_at,
            (SELECT count(*) FROM recovery_code c
             WHERE c.login_id = p.id AND c.used_at IS NULL)::int AS recovery_codes,
            (SELECT coalesce(json_agg(json_build_object(
                'date', occurred_at, 'action', kind, 'appareil', device, 'detail', detail)
                ORDER BY occurred_at), '[]')
             FROM professional_event WHERE professional_id = p.id)::text AS events,
            (SELECT coalesce(json_agg(json_build_object(
                'ouverte_le', created_at, 'derniere_action', last_seen_at, 'appareil', device)
                ORDER BY created_at), '[]')
             FROM session s WHERE login_id = p.id AND is_complete AND {IS_LIVE})::text AS sessions,
            (SELECT coalesce(json_agg(json_build_object(
                'appareil', kind, 'derniere_connexion', last_used_at) ORDER BY last_used_at), '[]')
             FROM known_device WHERE subject_digest = $2)::text AS devices,
            (SELECT coalesce(json_agg(json_build_object(
                'date', m.created_at, 'sorte', m.kind, 'etat', m.status) ORDER BY m.created_at),
                '[]')
             FROM mail m
             WHERE m.subject_id IN (
                    SELECT id FROM professional_event WHERE professional_id = p.id)
                OR m.subject_id IN (SELECT id FROM password_link WHERE login_id = p.id)
                OR m.subject_id IN (SELECT id FROM service_email_change WHERE login_id = p.id)
            )::text AS mails,
            (SELECT json_build_object('id', id, 'email', encode(email, 'base64'),
                'motif', reason, 'demande_le', asked_at, 'prend_effet_le', due_at,
                'confirme_le', confirmed_at, 'expire_le', expires_at)
             FROM service_email_change
             WHERE login_id = p.id AND ended_as IS NULL)::text AS service_change,
            (SELECT encode(content, 'base64') FROM kept_form
             WHERE login_id = p.id) AS kept_form,
            (SELECT json_build_object('nombre', hits, 'oublies_le', window_end)
             FROM rate_limit
             WHERE bucket = $3 AND hits > 0 AND window_end > now())::text AS failures,
            (SELECT json_build_object('nombre', hits, 'oublies_le', window_end)
             FROM rate_limit
             WHERE bucket = $4 AND hits > 0 AND window_end > now())::text AS codes
        FROM professional p JOIN organisation o ON o.id = p.organisation_id
        JOIN login ON login.id = p.id WHERE p.id = $1
        """,  # noqa: S608
        agent_id,
        subject,
        failures,
        codes,
    )
