"""Logging of the command line: to stderr, one line a record, never more than the user asked for, and never a secret."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from switchcorr.cli.output import tell
from switchcorr.secret import Masker, MaskingFilter, Secret

_LEVELS = {0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}
LIBRARIES = ("asyncio", "asyncssh", "paramiko", "netmiko", "napalm", "pynetbox", "keyring", "scapy", "urllib3")
"""Loggers of the libraries that talk to devices: heard with ``-vv`` only."""


class StderrHandler(logging.Handler):
    """Writes records to whatever ``sys.stderr`` is at that moment: a progress view puts itself there.

    Secrets that it has learned are masked, as they are and in their usual encodings; what libraries say too.
    """

    def __init__(self) -> None:
        super().__init__()
        self._secrets: set[Secret] = set()
        self._mask: MaskingFilter | None = None

    def learn(self, secrets: Iterable[Secret]) -> None:
        """Never show these secrets."""
        new = set(secrets) - self._secrets
        if not new:
            return
        self._secrets |= new
        if self._mask is not None:
            self.removeFilter(self._mask)
        self._mask = MaskingFilter(Masker(self._secrets, pieces=True))
        self.addFilter(self._mask)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        tell(self.format(record))


def set_up_logging(*, verbose: int, quiet: bool) -> StderrHandler:
    """Send records of switchcorr to stderr: warnings, with ``-v`` a line per stage, with ``-vv`` everything; with ``-q`` errors only.

    Libraries are heard with ``-vv`` only: their warnings are of no use to somebody who does not look for a fault.
    """
    level = logging.ERROR if quiet else _LEVELS[min(verbose, 2)]
    handler = StderrHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s" if verbose > 1 else "%(message)s"))
    logger = logging.getLogger("switchcorr")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    loud = verbose > 1 and not quiet
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.handlers[:] = [handler if loud else logging.NullHandler()]
        library.setLevel(logging.DEBUG if loud else logging.CRITICAL)
        library.propagate = False
    return handler
