"""`account correct`: names, civilité and NIR of a titulaire, checked on an identity document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from web.agents.records import AgentAccount
from web.assistance.accounts import LockedAccount
from web.assistance.command import Act
from web.assistance.correction.moving import move_account
from web.assistance.correction.values import LABELS, parse_values
from web.auth.kinds import SecurityEvent
from web.core.cli.operator_command import NotDoneError
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.domain.age import Admission, admission
from web.domain.nir import Nir
from web.people.identity import ACCOUNT_IDENTITY, Identity
from web.profile.information.queries import save_identity

NO_NAMES = (
    f"Un compte d’agent n’a ni nom ni numéro{NBSP}: corrigez le nom de son organisation avec "
    "`invite-professional --name`, son adresse avec `account change-email`. Rien n’a été fait."
)
UNCHANGED = f"Le compte a déjà ces informations{NBSP}: rien n’a été fait."
OTHER_CIVILITY = (
    "La civilité et le premier chiffre du numéro ne s’accordent pas (1 pour monsieur, 2 pour "
    f"madame){NBSP}: corrigez les deux ensemble, avec --civility et --nir. Rien n’a été fait."
)
TOO_YOUNG = (
    "D’après ce numéro, la personne n’a pas l’âge d’ouvrir un compte, ou elle n’a pas déclaré de "
    "contrat d’apprentissage. Rien n’a été fait."
)


def correct_to(typed: Mapping[str, str]) -> Act:
    """Return the act that corrects these fields, as typed."""

    async def correct(
        runtime: Runtime, connection: Connection, account: LockedAccount, reason: str
    ) -> str:
        return await correct_identity(runtime, connection, account, reason, typed)

    return correct


async def correct_identity(
    runtime: Runtime,
    connection: Connection,
    account: LockedAccount,
    reason: str,
    typed: Mapping[str, str],
) -> str:
    """Correct the identity of a locked account. Raises NotDoneError."""
    owner = account.owner
    if isinstance(owner, AgentAccount):
        raise NotDoneError(NO_NAMES)
    values = parse_values(typed)
    changed = [name for name, value in values.items() if value != getattr(owner.identity, name)]
    if not changed:
        raise NotDoneError(UNCHANGED)
    identity = replace(owner.identity, **values)
    _check(runtime, identity, has_other_nir="nir" in changed)
    # The history has the names of the corrected fields, never their values.
    detail = f"{', '.join(LABELS[name] for name in changed)}{NBSP}: {reason}"
    if "nir" in changed:
        return await move_account(runtime, connection, owner, identity, detail)
    box = ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=owner.account_id)
    await save_identity(connection, owner.account_id, box)
    await account.notify(runtime, connection, SecurityEvent.IDENTITY_CORRECTED, detail)
    return f"{account.label}{NBSP}: corrigé. Un courriel l’annonce à la personne, avec le motif."


def _check(runtime: Runtime, identity: Identity, *, has_other_nir: bool) -> None:
    nir = Nir(identity.nir)
    if nir.sex != identity.civility:
        raise NotDoneError(OTHER_CIVILITY)
    if not has_other_nir:
        return
    allowed = admission(nir, runtime.clock.today())
    is_apprentice = identity.apprenticeship is not None
    if allowed is Admission.REFUSED or (
        allowed is Admission.NEEDS_APPRENTICESHIP and not is_apprentice
    ):
        raise NotDoneError(TOO_YOUNG)
