"""Stand in for pg_verifybackup, which the wheel of PostgreSQL holds in a state that crashes.

It compares the files of a base backup with their sizes and SHA-256 in its manifest. Run by
path, with the options that pg_verifybackup takes; the last argument is the backup.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

NOT_IN_MANIFEST = {"backup_manifest", "postgresql.auto.conf"}


def problems(backup: Path) -> list[str]:
    """The names of the files that are missing, changed or added."""
    manifest = json.loads((backup / "backup_manifest").read_text())
    listed = {one["Path"]: one["Checksum"] for one in manifest["Files"]}
    found = {
        str(path.relative_to(backup)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in backup.rglob("*")
        if path.is_file() and path.relative_to(backup).parts[0] != "pg_wal"
    }
    names = (listed.keys() | found.keys()) - NOT_IN_MANIFEST
    return sorted(name for name in names if listed.get(name) != found.get(name))


if __name__ == "__main__":
    sys.exit("\n".join(problems(Path(sys.argv[-1]))) or None)
