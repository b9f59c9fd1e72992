"""Run a command of the program that ends when the demonstration that started it does.

`python -m web.demo.child PID COMMAND`
"""

from __future__ import annotations

import runpy
import sys

from web.core.ops.processes import end_with_parent

if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    sys.argv = ["web", *sys.argv[2:]]
    runpy.run_module("web", run_name="__main__")
