"""Priors: per kind, spread over its components."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.exposure import expose
from switchcorr.correlate.hypotheses import Item, ItemKind, priors
from switchcorr.model.campus import empty_campus, risk_kind
from switchcorr.model.event import EventLog
from tests.correlate.scenes import campus_of, number_of, rows_of


def test_a_kinds_prior_is_spread_over_its_components() -> None:
    exposure = expose(EventLog(), campus_of(rows_of(4, 2, 5)))
    fault = np.exp(priors(exposure, DEFAULT).fault)
    assert fault[exposure.range_of(exposure.kinds.index("module"))].tolist() == pytest.approx([risk_kind("module").prior / 8] * 8)
    assert fault[number_of(exposure, "cluster", "one")] == pytest.approx(risk_kind("cluster").prior)


def test_only_some_kinds_are_ever_reset_as_a_whole() -> None:
    exposure = expose(EventLog(), campus_of(rows_of(4, 2, 5)))
    managed = priors(exposure, DEFAULT).administrative
    assert np.isfinite(managed[number_of(exposure, "vlan", "101@b")])
    assert managed[number_of(exposure, "module", "acc-1/1")] == -np.inf


def test_the_less_of_the_network_is_known_the_more_may_be_unseen() -> None:
    nothing = priors(expose(EventLog(), empty_campus()), DEFAULT)
    some = priors(expose(EventLog(), campus_of(rows_of(1, 1, 2))), DEFAULT)
    assert nothing.unseen > some.unseen
    assert nothing.benign == pytest.approx(np.log(DEFAULT.p_benign))


def test_odds_apart_from_phones_stand_beside_the_prior() -> None:
    exposure = expose(EventLog(), campus_of(rows_of(1, 1, 2)))
    before = priors(exposure, DEFAULT)
    after = before.with_odds(np.ones(len(exposure.components)))
    assert (after.odds == 1).all()
    assert after.fault is before.fault


def test_items_have_an_order() -> None:
    assert sorted([Item(3, ItemKind.FAULT), Item(1, ItemKind.BENIGN), Item(1, ItemKind.FAULT)])[0] == Item(1, ItemKind.FAULT)
