"""Links that flapped by their counters, and by what NX-OS says of the last flap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from switchcorr.model.campus import Observation, ObservationKind
from switchcorr.topology import CampusOptions, build_campus
from tests.topology.device_rows import MORNING, cdp, facts, interface, snapshot

NOON = MORNING + timedelta(hours=4)


def _chassis(**resets: int) -> dict[str, Any]:
    rows = tuple(interface(name.replace("_", "/"), interface_resets=count, lost_carrier=0) for name, count in resets.items())
    return {"model": "WS-C4507R", "interfaces": rows}


def _flaps(before: dict[str, Any], after: dict[str, Any], **more: Any) -> list[Observation]:
    core = facts("core", model="C9500-40X")
    snapshots = (
        snapshot(facts("acc-1", **before), core),
        snapshot(facts("acc-1", at=NOON, **after, **more), replace(core, taken_at=NOON), at=NOON),
    )
    found = build_campus(snapshots, CampusOptions(cores=("core",))).observations
    return [fact for fact in found if fact.kind is ObservationKind.LINK_FLAP]


def _ports(slot: int, count: int, resets: int) -> dict[str, int]:
    return {f"Gi{slot}_{n}": resets for n in range(1, count + 1)}


def test_ports_that_flapped_are_counted_by_module_and_measured_by_its_siblings() -> None:
    before = _chassis(**_ports(3, 9, 5), **_ports(4, 9, 5))
    (sick,) = _flaps(before, _chassis(**_ports(3, 9, 7), **_ports(4, 9, 5)))
    assert (sick.component.id, sick.value, sick.since, sick.at) == ("acc-1/3", 9.0, MORNING, NOON)
    assert sick.text == "9 ports of acc-1/3 went down and up between the snapshots"
    everywhere = _flaps(before, _chassis(**_ports(3, 9, 7), **_ports(4, 9, 6)))
    assert [fact.tail is not None and sick.tail is not None and fact.tail > 3 * sick.tail for fact in everywhere] == [True, True]


def test_three_ports_are_no_fact() -> None:
    assert _flaps(_chassis(**_ports(3, 9, 5)), _chassis(**_ports(3, 9, 5) | _ports(3, 3, 6))) == []


def test_one_flap_of_an_uplink_is_a_fact() -> None:
    link = {"neighbors": (cdp("Te1/1/1", "core", "Te1/0/9"),), "model": "C9300-48P"}
    rows = [link | {"interfaces": (interface("Te1/1/1", carrier_transitions=count),)} for count in (2, 3, 7)]
    (once,), (often,) = _flaps(rows[0], rows[1]), _flaps(rows[0], rows[2])
    assert once.text == "the uplink acc-1:TenGigabitEthernet1/1/1 went down and up once between the snapshots"
    assert often.text == "the uplink acc-1:TenGigabitEthernet1/1/1 went down and up 5 times between the snapshots"
    assert once.tail is not None
    assert often.tail is not None
    assert often.tail <= once.tail


def test_resets_are_no_flaps() -> None:
    before, after = _chassis(**_ports(3, 9, 5)), _chassis(**_ports(3, 9, 7))
    assert _flaps(before, after, uptime=timedelta(minutes=9)) == []
    cleared = tuple(replace(row, last_cleared="00:10:00") for row in after["interfaces"])
    assert _flaps(before, after | {"interfaces": cleared}) == []
    assert _flaps(_chassis(**_ports(3, 9, 9)), after) == []
    unknown = tuple(interface(f"Gi3/{n}", crc=0) for n in range(1, 9))
    assert _flaps(before, after | {"interfaces": unknown}) == []


def test_without_times_a_day_is_taken() -> None:
    rows = [_chassis(**_ports(3, 9, count), **_ports(4, 9, 5)) for count in (5, 7)]
    found = build_campus([snapshot(facts("acc-1", at=None, **one), at=None) for one in rows], CampusOptions()).observations
    assert [(fact.kind, fact.at) for fact in found] == [(ObservationKind.LINK_FLAP, None)]


def test_last_flaps_that_fall_together_are_the_modules() -> None:
    def nexus(*flapped: str) -> list[Observation]:
        rows = tuple(replace(interface(f"Eth101/1/{n}"), last_flapped=text) for n, text in enumerate(flapped, start=1))
        found = build_campus([snapshot(facts("agg-1", platform="cisco_nxos", interfaces=rows))], CampusOptions()).observations
        return [fact for fact in found if fact.kind is ObservationKind.LINK_FLAP]

    (fact,) = nexus("01:10:11", "01:10:12", "01:10:14", "01:10:30", "4week(s) 1day(s)", "never")
    assert (fact.component.id, fact.value, fact.at) == ("agg-1/fex101", 4.0, MORNING - timedelta(hours=1, minutes=10, seconds=30))
    assert nexus("01:10:11", "02:10:12", "03:10:14", "04:10:30") == []
