"""Growth is a lower bound: same card, same counters, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import ErrorCounters, MemberUptime, Version
from switchcorr.topology.chassis import find_chassis
from switchcorr.topology.facts.growth import FELL, SWAPPED, Errors, Growth, Visit, errors_since_clearing, growth_between, span_of
from tests.topology.device_rows import MORNING, card, facts, interface, item, port

NOON = MORNING + timedelta(hours=4)


def _visit(device: DeviceFacts) -> Visit:
    return Visit(device, find_chassis(device))


def _growth(before: dict[str, Any], after: dict[str, Any]) -> Growth:
    return growth_between(_visit(facts("acc-1", at=MORNING, **before)), _visit(facts("acc-1", at=NOON, **after)))


def _grown(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    return {str(name): errors.count for name, errors in _growth(before, after).errors.items()}


def _rows(crc: int, **more: object) -> tuple[object, ...]:
    return (replace(interface("Gi3/1", crc=crc, input_errors=crc, runts=1), **more),)  # type: ignore[arg-type]


def test_the_worst_counter_counts_once() -> None:
    found = _growth({"interfaces": _rows(10)}, {"interfaces": _rows(110)})
    assert found == Growth({port("Gi3/1"): Errors(100, "input_errors", timedelta(hours=4), damaged=100)}, {}, MORNING, NOON)


def test_all_tables_of_counters_are_compared_together() -> None:
    def rows(count: int) -> dict[str, Any]:
        return {
            "interfaces": (interface("Gi3/1", crc=5), interface("Vlan1", crc=count)),
            "error_counters": (ErrorCounters(port("Gi3/1"), {"fcs_errors": count}),),
        }

    assert _grown(rows(0), rows(70)) == {"GigabitEthernet3/1": 70}


def test_what_a_management_port_counts_is_no_fault_of_the_switch() -> None:
    def rows(count: int) -> dict[str, Any]:
        return {
            "interfaces": (interface("Gi0/0", crc=count, interface_resets=count), interface("Gi1/0/1", crc=5)),
            "error_counters": (ErrorCounters(port("Gi0/0"), {"fcs_errors": count}),),
        }

    growth = _growth(rows(0), rows(70))
    assert {str(name): errors.count for name, errors in growth.errors.items()} == {"GigabitEthernet1/0/1": 0}
    assert growth.flaps == {}
    assert errors_since_clearing(_visit(facts("acc-1", **rows(70)))).errors.keys() == {port("Gi1/0/1")}


def test_a_counter_that_fell_without_a_reason_says_nothing() -> None:
    for before in (4_294_967_200, 51):
        growth = _growth({"interfaces": _rows(before)}, {"interfaces": _rows(50)})
        assert (growth.errors, growth.left_out) == ({}, {port("Gi3/1"): FELL})


def test_a_clearing_in_between_counts_from_zero() -> None:
    assert _grown({"interfaces": _rows(900)}, {"interfaces": _rows(300, last_cleared="02:00:00")}) == {"GigabitEthernet3/1": 300}
    assert _grown({"interfaces": _rows(900)}, {"interfaces": _rows(1000, last_cleared="1d02h")}) == {"GigabitEthernet3/1": 100}
    assert _grown({"interfaces": _rows(900)}, {"interfaces": _rows(1000, last_cleared="never")}) == {"GigabitEthernet3/1": 100}


def test_a_reload_in_between_counts_from_zero() -> None:
    after = {"interfaces": _rows(300), "uptime": timedelta(hours=1)}
    assert _grown({"interfaces": _rows(900)}, after) == {"GigabitEthernet3/1": 300}
    assert _grown({"interfaces": _rows(900)}, after | {"uptime": timedelta(days=9)}) == {}


def test_what_counts_from_zero_counts_over_the_time_since_then() -> None:
    (restarted,) = _growth({"interfaces": _rows(900)}, {"interfaces": _rows(300), "uptime": timedelta(hours=1)}).errors.values()
    assert (restarted.span, restarted.since) == (timedelta(hours=1), "the restart")
    (cleared,) = _growth({"interfaces": _rows(900)}, {"interfaces": _rows(300, last_cleared="00:00:00")}).errors.values()
    assert (cleared.span, cleared.since) == (timedelta(seconds=1), "the clearing")


def test_one_interface_that_was_cleared_does_not_silence_the_others() -> None:
    before = {"interfaces": (interface("Gi3/1", crc=900), interface("Gi3/2", crc=0))}
    after = {"interfaces": (interface("Gi3/1", crc=1), interface("Gi3/2", crc=80))}
    assert _grown(before, after) == {"GigabitEthernet3/2": 80}


def test_a_swapped_card_gives_no_growth() -> None:
    before = {"interfaces": _rows(10), "modules": (card(3, serial="JAE1"),)}
    swapped = _growth(before, {"interfaces": _rows(999), "modules": (card(3, serial="JAE2"),)})
    assert (swapped.errors, swapped.left_out) == ({}, {port("Gi3/1"): SWAPPED})
    assert _grown(before, {"interfaces": _rows(999), "modules": (card(3, serial="JAE1"),)}) == {"GigabitEthernet3/1": 989}
    assert _grown(before, {"interfaces": _rows(999), "modules": (card(3),)}) == {"GigabitEthernet3/1": 989}


def test_a_swapped_stack_member_gives_no_growth_and_the_others_do() -> None:
    def stack(serial: str, count: int) -> dict[str, Any]:
        return {
            "inventory": (item("Switch 1", "C9300-48P", "FOC1"), item("Switch 2", "C9300-48P", serial)),
            "interfaces": (interface("Gi1/0/1", crc=count), interface("Gi2/0/1", crc=count)),
        }

    assert _grown(stack("FOC2", 0), stack("FOC3", 99)) == {"GigabitEthernet1/0/1": 99}


def test_another_address_of_the_interface_is_another_card() -> None:
    before, after = (interface("Gi1/1", address=address, crc=count) for address, count in ((1, 0), (2, 99)))
    assert _grown({"interfaces": (before,)}, {"interfaces": (after,)}) == {}
    assert _grown({"interfaces": (before,)}, {"interfaces": (interface("Gi1/1", crc=99),)}) == {"GigabitEthernet1/1": 99}


def test_a_replaced_switch_gives_no_growth() -> None:
    before = {"interfaces": _rows(0), "serials": ("FOC1",)}
    assert _grown(before, {"interfaces": _rows(99), "serials": ("FOC2",)}) == {}
    assert _grown(before, {"interfaces": _rows(99), "serials": ("FOC2", "FOC1")}) == {"GigabitEthernet3/1": 99}


def test_what_only_one_visit_shows_cannot_be_compared() -> None:
    assert _grown({"interfaces": ()}, {"interfaces": _rows(99)}) == {}
    assert _grown({"interfaces": (interface("Gi3/1", frame=1),)}, {"interfaces": (interface("Gi3/1", crc=1),)}) == {}
    assert _growth({"interfaces": (interface("Gi3/1", frame=1),)}, {"interfaces": (interface("Gi3/1", crc=1),)}).left_out == {}


def test_times_that_are_not_known_give_plain_differences() -> None:
    before = facts("a", at=None, interfaces=_rows(9))
    after = facts("a", at=None, uptime=timedelta(hours=1), interfaces=_rows(99, last_cleared="00:00:05"))
    growth = growth_between(_visit(before), _visit(after))
    assert growth == Growth({port("Gi3/1"): Errors(90, "input_errors", damaged=90)})


def test_totals_are_of_one_visit() -> None:
    rows = (interface("Gi3/1", crc=7, frame=9), interface("Gi3/2"), replace(interface("Gi3/3", crc=1), last_cleared="02:00:00"))
    growth = errors_since_clearing(_visit(facts("a", interfaces=rows, uptime=timedelta(days=2))))
    assert growth.errors == {
        port("Gi3/1"): Errors(9, "frame", timedelta(days=2), damaged=7),
        port("Gi3/3"): Errors(1, "crc", timedelta(hours=2), damaged=1),
    }  # fmt: skip
    assert (growth.since, growth.at) == (MORNING - timedelta(days=2), MORNING)
    assert errors_since_clearing(_visit(facts("a", at=None, interfaces=rows))).since is None


@pytest.mark.parametrize(
    ("text", "span"),
    [("00:10:00", timedelta(minutes=10)), ("1d02h", timedelta(hours=26)), ("2w3d", timedelta(days=17)), ("1y2w", timedelta(days=379)), ("never", None), ("", None)],
)  # fmt: skip
def test_times_of_the_last_clearing(text: str, span: timedelta | None) -> None:
    assert span_of(text) == span


def _stack(count: int, uptime: timedelta, **more: Any) -> dict[str, Any]:
    rows = tuple(interface(f"Gi{number}/0/1", crc=count, interface_resets=count) for number in (1, 2))
    version = Version(model="C9300-48P", uptime=uptime, members=(MemberUptime(2, more.get("member", uptime)),))
    return {"interfaces": rows, "version": (version,)}


def test_counters_of_a_member_that_restarted_alone_count_from_zero() -> None:
    before = _stack(500, timedelta(days=3))
    growth = _growth(before, _stack(700, timedelta(days=3, hours=4), member=timedelta(hours=1)))
    assert growth.errors == {
        port("Gi1/0/1"): Errors(200, "crc", timedelta(hours=4), damaged=200),
        port("Gi2/0/1"): Errors(700, "crc", timedelta(hours=1), "the restart", damaged=700),
    }
    assert growth.flaps == {port("Gi1/0/1"): 200}


def test_totals_of_a_member_are_counted_since_its_own_restart() -> None:
    visit = _visit(facts("acc-1", **_stack(7, timedelta(days=3), member=timedelta(hours=1))))
    assert [errors.span for errors in errors_since_clearing(visit).errors.values()] == [timedelta(days=3), timedelta(hours=1)]
