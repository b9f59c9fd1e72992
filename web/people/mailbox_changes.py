"""The new address of a change that the service was asked for, as it is stored."""

from __future__ import annotations

from web.core.crypto.sealed_column import TEXT, SealedColumn

NEW_MAILBOX = SealedColumn("service_email_change", "email", "service_email_change:{id}.email", TEXT)
