"""What one process does at a time, of all those of one database: the numbers of its locks."""

from __future__ import annotations

import enum


@enum.unique
class Turn(enum.IntEnum):
    """Advisory locks of PostgreSQL. Any numbers will do: each other's, and always the same."""

    MIGRATE = 7_261_041_001
    REQUEUE_MAILS = 7_261_041_002
    CREDIT_HOURS = 7_261_041_008
    ROTATE_KEYS = 7_261_041_009
    IMPORT_CATALOGUE = 7_261_041_010
    SEAL_HISTORIES = 7_261_041_011
