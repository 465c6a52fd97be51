"""What the store answers, on both engines."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from switchcorr.model.placement import PlacementEvidence, PlacementState
from switchcorr.model.tables import Table
from switchcorr.model.visit import VisitStatus
from switchcorr.store.answers import StoredPlace
from switchcorr.store.open import Store, open_store
from switchcorr.store.questions import (
    carried_between,
    growth_between,
    last_places,
    phones_at,
    placements_at,
    visits_between,
    where_was,
)
from switchcorr.store.url import parse_url
from switchcorr.store.visits import write_visits
from tests.store.visiting import WHOLE, at, interface, phone, port, record, seen, tables, write_visit


def spots(places: Sequence[StoredPlace]) -> list[tuple[str, str, str]]:
    return [(str(one.placement.phone)[-2:], one.placement.device, str(one.placement.interface)[-3:]) for one in places]


def test_where_a_phone_was(store: Store) -> None:
    told = tables(interface(1))
    for number, where in enumerate([4, 4, 5]):
        write_visit(store, record(number, told, places=seen({1: where})))
    (then,) = where_was(store, "00:00:5E:00:00:01".replace(":", "."), at(1.5))
    assert (then.placement.interface, then.placement.module, then.since, then.until) == (port(4), "acc-1/3", at(0), at(2))
    assert then.placement.sightings[0].evidence is PlacementEvidence.CDP
    assert (then.placement.confidence, then.placement.vlan, then.placement.ip) == (0.98, 20, "192.0.2.1")
    assert then.placement.platform == "Cisco IP Phone 7960"
    assert then.confirmed_at == at(1)
    (now,) = where_was(store, str(phone(1)).lower(), at(9))
    assert (now.placement.interface, now.until, now.holds, now.confirmed_at) == (port(5), None, True, at(2))
    assert where_was(store, phone(1), at(-1)) == ()
    assert where_was(store, "SEP000000000000", at(1)) == ()


def test_the_first_moment_of_a_place_belongs_to_it_and_the_last_does_not(store: Store) -> None:
    told = tables(interface(1))
    for number, where in enumerate([4, 5]):
        write_visit(store, record(number, told, places=seen({1: where})))
    assert [where_was(store, phone(1), at(number))[0].placement.interface for number in (0, 0.999, 1)] == [port(4), port(4), port(5)]


def test_phones_that_were_carried_are_those_that_another_port_had_before(store: Store) -> None:
    told = tables(interface(1))
    for number, places in enumerate([{1: 4, 2: 2, 3: 3}, {1: 5, 2: 2}, {1: 5, 2: 2, 3: 3, 4: 6}, {1: 5, 2: 7, 3: 3, 4: 6}]):
        write_visit(store, record(number, told, places=seen(places)))
    assert carried_between(store, at(0), at(9)) == {str(phone(1)): at(1), str(phone(2)): at(3)}, "3 was away and came back, 4 is new"
    assert carried_between(store, at(2), at(9)) == {str(phone(2)): at(3)}
    assert carried_between(store, at(0), at(2)) == {str(phone(1)): at(1)}


def test_a_phone_that_is_nowhere_is_told_with_its_last_place(store: Store) -> None:
    told = tables(interface(1))
    write_visit(store, record(0, told, places=seen({1: 4, 2: 2})))
    write_visit(store, record(1, told, places=seen({2: 2})))
    (then,) = where_was(store, phone(1), at(7))
    assert (then.holds, then.until, then.confirmed_at, then.placement.last_seen) == (False, at(1), at(0), at(0))
    assert spots(last_places(store, at(7))) == [("01", "acc-1", "3/4")]
    assert last_places(store, at(0.5)) == ()


def test_a_phone_at_two_switches_is_told_twice_and_counted_where_it_is_newer(store: Store) -> None:
    """The old switch could not be visited since: nobody saw the phone leave."""
    told = tables(interface(1))
    write_visit(store, record(0, told, places=seen({1: 4, 2: 4})))
    write_visit(store, record(1, told, places=seen({1: 9}), device="acc-2"))
    write_visit(store, record(1))
    assert spots(where_was(store, phone(1), at(2))) == [("01", "acc-2", "3/9"), ("01", "acc-1", "3/4")]
    assert spots(phones_at(store, at(2), module="acc-1/3")) == [("02", "acc-1", "3/4")]
    assert spots(phones_at(store, at(0.5), module="acc-1/3")) == [("01", "acc-1", "3/4"), ("02", "acc-1", "3/4")]
    assert spots(placements_at(store, at(2))) == [("01", "acc-2", "3/9"), ("02", "acc-1", "3/4")]


def test_who_was_at_a_module_a_switch_or_a_port(store: Store) -> None:
    told = tables(interface(1))
    both = {**seen({1: 1, 2: 2}, slot=3), **seen({3: 1}, slot=4)}
    write_visit(store, record(0, told, places=both))
    assert spots(phones_at(store, at(1), module="acc-1/3")) == [("01", "acc-1", "3/1"), ("02", "acc-1", "3/2")]
    assert spots(phones_at(store, at(1), switch="acc-1")) == [("01", "acc-1", "3/1"), ("02", "acc-1", "3/2"), ("03", "acc-1", "4/1")]
    assert spots(phones_at(store, at(1), switch="acc-1", interface=port(1, 4))) == [("03", "acc-1", "4/1")]
    assert phones_at(store, at(1), module="acc-9/1") == ()
    assert {one.confirmed_at for one in phones_at(store, at(1), switch="acc-1")} == {at(0)}


def test_an_ambiguous_phone_stays_so_with_its_reason(store: Store) -> None:
    odd = {one: replace(where, state=PlacementState.AMBIGUOUS, reason="also seen at acc-9 Gi1/0/1") for one, where in seen({1: 1}).items()}
    write_visit(store, record(0, tables(interface(1)), places=odd))
    (found,) = where_was(store, phone(1), at(0))
    assert (found.placement.state, found.placement.reason) == (PlacementState.AMBIGUOUS, "also seen at acc-9 Gi1/0/1")


def test_growth_is_told_by_interface_the_most_first(store: Store) -> None:
    for number, (one, two) in enumerate([(10, 100), (12, 100), (17, 130), (3, 131)]):
        write_visit(store, record(number, tables(interface(1, crc=one), interface(2, crc=two))))
    found = growth_between(store, at(0), at(9))
    assert [(str(one.interface), one.counter, one.growth, one.resets, one.first, one.last) for one in found] == [
        ("GigabitEthernet3/2", "interfaces.crc", 31, 0, at(2), at(3)),
        ("GigabitEthernet3/1", "interfaces.crc", 10, 1, at(1), at(3)),
    ]
    assert found[0].module == "acc-1/3"
    assert [one.growth for one in growth_between(store, at(0), at(1))] == [2]
    assert [one.growth for one in growth_between(store, at(1), at(2))] == [30, 5]
    assert [one.growth for one in growth_between(store, at(0), at(9), switch="acc-1", most=1)] == [31]
    assert growth_between(store, at(0), at(9), switch="acc-2") == ()


def test_growth_of_two_spans_adds_up(store: Store) -> None:
    for number, value in enumerate([1, 5, 2, 2, 90]):
        write_visit(store, record(number, tables(interface(1, crc=value))))
    whole = growth_between(store, at(0), at(4))[0].growth
    assert whole == sum(one.growth for cut in ((0, 2), (2, 4)) for one in growth_between(store, at(cut[0]), at(cut[1])))


def test_what_was_visited_when(store: Store) -> None:
    write_visit(store, record(1, tables(interface(1)), whole=WHOLE - {Table.NEIGHBORS}, status=VisitStatus.PARTIAL))
    write_visit(store, record(2))
    write_visit(store, record(0, tables(interface(1))))
    write_visit(store, record(1.5, tables(interface(1)), device="acc-2"))
    found = visits_between(store, at(0), at(2))
    assert [(one.device, one.at, one.status, one.used, one.late) for one in found] == [
        ("acc-1", at(0), VisitStatus.ANSWERED, False, True),
        ("acc-1", at(1), VisitStatus.PARTIAL, True, False),
        ("acc-2", at(1.5), VisitStatus.ANSWERED, True, False),
        ("acc-1", at(2), VisitStatus.FAILED, False, False),
    ]
    assert found[1].whole == WHOLE - {Table.NEIGHBORS, Table.ERROR_COUNTERS}, "error counters are no facts of their own"
    assert "connect_timeout" in found[3].failure
    assert found[0].seconds == 3.5
    assert [one.device for one in visits_between(store, at(0), at(9), switch="acc-2")] == ["acc-2"]


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.dictionaries(st.integers(1, 4), st.integers(1, 3), max_size=4)), min_size=1, max_size=6))
def test_the_places_of_any_moment_are_those_of_the_last_good_visit(sweeps: Sequence[dict[int, int] | None]) -> None:
    """Against a plain list of what each visit showed; None is a visit that failed."""
    with tempfile.TemporaryDirectory() as place, open_store(parse_url(f"{place}/x.db")) as store:
        told = tables(interface(1))
        records = [record(number, told if shown is not None else None, places=seen(shown or {})) for number, shown in enumerate(sweeps)]
        list(write_visits(store, records))
        for number in range(len(sweeps)):
            good = [shown for shown in sweeps[: number + 1] if shown is not None]
            expected = good[-1] if good else {}
            found = {one.placement.phone: one.placement.interface for one in placements_at(store, at(number + 0.5))}
            assert found == {phone(one): port(where) for one, where in expected.items()}
