"""Which parts phones alone cannot tell apart."""

from __future__ import annotations

from dataclasses import replace

from switchcorr.correlate.exposure.identifiability import alike_parts
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.calibration import Alike
from switchcorr.model.campus import Component, HashedComponent
from switchcorr.model.event import EventLog
from tests.correlate.scenes import campus_of, rows_of


def _alike(rows: dict[str, dict[str, str]], *hashed: HashedComponent) -> dict[str, Alike]:
    return {one.kind: one for one in alike_parts(expose(EventLog(), campus_of(rows, hashed=hashed)))}


def test_a_switch_its_bundle_and_its_only_vlan_are_alike_and_modules_are_not() -> None:
    found = _alike(rows_of(6, 2, 20))
    assert found["switch"] == Alike("switch", 6, 6, (("uplink_bundle", 6), ("vlan", 6)))
    assert found["module"] == Alike("module", 12, 0, ())
    assert found["node"].alike == 0


def test_the_only_module_of_a_switch_is_the_switch() -> None:
    found = _alike(rows_of(3, 1, 10) | {f"other-{name}": row for name, row in rows_of(3, 2, 10).items() if row["switch"] == "acc-3"})
    assert (found["module"].components, found["module"].alike) == (4, 2)


def test_members_with_unknown_hash_are_alike_each_other_and_their_bundle() -> None:
    bundle = Component("uplink_bundle", "acc-1:Port-channel1")
    found = _alike(rows_of(2, 2, 10), *(HashedComponent(Component("uplink", f"acc-1:Te1/{n}"), bundle, 2) for n in (1, 2)))
    assert found["uplink"] == Alike("uplink", 2, 2, (("switch", 2), ("uplink_bundle", 2)))


def test_a_kind_of_which_no_component_has_a_phone_is_left_out() -> None:
    exposure = expose(EventLog(), campus_of(rows_of(2, 2, 10)))
    nodes, size = exposure.range_of(exposure.kinds.index("node")), exposure.size.copy()
    size[nodes] = 0.0
    assert "node" not in {one.kind for one in alike_parts(replace(exposure, size=size))}


def test_nothing_is_counted_without_phones() -> None:
    assert _alike({}) == {}
