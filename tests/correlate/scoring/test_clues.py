"""What tells where phones without a place are."""

from __future__ import annotations

import random

import numpy as np
import pytest

from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.correlate.scoring.clues import cells_of
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Verdict
from tests.correlate.scenes import Rows, burst, campus_of, explain, noise, number_of, phone, rows_of

_PLACES = ("module", "switch", "uplink_bundle", "block")


def _site(*, by_building: str = "", vlan: str = "110", switches: int = 8) -> Rows:
    """A site of two buildings; ``by_building`` is a column that each has a value of its own in."""
    rows = rows_of(switches, 2, 20)
    for row in rows.values():
        building = "1" if int(row["switch"].removeprefix("acc-")) <= switches // 2 else "2"
        row |= {"vlan": vlan, "block": f"b{building}"}
        if by_building:
            row[by_building] = f"{by_building}-{building}"
    return rows


def _lose(rows: Rows, *names: str, also: tuple[str, ...] = ()) -> Rows:
    return {
        name: {kind: id_ for kind, id_ in row.items() if name not in names or kind not in (*_PLACES, *also)} for name, row in rows.items()
    }


def _share(rows: Rows, name: str, kind: str, id_: str) -> float:
    exposure = expose(EventLog(), campus_of(rows))
    leaks = Leaks(exposure)
    return float(leaks.of(number_of(exposure, kind, id_)).share[leaks.vlan_of(np.array([exposure.row_of[name]]))[0]])


@pytest.mark.parametrize("clue", ["node", "device_pool", "site", "subnet", "floor"])
def test_a_column_that_goes_with_the_buildings_tells_the_building(clue: str) -> None:
    rows = _lose(_site(by_building=clue), phone(5), phone(300))
    assert _share(rows, phone(5), "block", "b1") == 1.0
    assert _share(rows, phone(300), "block", "b1") == 0.0
    assert _share(rows, phone(5), "switch", "acc-1") == pytest.approx(39 / 159)


@pytest.mark.parametrize("clue", ["model", "firmware", "cluster", "core"])
def test_what_phones_are_and_what_all_have_tells_no_place(clue: str) -> None:
    assert _share(_lose(_site(by_building=clue), phone(5)), phone(5), "block", "b1") == pytest.approx(159 / 319)


def test_nodes_over_all_buildings_tell_nothing() -> None:
    assert _share(_lose(_site(), phone(5)), phone(5), "block", "b1") == pytest.approx(159 / 319)


def test_a_vlan_that_tells_the_place_is_not_asked_twice() -> None:
    rows = _site(by_building="node")
    for row in rows.values():
        row["vlan"] = row["node"]
    exposure = expose(EventLog(), campus_of(_lose(rows, phone(5))))
    assert cells_of(exposure, ~exposure.located).count == 3  # two VLANs, and none known


def test_a_phone_without_a_vlan_is_as_all_with_its_clues() -> None:
    bare = _lose(_site(), phone(5), also=("vlan",))
    assert _share(bare, phone(5), "block", "b1") == pytest.approx(159 / 319)
    told = _lose(_site(by_building="node"), phone(5), also=("vlan",))
    assert _share(told, phone(5), "block", "b1") == 1.0
    strange = told | {phone(900): {"node": "node-9"}}
    assert _share(strange, phone(900), "block", "b1") == 0.0  # no phone of that node has a place
    vlan = told | {phone(900): {"node": "node-1", "vlan": "999"}}
    assert _share(vlan, phone(900), "block", "b1") == 0.0  # and here of that VLAN


def test_few_phones_with_the_same_clues_are_as_their_vlan() -> None:
    rows = _lose(_site(by_building="node"), phone(5))
    for number in (5, 6, 300):
        rows[phone(number)]["node"] = "node-3"
    assert _share(rows, phone(5), "block", "b1") == pytest.approx(159 / 319)


def test_where_every_place_is_known_vlans_are_enough() -> None:
    exposure = expose(EventLog(), campus_of(_site(by_building="node")))
    found = cells_of(exposure, ~exposure.located)
    assert (found.count, len(found.groups)) == (2, 1)


def test_a_site_with_one_part_or_none_has_no_clues() -> None:
    one = {name: {"switch": "acc-1", "node": row["node"], "vlan": "110"} for name, row in rows_of(1, 1, 12).items()}
    assert _share(_lose(one, phone(5)), phone(5), "switch", "acc-1") == 1.0
    nowhere: Exposure = expose(
        EventLog(), campus_of({name: {"node": row["node"], "vlan": "110"} for name, row in rows_of(1, 1, 12).items()})
    )
    assert cells_of(nowhere, nowhere.is_phone).count == 2


def test_the_spread_over_the_parts_is_the_share_of_each() -> None:
    random_ = random.Random(4)
    rows = _site(by_building="node")
    rows = _lose(rows, *random_.sample(sorted(rows), 60))
    for name in random_.sample(sorted(rows), 40):
        rows[name].pop("vlan")
    for name in random_.sample(sorted(rows), 8):
        rows[name]["node"] = "node-3"
    exposure = expose(EventLog(), campus_of(rows))
    leaks = Leaks(exposure)
    for kind in ("switch", "module", "block"):
        shares = np.zeros((leaks.vlans, len(exposure.components)))
        cell, unit, share = leaks.spread(exposure.kinds.index(kind)).over(np.arange(leaks.vlans))
        shares[cell, unit] = share
        own = exposure.range_of(exposure.kinds.index(kind))
        for number in range(own.start, own.stop):
            assert shares[:, number] == pytest.approx(leaks.of(number).share)


def test_phones_without_a_vlan_on_a_dead_switch_are_no_second_fault() -> None:
    rows = rows_of(6, 2, 20)
    mine = [name for name, row in sorted(rows.items()) if row["switch"] == "acc-2"]
    lost = [*mine[::3], *sorted(rows)[200::8]]
    (incident,) = explain(_lose(rows, *lost, also=("vlan",)), [*noise(rows, a_day=0.05), *burst(mine)]).incidents
    assert incident.verdict is Verdict.NETWORK
    assert [cause.component.id for cause in incident.causes] == ["acc-2:Port-channel1"]
    assert incident.p_unlocated < 0.5


def test_a_node_tells_the_building_of_phones_without_a_vlan_where_vlans_tell_all_others() -> None:
    rows = _site(by_building="node")
    for row in rows.values():
        row["vlan"] = row["switch"].replace("acc-", "10")
    told = _lose(rows, phone(5), phone(6), phone(300), also=("vlan",))
    assert _share(told, phone(5), "block", "b1") == 1.0
    assert _share(told, phone(300), "block", "b1") == 0.0
    assert _share(told, phone(5), "vlan", "101") == pytest.approx(38 / 158)
    exposure = expose(EventLog(), campus_of(told))
    assert not Leaks(exposure).nowhere.any()
    bare = expose(EventLog(), campus_of(_lose(rows, phone(5), also=("vlan", "node"))))
    assert Leaks(bare).nowhere.sum() == 1


@pytest.mark.parametrize("vlans", [True, False])
def test_a_dead_block_with_many_phones_at_no_known_place_is_one_cause(vlans: bool) -> None:
    """Nine of ten of its phones drop, those without a place as well; so many that stayed are no Poisson count."""
    rows = _site(by_building="node")
    for row in rows.values():
        row["vlan"] = row["switch"].replace("acc-", "10")
    mine = [name for name, row in sorted(rows.items()) if row["block"] == "b1"]
    also = ("vlan",)
    shown = _lose(rows, *mine[::3], also=also)
    if not vlans:
        shown = {name: {kind: id_ for kind, id_ in row.items() if kind != "vlan"} for name, row in shown.items()}
    dropped = [name for place, name in enumerate(mine) if place % 10 != 7]
    (incident,) = explain(shown, [*noise(rows, a_day=0.05), *burst(dropped)]).incidents
    assert [cause.component.kind for cause in incident.causes] == ["block"]


def test_what_tells_places_apart_is_found_once_for_all_times_of_a_log() -> None:
    rows = _lose(_site(by_building="node"), phone(5))
    moved = {name: {**row, "node": "node-1" if at % 2 else "node-2"} for at, (name, row) in enumerate(rows.items())}
    usual, later = (expose(EventLog(), campus_of(table)) for table in (rows, moved))
    leaks = Leaks(usual)
    assert leaks.clues == ((usual.kinds.index("node"),), ())
    assert Leaks(later).clues == ((), ())
    assert Leaks(later, leaks).clues == leaks.clues


@pytest.mark.parametrize("also", [(), ("vlan",)])
def test_phones_without_a_place_behind_an_unnamed_distribution_switch_accuse_none_of_its_switches(also: tuple[str, ...]) -> None:
    rows = rows_of(10, 2, 20)
    for row in rows.values():
        row["vlan"] = "110"
    behind = [name for name, row in sorted(rows.items()) if int(row["switch"].removeprefix("acc-")) % 2]
    shown = _lose(rows, *sorted(rows)[::4], also=also)
    (incident,) = explain(shown, [*noise(rows, a_day=0.05), *burst(behind[::3])]).incidents
    assert incident.causes == ()
    assert {component.id for component in incident.unlocated_above} >= {f"acc-{number}" for number in (1, 3, 5, 7, 9)} or (
        incident.p_unlocated > 0.9
    )
