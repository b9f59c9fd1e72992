"""Forms sent after their session had ended, kept for an hour.

The ended session identifies the account: it is that of the browser's cookie or, after a logout, the
one for which the form's CSRF token was made. Only that account sees the form again, after a new
login from any browser, filled in but not sent: someone else who knew the cookie may have sent it.
Each account has one kept form, the newest, without passwords. Its idempotency key is kept with it:
sent again, even twice, it is the same request.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from web.auth.logins import LoginKind
from web.core.crypto.sealed_column import Codec, SealedColumn
from web.core.db.connection import Connection
from web.core.http.forms.old_forms import OldForm
from web.core.runtime import Runtime

KEPT_MINUTES = 60


@dataclass(frozen=True)
class KeptForm:
    """A form: its URL, its idempotency key, and its fields as typed."""

    path: str
    key: str
    fields: Sequence[tuple[str, str]]

    @classmethod
    def sent_to(
        cls, path: str, query: str, key: str, fields: Sequence[tuple[str, str]]
    ) -> KeptForm | None:
        """Return the form to keep; None when nothing was typed."""
        return cls(f"{path}?{query}" if query else path, key, fields) if fields else None

    def to_show(self, drop_url: str) -> OldForm:
        """Return the form to show again; a POST to `drop_url` deletes it."""
        path, _, query = self.path.partition("?")
        return OldForm(path, query, self.fields, key=self.key, drop_url=drop_url)


def _dump(form: KeptForm) -> str:
    return json.dumps(asdict(form))


def _load(text: str) -> KeptForm:
    content = json.loads(text)
    fields = [(name, value) for name, value in content["fields"]]
    return KeptForm(content["path"], content["key"], fields)


FORM = Codec(_dump, _load)
# Until revision 0031 the forms of agents were in a table of their own.
KEPT_FORM = SealedColumn(
    "kept_form",
    "content",
    "kept_form:{login_id}.content",
    FORM,
    {"login_id": "uuid"},
    earlier="professional_kept_form:{login_id}.content",
)


async def keep_form(runtime: Runtime, kind: LoginKind, token_digest: bytes, form: KeptForm) -> bool:
    """Keep a form for the account of an ended session; return False if there is no such session.

    The session must be of the kind of account whose page the form was sent to, and its login must
    have been complete.
    """
    async with runtime.db.transaction() as connection:
        login_id: UUID | None = await connection.fetchval(
            """
            SELECT login_id FROM session JOIN login ON login.id = login_id
            WHERE token_digest = $1 AND is_complete AND kind = $2
            """,
            token_digest,
            kind.value,
        )
        if login_id is None:
            return False
        await connection.execute(
            """
            INSERT INTO kept_form (login_id, content) VALUES ($1, $2)
            ON CONFLICT (login_id) DO UPDATE
            SET content = excluded.content, created_at = now()
            """,
            login_id,
            KEPT_FORM.seal(runtime.vault, form, login_id=login_id),
        )
    return True


async def find_kept_form(runtime: Runtime, login_id: UUID) -> KeptForm | None:
    """Return the form kept for this account."""
    row = await runtime.db.fetchrow(
        """
        SELECT content FROM kept_form
        WHERE login_id = $1 AND created_at > now() - make_interval(mins => $2)
        """,
        login_id,
        KEPT_MINUTES,
    )
    if row is None:
        return None
    return KEPT_FORM.open(runtime.vault, row["content"], login_id=login_id)


async def forget_kept_form(runtime: Runtime, login_id: UUID) -> None:
    """Delete the form kept for this account."""
    await runtime.db.execute("DELETE FROM kept_form WHERE login_id = $1", login_id)


async def purge_kept_forms(connection: Connection) -> None:
    """Delete forms older than KEPT_MINUTES."""
    await connection.execute(
        "DELETE FROM kept_form WHERE created_at < now() - make_interval(mins => $1)", KEPT_MINUTES
    )
