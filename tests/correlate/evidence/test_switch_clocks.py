"""How far the logs of switches are off, by the drops of phones whose links went down."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchcorr.correlate import Constants
from switchcorr.correlate.evidence.switch_clocks import Shift, SwitchClocks, estimate_switch_clocks
from switchcorr.model.campus import Component, LinkDown, Observation, ObservationKind, at_shifted_times
from switchcorr.model.event import Event
from tests.correlate.scenes import NOON, START, below, burst, campus_of, case_of, drop, explain, noise, rows_of

_ROWS = rows_of(4, 2, 20)
_MINUTE = 60.0


def _unplugged(
    count: int, *, behind_s: float, switch: str = "acc-1", phones: int = 20, seed: int = 1
) -> tuple[list[LinkDown], list[Event]]:
    """Phones that are unplugged, one after another over some days: their links by the clock of the switch, and their drops."""
    random_ = random.Random(seed)
    downs, drops = [], []
    for number in range(count):
        name = below(_ROWS, "switch", switch)[number % phones]
        at = START + timedelta(hours=7 * number + random_.uniform(0, 5))
        downs.append(LinkDown(switch, name, at - timedelta(seconds=behind_s)))
        drops.append(drop(name, at + timedelta(seconds=random_.uniform(20, 140))))
    return downs, drops


def _estimated(downs: Sequence[LinkDown], drops: Sequence[Event], constants: Constants | None = None) -> dict[str, Shift]:
    case = case_of(_ROWS, drops)
    return dict(estimate_switch_clocks(downs, case.exposure, case.drops, constants or Constants()).known)


@pytest.mark.parametrize("behind_s", [430.0, -430.0, 2400.0, -3600.0, 40_000.0])
def test_phones_that_are_unplugged_tell_how_far_a_log_is_off(behind_s: float) -> None:
    downs, drops = _unplugged(12, behind_s=behind_s)
    found = _estimated(downs, [*drops, *noise(_ROWS)])
    assert set(found) == {"acc-1"}
    assert found["acc-1"].seconds == pytest.approx(behind_s, abs=found["acc-1"].spread + 1)
    assert found["acc-1"].spread < 40
    assert found["acc-1"].occasions == 12


@pytest.mark.parametrize("behind_s", [0.0, 20.0, -20.0])
def test_a_clock_that_is_right_is_left_alone(behind_s: float) -> None:
    downs, drops = _unplugged(12, behind_s=behind_s)
    assert _estimated(downs, [*drops, *noise(_ROWS)]) == {}


def test_few_occasions_or_few_phones_are_not_clear() -> None:
    assert _estimated(*_unplugged(3, behind_s=430)) == {}
    assert _estimated(*_unplugged(12, behind_s=430, phones=2)) == {}
    assert _estimated([], []) == {}


def test_a_site_may_ask_for_less() -> None:
    downs, drops = _unplugged(1, behind_s=430)
    found = _estimated(downs, drops, Constants(clock_occasions=1, clock_phones=1, p_clock_chance=0.99, clock_farthest_s=1000))
    assert found["acc-1"].seconds == pytest.approx(430, abs=75)
    assert found["acc-1"].spread == 75.0


def test_a_burst_is_one_occasion() -> None:
    names = below(_ROWS, "switch", "acc-1")
    downs = [LinkDown("acc-1", name, NOON + timedelta(seconds=number)) for number, name in enumerate(names)]
    assert _estimated(downs, burst(names, NOON + timedelta(minutes=20))) == {}


def test_a_burst_is_met_where_half_of_its_phones_are() -> None:
    names = below(_ROWS, "switch", "acc-1")[:8]
    times = [START + timedelta(hours=9 * n, minutes=17 * n * n) for n in range(5)]  # not at regular times, which would fit several shifts
    downs = [LinkDown("acc-1", name, at + timedelta(seconds=number)) for at in times for number, name in enumerate(names)]
    few = [event for at in times for event in burst(names[:3], at + timedelta(minutes=20))]
    half = [event for at in times for event in burst(names[:4], at + timedelta(minutes=20))]
    assert _estimated(downs, few) == {}
    assert _estimated(downs, half)["acc-1"].occasions == 5


def test_what_happens_every_night_is_one_occasion() -> None:
    """Ports bounce at three, the server restarts at four."""
    names = below(_ROWS, "switch", "acc-1")[:6]
    nights = [START + timedelta(days=day, hours=3) for day in range(7)]
    downs = [LinkDown("acc-1", name, at + timedelta(seconds=day)) for day, at in enumerate(nights) for name in names]
    drops = [event for at in nights for event in burst(sorted(_ROWS), at + timedelta(hours=1))]
    assert _estimated(downs, drops) == {}


def test_drops_that_fit_two_shifts_are_not_clear() -> None:
    """Every phone drops twice, twenty minutes apart."""
    downs, drops = _unplugged(12, behind_s=430)
    again = [replace(event, time=event.time + timedelta(minutes=20)) for event in drops if event.time is not None]
    assert _estimated(downs, [*drops, *again]) == {}


def test_drops_that_fit_as_they_are_leave_the_times_alone() -> None:
    downs, drops = _unplugged(8, behind_s=0)
    late_downs, late_drops = _unplugged(8, behind_s=2400, seed=3)
    assert _estimated([*downs, *late_downs], [*drops, *late_drops]) == {}


def test_phones_without_drops_and_links_without_phones_say_nothing() -> None:
    downs, _ = _unplugged(12, behind_s=430)
    strangers = [replace(down, phone="SEP0123456789AB") for down in downs]
    assert _estimated(downs, []) == {}
    assert _estimated(downs, [drop(below(_ROWS, "switch", "acc-1")[0], NOON)]) == {}
    assert _estimated(strangers, noise(_ROWS)) == {}


def test_what_lies_anywhere_is_chance() -> None:
    """A log of flapping ports and phones that drop all the time: some shift always meets several."""
    for seed in range(5):
        random_ = random.Random(seed)
        names = below(_ROWS, "switch", "acc-1")
        downs = [LinkDown("acc-1", random_.choice(names), START + timedelta(hours=random_.uniform(0, 160))) for _ in range(200)]
        drops = [drop(random_.choice(names), START + timedelta(hours=random_.uniform(0, 160))) for _ in range(400)]
        assert _estimated(downs, drops) == {}


def test_a_port_that_flaps_all_the_time_says_nothing_and_disturbs_nothing() -> None:
    downs, drops = _unplugged(12, behind_s=430)
    name = below(_ROWS, "switch", "acc-1")[39]
    flaps = [START + timedelta(minutes=37 * number) for number in range(200)]
    noisy = _estimated([*downs, *(LinkDown("acc-1", name, at) for at in flaps)], [*drops, *(drop(name, at) for at in flaps)])
    assert noisy == _estimated(downs, drops)


def test_each_switch_has_its_own_clock() -> None:
    one, other = _unplugged(10, behind_s=430), _unplugged(10, behind_s=-900, switch="acc-3", seed=2)
    right = _unplugged(10, behind_s=0, switch="acc-2", seed=4)
    found = _estimated([*one[0], *other[0], *right[0]], [*one[1], *other[1], *right[1]])
    assert sorted(found) == ["acc-1", "acc-3"]
    assert found["acc-3"].seconds == pytest.approx(-900, abs=45)


@given(st.randoms(use_true_random=False), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_the_order_of_links_and_repeats_change_nothing(random_: random.Random, repeats: int) -> None:
    downs, drops = _unplugged(9, behind_s=430)
    shuffled = [*downs, *downs[:repeats]]
    random_.shuffle(shuffled)
    assert _estimated(shuffled, drops) == _estimated(downs, drops)


@given(st.integers(-40_000, 40_000))
@settings(max_examples=20, deadline=None)
def test_a_log_that_is_moved_has_its_shift_moved(by: int) -> None:
    downs, drops = _unplugged(10, behind_s=1200)
    moved = [replace(down, at=down.at + timedelta(seconds=by)) for down in downs]
    found = _estimated(moved, drops).get("acc-1")
    base = _estimated(downs, drops)["acc-1"]
    near = abs(base.seconds - by) <= 2 * 150
    assert near if found is None else found.seconds == pytest.approx(base.seconds - by, abs=0.01)


def _restart(at: datetime, clock: str = "acc-1") -> Observation:
    return Observation(Component("switch", clock or "acc-1"), ObservationKind.RELOAD, 1.0, "SYS-RESTART: restarted", at, clock=clock)


def test_a_restart_inside_the_incident_that_only_a_corrected_clock_shows() -> None:
    downs, drops = _unplugged(12, behind_s=2400)
    lost = burst(below(_ROWS, "switch", "acc-1")[::2], NOON)
    events = [*drops, *lost, *noise(_ROWS, a_day=0.05)]
    parts = {name: {kind: row[kind] for kind in ("module", "switch", "node")} for name, row in _ROWS.items()}
    campus = campus_of(parts, observations=[_restart(NOON - timedelta(seconds=2400 - 5))])
    plain, told = explain(campus, events), explain(replace(campus, link_downs=tuple(downs)), events)
    words = [[item.text for cause in found.incidents[-1].causes for item in cause.evidence_for] for found in (plain, told)]
    assert not any("restarted" in text for text in words[0])
    assert any("restarted" in text for text in words[1])
    assert [sentence for sentence in told.coverage.assumptions if "acc-1" in sentence] == [
        "times in the log of switch acc-1 are taken to be 39 min 58 s too early (± 26 s, from 12 times that links of its phones went down and the phones dropped); "
        "they are corrected by that"
    ]
    assert told.log_shifts["acc-1"].total_seconds() == pytest.approx(2400, abs=26)
    assert not [sentence for sentence in plain.coverage.assumptions if "acc-1" in sentence]


def test_only_facts_by_the_clock_of_the_switch_are_moved() -> None:
    shifts = SwitchClocks({"acc-1": Shift(430.0, 20.0, 9)}).shifts
    spread = replace(_restart(NOON), since=NOON - timedelta(hours=1))
    timeless = replace(_restart(NOON), at=None)
    facts = (_restart(NOON), spread, timeless, _restart(NOON, ""), _restart(NOON, "acc-2"))
    later = timedelta(seconds=430)
    assert at_shifted_times(facts, shifts) == (
        replace(facts[0], at=NOON + later),
        replace(spread, at=NOON + later, since=NOON - timedelta(hours=1) + later),
        *facts[2:],
    )
    assert at_shifted_times(facts, SwitchClocks().shifts) == facts


def test_many_switches_are_told_together() -> None:
    clocks = SwitchClocks({f"acc-{number}": Shift(60.0 * number - 150, 20.0, 9) for number in range(1, 9)})
    assert clocks.sentences() == (
        "times in the logs of 8 switches (acc-1, acc-2, acc-3 and 5 more) are taken to be off, from 1 min 30 s too late (acc-1) to 5 min 30 s too early (acc-8; "
        "links of phones that went down, and the phones' drops); they are corrected by that",
    )
