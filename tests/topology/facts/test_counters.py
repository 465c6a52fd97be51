"""Error counters as facts about parts: whose they are, how much of them counts, and how resets were treated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.campus import Observation, ObservationKind
from switchcorr.model.interfaces import ChassisClass
from switchcorr.model.snapshot import Snapshot
from switchcorr.topology import CampusOptions, build_campus
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.facts.counters import counter_facts
from switchcorr.topology.facts.device_growth import DeviceGrowth
from switchcorr.topology.facts.growth import Errors, Growth
from tests.topology.device_rows import MORNING, card, facts, interface, port, snapshot

HOUR = timedelta(hours=1)


def _chassis(**crc: int) -> dict[str, Any]:
    return {"model": "WS-C4507R", "interfaces": tuple(interface(name.replace("_", "/"), crc=count) for name, count in crc.items())}


def _observed(*snapshots: Snapshot) -> tuple[Observation, ...]:
    return build_campus(snapshots, CampusOptions(cores=("core",))).observations


def _series(*tables: dict[str, Any]) -> tuple[Observation, ...]:
    """Snapshots an hour apart."""
    return _observed(*(snapshot(facts("acc-1", at=MORNING + n * HOUR, **rows), at=MORNING + n * HOUR) for n, rows in enumerate(tables)))


def _tail(fact: Observation) -> float:
    assert fact.tail is not None
    return fact.tail


def test_each_time_between_two_snapshots_is_a_fact_of_its_own() -> None:
    found = _series(_chassis(Gi3_1=0, Gi4_1=0), _chassis(Gi3_1=0, Gi4_1=0), _chassis(Gi3_1=900, Gi4_1=0))
    third = [fact for fact in found if fact.component.id == "acc-1/3"]
    assert [(fact.kind, fact.since, fact.at) for fact in third] == [
        (ObservationKind.COUNTER_GROWTH, MORNING + HOUR, MORNING + 2 * HOUR),
        (ObservationKind.COUNTER_QUIET, MORNING, MORNING + HOUR),
    ]
    assert _tail(third[0]) < 0.01


def test_what_grew_in_every_interval_is_less_of_a_surprise() -> None:
    quiet = dict.fromkeys(("Gi4_1", "Gi5_1", "Gi6_1"), 0)
    chronic = _series(*(_chassis(Gi3_1=900 * n, **quiet) for n in range(4)))
    fresh = _series(*(_chassis(Gi3_1=900 * (n == 3), **quiet) for n in range(4)))
    last = [max(found, key=lambda fact: (fact.value, fact.at)) for found in (fresh, chronic)]
    assert [fact.at for fact in last] == [MORNING + 3 * HOUR] * 2
    assert _tail(last[0]) < _tail(last[1]) / 3


def test_the_same_errors_in_a_shorter_time_are_rarer() -> None:
    def after(hours: float) -> float:
        later = MORNING + hours * HOUR
        found = _observed(
            snapshot(facts("acc-1", **_chassis(Gi3_1=0))), snapshot(facts("acc-1", at=later, **_chassis(Gi3_1=900)), at=later)
        )
        return _tail(found[0])

    assert after(0.25) < after(1) < after(100)


def test_one_port_of_many_is_rather_its_cable() -> None:
    names = [f"Gi3_{n}" for n in range(1, 6)]
    one, all_ = (dict.fromkeys(names, 0) | {"Gi3_1": 50_000}, dict.fromkeys(names, 10_000))
    (alone,), (many,) = (_series(_chassis(**dict.fromkeys(names, 0)), _chassis(**counts)) for counts in (one, all_))
    assert alone.text == (
        "error counters of acc-1/3 grew by 50,000, most of all crc of GigabitEthernet3/1: 50,000; "
        "one port alone has most of them, which is rather its cable: counted as 10"
    )
    assert (alone.value, many.value) == (50_000.0, 50_000.0)
    assert _tail(alone) > 0.05 > 0.01 > _tail(many)


def test_the_text_says_how_resets_were_treated() -> None:
    before = _chassis(Gi3_1=5_000, Gi3_2=5_000, Gi3_3=5_000)
    rows = (interface("Gi3/1", crc=9_000), interface("Gi3/2", crc=12), replace(interface("Gi3/3", crc=300), last_cleared="00:10:00"))
    (fact,) = _series(before, {"model": "WS-C4507R", "interfaces": rows})
    assert fact.text == (
        "error counters of acc-1/3 grew by 4,300, most of all crc of GigabitEthernet3/1: 4,000; "
        "1 port counted from zero since the clearing in between; 1 port left out: its counter fell (cleared or wrapped)"
    )


@pytest.mark.parametrize("before", [4_294_967_200, 60])
def test_a_wrap_or_an_unknown_reset_is_no_growth_but_not_polled(before: int) -> None:
    (fact,) = _series(_chassis(Gi3_1=before), _chassis(Gi3_1=50))
    assert (fact.kind, fact.value) == (ObservationKind.COUNTER_UNPOLLED, 0.0)
    assert fact.text == "error counters of acc-1/3: not polled; 1 port left out: its counter fell (cleared or wrapped)"


def test_a_reload_between_the_snapshots_is_no_growth_of_the_old_counters() -> None:
    after = _chassis(Gi3_1=3) | {"uptime": timedelta(minutes=20)}
    assert [fact for fact in _series(_chassis(Gi3_1=90_000), after) if fact.kind is ObservationKind.COUNTER_GROWTH] == []


def test_a_swapped_card_is_not_polled() -> None:
    before, after = (
        _chassis(Gi3_1=count) | {"modules": (card(3, serial=serial),)} for count, serial in ((0, "FOC1234X0AB"), (9_000, "FOC1234X0CD"))
    )
    assert [fact.text for fact in _series(before, after)] == [
        "error counters of acc-1/3: not polled; 1 port left out: its card was swapped"
    ]


def test_without_times_errors_are_compared_as_if_over_a_day() -> None:
    found = _observed(*(snapshot(facts("acc-1", at=None, **_chassis(Gi3_1=count, Gi4_1=0)), at=None) for count in (0, 4_000)))
    assert [(fact.kind, fact.since, fact.at) for fact in found] == [
        (ObservationKind.COUNTER_GROWTH, None, None), (ObservationKind.COUNTER_QUIET, None, None),
    ]  # fmt: skip
    assert _tail(found[0]) < 0.02


def test_a_total_is_compared_over_the_time_since_the_clearing() -> None:
    def tail(last_cleared: str) -> float:
        rows = (replace(interface("Gi3/1", crc=5_000), last_cleared=last_cleared), interface("Gi4/1", crc=0))
        fact, *_ = _observed(snapshot(facts("acc-1", model="WS-C4507R", interfaces=rows)))
        assert fact.kind is ObservationKind.COUNTER_TOTAL
        return _tail(fact)

    assert tail("00:30:00") < tail("1d02h") < tail("1y2w")


_ERRORS = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**6)), min_size=1, max_size=6)


@given(_ERRORS, st.integers(0, 5), st.integers(1, 10**9))
def test_more_errors_on_any_port_are_never_likelier(rows: list[tuple[int, int]], place: int, more: int) -> None:
    def tail(counts: list[int]) -> float:
        spans = [timedelta(minutes=minutes) for _, minutes in rows]
        errors = {port(f"Gi0/{n}"): Errors(*row) for n, row in enumerate(zip(counts, ["crc"] * len(counts), spans, strict=True))}
        chassis = Chassis(ChassisClass.FIXED, {})
        found = list(counter_facts([DeviceGrowth("acc-1", 1, Growth(errors), chassis, {})], {}))
        grown = [_tail(fact) for fact in found if fact.kind is ObservationKind.COUNTER_GROWTH]
        return grown[0] if grown else 1.0

    counts = [count for count, _ in rows]
    grown = [count + (more if n == place % len(rows) else 0) for n, count in enumerate(counts)]
    assert tail(grown) <= tail(counts) + 1e-12
