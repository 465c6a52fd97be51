"""Begins the command line as a process of its own: Ctrl-C ends it without a traceback, however early or late it comes.

Loading the commands takes some tenths of a second, seconds on a busy machine, and nobody can catch an interrupt meanwhile. So the system ends
the process as it ends any other, until all is loaded and the interrupt can be told; and again once the exit code is known.
"""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command that the arguments of the process name, and end with an exit code."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # begun in the background, where no interrupt comes
        from switchcorr.cli.app import main as run

        run()
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from switchcorr.cli.app import main as run

    try:
        run(loaded=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
