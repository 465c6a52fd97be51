"""One physical fact is one observation about the part it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchcorr.model.campus import Observation, ObservationKind
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState, Snapshot
from switchcorr.model.tables import AsicPort, DiagnosticResult, EnvironmentReading, LogMessage, MemberUptime, PowerPort, Version
from switchcorr.topology import CampusOptions, build_campus
from tests.topology.device_rows import MORNING, card, cdp, facts, interface, item, member, port, snapshot

NOON = MORNING + timedelta(hours=4)


def _observed(*snapshots: Snapshot) -> tuple[Observation, ...]:
    return build_campus(snapshots, CampusOptions(cores=("core",))).observations


def _twice(before: dict[str, Any], after: dict[str, Any], *others: DeviceFacts) -> tuple[Observation, ...]:
    late = [replace(other, taken_at=NOON) for other in others]
    return _observed(snapshot(facts("acc-1", **before), *others), snapshot(facts("acc-1", at=NOON, **after), *late, at=NOON))


def _short(observations: tuple[Observation, ...]) -> list[tuple[str, str, ObservationKind, float]]:
    return [(item.component.kind, item.component.id, item.kind, item.value) for item in observations]


def _chassis(**crc: int) -> dict[str, Any]:
    return {"model": "WS-C4507R", "interfaces": tuple(interface(name.replace("_", "/"), crc=count) for name, count in crc.items())}


def test_the_module_that_grew_stands_out_and_the_others_were_quiet() -> None:
    found = _twice(_chassis(Gi3_1=0, Gi4_1=0, Gi5_1=0), _chassis(Gi3_1=4120, Gi4_1=0, Gi5_1=3))
    assert _short(found) == [
        ("module", "acc-1/3", ObservationKind.COUNTER_GROWTH, 4120.0), ("module", "acc-1/4", ObservationKind.COUNTER_QUIET, 0.0),
    ]  # fmt: skip
    assert found[0].text == "error counters of acc-1/3 grew by 4,120, most of all crc of GigabitEthernet3/1: 4,120"


def test_growth_that_all_modules_share_stands_out_nowhere() -> None:
    shared = _twice(_chassis(Gi3_1=0, Gi4_1=0), _chassis(Gi3_1=400, Gi4_1=300))
    assert [item.tail is not None and item.tail > 0.5 for item in shared] == [True, True]
    alone = _twice(_chassis(Gi3_1=0, Gi4_1=0), _chassis(Gi3_1=400, Gi4_1=3))
    assert [item.tail is not None and item.tail < 0.05 for item in alone] == [True]
    assert _short(_twice(_chassis(Gi3_1=0, Gi4_1=0), _chassis(Gi3_1=9, Gi4_1=1))) == []


def test_a_switch_without_modules_has_its_errors_itself() -> None:
    before, after = ({"model": "WS-C2960-48", "interfaces": (interface("Fa0/1", crc=count),)} for count in (0, 800))
    assert _short(_twice(before, after)) == [("switch", "acc-1", ObservationKind.COUNTER_GROWTH, 800.0)]
    others = [facts(f"acc-{n}", model="WS-C2960-48", interfaces=(interface("Fa0/1", crc=0),)) for n in (2, 3)]
    assert ("switch", "acc-1", ObservationKind.COUNTER_GROWTH, 800.0) in _short(_twice(before, after, *others))
    assert ("switch", "acc-2", ObservationKind.COUNTER_QUIET, 0.0) in _short(_twice(before, after, *others))


def test_errors_of_an_uplink_are_those_of_its_cable_and_not_of_its_module() -> None:
    def device(count: int) -> dict[str, Any]:
        return _chassis(Te3_1=count, Gi3_2=0, Gi4_1=0) | {"neighbors": (cdp("Te3/1", "core", "Te1/0/1"),)}

    core = facts("core", model="C9500-40X", interfaces=(interface("Te1/0/1", crc=0),))
    found = _observed(
        snapshot(facts("acc-1", **device(0)), core),
        snapshot(facts("acc-1", at=NOON, **device(60)), replace(core, taken_at=NOON, tables=replace(core.tables, interfaces=(interface("Te1/0/1", crc=900),))), at=NOON),
    )  # fmt: skip
    assert _short(found) == [
        ("module", "acc-1/3", ObservationKind.COUNTER_QUIET, 0.0), ("module", "acc-1/4", ObservationKind.COUNTER_QUIET, 0.0),
        ("uplink", "acc-1:TenGigabitEthernet3/1", ObservationKind.COUNTER_GROWTH, 900.0),
    ]  # fmt: skip


def test_an_uplink_without_growth_was_quiet_and_little_growth_is_neither() -> None:
    def device(count: int) -> dict[str, Any]:
        return {"model": "C9300-48P", "interfaces": (interface("Te1/1/1", crc=count),), "neighbors": (cdp("Te1/1/1", "core"),)}

    assert _short(_twice(device(5), device(5))) == [("uplink", "acc-1:TenGigabitEthernet1/1/1", ObservationKind.COUNTER_QUIET, 0.0)]
    assert _short(_twice(device(5), device(14))) == []
    assert _short(_observed(snapshot(facts("acc-1", **device(99_999))))) == [
        ("uplink", "acc-1:TenGigabitEthernet1/1/1", ObservationKind.COUNTER_TOTAL, 99_999.0)
    ]


def test_growth_on_one_asic_is_told_of_the_asic_too() -> None:
    asics = tuple(AsicPort(port(f"Gi1/0/{n}"), 0 if n < 25 else 1) for n in (1, 2, 25, 26))

    def device(count: int) -> dict[str, Any]:
        rows = tuple(interface(f"Gi1/0/{n}", crc=count if n > 24 else 0) for n in (1, 2, 25, 26))
        return {"model": "C9300-48P", "interfaces": rows, "asics": asics}

    assert ("asic", "acc-1/1/1", ObservationKind.COUNTER_GROWTH, 400.0) in _short(_twice(device(0), device(200)))


def test_totals_of_one_snapshot_need_siblings_that_are_far_better() -> None:
    assert _short(_observed(snapshot(facts("acc-1", **_chassis(Gi3_1=50_000, Gi4_1=12, Gi5_1=7))))) == [
        ("module", "acc-1/3", ObservationKind.COUNTER_TOTAL, 50_000.0)
    ]
    shared = _observed(snapshot(facts("acc-1", **_chassis(Gi3_1=50_000, Gi4_1=40_000))))
    assert [item.tail is not None and item.tail > 0.5 for item in shared] == [True, True]
    assert _short(_observed(snapshot(facts("acc-1", **_chassis(Gi3_1=999, Gi4_1=0))))) == []


@pytest.mark.parametrize("status", ["ok", "pass", "Active *", "ha-standby", "online", "powered-up", "provisioned", "Unknown", ""])
def test_words_for_a_module_that_works(status: str) -> None:
    assert _observed(snapshot(facts("acc-1", modules=(card(3, status=status),)))) == ()


@pytest.mark.parametrize("status", ["faulty", "err-disabled", "pwrdown", "powered-dn", "other", "minorfail", "removed", "v-mismatch"])
def test_words_for_one_that_does_not(status: str) -> None:
    found = _observed(snapshot(facts("acc-1", modules=(card(3, status=status),))))
    assert _short(found) == [("module", "acc-1/3", ObservationKind.MODULE_STATUS, 1.0)]
    assert status in found[0].text


def test_a_module_that_is_gone_is_told_where_the_same_tables_were_read() -> None:
    two, one = (card(3), card(4)), (card(3),)
    assert _short(_twice({"modules": two}, {"modules": one})) == [("module", "acc-1/4", ObservationKind.MODULE_STATUS, 1.0)]
    assert _short(_twice({"modules": two, "inventory": (item("Slot 5 Linecard"),)}, {"modules": one})) == []


def test_a_module_is_not_gone_because_another_one_was_asked_for() -> None:
    first = facts("acc-1", modules=(card(3), card(4)))
    for is_part, gone in ((True, []), (False, ["acc-1/4"])):
        outputs = (OutputAccount("acc-1", "show module 3", "f", OutputState.PARSED, rows=1, is_part=is_part),)
        last = replace(facts("acc-1", at=MORNING + timedelta(hours=1), modules=(card(3),)), outputs=outputs)
        found = build_campus([snapshot(first), snapshot(last, at=last.taken_at)], CampusOptions()).observations
        assert [fact.component.id for fact in found if fact.kind is ObservationKind.MODULE_STATUS] == gone


@pytest.mark.parametrize(
    ("tables", "test", "component"),
    [
        ({"modules": (card(3),)}, DiagnosticResult(None, 3, "TestLoopback", "fail", failures=4), ("module", "acc-1/3")),
        ({"modules": (card(3, switch=2),)}, DiagnosticResult(2, 3, "TestLoopback", "fail", failures=4), ("module", "acc-1/2.3")),
        ({"stack": (member(1), member(2))}, DiagnosticResult(2, None, "TestLoopback", "fail", failures=4), ("module", "acc-1/2")),
        ({"stack": (member(1), member(2))}, DiagnosticResult(2, 1, "TestLoopback", "fail", failures=4), ("module", "acc-1/2")),
        ({"model": "WS-C4948"}, DiagnosticResult(None, 1, "TestLoopback", "fail", failures=4), ("switch", "acc-1")),
        ({"modules": (card(3),)}, DiagnosticResult(None, None, "TestAll", "fail", failures=4), ("switch", "acc-1")),
    ],
)  # fmt: skip
def test_a_failed_diagnostic_is_of_the_module_it_names(tables: dict[str, Any], test: DiagnosticResult, component: tuple[str, str]) -> None:
    passed = DiagnosticResult(None, 1, "TestOther", "pass")
    found = _observed(snapshot(facts("acc-1", diagnostics=(test, passed), **tables)))
    assert _short(found) == [(*component, ObservationKind.DIAGNOSTIC_FAILURE, 4.0)]


def test_ports_without_power_are_counted_by_module() -> None:
    power = tuple(
        PowerPort(port(name), "auto", oper) for name, oper in (("Gi1/0/1", "faulty"), ("Gi1/0/2", "power-deny"), ("Gi2/0/1", "on"))
    )
    assert _short(_observed(snapshot(facts("acc-1", model="C9300-48P", power=power)))) == [
        ("module", "acc-1/1", ObservationKind.POWER_FAULT, 2.0)
    ]
    assert _short(_observed(snapshot(facts("acc-1", power=(PowerPort(port("Fa0/1"), "auto", "faulty"),))))) == [
        ("switch", "acc-1", ObservationKind.POWER_FAULT, 1.0)
    ]


def test_a_port_that_two_outputs_show_without_power_is_one_port() -> None:
    power = (PowerPort(port("3/1"), "auto", "faulty"), PowerPort(port("3/1"), "auto", "faulty", 6.3, "cisco"))
    assert _short(_observed(snapshot(facts("acc-1", platform="cisco_catos", power=power)))) == [
        ("module", "acc-1/3", ObservationKind.POWER_FAULT, 1.0)
    ]


def test_a_supply_that_failed_is_the_switchs() -> None:
    readings = (EnvironmentReading("PS1", "FAULTY"), EnvironmentReading("PS2", "OK"), EnvironmentReading("Fan 1", "absent"))
    assert _short(_observed(snapshot(facts("acc-1", environment=readings)))) == [("switch", "acc-1", ObservationKind.ENVIRONMENT, 1.0)]


def test_each_reload_is_told_once_with_its_time_and_reason() -> None:
    def device(uptime: timedelta) -> dict[str, Any]:
        return {"version": (Version(uptime=uptime, reload_reason="power-on"),)}

    same = _twice(device(timedelta(days=3)), device(timedelta(days=3, hours=4, minutes=1)))
    assert [(item.text, item.at) for item in same] == [("acc-1 restarted (power-on)", MORNING - timedelta(days=3))]
    again = _twice(device(timedelta(days=3)), device(timedelta(hours=1)))
    assert [item.at for item in again] == [MORNING - timedelta(days=3), NOON - timedelta(hours=1)]
    assert _observed(snapshot(facts("acc-1", at=None, uptime=timedelta(days=1)), at=None)) == ()


def test_a_member_that_restarted_alone_is_told_and_one_that_did_with_its_stack_is_not() -> None:
    def stack(uptime: timedelta, *members: timedelta, model: str = "C9300-48P") -> dict[str, Any]:
        told = tuple(MemberUptime(number, span, "power-on") for number, span in enumerate(members, 2))
        return {"version": (Version(model=model, uptime=uptime, members=told),)}

    days = timedelta(days=3)
    before = stack(days, days - timedelta(minutes=2), days)
    after = stack(days + timedelta(hours=4), timedelta(hours=1), days + timedelta(hours=4))
    found = _twice(before, after)
    assert [(item.component.kind, item.component.id, item.text, item.at) for item in found] == [
        ("module", "acc-1/2", "member 2 of acc-1 restarted (power-on)", NOON - timedelta(hours=1)),
        ("switch", "acc-1", "acc-1 restarted", MORNING - days),
    ]
    assert [item.component.kind for item in _twice(before, stack(days + timedelta(hours=4), timedelta(hours=1), model="C9407R"))] == [
        "switch"
    ]


def test_a_restart_of_a_member_that_its_log_tells_too_is_told_once() -> None:
    version = Version(model="C9300-48P", uptime=timedelta(days=3), members=(MemberUptime(2, timedelta(hours=1)),))
    log = LogMessage(
        f"{MORNING - timedelta(minutes=62):%b %d %H:%M:%S}",
        "STACKMGR",
        1,
        "RELOAD",
        "Switch 2 R0/0: stack_mgr: Reloading due to reason reload",
    )
    found = _observed(snapshot(facts("acc-1", version=(version,), stack=(member(1), member(2)), logging=(log,))))
    assert [item.text for item in found] == ["member 2 of acc-1 restarted", "acc-1 restarted"]


def test_a_restart_that_the_uptime_tells_is_as_usual_as_the_log_says() -> None:
    def tails(*hours: float) -> list[float | None]:
        log = tuple(
            LogMessage(f"{MORNING - timedelta(hours=hour):%b %d %H:%M:%S}", "SYS", 5, "RESTART", "System restarted --") for hour in hours
        )
        found = _observed(snapshot(facts("acc-1", uptime=timedelta(hours=1), logging=log)))
        return [item.tail for item in found if item.text == "acc-1 restarted"]

    (alone,), (rare,), (often,) = tails(), tails(1, 100), tails(*range(1, 101))
    assert alone is None
    assert rare is not None
    assert often is not None
    assert often > 20 * rare


def test_switches_that_restart_together_are_each_told() -> None:
    """The one tells it by its uptime, the other by its log alone."""
    start = MORNING - timedelta(hours=1)
    log = (LogMessage(f"{start:%b %d %H:%M:%S}", "SYS", 5, "RESTART", "System restarted --"),)
    found = _observed(snapshot(facts("acc-1", uptime=timedelta(hours=1), logging=log), facts("acc-2", logging=log)))
    assert [(item.component.id, item.kind, item.at) for item in found] == [
        ("acc-1", ObservationKind.RELOAD, start), ("acc-2", ObservationKind.RELOAD, start),
    ]  # fmt: skip
