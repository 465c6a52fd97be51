"""Another supervisor that took over is an event of the whole chassis, told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import LogMessage, MemberUptime, Redundancy, Version
from switchcorr.topology import CampusOptions, build_campus
from tests.topology.device_rows import MORNING, card, facts, member, snapshot

_NOON = MORNING + timedelta(hours=4)
_MONTH = timedelta(days=30)


def _taken(count: int, ago: timedelta | None, *, reason: str = "active unit removed") -> tuple[Redundancy, ...]:
    return (Redundancy("ACTIVE", "STANDBY HOT", "sso"), Redundancy("ACTIVE", "STANDBY HOT", "sso", reason, count, ago))


def _chassis(at: datetime | None = MORNING, *redundancy: Redundancy, **more: Any) -> DeviceFacts:
    return facts("acc-1", at=at, uptime=_MONTH, modules=(card(5, status="active"), card(6)), redundancy=redundancy, **more)


def _restarts(*rounds: DeviceFacts) -> list[Observation]:
    snapshots: list[Snapshot] = [snapshot(device, at=device.taken_at) for device in rounds]
    return [fact for fact in build_campus(snapshots, CampusOptions()).observations if fact.kind is ObservationKind.RELOAD]


def _takeovers(*rounds: DeviceFacts) -> list[tuple[datetime | None, datetime | None, str]]:
    return [(fact.since, fact.at, fact.text) for fact in _restarts(*rounds) if "took over" in fact.text]


def test_a_switchover_is_a_fact_about_the_whole_chassis_at_its_time() -> None:
    hour = timedelta(hours=1)
    (fact,) = [fact for fact in _restarts(_chassis(MORNING, *_taken(1, hour))) if fact.at == MORNING - hour]

    assert (fact.component, fact.kind) == (Component("switch", "acc-1"), ObservationKind.RELOAD)
    assert fact.text == "the other supervisor of acc-1 took over (active unit removed)"
    (several,) = _takeovers(_chassis(MORNING, *_taken(3, hour, reason="none")))
    assert several[2] == "the other supervisor of acc-1 took over, 3 times since it started"


@pytest.mark.parametrize(
    ("at", "redundancy"),
    [
        (MORNING, _taken(0, timedelta(hours=1))),
        (MORNING, _taken(1, None)),
        (None, _taken(1, timedelta(hours=1))),
        (MORNING, _taken(1, _MONTH)),  # when the device started
        (MORNING, (Redundancy("ACTIVE"),)),
    ],
)
def test_without_a_count_a_time_or_a_start_of_its_own_there_was_no_switchover(
    at: datetime | None, redundancy: tuple[Redundancy, ...]
) -> None:
    assert _takeovers(_chassis(at, *redundancy)) == []


def test_visits_that_show_the_same_switchover_tell_it_once() -> None:
    hour, later = timedelta(hours=1), _NOON - MORNING + timedelta(hours=1, minutes=1)
    (told,) = _takeovers(_chassis(MORNING, *_taken(1, hour)), _chassis(_NOON, *_taken(1, later)))
    assert told[:2] == (None, MORNING - hour)


def test_a_count_that_grew_tells_of_a_switchover_between_two_visits() -> None:
    (told,) = _takeovers(_chassis(MORNING, *_taken(1, None)), _chassis(_NOON, *_taken(2, None)))
    assert told[:2] == (MORNING, _NOON)
    timed = _takeovers(_chassis(MORNING, *_taken(1, None)), _chassis(_NOON, *_taken(2, timedelta(hours=1))))
    assert [at for _, at, _ in timed] == [_NOON - timedelta(hours=1)]
    assert _takeovers(_chassis(None, *_taken(1, None)), _chassis(_NOON, *_taken(2, None))) == []
    assert _takeovers(_chassis(MORNING, *_taken(2, None)), _chassis(_NOON, *_taken(2, None))) == []


def test_a_message_of_the_switchover_is_not_told_again() -> None:
    def logged(minute: int) -> dict[str, Any]:
        line = LogMessage(f"*Nov 22 07:{minute:02}:00.000", "REDUNDANCY", 3, "SWITCHOVER", "RP switchover (PEER_NOT_PRESENT)")
        return {"logging": (line,)}

    both = _restarts(_chassis(MORNING, *_taken(1, timedelta(hours=1)), **logged(1)))
    assert len([fact for fact in both if fact.at and fact.at > MORNING - _MONTH / 2]) == 1
    alone = _restarts(_chassis(MORNING, **logged(1)))
    assert [fact.text for fact in alone if "switchover" in fact.text] == ["REDUNDANCY-SWITCHOVER: RP switchover (PEER_NOT_PRESENT)"]


def test_the_restart_of_a_stack_member_is_the_fact_and_not_the_takeover_that_follows() -> None:
    def stack(ago: timedelta) -> DeviceFacts:
        version = Version("acc-1", model="WS-C3850-48P", uptime=_MONTH, members=(MemberUptime(2, ago, "crash"),))
        device = facts("acc-1", stack=(member(1), member(2)), redundancy=_taken(1, timedelta(hours=1)))
        return DeviceFacts(
            "acc-1",
            "cisco_ios",
            type(device.tables)(version=(version,), stack=device.tables.stack, redundancy=device.tables.redundancy),
            taken_at=MORNING,
        )

    near, far = _restarts(stack(timedelta(minutes=57))), _restarts(stack(timedelta(hours=9)))
    assert [fact.component.id for fact in near if fact.at and fact.at > MORNING - _MONTH / 2] == ["acc-1/2"]
    assert sorted(fact.component.id for fact in far if fact.at and fact.at > MORNING - _MONTH / 2) == ["acc-1", "acc-1/2"]
