"""Look up known vulnerabilities of the locked dependencies with pip-audit.

`python -m scripts.audit BIN VERDICT`: the folder of pip-audit, and a file that also receives the
verdict, so that `make test` can end with it. Exits with 1 when there is a vulnerability.
Dependencies that could not be looked up (no network) are reported as prominently.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

OPTIONS = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json")
NOTHING = "NOT AUDITED: no dependency was looked up among known vulnerabilities"
NAMES_SHOWN = 10


def audit(folder: Path, lock: Path) -> tuple[int, str]:
    """Return the exit status and the verdict."""
    command = [folder / "pip-audit", *OPTIONS, "--requirement", lock]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return 0, f"{NOTHING} ({_last_line(done.stderr) or f'status {done.returncode}'})."
    return _verdict(dependencies)


def _verdict(dependencies: list[dict[str, Any]]) -> tuple[int, str]:
    found = [
        f"  {one['name']} {one['version']}: {flaw['id']}, mended in "
        f"{', '.join(flaw.get('fix_versions', [])) or 'no version yet'}"
        for one in dependencies
        for flaw in one.get("vulns", [])
    ]
    if found:
        return 1, "\n".join([f"{len(found)} known vulnerabilities:", *found])
    skipped = [one["name"] for one in dependencies if "skip_reason" in one]
    audited = len(dependencies) - len(skipped)
    if not audited:
        return 0, f"{NOTHING} (the advisories cannot be reached from here)."
    if skipped:
        names = ", ".join(skipped[:NAMES_SHOWN]) + (", …" if len(skipped) > NAMES_SHOWN else "")
        return 0, (
            f"AUDITED IN PART: no known vulnerability in {audited} dependencies; "
            f"{len(skipped)} could not be looked up ({names})."
        )
    return 0, f"No known vulnerability in {audited} dependencies."


def _last_line(text: str) -> str:
    return next(reversed(text.strip().splitlines()), "")


def main() -> int:
    """Audit, print the verdict and write it to the file; return the exit status."""
    folder, kept = map(Path, sys.argv[1:])
    status, verdict = audit(folder, Path("requirements.lock"))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(f"{verdict}\n")
    sys.stdout.write(f"{verdict}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
