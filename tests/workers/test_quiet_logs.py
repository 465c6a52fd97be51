"""An error of the queue is one line."""

from __future__ import annotations

import logging

from switchcorr.workers.quiet_logs import OneLine


def _record(cause: str) -> logging.LogRecord:
    error = ValueError("Database error.")
    error.__cause__ = OSError(cause)
    return logging.LogRecord("procrastinate.worker", logging.ERROR, __file__, 1, "listener %s", ("error",), (ValueError, error, None))


def test_an_error_is_told_by_its_cause_in_one_line_and_once() -> None:
    one, record = OneLine(), _record("the server\nis \x1b[31maway")
    assert one.filter(record)
    assert record.getMessage().startswith("queue: the server is ")
    assert "\x1b" not in record.getMessage()
    assert record.exc_info is None
    assert not one.filter(_record("the server\nis \x1b[31maway"))
    assert one.filter(_record("something else"))


def test_what_is_no_warning_is_left_alone() -> None:
    record = logging.LogRecord("procrastinate.worker", logging.INFO, __file__, 1, "job %d", (1,), None)
    assert OneLine().filter(record)
    assert record.getMessage() == "job 1"
