"""Unlocated phones belong to a component as much as its VLANs do."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.model.event import EventLog
from tests.correlate.scenes import campus_of, number_of, phone, rows_of


def test_an_unlocated_phone_is_on_a_component_with_its_share_of_the_vlan() -> None:
    rows = rows_of(2, 2, 5)
    lost = phone(9)
    rows[lost] = {"vlan": rows[lost]["vlan"]}
    exposure = expose(EventLog(), campus_of(rows))
    leaks = Leaks(exposure)
    leak = leaks.of(number_of(exposure, "module", "acc-1/1"))
    assert leak.share[leaks.vlan_of(np.array([exposure.row_of[lost]]))[0]] == pytest.approx(5 / 9)
    assert leak.expected == pytest.approx(5 / 9)
    assert leaks.of(number_of(exposure, "module", "acc-2/1")).expected == 0
    assert leaks.of(number_of(exposure, "module", "acc-1/1")) is leak


def test_without_vlans_all_phones_are_of_one() -> None:
    rows = {name: {"switch": row["switch"]} for name, row in rows_of(2, 1, 5).items()}
    rows[phone(9)] = {}
    exposure = expose(EventLog(), campus_of(rows))
    leak = Leaks(exposure).of(number_of(exposure, "switch", "acc-1"))
    assert leak.share.tolist() == [pytest.approx(5 / 9)]


def test_devices_without_a_port_leak_nowhere() -> None:
    rows = rows_of(1, 1, 5)
    rows["CTI-1"] = {"node": "node-1"}
    exposure = expose(EventLog(), campus_of(rows))
    leaks = Leaks(exposure)
    assert not leaks.unlocated.any()
    assert leaks.of(number_of(exposure, "switch", "acc-1")).expected == 0
