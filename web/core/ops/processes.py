"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None = None) -> None:
    """Have the kernel send SIGTERM to this process when its parent dies, even by SIGKILL.

    `parent` is the parent's pid, if known: when it is dead already, this process exits at once.
    No effect outside Linux.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        sys.exit(1)


def use_default_sigterm_in_children() -> None:
    """Make SIGTERM terminate processes forked from now on until they install their own handler.

    They inherit this process's handler, which has no effect in them. SIGTERM is blocked around the
    fork, so that none is lost.
    """
    mask = {signal.SIGTERM}

    def in_child() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, mask)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, mask),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, mask),
        after_in_child=in_child,
    )
