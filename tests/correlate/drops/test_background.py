"""How often phones drop anyway."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.background import Background, learn_background
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.model.event import Event
from switchcorr.model.moments import DAY_S
from tests.correlate.scenes import NOON, START, campus_of, drop, log_of, noise, number_of, phone, rows_of

_ROWS = rows_of(4, 2, 20)


def _learn(events: list[Event]) -> tuple[Background, Exposure]:
    log = log_of(events)
    exposure = expose(log, campus_of(_ROWS))
    drops = find_drops(log, exposure, DEFAULT)
    return learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), DEFAULT), exposure


def test_an_empty_log_falls_back_on_one_drop_in_four_days() -> None:
    background, exposure = _learn([])
    assert background.per_second * DAY_S == pytest.approx(0.25)
    assert background.total == pytest.approx(len(exposure.phones) * 0.25 / DAY_S)
    assert (background.hour_factor == 1).all()


def test_a_week_of_drops_moves_the_rate_to_what_was_seen() -> None:
    background, exposure = _learn(noise(_ROWS, a_day=1.0))
    assert background.total * DAY_S / len(exposure.phones) == pytest.approx(1.0, rel=0.2)


def test_the_busy_hour_of_a_large_site_tells_its_own_rate_and_a_few_drops_do_not() -> None:
    names, hour = sorted(_ROWS), timedelta(hours=1)
    busy = [drop(names[i % len(names)], START + hour * i / 240) for i in range(241)]  # a drop and a half of each phone
    small, exposure = _learn(busy)
    assert small.total * DAY_S / len(exposure.phones) == pytest.approx((241 + 20) / (len(names) / 24 + 80), rel=0.25)  # of 36
    few, _ = _learn([busy[0], busy[-1]])
    assert few.total * DAY_S / len(exposure.phones) == pytest.approx(0.25, rel=0.2)
    log, sites = log_of(busy), campus_of(rows_of(40, 2, 50))
    large = expose(log, sites)
    drops = find_drops(log, large, DEFAULT)
    told = learn_background(drops, large, np.ones(len(drops.time), dtype=bool), DEFAULT)
    assert told.total * DAY_S == pytest.approx((241 * 24 + len(large.phones) * 0.25) / 2, rel=0.02)


def test_a_restless_phone_has_a_higher_rate_than_its_neighbors_and_is_still_shrunk() -> None:
    restless = [drop(phone(0), START + timedelta(hours=6 * i)) for i in range(28)]
    background, exposure = _learn([*noise(_ROWS), *restless])
    rate = background.per_second * DAY_S
    assert rate[exposure.row_of[phone(0)]] > 5 * np.median(rate)
    assert rate[exposure.row_of[phone(0)]] < 4.0


def test_a_component_expects_the_sum_of_its_phones() -> None:
    background, exposure = _learn(noise(_ROWS))
    module = number_of(exposure, "module", "acc-1/1")
    assert background.of_component[module] == pytest.approx(background.per_second[exposure.phones_of(module)].sum())


def test_the_shape_of_the_day_weighs_seconds_and_keeps_days_whole() -> None:
    events = [drop(phone(i % 160), START + timedelta(days=i % 7, hours=9, seconds=i)) for i in range(700)]
    background, _ = _learn([*noise(_ROWS), *events])
    at_nine, at_night = START.timestamp() + 9 * 3600, START.timestamp() + 3 * 3600
    weighed = background.weighted_seconds
    assert weighed(at_nine, at_nine + 240) > 3 * weighed(at_night, at_night + 240)
    assert weighed(NOON.timestamp(), NOON.timestamp() + 3 * DAY_S) == pytest.approx(3 * DAY_S)
    half = float(weighed(at_nine, at_nine + 5000)) + float(weighed(at_nine + 5000, at_nine + 9000))
    assert half == pytest.approx(float(weighed(at_nine, at_nine + 9000)))


def test_the_windows_to_be_explained_do_not_make_their_own_background() -> None:
    log = log_of([*noise(_ROWS), *(drop(name, NOON + timedelta(seconds=i)) for i, name in enumerate(sorted(_ROWS)))])
    exposure = expose(log, campus_of(_ROWS))
    drops = find_drops(log, exposure, DEFAULT)
    innocent = (drops.time < NOON.timestamp()) | (drops.time > NOON.timestamp() + 200)
    with_burst = learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), DEFAULT)
    assert learn_background(drops, exposure, innocent, DEFAULT).total < with_burst.total


def test_in_a_log_of_minutes_one_drop_makes_no_phone_restless() -> None:
    background, exposure = _learn([drop(name, NOON + timedelta(seconds=i)) for i, name in enumerate(sorted(_ROWS)[::4])])
    assert background.per_second.max() < 4 * background.per_second.min()
    assert background.total * DAY_S < len(exposure.phones)
