"""Each sealed column binds its values to their rows, by contexts that never change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from web.auth.kept_forms import KEPT_FORM
from web.core.clock import Randomness
from web.core.crypto.sealed_column import SealedColumn
from web.core.crypto.vault import DecryptionError, Vault
from web.core.mail.outgoing import RECIPIENT
from web.dossiers.reasons import REASON
from web.people.identity import ACCOUNT_IDENTITY, Identity
from web.profile.email_change.service import NEW_ADDRESS
from web.rotate_keys import SEALED_COLUMNS

ONE = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
IDENTITY = Identity("2850599990001", "madame", "Zoé", "Serin", "zoe@exemple.fr")
# Never change one: stored values would become unreadable.
CONTEXTS = {
    "account.identity": f"account:{ONE}.identity",
    "registration.draft": f"registration:{ONE}.draft",
    "registration.identity": f"registration:{ONE}.identity",
    "mail.recipient": f"mail.recipient:{ONE}",
    "email_change.email": f"email_change:{ONE}.email",
    "service_email_change.email": f"service_email_change:{ONE}.email",
    "contact_message.content": f"contact_message:{ONE}.content",
    "dossier_step.reason": f"dossier_step:{ONE}:7.reason",
    "former_account.email": f"former_account:{ONE}.email",
    "professional.email": f"professional:{ONE}.email",
    "waiting_invitation.email": f"waiting_invitation:{ONE}.email",
    "login.totp_secret": f"login:{ONE}.totp_secret",
    "kept_form.content": f"kept_form:{ONE}.content",
}
# The columns that bind, of the tables where they are not `id`.
ROWS: dict[str, dict[str, UUID | int]] = {
    "kept_form.content": {"login_id": ONE},
    "dossier_step.reason": {"dossier_id": ONE, "revision": 7},
}
# Texts as they are stored; those of the other columns are addresses, secrets and reasons.
EXAMPLES = {
    "account.identity": ACCOUNT_IDENTITY.codec.dump(IDENTITY),
    "registration.identity": ACCOUNT_IDENTITY.codec.dump(IDENTITY),
    "registration.draft": '{"first_name": "Zo\\u00e9"}',
    "contact_message.content": (
        '{"subject": "Heures", "text": "Bonjour", "email": "", "from_account": false, '
        '"account": "", "is_agent": false}'
    ),
    "kept_form.content": '{"path": "/espace", "key": "k", "fields": [["dif", "7"]]}',
}


@pytest.fixture
def vault() -> Vault:
    return Vault({"first": b"k" * 32}, Randomness())


def test_the_context_of_every_column_is_pinned() -> None:
    assert {column.name for column in SEALED_COLUMNS} == CONTEXTS.keys()


@pytest.mark.parametrize("column", SEALED_COLUMNS, ids=lambda column: column.name)
def test_values_are_bound_to_the_pinned_context(column: SealedColumn[Any], vault: Vault) -> None:
    row, context = ROWS.get(column.name, {"id": ONE}), CONTEXTS[column.name]
    stored = EXAMPLES.get(column.name, "zoé@exemple.fr").encode()
    value = column.open(vault, vault.seal(stored, context), **row)
    assert vault.open(column.seal(vault, value, **row), context) == stored


def test_a_form_kept_by_an_agent_before_the_tables_became_one_still_opens(vault: Vault) -> None:
    text = EXAMPLES["kept_form.content"].encode()
    box = vault.seal(text, f"professional_kept_form:{ONE}.content")
    form = KEPT_FORM.open(vault, box, login_id=ONE)
    assert KEPT_FORM.codec.dump(form).encode() == text
    again = KEPT_FORM.reseal(vault, box, {"login_id": ONE})
    assert vault.open(again, CONTEXTS["kept_form.content"]) == text
    with pytest.raises(DecryptionError):
        KEPT_FORM.open(vault, box, login_id=OTHER)


def test_a_value_opens_for_its_own_row_and_column_only(vault: Vault) -> None:
    box = RECIPIENT.seal(vault, "zoe@exemple.fr", id=ONE)
    assert RECIPIENT.open(vault, box, id=ONE) == "zoe@exemple.fr"
    with pytest.raises(DecryptionError):
        RECIPIENT.open(vault, box, id=OTHER)
    with pytest.raises(DecryptionError):
        NEW_ADDRESS.open(vault, box, id=ONE)


def test_a_value_that_cannot_be_read_is_logged_by_its_row_and_left_out(vault: Vault) -> None:
    box = REASON.seal(vault, "Il manque une date.", dossier_id=ONE, revision=7)
    with capture_logs() as logs:
        assert REASON.read(vault, box, dossier_id=ONE, revision=7) == "Il manque une date."
        assert REASON.read(vault, box, dossier_id=ONE, revision=8) is None
    row = {"dossier_id": str(ONE), "revision": "8"}
    assert logs == [
        {
            "event": "sealed value unreadable",
            "log_level": "error",
            "column": "dossier_step.reason",
            "row": row,
        }
    ]


@pytest.mark.parametrize(
    "row", [{}, {"id": ONE}, {"dossier_id": ONE}, {"dossier_id": ONE, "revision": 1, "id": ONE}]
)
def test_other_columns_than_those_of_the_context_are_refused(
    vault: Vault, row: dict[str, UUID | int]
) -> None:
    with pytest.raises(TypeError, match=r"\.reason is sealed by dossier_id, revision, not"):
        REASON.seal(vault, "Il manque une date.", **row)


def test_an_identity_opens_as_it_was_sealed(vault: Vault) -> None:
    box = ACCOUNT_IDENTITY.seal(vault, IDENTITY, id=ONE)
    assert ACCOUNT_IDENTITY.open(vault, box, id=ONE) == IDENTITY


def test_a_value_sealed_again_is_the_same_under_the_current_key(vault: Vault) -> None:
    box = NEW_ADDRESS.seal(vault, "zoe@exemple.fr", id=ONE)
    rotating = Vault({"second": b"n" * 32, "first": b"k" * 32}, Randomness())
    again = NEW_ADDRESS.reseal(rotating, box, {"account_id": OTHER, "id": ONE})
    after = Vault({"second": b"n" * 32}, Randomness())
    assert NEW_ADDRESS.open(after, again, id=ONE) == "zoe@exemple.fr"
