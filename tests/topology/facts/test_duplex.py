"""Late collisions at one end, damaged frames at the other: a duplex mismatch."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import Interface
from switchcorr.topology import CampusOptions, build_campus
from tests.topology.device_rows import MORNING, cdp, facts, interface, snapshot

NOON = MORNING + timedelta(hours=4)
LINK = (cdp("Gi0/1", "core", "Gi1/0/9"), cdp("Gi0/2", "core"))


def _mismatches(*snapshots: Snapshot) -> list[Observation]:
    found = build_campus(snapshots, CampusOptions(cores=("core",))).observations
    return [fact for fact in found if fact.kind is ObservationKind.DUPLEX_MISMATCH]


def _acc(*rows: Interface, hours: int = 0) -> DeviceFacts:
    return facts("acc-1", model="WS-C2960-24", at=MORNING + timedelta(hours=hours), interfaces=rows, neighbors=LINK)


def _core(*rows: Interface, hours: int = 0) -> DeviceFacts:
    return facts("core", model="C9500-40X", at=MORNING + timedelta(hours=hours), interfaces=rows)


def test_late_collisions_and_damaged_frames_at_the_two_ends_of_an_uplink() -> None:
    (fact,) = _mismatches(
        snapshot(_acc(interface("Gi0/1", late_collisions=0)), _core(interface("Gi1/0/9", crc=0))),
        snapshot(_acc(interface("Gi0/1", late_collisions=40), hours=4), _core(interface("Gi1/0/9", crc=500), hours=4), at=NOON),
    )
    assert (fact.component, fact.since, fact.at) == (Component("uplink", "acc-1:GigabitEthernet0/1"), MORNING, NOON)
    assert fact.text == (
        "late collisions of acc-1 GigabitEthernet0/1 grew by 40, damaged frames at the other end by 500: "
        "a duplex mismatch or a cable that is too long"
    )


def test_late_collisions_of_an_edge_port_are_the_ports() -> None:
    (fact,) = _mismatches(snapshot(_acc(interface("Fa0/5", late_collisions=40), interface("Fa0/6", late_collisions=9))))
    assert fact.component == Component("port", "acc-1:FastEthernet0/5")
    assert fact.text == (
        "late collisions of acc-1 FastEthernet0/5 since the last clearing: 40: a duplex mismatch or a cable that is too long"
    )


def test_few_late_collisions_of_an_uplink_are_none() -> None:
    assert _mismatches(snapshot(_acc(interface("Gi0/1", late_collisions=9)))) == []


def test_ends_that_say_different_things() -> None:
    def ends(a: str, b: str) -> list[Observation]:
        here, there = replace(interface("Gi0/1"), duplex=a), replace(interface("Gi1/0/9"), duplex=b)
        return _mismatches(snapshot(_acc(here, interface("Gi0/2")), _core(there)))

    (fact,) = ends("half", "full")
    assert (fact.component.id, fact.text, fact.at) == (
        "acc-1:GigabitEthernet0/1", "acc-1 GigabitEthernet0/1 is half-duplex and core GigabitEthernet1/0/9 is full-duplex", None,
    )  # fmt: skip
    assert ends("a-full", "full") == ends("", "full") == ends("auto", "half") == []
