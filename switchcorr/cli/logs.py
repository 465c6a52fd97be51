"""Logging of the command line: to stderr, one line a record, never more than the user asked for."""

from __future__ import annotations

import logging
import sys

_LEVELS = {0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}


def set_up_logging(*, verbose: int, quiet: bool) -> None:
    """Send records of switchcorr to stderr: warnings, with ``-v`` a line per stage, with ``-vv`` everything; with ``-q`` errors only."""
    level = logging.ERROR if quiet else _LEVELS[min(verbose, 2)]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s" if verbose > 1 else "%(message)s"))
    logger = logging.getLogger("switchcorr")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
