"""Priors: per kind, spread over its components."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.overrides import constants_from
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind, priors
from switchcorr.model.campus import empty_campus, risk_kind
from switchcorr.model.event import EventLog
from tests.correlate.scenes import campus_of, number_of, phone, rows_of


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


def test_odds_apart_from_phones_stand_beside_the_prior() -> None:
    exposure = expose(EventLog(), campus_of(rows_of(1, 1, 2)))
    before = priors(exposure, DEFAULT)
    after = before.with_odds(np.ones(len(exposure.components)))
    assert (after.odds == 1).all()
    assert after.fault is before.fault


def test_items_have_an_order() -> None:
    assert sorted([Item(3, ItemKind.FAULT), Item(1, ItemKind.ADMINISTRATIVE), Item(1, ItemKind.FAULT)])[0] == Item(1, ItemKind.FAULT)


def test_what_is_noticed_of_small_parts_says_more_of_them() -> None:
    known = priors(expose(EventLog(), campus_of(rows_of(4, 2, 5))), DEFAULT)
    exposure = expose(EventLog(), campus_of(rows_of(4, 2, 5)))
    module, cluster = number_of(exposure, "module", "acc-1/1"), number_of(exposure, "cluster", "one")
    assert known.noticed[module] > known.noticed[cluster] > 0
    assert (known.searched().noticed == 0).all()


def test_parts_that_can_never_make_an_incident_gain_nothing() -> None:
    rows = {phone(i): {"port": f"Gi1/{i}", "switch": "acc-1"} for i in range(6)}
    exposure = expose(EventLog(), campus_of(rows))
    assert priors(exposure, DEFAULT).noticed[number_of(exposure, "port", "Gi1/3")] == 0


def test_priors_by_kind_can_be_those_of_a_site() -> None:
    exposure = expose(EventLog(), campus_of(rows_of(2, 2, 4)))
    often = constants_from({"p_fault": {"module": 0.36, "power": 0.2}})
    here, there = priors(exposure, DEFAULT), priors(exposure, often)
    module = exposure.range_of(exposure.kinds.index("module"))
    assert there.fault[module] - here.fault[module] == pytest.approx(np.log(3))
    assert there.unseen > here.unseen  # of power no location tells
    assert often.prior_of("closet") == DEFAULT.prior_of("closet") == 0.02
