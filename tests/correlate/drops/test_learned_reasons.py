"""Innocent reasons are learned near the declared profile, by phones and not by drops, and never far from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.learned_reasons import learn_innocent_reasons
from switchcorr.correlate.drops.reasons import ReasonClass, background_profile, fault_profile
from switchcorr.model.campus import RISK_KINDS
from tests.correlate.scenes import NOON, START, below, burst, drop, explain, ground_of, log_of, noise, phone, rows_of

_DECLARED = background_profile(DEFAULT.profile_mix)
_NONE = np.zeros(0, dtype=np.int64)
_LOGS = st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(list(ReasonClass))), max_size=300)
_FIXED = [ReasonClass.UNKNOWN, ReasonClass.INITIATED_BEFORE_8]


def _learned(drops: list[tuple[int, ReasonClass]], times: int = 1, moved: float = DEFAULT.reasons_moved) -> np.ndarray:
    row = np.array([row for row, _ in drops] * times, dtype=np.int64)
    reason = np.array([int(reason) for _, reason in drops] * times, dtype=np.int64)
    return learn_innocent_reasons(row, reason, replace(DEFAULT, reasons_moved=moved))


def test_without_a_log_the_declared_profile_stands() -> None:
    assert learn_innocent_reasons(_NONE, _NONE, DEFAULT) == pytest.approx(_DECLARED)


@given(_LOGS)
def test_no_log_moves_a_reason_beyond_the_bound(drops: list[tuple[int, ReasonClass]]) -> None:
    """So no log moves the log ratio of one drop, for any kind of fault, by more than the bound."""
    moved = np.abs(_learned(drops) - _DECLARED)
    assert moved.max() <= DEFAULT.reasons_moved + 1e-9
    assert moved[_FIXED].max() == 0
    most = np.log(1 / (DEFAULT.profile_mix / len(ReasonClass))) + DEFAULT.reasons_moved
    for kind in RISK_KINDS:
        assert np.abs(fault_profile(kind.name, DEFAULT.profile_mix) - _learned(drops)).max() <= most


@given(_LOGS)
def test_it_stays_a_distribution_over_what_is_learned(drops: list[tuple[int, ReasonClass]]) -> None:
    assert np.exp(_learned(drops)).sum() == pytest.approx(np.exp(_DECLARED).sum())


@given(_LOGS, st.integers(2, 5))
def test_a_phone_that_drops_again_for_the_same_reason_adds_nothing(drops: list[tuple[int, ReasonClass]], times: int) -> None:
    assert _learned(drops, times) == pytest.approx(_learned(drops))


def test_a_few_phones_hardly_move_it_and_many_do() -> None:
    few, many = ([(row, ReasonClass.LOGIN) for row in range(count)] for count in (1, 4000))
    shift = [float((_learned(drops) - _DECLARED)[ReasonClass.LOGIN]) for drops in (few, many)]
    assert 0 < shift[0] < 0.2
    assert shift[1] > 0.9
    assert (_learned(many) < _DECLARED)[ReasonClass.KEEPALIVE]


def test_within_the_bound_it_comes_to_what_the_log_shows() -> None:
    shares = {ReasonClass.CONNECTIVITY: 0.2, ReasonClass.KEEPALIVE: 0.2, ReasonClass.INITIATED: 0.2, ReasonClass.RESET: 0.4}
    drops = [(1000 * i + j, reason) for i, (reason, share) in enumerate(shares.items()) for j in range(int(share * 5000))]
    found = np.exp(_learned(drops, moved=50.0))
    rest = np.delete(np.exp(background_profile(0.0)), _FIXED).sum()
    assert found[ReasonClass.RESET] == pytest.approx(
        (1 - DEFAULT.profile_mix) * 0.4 * rest + DEFAULT.profile_mix / len(ReasonClass), rel=0.03
    )


def test_the_background_of_a_site_has_its_own_reasons() -> None:
    rows = rows_of(4, 2, 20)
    week = [drop(name, START + timedelta(hours=i), 6) for i, name in enumerate(sorted(rows))]
    ground = ground_of(rows, log=log_of(week))
    assert ground.background.reasons[ReasonClass.CONNECTIVITY] > _DECLARED[ReasonClass.CONNECTIVITY] + 0.5


def test_where_everybody_always_drops_for_lost_connections_they_accuse_less() -> None:
    """The same burst on two sites: a lost connection is news where it is rare."""
    rows = rows_of(6, 2, 20)
    dropped = burst(below(rows, "module", "acc-3/1")[:4], reason=6)
    others = [phone(i) for i in range(len(rows)) if phone(i) not in below(rows, "module", "acc-3/1")]
    found = []
    for code in (9, 6):
        quiet = [replace(event, reason=drop("x", START, code).reason) for event in noise(dict.fromkeys(others), a_day=0.2)]
        found.append(explain(rows, [*quiet, *dropped], windows=((NOON, NOON + timedelta(minutes=4)),)).incidents[0].suspects[0].probability)
    assert found[0] > found[1]
