"""The five rules of the change-only model, on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import ErrorCounters, InterfaceStatus, Module, Table
from switchcorr.model.visit import VisitStatus
from switchcorr.store import schema
from switchcorr.store.counters import CounterFlag, PortCounters, PortState, Since, compare, read_state, state_text
from switchcorr.store.moments import to_ms
from switchcorr.store.named_changes import named_changes
from switchcorr.store.open import Store
from switchcorr.store.records import VisitOutcome, VisitRecord
from switchcorr.store.schema import OPEN
from tests.store.visiting import WHOLE, at, contents, facts_at, interface, phone, port, record, seen, tables, uplink, write_visit


def write(store: Store, *records: VisitRecord) -> list[VisitOutcome]:
    return [write_visit(store, one) for one in records]


def changes(store: Store, counter: str = "interfaces.crc") -> list[tuple[float, int, int, CounterFlag]]:
    """Sweep, value, growth and flags of a counter's changes, in order."""
    with store.reading() as connection:
        rows = [row for row in connection.execute(named_changes().order_by("at", "port")) if row.counter == counter]
    return [((row.at - to_ms(at(0))) / 900_000, row.value, row.delta, CounterFlag(row.flags)) for row in rows]


def places(store: Store) -> list[tuple[str, str, float, float | None]]:
    """Phone, port, since and until in sweeps."""
    table = schema.place
    query = (
        select(schema.endpoint.c.name, schema.port.c.name, table.c.since, table.c.until)
        .join_from(table, schema.endpoint, schema.endpoint.c.id == table.c.endpoint_id)
        .join(schema.port, schema.port.c.id == table.c.port_id)
        .order_by(schema.endpoint.c.name, table.c.since)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    zero = to_ms(at(0))
    return [
        (name, where, (since - zero) / 900_000, None if until == OPEN else (until - zero) / 900_000) for name, where, since, until in rows
    ]


def count(store: Store, table: Any) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_attempt_is_a_visit_whatever_came_of_it(store: Store) -> None:
    told = tables(interface(1, crc=0))
    outcomes = write(store, record(0, told), record(1), record(2, status=VisitStatus.SKIPPED), record(3, told, status=VisitStatus.PARTIAL))
    assert outcomes == [VisitOutcome.APPLIED, VisitOutcome.NOTHING, VisitOutcome.NOTHING, VisitOutcome.APPLIED]
    assert contents(store)["visit"][1][-1] == "connect_timeout: no answer within 10 s"
    with store.reading() as connection:
        rows = connection.execute(select(*schema.VISIT_PARTS).order_by(schema.visit.c.at)).all()
    assert [row.status for row in rows] == [1, 3, 3, 2]
    assert [row.use for row in rows] == [1, 2, 2, 1]
    assert [bool(row.whole) for row in rows] == [True, False, False, True]


def test_first_sight_of_a_counter_is_no_growth(store: Store) -> None:
    write(
        store,
        record(0, tables(interface(1, crc=4_000), interface(2, crc=0))),
        record(1, tables(interface(1, crc=4_007), interface(2, crc=3))),
    )
    assert changes(store) == [
        (0, 4_000, 0, CounterFlag.FIRST),
        (1, 4_007, 7, CounterFlag.NOTHING),
        (1, 3, 3, CounterFlag.NOTHING),
    ]


def test_what_did_not_change_writes_nothing_but_the_visit(store: Store) -> None:
    told = tables(interface(1, crc=5), status=(InterfaceStatus(port(1), "connected", "20"),), neighbors=(uplink(),))
    write(store, record(0, told, places=seen({1: 1})))
    before = contents(store)
    write(store, record(1, told, places=seen({1: 1})))
    after = contents(store)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"visit", "sweep", "device"}


def test_a_counter_that_fell_was_reset_or_has_wrapped(store: Store) -> None:
    values = [4_294_967_290, 12, 3, 100]
    write(store, *(record(number, tables(interface(1, crc=value))) for number, value in enumerate(values)))
    assert changes(store) == [
        (0, 4_294_967_290, 0, CounterFlag.FIRST),
        (1, 12, 18, CounterFlag.WRAPPED),
        (2, 3, 3, CounterFlag.RESET),
        (3, 100, 97, CounterFlag.NOTHING),
    ]


def test_a_reload_or_a_clearing_makes_a_counter_begin_at_zero_even_if_it_is_higher_now(store: Store) -> None:
    day = timedelta(days=1)
    write(
        store,
        record(0, tables(interface(1, crc=5), uptime=day)),
        record(1, tables(interface(1, crc=7), uptime=timedelta(minutes=4))),
        record(2, tables(interface(1, crc=9), uptime=timedelta(minutes=19))),
        record(3, tables(interface(1, crc=11), uptime=timedelta(minutes=34)), cleared_ago={port(1): timedelta(minutes=2)}),
    )
    assert [(value, delta, flags) for _, value, delta, flags in changes(store)[1:]] == [
        (7, 7, CounterFlag.RESET),
        (9, 2, CounterFlag.NOTHING),
        (11, 11, CounterFlag.RESET),
    ]
    boots = [row for row in contents(store)["fact"] if row[1] == schema.FactKind.BOOT]
    assert len(boots) == 2, "uptime moves with the clock; only another start is another fact"


def test_other_hardware_under_the_same_name_begins_anew(store: Store) -> None:
    write(store, record(0, tables(interface(1, crc=900))), record(1, tables(interface(1, crc=5_000), serial="FOC2"), hardware="FOC2"))
    assert changes(store)[1] == (1, 5_000, 0, CounterFlag.FIRST | CounterFlag.OTHER_HARDWARE)


def test_values_that_no_database_holds_are_left_out(store: Store) -> None:
    write(store, record(0, tables(interface(1, crc=2**64, runts=7))), record(1, tables(interface(1, crc=2**63 - 1, runts=9))))
    assert changes(store) == [(1, 2**63 - 1, 0, CounterFlag.FIRST)]
    assert changes(store, "interfaces.runts")[-1] == (1, 9, 2, CounterFlag.NOTHING)


def test_the_same_counter_of_two_tables_is_two_counters(store: Store) -> None:
    """A table that is missing once must not make the other's numbers look like growth."""
    both = tables(interface(1, runts=100), errors=(ErrorCounters(port(1), {"runts": 7}),))
    one = tables(errors=(ErrorCounters(port(1), {"runts": 7}),))
    write(store, record(0, both), record(1, one, whole=WHOLE - {Table.INTERFACES}), record(2, both))
    assert [change for name in ("interfaces", "error_counters") for change in changes(store, f"{name}.runts") if change[2]] == []


def test_growth_is_asked_of_rows_without_first_sights(store: Store) -> None:
    """The first sweep of a large site brings 200,000 of them."""
    write(store, record(0, tables(interface(1, crc=5), interface(2, crc=7))), record(1, tables(interface(1, crc=8), interface(2, crc=7))))
    assert (count(store, schema.counter_first), count(store, schema.counter_change)) == (2, 1)


def test_packets_stand_on_rows_that_are_written_anyway(store: Store) -> None:
    quiet = [tables(interface(1, crc=0, input_packets=number * 1_000)) for number in range(3)]
    write(store, *(record(number, told) for number, told in enumerate(quiet)))
    assert count(store, schema.counter_change) == 0
    write(store, record(3, tables(interface(1, crc=2, input_packets=9_000, output_packets=5))))
    with store.reading() as connection:
        assert connection.execute(select(schema.counter_change.c.packets)).scalar_one() == 9_000


def test_a_place_is_closed_only_by_a_good_visit_that_lacks_the_phone(store: Store) -> None:
    told = tables(interface(1))
    write(
        store,
        record(0, told, places=seen({1: 1, 2: 2})),
        record(1),
        record(2, told, places=seen({1: 1}), whole=frozenset({Table.VERSION}), status=VisitStatus.PARTIAL),
    )
    assert [until for *_, until in places(store)] == [None, None]
    write(store, record(3, told, places=seen({1: 1})))
    assert places(store) == [(phone(1), "GigabitEthernet3/1", 0, None), (phone(2), "GigabitEthernet3/2", 0, 3)]


def test_a_phone_that_moves_closes_one_place_and_opens_the_next(store: Store) -> None:
    told = tables(interface(1))
    write(store, *(record(number, told, places=seen({1: where})) for number, where in enumerate([4, 4, 5, 4])))
    assert [(where[-3:], since, until) for _, where, since, until in places(store)] == [("3/4", 0, 2), ("3/5", 2, 3), ("3/4", 3, None)]


def test_what_else_is_known_of_a_place_is_that_of_the_last_visit(store: Store) -> None:
    told = tables(interface(1))
    moved = {one: replace(where, ip="198.51.100.9") for one, where in seen({1: 1}).items()}
    write(store, record(0, told, places=seen({1: 1})), record(1, told, places=moved))
    (row,) = contents(store)["place"]
    assert "198.51.100.9" in row
    assert places(store)[0][2:] == (0, None)


def test_a_visit_older_than_the_last_applied_is_kept_and_changes_nothing(store: Store) -> None:
    write(store, record(2, tables(interface(1, crc=9)), places=seen({1: 1})))
    before = contents(store)
    assert write(store, record(1, tables(interface(1, crc=5), neighbors=(uplink(),)), places=seen({}))) == [VisitOutcome.LATE]
    after = contents(store)
    assert {name for name in after if after[name] != before[name]} == {"visit", "sweep"}


def test_a_failed_visit_does_not_keep_an_older_good_one_out(store: Store) -> None:
    assert write(store, record(1), record(0, tables(interface(1)))) == [VisitOutcome.NOTHING, VisitOutcome.APPLIED]


def test_writing_everything_again_changes_nothing(store: Store) -> None:
    visits = [record(number, tables(interface(1, crc=number)), places=seen({1: number + 1})) for number in range(3)]
    write(store, *visits)
    before = contents(store)
    assert write(store, *visits) == [VisitOutcome.REPEATED] * 3
    assert contents(store) == before


def test_a_table_that_is_not_whole_closes_nothing_and_adds_what_it_shows(store: Store) -> None:
    modules = (Module(slot=3, model="WS-X4548", serial="JAB1", status="ok"), Module(slot=4, model="WS-X4548", serial="JAB2", status="ok"))
    write(store, record(0, tables(modules=modules)))
    faulty = (replace(modules[0], status="faulty"),)
    write(store, record(1, tables(modules=faulty), whole=WHOLE - {Table.MODULES}))
    assert read(store, 1).modules == (faulty[0], modules[1])
    write(store, record(2, tables(modules=faulty)))
    assert read(store, 2).modules == faulty
    assert read(store, 1.5).modules == (faulty[0], modules[1])
    assert read(store, 0.5).modules == modules


def read(store: Store, number: float) -> Any:
    with store.reading() as connection:
        device_id = connection.execute(select(schema.device.c.id)).scalar_one()
        return facts_at(connection, device_id, at(number))


def test_the_tables_of_a_moment_come_back_as_rows(store: Store) -> None:
    told = tables(
        interface(1, crc=1), modules=(Module(slot=3, serial="JAB1"), Module(slot=3, serial="JAB1", submodule=True)), neighbors=(uplink(),),
        status=(InterfaceStatus(port(1), "connected", "20"), InterfaceStatus(port(2), "err-disabled", "20", reason="bpduguard")),
        uptime=timedelta(days=3),
    )  # fmt: skip
    write(store, record(0, told))
    found = read(store, 0)
    assert found.neighbors == told.neighbors
    assert found.modules == told.modules
    assert found.status == told.status
    assert found.version == (replace(told.version[0], uptime=None),)
    assert [row.name for row in found.interfaces] == [port(1)]
    assert isinstance(found.interfaces[0].name, InterfaceName)


def test_two_rows_with_one_key_are_both_kept(store: Store) -> None:
    twice = (replace(uplink(), addresses=("192.0.2.1",)), replace(uplink(), addresses=("192.0.2.2",)))
    write(store, record(0, tables(neighbors=twice)))
    assert read(store, 0).neighbors == twice


def test_hostile_text_is_text(store: Store) -> None:
    odd = "'; drop table visit; -- %_\\ \U0001f4a3 \x00 é"
    told = tables(interface(1), neighbors=(replace(uplink(), name=odd),), serial="x" * 5_000)
    write(store, record(0, told, device="a'\"b"), replace(record(1, device="a'\"b"), failure=odd * 200))
    assert read(store, 0).neighbors[0].name == odd
    assert count(store, schema.visit) == 2


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 2**34), max_size=3), min_size=1, max_size=8))
def test_growth_is_the_sum_of_what_each_visit_added(visits: Sequence[dict[str, int]]) -> None:
    """For counters that only rise the changes add up to last minus first; in every case the state is what was last seen."""
    state: dict[str, PortState] = {}
    rising = [dict(sorted(one.items())) for one in visits]
    totals: dict[str, int] = {}
    for one in rising:
        for name in one:
            totals[name] = totals.get(name, 0) + one[name]
    sums: dict[str, int] = {}
    running: dict[str, int] = {}
    first: dict[str, int] = {}
    for one in rising:
        for name, more in one.items():
            running[name] = running.get(name, 0) + more
        seen_now = {name: running[name] for name in one}
        first.update({name: value for name, value in seen_now.items() if name not in first})
        found, state = compare(state, {"p": PortCounters(seen_now)} if seen_now else {}, Since())
        for change in found:
            sums[change.counter] = sums.get(change.counter, 0) + change.delta
        assert read_state(state_text(state)) == state
    assert {name: sums.get(name, 0) for name in totals} == {name: totals[name] - first[name] for name in totals}


@pytest.mark.parametrize("status", list(VisitStatus))
def test_every_status_has_a_number(status: VisitStatus) -> None:
    assert schema.STATUSES[status] > 0
