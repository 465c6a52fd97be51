"""When and where endpoints registered again."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np

from switchcorr.correlate.drops.returns import returns_of
from switchcorr.model.event import Event, EventKind
from tests.correlate.scenes import NOON, drop, log_of, phone


def _back(name: str, seconds: float, node: str = "node-9") -> Event:
    return drop(name, NOON + timedelta(seconds=seconds), None, kind=EventKind.REGISTERED, node=node)


def test_returns_of_many_endpoints_are_those_that_a_search_by_hand_finds() -> None:
    random_ = random.Random(4)
    names = [phone(number) for number in range(9)]
    events = [drop(random_.choice(names), NOON + timedelta(seconds=random_.randrange(60))) for _ in range(40)]
    log = log_of([*events, *(_back(random_.choice(names[:7]), random_.randrange(60)) for _ in range(50))])
    drops = [event for event in range(len(log)) if log.kind[event] == EventKind.UNREGISTERED]
    found = returns_of(log).after(log, np.array(drops)).tolist()
    for event, back in zip(drops, found, strict=True):
        later = [
            (log.time[other], other)
            for other in range(len(log))
            if log.kind[other] == EventKind.REGISTERED and log.name[other] == log.name[event] and log.time[other] > log.time[event]
        ]
        assert back == (min(later)[1] if later else -1)
    assert -1 in found


def test_registrations_since_a_time_hold_that_moment() -> None:
    log = log_of([_back("X", 0), _back("X", 60), _back("Y", 30)])
    returns = returns_of(log)
    name = np.array([log.pools.names.find("X")] * 2 + [log.pools.names.find("Y")])
    first, end = returns.since(name, np.array([NOON.timestamp() + seconds for seconds in (0, 1, 31)]))
    assert (end - first).tolist() == [2, 1, 0]


def test_registrations_without_a_name_or_a_time_are_nobodys() -> None:
    log = log_of([_back("", 1), Event(None, EventKind.REGISTERED, "X"), _back("X", 5)])
    assert len(returns_of(log).name) == 1
