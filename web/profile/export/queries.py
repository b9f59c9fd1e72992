"""The query for everything that is stored about a person, for export."""

from __future__ import annotations

from uuid import UUID

from web.auth.sessions.queries import IS_LIVE
from web.core.db.connection import Connection, Record

# The reasons of organismes are encrypted: returned as stored, with what decryption needs.
_DOSSIERS = """
    (SELECT coalesce(json_agg(json_build_object(
        'id', d.id, 'numero', number, 'statut', status, 'motif_de_cloture', closing,
        'cree_le', d.created_at, 'modifie_le', changed_at, 'accord_donne_le', consent_at,
        'soumis_le', submitted_at, 'formation', title, 'code_cpf', code_cpf,
        'organisme_de_formation', trainer_name, 'siret_de_cet_organisme', trainer_siret,
        'debut', starts_on, 'fin', ends_on, 'duree_en_heures', duration,
        'cout_en_euros', cost::text, 'sur_le_temps_de_travail', on_working_time,
        'situation', situation, 'employeur', employer, 'organisme_financeur', o.name,
        'confidentiel', confidential,
        'heures_dif', h.dif, 'heures_cpf', h.cpf, 'heures_financees_autrement', h.elsewhere,
        'etapes', (
            SELECT coalesce(json_agg(json_build_object(
                'date', at, 'etape', kind, 'par', actor, 'nom', actor_name,
                'heures_suivies', followed, 'raison', encode(reason, 'base64'),
                'revision', revision) ORDER BY revision), '[]')
            FROM dossier_step WHERE dossier_id = d.id))
        ORDER BY d.created_at), '[]')
     FROM seen_dossier d LEFT JOIN organisation o ON o.id = d.organisme_id
     LEFT JOIN dossier_hours h ON h.dossier_id = d.id
     WHERE person_id = a.person_id)::text
"""


async def find_everything(
    connection: Connection, account_id: UUID, failures_bucket: bytes, codes_bucket: bytes
) -> Record | None:
    """Return the account, and each kind of row about its person as one JSON list, oldest first.

    `failures_bucket` is the rate-limit bucket of its consecutive wrong passwords, `codes_bucket`
    that of its consecutive refused codes.
    """
    return await connection.fetchrow(
        f"""
        SELECT a.created_at, a.terms_version, a.terms_accepted_at,
            login.totp_confirmed_at AS second_factor_at, login.blocked_at,
            (SELECT count(*) FROM recovery_code c
             WHERE c.login_id = a.id AND c.used_at IS NULL)::int AS recovery_codes,
            (SELECT coalesce(json_agg(json_build_object(
                'date', m.created_at, 'compte', upper(balance), 'nature', m.kind,
                'heures', m.hours, 'reservees', reserved, 'annee', year,
                'reference', coalesce(c.reference, m.reference)) ORDER BY id), '[]')
             FROM seen_movement m
             LEFT JOIN seen_exceptional_credit c ON c.reference = m.credit_reference
             WHERE m.person_id = a.person_id)::text AS movements,
            (SELECT coalesce(json_agg(json_build_object(
                'annee', year, 'siret', siret, 'heures', hundredths / 100.0,
                'reference', reference, 'recu_le', fed_at) ORDER BY year, siret), '[]')
             FROM seen_hours_worked WHERE person_id = a.person_id)::text AS worked,
            (SELECT coalesce(json_agg(json_build_object(
                'reference', reference, 'nature', kind, 'heures', hours, 'accorde_le', granted_on,
                'accorde_par', granted_by, 'recu_le', fed_at) ORDER BY granted_on, reference), '[]')
             FROM seen_exceptional_credit WHERE person_id = a.person_id)::text AS granted,
            (SELECT json_build_object('vue_le', seen_at, 'par', organisme_name,
                'dossier', dossier_number)
             FROM seen_dif_attestation WHERE person_id = a.person_id)::text AS attestation,
            {_DOSSIERS} AS dossiers,
            (SELECT coalesce(json_agg(json_build_object(
                'employeur', employer_name, 'siret', siret, 'droit', scope, 'du', starts_on,
                'au', ends_on, 'accordee_le', granted_at, 'revoquee_le', revoked_at,
                'derniere_utilisation', used_on) ORDER BY granted_at, id), '[]')
             FROM seen_delegation WHERE person_id = a.person_id)::text AS delegations,
            (SELECT coalesce(json_agg(json_build_object(
                'ouverte_le', created_at, 'derniere_action', last_seen_at, 'appareil', device)
                ORDER BY created_at), '[]')
             FROM session s WHERE login_id = a.id AND is_complete AND {IS_LIVE})::text AS sessions,
            (SELECT coalesce(json_agg(json_build_object(
                'date', occurred_at, 'action', kind, 'par', actor, 'nom', actor_name,
                'appareil', device, 'detail', detail) ORDER BY position), '[]')
             FROM seen_event WHERE person_id = a.person_id)::text AS events,
            (SELECT coalesce(json_agg(json_build_object(
                'date', m.created_at, 'sorte', m.kind, 'etat', m.status) ORDER BY m.created_at),
                '[]')
             FROM mail m WHERE m.subject_id = a.id
                OR m.subject_id IN (SELECT id FROM seen_event WHERE person_id = a.person_id)
                OR m.subject_id IN (SELECT id FROM email_change WHERE account_id = a.id)
                OR m.subject_id IN (SELECT id FROM service_email_change WHERE login_id = a.id)
                OR m.subject_id IN (SELECT id FROM password_link WHERE login_id = a.id)
                OR m.kind IN ('delegation-granted', 'delegation-revoked') AND m.subject_id IN (
                    SELECT id FROM seen_delegation WHERE person_id = a.person_id)
            )::text AS mails,
            (SELECT json_build_object('id', id, 'email', encode(email, 'base64'),
                'demande_le', created_at, 'expire_le', expires_at)
             FROM email_change WHERE account_id = a.id AND expires_at > now())::text AS change,
            (SELECT json_build_object('id', id, 'email', encode(email, 'base64'),
                'motif', reason, 'demande_le', asked_at, 'prend_effet_le', due_at,
                'confirme_le', confirmed_at, 'expire_le', expires_at)
             FROM service_email_change
             WHERE login_id = a.id AND ended_as IS NULL)::text AS service_change,
            (SELECT encode(content, 'base64') FROM kept_form
             WHERE login_id = a.id) AS kept_form,
            (SELECT coalesce(json_agg(json_build_object(
                'appareil', kind, 'derniere_connexion', last_used_at) ORDER BY last_used_at), '[]')
             FROM known_device JOIN person ON nir_digest = subject_digest
             WHERE person.id = a.person_id)::text AS devices,
            (SELECT json_build_object('nombre', hits, 'oublies_le', window_end)
             FROM rate_limit
             WHERE bucket = $2 AND hits > 0 AND window_end > now())::text AS failures,
            (SELECT json_build_object('nombre', hits, 'oublies_le', window_end)
             FROM rate_limit
             WHERE bucket = $3 AND hits > 0 AND window_end > now())::text AS codes
        FROM account a JOIN login ON login.id = a.id WHERE a.id = $1
        """,  # noqa: S608
        account_id,
        failures_bucket,
        codes_bucket,
    )
