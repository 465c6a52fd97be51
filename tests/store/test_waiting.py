"""A server that is away is waited for; whatever else it says is told at once."""

from __future__ import annotations

import logging

import pytest

from switchcorr.errors import StoreAwayError, StoreError
from switchcorr.store.waiting import while_away


def test_what_may_be_repeated_is_repeated_until_the_server_is_back(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []

    def attempt() -> str:
        calls.append(len(calls))
        if len(calls) < 3:
            raise StoreAwayError("db: the server is away: starting up.")
        return "written"

    with caplog.at_level(logging.WARNING):
        assert while_away(attempt, wait_s=float("inf")) == "written"
    assert len(calls) == 3
    assert [record.message for record in caplog.records] == ["store: db: the server is away: starting up. Waiting for it."], "told once"


def test_patience_ends_with_what_the_server_said_last() -> None:
    def attempt() -> None:
        raise StoreAwayError("db: the server is away: connection refused.")

    with pytest.raises(StoreAwayError, match="connection refused"):
        while_away(attempt, wait_s=0)


def test_what_is_no_absence_is_not_waited_for() -> None:
    calls: list[int] = []

    def attempt() -> None:
        calls.append(1)
        raise StoreError("db: permission denied.")

    with pytest.raises(StoreError, match="permission denied"):
        while_away(attempt)
    assert calls == [1]
