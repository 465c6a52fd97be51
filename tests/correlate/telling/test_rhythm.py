"""Timers of single phones and schedules of bursts."""

from __future__ import annotations

import cmath
import math
import random
import statistics
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.correlate.drops.table import Drops, find_drops
from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.telling.rhythm import Schedule, Timer, rhythms, schedule_of, timer_of
from switchcorr.model.event import Event
from switchcorr.model.incident import Evidence
from tests.correlate.scenes import NOON, START, below, burst, campus_of, drop, log_of, noise, number_of, rows_of

_ROWS = rows_of(4, 2, 20)
_SWITCH = below(_ROWS, "switch", "acc-2")
_HOUR = 3600.0


def _every(names: Iterable[str], seconds: float, *, times: int, in_step: bool = False, missing: int = 0) -> list[Event]:
    random_ = random.Random(3)
    events = []
    for name in names:
        phase = 0.0 if in_step else random_.uniform(0, seconds)
        turns = [turn for turn in range(times) if not missing or turn % missing != 1]
        events += [drop(name, START + timedelta(seconds=phase + seconds * turn + random_.uniform(-3, 3))) for turn in turns]
    return events


def _asked(
    events: list[Event],
    kind: str = "switch",
    id_: str = "acc-2",
    *,
    at: datetime = START,
    minutes: float = 20,
    constants: Constants = DEFAULT,
) -> tuple[Timer | None, Schedule, list[Evidence]]:
    log = log_of(events)
    exposure = expose(log, campus_of(_ROWS))
    drops = find_drops(log, exposure, constants)
    span = drops.between(at.timestamp() - 10, at.timestamp() + 60 * minutes)
    number = number_of(exposure, kind, id_)
    return (
        timer_of(drops, span, exposure, number, constants),
        schedule_of(drops, span, exposure, number, constants),
        list(rhythms(drops, span, exposure, number, constants)),
    )


def test_phones_that_drop_every_sixteen_minutes_at_their_own_moments_have_a_timer() -> None:
    timer, _, told = _asked(_every(_SWITCH, 960, times=12))
    assert timer is not None
    assert timer.period_s == pytest.approx(960, rel=0.01)
    assert (timer.phones, timer.asked, timer.in_step) == (40, 40, False)
    assert told[0].text.startswith("40 of 40 phones of it that drop often do so every 16.0 min, each at its own moment: a timer on the way")
    assert told[0].weight == DEFAULT.timer_odds


@pytest.mark.parametrize(
    ("kind", "id_", "sign"), [("switch", "acc-2", 1), ("vlan", "102@b", 1), ("node", "node-1", -1), ("cluster", "one", -1)]
)
def test_a_timer_speaks_for_the_way_and_against_a_server(kind: str, id_: str, sign: int) -> None:
    (told,) = _asked(_every(_SWITCH, 960, times=12), kind, id_)[2]
    assert told.weight == sign * DEFAULT.timer_odds


def test_a_turn_that_was_missed_does_not_hide_the_period() -> None:
    timer, _, _ = _asked(_every(_SWITCH, 7200, times=24, missing=8), minutes=180)
    assert timer is not None
    assert timer.period_s == pytest.approx(7200, rel=0.01)


def test_a_window_shorter_than_the_period_does_not_make_phones_look_in_step() -> None:
    timer, _, _ = _asked(_every(_SWITCH, 960, times=12), minutes=4)
    assert timer is not None
    assert not timer.in_step


def test_phones_in_step_are_no_timers_of_their_own() -> None:
    timer, _, told = _asked(_every(_SWITCH, 3 * _HOUR, times=8, in_step=True))
    assert timer is not None
    assert timer.in_step
    assert told == []


def test_phones_without_a_rhythm_have_none() -> None:
    timer, schedule, told = _asked([*noise(_ROWS, a_day=2.0), *burst(_SWITCH, NOON)], at=NOON)
    assert timer is None
    assert schedule.days == 0
    assert told == []


@pytest.mark.parametrize(
    "events",
    [
        _every(_SWITCH[:2], 960, times=12),  # two phones are too few
        _every(_SWITCH, 960, times=3),  # two intervals prove no period
        [event for i, name in enumerate(_SWITCH) for event in _every([name], 600 * 1.3**i, times=6)],  # each has its own
        [drop(name, START + timedelta(seconds=20 * turn)) for name in _SWITCH for turn in range(9)],  # one event told nine times
    ],
    ids=["few phones", "few turns", "nothing in common", "repeated"],
)
def test_too_little_is_no_timer(events: list[Event]) -> None:
    assert _asked(events)[0] is None


def test_a_few_timers_among_many_restless_phones_are_not_the_components() -> None:
    restless = noise(dict.fromkeys(_SWITCH[3:]), days=2, a_day=12)
    assert _asked([*_every(_SWITCH[:3], 960, times=12), *restless])[0] is None


def _plain_timer(drops: Drops, names: list[int], moment: float, slack: float) -> Timer | None:
    """The same phone by phone."""
    asked, found = 0, []
    for row in names:
        own = [time for time, its in zip(drops.time.tolist(), drops.row.tolist(), strict=True) if its == row]
        often = len(own) >= 4
        own = [time for place, time in enumerate(own) if place == 0 or time - own[place - 1] > 60]
        if not often or len(own) < 4:
            continue
        asked += 1
        steps = [later - time for time, later in pairwise(own)]
        period = statistics.median(steps)
        if sum(abs(step - max(round(step / period), 1) * period) <= slack * period for step in steps) >= 0.7 * len(steps):
            found.append((period, next((time for time in own if time >= moment), own[-1])))
    if len(found) < 3:
        return None
    common = statistics.median(period for period, _ in found)
    near = [time for period, time in found if abs(period - common) <= slack * common]
    if len(near) < 3 or 2 * len(near) < asked:
        return None
    mean = sum(cmath.exp(2j * math.pi * (time - found[0][1]) / common) for time in near) / len(near)
    return Timer(common, len(near), asked, abs(mean) > 0.5)


@pytest.mark.parametrize("seed", range(12))
def test_timers_are_those_that_a_look_at_phone_after_phone_finds(seed: int) -> None:
    random_ = random.Random(seed)
    timed = random_.sample(_SWITCH, random_.randrange(2, 30))
    events = _every(timed, 1200, times=random_.randrange(3, 9), missing=random_.choice([0, 5]), in_step=seed % 3 == 0)
    events += [drop(name, START + timedelta(seconds=30 * random_.randrange(900))) for name in _SWITCH for _ in range(random_.randrange(5))]
    exposure = expose(log := log_of(events), campus_of(_ROWS))
    drops, number = find_drops(log, exposure, DEFAULT), number_of(exposure, "switch", "acc-2")
    at = START.timestamp() + 3000
    found = timer_of(drops, drops.between(at, at + 600), exposure, number, DEFAULT)
    plain = _plain_timer(
        drops, exposure.phones_of(number).tolist(), float(drops.time[drops.between(at, at + 600)][0]), DEFAULT.period_slack
    )
    assert found == plain


def _nights(days: Iterable[int], *, hour: float = 2.0) -> list[Event]:
    return [event for day in days for event in burst(_SWITCH[::2], START + timedelta(days=day, hours=hour, minutes=day % 3), seed=day)]


def test_bursts_at_one_time_of_day_are_a_schedule() -> None:
    at = START + timedelta(days=3, hours=2)
    _, schedule, told = _asked([*noise(_ROWS, a_day=0.2), *_nights(range(6))], "cluster", "one", at=at)
    assert schedule == Schedule(5, 0)
    assert told[0].text == (
        "it dropped at about 02:00 UTC on 5 other days too, with no burst at other times: a schedule (backup, export, power saving)"
    )
    assert told[0].weight == DEFAULT.schedule_odds


def test_a_schedule_of_a_switch_has_no_weight() -> None:
    (told,) = _asked(_nights(range(6)), at=START + timedelta(days=3, hours=2))[2]
    assert told.weight == 0.0


def test_the_bound_is_a_constant() -> None:
    weak = replace(DEFAULT, schedule_odds=0.5, timer_odds=0.25)
    (told,) = _asked(_nights(range(6)), "cluster", "one", at=START + timedelta(days=3, hours=2), constants=weak)[2]
    assert told.weight == 0.5
    assert _asked(_every(_SWITCH, 960, times=12), constants=weak)[2][0].weight == 0.25


def test_bursts_at_other_times_are_counted_and_take_the_schedule_away() -> None:
    others = [
        event for day in range(6) for hour in (7, 11, 16, 21) for event in burst(_SWITCH[::2], START + timedelta(days=day, hours=hour))
    ]
    at = START + timedelta(days=3, hours=2)
    _, schedule, told = _asked([*_nights(range(6)), *others[:20]], "cluster", "one", at=at)
    assert schedule == Schedule(5, 1)
    assert "with 1 burst at other times" in told[0].text
    _, schedule, told = _asked([*_nights((2, 3, 4)), *others], "cluster", "one", at=at)
    assert schedule == Schedule(2, 24)
    assert told == []


def test_one_other_day_is_no_schedule() -> None:
    assert _asked(_nights((3, 4)), "cluster", "one", at=START + timedelta(days=3, hours=2))[2] == []
