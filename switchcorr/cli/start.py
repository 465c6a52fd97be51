"""Begins the command line as a process of its own: Ctrl-C ends it without a traceback, however early or late it comes.

Loading the commands takes some tenths of a second, seconds on a busy machine, and nobody can catch an interrupt meanwhile. So the system ends
the process as it ends any other, until all is loaded and the interrupt can be told; and again once the exit code is known.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SOON_S = 0.01


def main() -> None:
    """Run the command that the arguments of the process name, and end with an exit code."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # begun in the background, where no interrupt comes
        from switchcorr.cli.app import main as run

        run()
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from switchcorr.cli.app import main as run

    sys.unraisablehook = _come_again
    try:
        run(loaded=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _come_again(lost: UnraisableHookArgs) -> None:
    """An interrupt that meets code which cannot raise (as runs when an object goes, or a module was loaded) would be lost, with a traceback: it comes once more."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    again = threading.Timer(_SOON_S, os.kill, (os.getpid(), signal.SIGINT))
    again.daemon = True
    again.start()
