"""Run the worker or the site of the demonstration, which ends when its launcher does.

`python -m web.demo.child PID worker|serve`
"""

from __future__ import annotations

import runpy
import sys

from web.core.cli.streams import make_streams_forgiving
from web.core.ops.processes import end_with_parent
from web.settings import load_settings

SITE = "web.demo.site:application"


def main(parent: int, command: str) -> None:
    """Run until stopped, or until the process `parent` ends."""
    end_with_parent(parent)
    if command == "serve":
        from web.server import run_server

        make_streams_forgiving()
        run_server(load_settings(), target=SITE)
    else:
        sys.argv = ["web", command]
        runpy.run_module("web", run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
