"""Drops of two phones, for tests of what a log tells of phones."""

from __future__ import annotations

from datetime import UTC, datetime

from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Event, EventKind, EventLog

AT = datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)
ONE, TWO = PhoneName("SEP00005E005301"), PhoneName("SEP00005E005302")
DROP = Event(AT, EventKind.UNREGISTERED, ONE, ip="192.0.2.1")
NAMELESS = Event(AT, EventKind.TRANSIENT, ip="192.0.2.1")
"""A connection that broke before a registration: it has an address and no name."""


def log_of(*events: Event) -> EventLog:
    """A log of some events in the order given."""
    log = EventLog()
    for event in events:
        log.append(event)
    return log
