"""Advisory locks for work done by one process at a time per database."""

from __future__ import annotations

import enum


@enum.unique
class AdvisoryLock(enum.IntEnum):
    """Keys of PostgreSQL advisory locks: arbitrary, but fixed and distinct."""

    MIGRATE = 7_261_041_001
    REQUEUE_MAILS = 7_261_041_002
    CREDIT_HOURS = 7_261_041_008
    ROTATE_KEYS = 7_261_041_009
    IMPORT_CATALOGUE = 7_261_041_010
    SEAL_HISTORIES = 7_261_041_011
