"""What a call of the command line changes in its process is put back."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from switchcorr.cli.logs import LIBRARIES


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("switchcorr", *LIBRARIES)]
    before = [(logger, list(logger.handlers), logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)
