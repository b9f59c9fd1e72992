"""The move of an account to another NIR, when it was opened with a wrong one.

Hours, dossiers and history belong to a person, found by the NIR, who may be somebody else: they
stay there. The account is closed under the wrong number and opened again under the right one, in
one transaction: each history shows its part, and no row is given to another person, which the role
of the application may not do. The password, the second factor and the terms follow; sessions,
recovery codes and délégations end, and DIF hours must be declared again.
"""

from __future__ import annotations

from uuid import UUID

from web.assistance.accounts import LABELS, Locked
from web.assistance.correction import queries
from web.auth.kinds import SecurityEvent
from web.auth.logins import LoginKind
from web.auth.sessions.titulaire import Titulaire
from web.auth.titulaires.kind import TITULAIRE
from web.auth.two_factor.rules import TOTP_SECRET
from web.core.cli.operator_command import NotDoneError
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.people.former.records import OpenAccount
from web.people.former.service import warn_former
from web.people.history.events import Actor, EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY, Identity, email_digest, nir_digest
from web.people.queries import lock_person
from web.people.reference import account_reference
from web.profile.closing.service import remove_account
from web.signup.activation.queries import add_account

HAS_ACCOUNT = (
    f"Un compte existe déjà avec ce numéro{NBSP}: rien n’a été fait. Cherchez-le avec "
    "`account find`, et fermez-le d’abord s’il n’a plus lieu d’être."
)
OPEN_WORK = (
    "Le compte a des dossiers en cours, ou un changement d’adresse demandé au service"
    f"{NBSP}: ils resteraient sous l’ancien numéro. La personne doit d’abord annuler ou supprimer "
    "ces dossiers, ou ce changement doit prendre fin. Rien n’a été fait."
)


async def move_account(
    runtime: Runtime,
    connection: Connection,
    owner: Titulaire,
    identity: Identity,
    detail: str,
) -> str:
    """Move a locked account to the person of the NIR of `identity`. Raises NotDoneError."""
    subject = nir_digest(runtime.hasher, identity.nir)
    person_id = await _lock_both(runtime, connection, owner, subject)
    if await queries.has_account(connection, person_id):
        raise NotDoneError(HAS_ACCOUNT)
    if await queries.count_open_work(connection, owner.account_id, owner.person_id):
        raise NotDoneError(OPEN_WORK)
    moved = await queries.find_login(connection, owner.account_id)
    secret = moved.totp_secret and TOTP_SECRET.open(
        runtime.vault, moved.totp_secret, id=owner.account_id
    )
    # Nothing is kept that could prove later that the person of the wrong number is this one.
    earlier = OpenAccount(owner.account_id, owner.person_id, owner.identity)
    await remove_account(runtime, connection, earlier, actor=Actor.SERVICE, reason=detail)
    account_id = runtime.randomness.uuid()
    is_open = await add_account(
        connection,
        account_id=account_id,
        person_id=person_id,
        email_digest=email_digest(runtime.hasher, identity.email),
        identity=ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=account_id),
        password_hash=moved.password_hash or "",
        terms_version=moved.terms_version,
        terms_accepted_at=moved.terms_accepted_at,
    )
    if not is_open:
        raise NotDoneError(HAS_ACCOUNT)
    box = TOTP_SECRET.seal(runtime.vault, secret, id=account_id) if secret else None
    await queries.restore_login(connection, account_id, moved, box)
    await record_event(
        connection, person_id, EventKind.ACCOUNT_ACTIVATED, actor=Actor.SERVICE, detail=detail
    )
    # The mailboxes of the number's closed accounts, as after an activation; nothing is restored.
    await warn_former(runtime, connection, account_id)
    opened = Locked(TITULAIRE, Titulaire(account_id, person_id, identity))
    await opened.notify(runtime, connection, SecurityEvent.NUMBER_CORRECTED, detail)
    label = f"{LABELS[LoginKind.TITULAIRE]} {account_reference(account_id)}"
    return (
        f"{label}{NBSP}: le compte a désormais ce numéro, et cette référence. Ses sessions sont "
        "fermées, ses délégations révoquées et ses codes de secours supprimés. Les heures du "
        f"nouveau numéro y sont{NBSP}; celles de l’ancien restent à l’ancien numéro. La "
        "personne doit déclarer de nouveau ses heures DIF. Un courriel lui annonce la correction."
    )


async def _lock_both(
    runtime: Runtime, connection: Connection, owner: Titulaire, subject: bytes
) -> UUID:
    """Lock the person of the account and the one of this NIR digest; return the latter's id.

    First the rows of their accounts, which other transactions lock before the person; then the
    people in the order of their ids, so that two moves between the same numbers do not deadlock.
    """
    own_subject = owner.subject(runtime.hasher)
    await queries.lock_account_rows(connection, owner.account_id, [own_subject, subject])
    person_id = await queries.add_person(connection, subject)
    for each in sorted({owner.person_id, person_id}):
        await lock_person(connection, each)
    return person_id
