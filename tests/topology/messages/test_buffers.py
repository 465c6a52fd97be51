"""Facts of logs by clocks that are off: in the buffer, in several visits and at a server."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.campus import Campus, Observation, ObservationKind
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Clock, LogMessage
from switchcorr.topology import CampusOptions, Known, build_campus
from switchcorr.topology.messages.meaning import SwitchMessage
from tests.topology.device_rows import MORNING, facts, port, snapshot

NIGHT = MORNING - timedelta(hours=2)
FORTY = timedelta(minutes=40)


def _stamp(at: datetime) -> str:
    return f"{at:%b %d %H:%M:%S}.{at.microsecond // 1000:03d}"


def _shows(at: datetime) -> tuple[Clock, ...]:
    return (Clock(f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} UTC {at:%a %b %d %Y}", at=MORNING, within=timedelta(seconds=1)),)


def _restart(at: datetime) -> LogMessage:
    return LogMessage(_stamp(at), "SYS", 5, "RESTART", "System restarted --")


def _downs(at: datetime) -> tuple[LogMessage, ...]:
    return tuple(
        LogMessage(_stamp(at + timedelta(seconds=number)), "LINK", 3, "UPDOWN", f"Interface {port(f'Gi3/{number}')}, changed state to down")
        for number in range(1, 6)
    )


def _switch(off: timedelta, *log: LogMessage, **more: Any) -> DeviceFacts:
    """A chassis whose clock is ahead by this, and its log as it was printed."""
    return facts("acc-1", model="WS-C4507R", clock=_shows(MORNING + off), logging=log, **more)


def _campus(*devices: DeviceFacts, messages: tuple[SwitchMessage, ...] = ()) -> Campus:
    core = facts("core", model="C9500-40X")
    shots = [snapshot(device, core, at=device.taken_at) for device in devices]
    return build_campus(shots, CampusOptions(cores=("core",), known=Known(messages=messages)))


def _logged(campus: Campus, kind: ObservationKind = ObservationKind.RELOAD) -> list[datetime | None]:
    return [fact.at for fact in campus.observations if fact.kind is kind and fact.component.id.startswith("acc-1")]


def test_a_restart_is_at_the_corrected_time_and_that_is_told() -> None:
    campus = _campus(_switch(-FORTY, _restart(NIGHT - FORTY)))
    assert _logged(campus) == [NIGHT]
    assert campus.assumptions[-1] == (
        "the clock of switch acc-1 is taken to be 40 min behind (show clock, beside the time of its capture); times in its log are corrected by that"
    )


def test_a_clock_that_is_right_or_moves_nothing_is_not_told() -> None:
    right = _campus(_switch(timedelta(seconds=-20), _restart(NIGHT)))
    assert _logged(right) == [NIGHT]
    silent = _campus(_switch(-FORTY, LogMessage(_stamp(NIGHT), "SYS", 5, "CONFIG_I", "Configured from console")))
    without = _campus(_switch(-FORTY))
    for campus in (right, silent, without):
        assert not [sentence for sentence in campus.assumptions if "clock" in sentence]


def test_a_clock_in_1993_is_brought_to_today() -> None:
    off = datetime(1993, 3, 1, 0, 30) - MORNING.replace(tzinfo=None)
    campus = _campus(_switch(off, _restart(NIGHT + off), *_downs(NIGHT + off)))
    assert _logged(campus) == [NIGHT]
    assert _logged(campus, ObservationKind.LINK_FLAP) == [NIGHT + timedelta(seconds=1)]
    assert "33 years" in campus.assumptions[-1]
    assert "behind" in campus.assumptions[-1]


def test_a_clock_that_was_set_in_between() -> None:
    set_at = NIGHT + timedelta(hours=1)
    old, new = f"{set_at - FORTY:%H:%M:%S UTC %a %b %d %Y}", f"{set_at:%H:%M:%S UTC %a %b %d %Y}"
    text = f"System clock has been updated from {old} to {new}, configured from console by admin on vty0."
    setting = LogMessage(_stamp(set_at), "SYS", 6, "CLOCKUPDATE", text)
    campus = _campus(_switch(timedelta(), _restart(NIGHT - FORTY), setting, *_downs(set_at + timedelta(minutes=5))))
    assert _logged(campus) == [NIGHT]
    assert _logged(campus, ObservationKind.LINK_FLAP) == [set_at + timedelta(minutes=5, seconds=1)]
    assert campus.assumptions[-1].startswith("the clock of switch acc-1 was set while its log was written, and was 40 min behind before;")


def test_a_restart_before_the_clock_was_set_is_at_the_start() -> None:
    first = LogMessage("*Mar  1 00:00:52.113", "PLATFORM", 3, "MOD_REMOVE", "Module 3 removed")
    campus = _campus(_switch(timedelta(), first, _restart(MORNING), uptime=timedelta(minutes=30)))
    assert _logged(campus, ObservationKind.MODULE_STATUS) == [MORNING - timedelta(minutes=30) + timedelta(seconds=52, milliseconds=113)]
    assert campus.assumptions[-1].startswith("the clock of switch acc-1 began at the first of March until it was set;")


def test_a_message_that_two_visits_show_is_one_though_the_clock_drifts() -> None:
    module = LogMessage(_stamp(NIGHT - FORTY), "PLATFORM", 3, "MOD_REMOVE", "Module 3 removed")
    later = _switch(-FORTY, module)
    drifted = replace(later, tables=replace(later.tables, clock=_shows(MORNING - FORTY - timedelta(seconds=9))))
    campus = _campus(later, drifted)
    assert _logged(campus, ObservationKind.MODULE_STATUS) == [NIGHT]


def test_the_same_words_a_year_later_are_another_message() -> None:
    module = LogMessage(_stamp(NIGHT), "PLATFORM", 3, "MOD_REMOVE", "Module 3 removed")
    year = timedelta(days=365)
    before = facts("acc-1", model="WS-C4507R", at=MORNING - year, logging=(module,))
    assert _logged(_campus(before, _switch(timedelta(), module)), ObservationKind.MODULE_STATUS) == [NIGHT - year, NIGHT]


def _sent(at: datetime, text: str = "Module 3 removed", device: str = "acc-1") -> SwitchMessage:
    return SwitchMessage(device, at, "PLATFORM", "MOD_REMOVE", text)


def _modules(campus: Campus) -> list[tuple[str, datetime | None]]:
    return [(fact.component.id, fact.at) for fact in campus.observations if fact.kind is ObservationKind.MODULE_STATUS]


def test_what_a_server_holds_is_by_the_same_clock() -> None:
    campus = _campus(_switch(-FORTY), messages=(_sent(NIGHT - FORTY), _sent(NIGHT, device="core")))
    assert _modules(campus) == [("acc-1", NIGHT), ("core", NIGHT)]
    assert campus.assumptions[-1].startswith("the clock of switch acc-1 is taken to be 40 min behind")


def test_a_server_that_wrote_its_own_times_is_believed() -> None:
    module = LogMessage(_stamp(NIGHT - FORTY), "PLATFORM", 3, "MOD_REMOVE", "Module 3 removed")
    later = NIGHT + timedelta(minutes=10)
    campus = _campus(_switch(-FORTY, module), messages=(_sent(NIGHT), _sent(later, "Module 4 removed")))
    assert _modules(campus) == [("acc-1", NIGHT), ("acc-1", later)]


def test_years_are_not_carried_over_to_a_server_whose_lines_have_another_year() -> None:
    off = timedelta(days=-4000)
    alone = _campus(_switch(off), messages=(_sent(NIGHT),))
    assert _modules(alone) == [("acc-1", NIGHT)]
    module = LogMessage(_stamp(NIGHT + off), "PLATFORM", 3, "MOD_REMOVE", "Module 3 removed")
    both = _campus(_switch(off, module), messages=(_sent(NIGHT + off), _sent(NIGHT + off, "is of no part")))
    assert _modules(both) == [("acc-1", NIGHT)]


def test_what_a_server_got_before_the_clock_was_set_is_left_alone() -> None:
    set_at = NIGHT - FORTY
    text = f"System clock has been updated from {set_at - FORTY:%H:%M:%S UTC %a %b %d %Y} to {set_at:%H:%M:%S UTC %a %b %d %Y}, configured from NTP."
    setting = LogMessage(_stamp(set_at), "SYS", 6, "CLOCKUPDATE", text)
    early = set_at - timedelta(minutes=30)
    campus = _campus(_switch(-FORTY, setting), messages=(_sent(early), _sent(set_at + timedelta(minutes=1), "Module 4 removed")))
    assert _modules(campus) == [("acc-1", early), ("acc-1", NIGHT + timedelta(minutes=1))]


def _rounded(campus: Campus) -> list[Observation]:
    return [replace(fact, at=None if fact.at is None else fact.at.replace(microsecond=0)) for fact in campus.observations]


@given(
    st.timedeltas(min_value=timedelta(days=-9000), max_value=timedelta(days=9000)).map(
        lambda span: timedelta(seconds=span // timedelta(seconds=1))
    ),
    st.lists(st.integers(0, 6 * 3600), min_size=1, max_size=5),
)
def test_a_log_and_its_clock_that_move_together_change_nothing(off: timedelta, seconds: list[int]) -> None:
    def told(moved: timedelta) -> list[Observation]:
        log = [_restart(MORNING - timedelta(seconds=ago) + moved) for ago in sorted(seconds, reverse=True)]
        return _rounded(_campus(_switch(moved, *log, *_downs(MORNING - timedelta(hours=7) + moved))))

    assert told(off if abs(off) > timedelta(minutes=1) else timedelta()) == told(timedelta())


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_messages_changes_nothing(seed: int) -> None:
    sent = [_sent(NIGHT - FORTY + timedelta(minutes=number), f"Module {number} removed") for number in range(2, 7)]
    log = [*_downs(NIGHT - FORTY), _restart(NIGHT - FORTY), LogMessage(_stamp(NIGHT), "PLATFORM", 3, "MOD_REMOVE", "Module 3 removed")]
    expected = _campus(_switch(-FORTY, *log), messages=tuple(sent))
    random.Random(seed).shuffle(sent)
    random.Random(seed).shuffle(log)
    found = _campus(_switch(-FORTY, *log), messages=tuple(sent))
    assert [replace(fact, tail=None) for fact in found.observations] == [replace(fact, tail=None) for fact in expected.observations]
    assert found.assumptions == expected.assumptions
