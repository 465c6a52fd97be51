"""States that are not well, and since when, as far as visits tell."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from switchcorr.model.campus import ObservationKind
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import DiagnosticResult, EnvironmentReading, InterfaceStatus, Module, PowerPort
from switchcorr.topology import CampusOptions, build_campus
from tests.topology.device_rows import MORNING, card, cdp, facts, member, port, snapshot, told

HOUR = timedelta(hours=1)


def _module(status: str) -> dict[str, Any]:
    return {"modules": (card(3, status=status), card(4))}


def _found(*tables: dict[str, Any], timed: bool = True) -> list[tuple[ObservationKind, datetime | None, datetime | None]]:
    times = [MORNING + n * HOUR if timed else None for n in range(len(tables))]
    snapshots = [snapshot(facts("acc-1", at=at, **rows), at=at) for at, rows in zip(times, tables, strict=True)]
    return [(fact.kind, fact.since, fact.at) for fact in build_campus(snapshots, CampusOptions()).observations]


_STATUS = ObservationKind.MODULE_STATUS


@pytest.mark.parametrize(
    ("states", "since", "at"),
    [
        (["faulty"], None, None),
        (["faulty", "faulty"], None, None),
        (["ok", "faulty"], 0, 1),
        (["ok", "ok", "faulty", "faulty"], 1, 3),
        (["faulty", "ok", "ok"], 0, 1),
        (["ok", "faulty", "ok", "ok"], 0, 2),
    ],
)
def test_a_state_has_the_time_between_the_visits_that_do_not_show_it(states: list[str], since: int | None, at: int | None) -> None:
    times = [None if hours is None else MORNING + hours * HOUR for hours in (since, at)]
    assert _found(*map(_module, states)) == [(_STATUS, *times)]


def _status(*names: str, reason: str = "") -> dict[str, Any]:
    ports = ("Te1/1/1", *(f"Gi1/0/{n}" for n in range(1, 7)))
    rows = tuple(InterfaceStatus(port(name), "err-disabled" if name in names else "connected", reason=reason) for name in ports)
    return {"model": "C9300-48P", "status": rows, "neighbors": (cdp("Te1/1/1", "core"),)}


def test_ports_that_the_switch_took_down_are_a_fact_of_their_module_where_there_are_several() -> None:
    def observed(rows: dict[str, Any]) -> list[tuple[str, str]]:
        devices = facts("acc-1", **rows), facts("core", model="C9500-40X")
        found = build_campus([snapshot(*devices)], CampusOptions(cores=("core",))).observations
        return [(fact.component.id, fact.text) for fact in found if fact.kind is ObservationKind.LINK_FLAP]

    four = [f"Gi1/0/{n}" for n in range(1, 5)]
    assert observed(_status(*four, reason="link-flap")) == [("acc-1/1", "4 ports of acc-1/1 are err-disabled (link-flap)")]
    assert observed(_status(*four[:3])) == []
    uplink = "acc-1:TenGigabitEthernet1/1/1"
    assert observed(_status("Te1/1/1")) == [(uplink, f"the uplink {uplink} is err-disabled")]
    twice = _status("Te1/1/1")
    twice["status"] += (InterfaceStatus(port("Te1/1/1"), "err-disabled", reason="udld"),)  # the second output tells the reason
    assert observed(twice) == [(uplink, f"the uplink {uplink} is err-disabled (udld)")]


def test_a_state_that_comes_back_is_two_facts() -> None:
    found = _found(*map(_module, ["ok", "faulty", "ok", "faulty"]))
    assert [(since, at) for _, since, at in found] == [(MORNING, MORNING + 2 * HOUR), (MORNING + 2 * HOUR, MORNING + 3 * HOUR)]


def test_a_visit_that_did_not_ask_says_nothing() -> None:
    assert _found({}, _module("faulty"), {}) == [(_STATUS, None, None)]


def test_without_times_a_state_has_none() -> None:
    assert _found(_module("ok"), _module("faulty"), timed=False) == [(_STATUS, None, None)]
    assert _found(_module("ok"), {"modules": (card(4),)}, timed=False) == [(_STATUS, None, None)]


def test_tests_power_and_supplies_have_their_times_too() -> None:
    well: dict[str, Any] = {
        "modules": (card(3),),
        "diagnostics": (DiagnosticResult(None, 3, "TestLoopback", "pass"),),
        "power": (PowerPort(port("Gi3/1"), "auto", "on"),),
        "environment": (EnvironmentReading("PS1", "OK"),),
    }
    sick = well | {
        "diagnostics": (DiagnosticResult(None, 3, "TestLoopback", "fail"),),
        "power": (PowerPort(port("Gi3/1"), "auto", "faulty"),),
        "environment": (EnvironmentReading("PS1", "FAULTY"),),
    }
    assert sorted(_found(well, sick), key=str) == sorted(
        [
            (kind, MORNING, MORNING + HOUR)
            for kind in (ObservationKind.DIAGNOSTIC_FAILURE, ObservationKind.POWER_FAULT, ObservationKind.ENVIRONMENT)
        ],
        key=str,
    )
    assert _found({"modules": (card(3), card(4))}, {"modules": (card(3),)}) == [(_STATUS, MORNING, MORNING + HOUR)]


@pytest.mark.parametrize(("ports", "text"), [(1, "1 port gets no power for a fault"), (2, "2 ports get no power for a fault")])
def test_ports_without_power_are_counted(ports: int, text: str) -> None:
    power = tuple(PowerPort(port(f"Gi3/{number}"), "auto", "faulty") for number in range(ports))
    (found,) = build_campus([snapshot(facts("acc-1", modules=(card(3),), power=power))], CampusOptions()).observations
    assert (found.text, found.value) == (text, ports)


@pytest.mark.parametrize(("state", "gone"), [(OutputState.PARSED, True), (OutputState.TRUNCATED, False), (OutputState.QUARANTINED, False)])
def test_a_card_that_a_cut_answer_does_not_show_is_not_gone(state: OutputState, gone: bool) -> None:
    before = snapshot(told(facts("acc-1", modules=(card(3), card(4))), show_module=OutputState.PARSED))
    later = told(facts("acc-1", at=MORNING + HOUR, modules=(card(3),)), show_module=state, show_interfaces_switchport=OutputState.DENIED)
    found = build_campus([before, snapshot(later, at=MORNING + HOUR)], CampusOptions()).observations
    assert [fact.component.id for fact in found] == ["acc-1/4"] * gone


@pytest.mark.parametrize("state", ["provisioned", "unprovisioned"])
def test_a_stack_member_that_has_become_a_mere_place_has_left(state: str) -> None:
    there, gone = ({"model": "C9300-48P", "stack": (member(1), member(2, state=word))} for word in ("ready", state))
    assert _found(there, gone) == [(_STATUS, MORNING, MORNING + HOUR)]
    assert _found(gone) == _found(gone, gone) == _found(gone, there) == []


def _supply(state: str, *, what: str = "power supply 2B", members: int = 2) -> dict[str, Any]:
    return {
        "model": "C9300-48P",
        "stack": tuple(member(n) for n in range(1, members + 1)),
        "environment": (EnvironmentReading(what, state),),
    }


def test_a_supply_that_has_lost_its_input_is_told_and_one_that_never_had_any_is_not() -> None:
    gone = _supply("No Input Power")
    assert _found(_supply("OK"), gone) == [(ObservationKind.ENVIRONMENT, MORNING, MORNING + HOUR)]
    assert _found(gone) == _found(gone, gone) == _found(gone, {}) == []


@pytest.mark.parametrize(
    ("what", "members", "owner"),
    [
        ("power supply 2B", 2, "acc-1/2"), ("switch 2 fan 1", 2, "acc-1/2"), ("2 PS1 Vout", 2, "acc-1/2"), ("power supply 2B", 1, "acc-1"),
        ("power supply 3A", 2, "acc-1"), ("power supply PS2", 2, "acc-1"), ("fan 2", 2, "acc-1"),
    ],
)  # fmt: skip
def test_fans_and_supplies_of_a_stack_are_those_of_a_member(what: str, members: int, owner: str) -> None:
    rows = snapshot(facts("acc-1", **_supply("FAULTY", what=what, members=members)))
    (found,) = build_campus([rows], CampusOptions()).observations
    assert (found.component.id, found.text) == (owner, f"{what} of acc-1 is 'FAULTY'")


def _with_part(status: str, *, slot: int = 3, **more: Any) -> dict[str, Any]:
    part = Module(slot=slot, status=status, card_type="online diagnostics", submodule=True)
    return {"modules": (card(3), card(4), part), **more}


def test_a_card_whose_own_tests_found_an_error_is_not_well() -> None:
    (found,) = build_campus([snapshot(facts("acc-1", **_with_part("minor error")))], CampusOptions()).observations
    assert (found.component.id, found.text) == ("acc-1/3", "online diagnostics of module acc-1/3: status 'minor error'")
    assert _found(_with_part("ok"), _with_part("major error")) == [(_STATUS, MORNING, MORNING + HOUR)]
    assert _found(_with_part("other")) == []
    (alone,) = build_campus([snapshot(facts("acc-1", **_with_part("fail", slot=1, model="WS-C4948E")))], CampusOptions()).observations
    assert alone.component.id == "acc-1"


def test_what_a_card_of_a_nexus_found_when_it_started_is_told_once() -> None:
    def told(*modules: Module, **more: Any) -> list[tuple[str, ObservationKind]]:
        nexus = facts("agg", platform="cisco_nxos", modules=modules, **more)
        return [(fact.component.id, fact.kind) for fact in build_campus([snapshot(nexus)], CampusOptions()).observations]

    failed = Module(slot=3, status="fail", card_type="online diagnostics", submodule=True)
    test = DiagnosticResult(None, 3, "TestPortLoopback", "fail")
    assert told(card(3), card(4), failed) == [("agg/3", _STATUS)]
    assert told(card(3, status="failure"), card(4), failed) == [("agg/3", _STATUS)]
    assert told(card(3), card(4), failed, diagnostics=(test,)) == [("agg/3", ObservationKind.DIAGNOSTIC_FAILURE)]


def test_a_fabric_card_of_a_nexus_is_no_part_of_the_line_card_of_its_number() -> None:
    nexus = facts(
        "agg", platform="cisco_nxos", modules=(card(3), Module(slot=3, status="failed", card_type="Fabric Module 2", submodule=True))
    )
    assert build_campus([snapshot(nexus)], CampusOptions()).observations == ()
