"""The list of sealed columns, and the `rotate-keys` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from web.agents import records as agents
from web.agents.access import records as access
from web.auth import kept_forms
from web.auth.two_factor import rules as second_factor
from web.contact import service as contact
from web.core.cli.operator_command import NotDoneError, database_checked, fail
from web.core.cli.progress import ColumnProgress, counted
from web.core.clock import Randomness
from web.core.crypto.key_rotation import RotationResult, count_under_other_keys, rotate
from web.core.crypto.sealed_column import SealedColumn
from web.core.crypto.vault import Vault
from web.core.db.bulk import AlreadyRunningError, bulk_connection
from web.core.mail import outgoing as mail
from web.core.text import NBSP
from web.dossiers import reasons
from web.people import identity, mailbox_changes
from web.people.former import records as former_account
from web.profile.email_change import service as email_change
from web.settings import Settings
from web.signup.steps import service as signup

# A sealed column missing here would become unreadable with the old key: a test checks the schema.
SEALED_COLUMNS: Sequence[SealedColumn[Any]] = (
    identity.ACCOUNT_IDENTITY,
    signup.DRAFT,
    signup.REGISTRATION_IDENTITY,
    mail.RECIPIENT,
    email_change.NEW_ADDRESS,
    mailbox_changes.NEW_MAILBOX,
    contact.CONTENT,
    kept_forms.KEPT_FORM,
    reasons.REASON,
    former_account.FORMER_EMAIL,
    agents.AGENT_EMAIL,
    access.WAITING_EMAIL,
    second_factor.TOTP_SECRET,
)

UNDER_WAY = "Un autre changement de clés est en cours. Rien n’a été fait."


async def rotate_keys(settings: Settings) -> int:
    """Re-encrypt every sealed column and print a report; return the exit status."""
    vault = Vault(settings.keyring, Randomness())
    try:
        with database_checked():
            async with bulk_connection(settings.direct_url) as connection:
                with ColumnProgress() as counting:
                    result = await rotate(connection, vault, SEALED_COLUMNS, counting)
                remaining = [
                    (column.name, await count_under_other_keys(connection, vault, column))
                    for column in SEALED_COLUMNS
                ]
    except AlreadyRunningError:
        return fail(UNDER_WAY)
    except NotDoneError as error:
        return fail(error)
    resealed = counted(result.resealed, "valeur chiffrée", "valeurs chiffrées")
    sys.stdout.write(f"{resealed} de nouveau, avec la clé {vault.current_key}.\n")
    return _report_remaining(settings, vault, result, [pair for pair in remaining if pair[1]])


def _report_remaining(
    settings: Settings, vault: Vault, result: RotationResult, remaining: Sequence[tuple[str, int]]
) -> int:
    if not remaining:
        others = [key for key in settings.keyring if key != vault.current_key]
        if others:
            sys.stdout.write(
                f"Plus aucune valeur ne dépend d’une autre clé. À retirer de NIR_KEYS et à "
                f"conserver avec les sauvegardes qui en dépendent{NBSP}: {', '.join(others)}.\n"
            )
        return 0
    for name, count in remaining:
        sys.stderr.write(f"{name}{NBSP}: {counted(count, 'valeur')} avec une autre clé.\n")
    if result.unreadable:
        unreadable = counted(result.unreadable, "valeur illisible", "valeurs illisibles")
        sys.stderr.write(f"{unreadable} avec les clés de NIR_KEYS{NBSP}: il manque une clé.\n")
    else:
        sys.stderr.write(
            f"Un processus chiffre encore avec une autre clé{NBSP}: relancez tous les processus "
            "`serve` et `worker`, puis cette commande.\n"
        )
    return 1
