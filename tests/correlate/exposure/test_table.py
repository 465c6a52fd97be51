"""Who is exposed to what: silent phones too, endpoints of the log, stale places, bundles with unknown hash."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from switchcorr.correlate.exposure.columns import places, told_by_log
from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.model.campus import Component, HashedComponent, empty_campus
from switchcorr.model.event import Event, EventKind, EventLog
from tests.correlate.scenes import NOON, campus_of, drop, log_of, number_of, phone, rows_of

_ROWS = rows_of(3, 2, 5)


def _sets(exposure: Exposure, kind: str, id_: str) -> set[str]:
    number = number_of(exposure, kind, id_)
    return {exposure.phones[row] for row in exposure.phones_of(number)}


def test_silent_phones_count() -> None:
    exposure = expose(EventLog(), campus_of(_ROWS))
    module = number_of(exposure, "module", "acc-2/1")
    assert exposure.size[module] == 5
    assert _sets(exposure, "module", "acc-2/1") == {name for name, row in _ROWS.items() if row["module"] == "acc-2/1"}
    assert exposure.exposed(exposure.members, module).sum() == 5


def test_an_empty_campus_and_an_empty_log_expose_nobody() -> None:
    exposure = expose(EventLog(), empty_campus())
    assert (exposure.phones, exposure.kinds, exposure.components) == ((), (), ())


def test_components_stand_in_the_order_of_kinds_and_ids_whatever_the_log_names_first() -> None:
    events = [drop(f"CTI-{i}", NOON, node=f"node-{9 - i}") for i in range(5)]
    for order in (events, events[::-1]):
        exposure = expose(log_of(order, ordered=False), campus_of(_ROWS))
        keys = [(exposure.kinds.index(c.kind), c.id) for c in exposure.components]
        assert keys == sorted(keys)
        assert [c.id for c in exposure.components[exposure.range_of(exposure.kinds.index("node"))]] == [
            "node-1", "node-2", "node-5", "node-6", "node-7", "node-8", "node-9",
        ]  # fmt: skip


def test_endpoints_of_the_log_have_what_the_log_says_and_no_place() -> None:
    exposure = expose(log_of([drop("CTI-1", NOON, node="node-2")]), campus_of(_ROWS))
    row = exposure.row_of["CTI-1"]
    assert not exposure.located[row]
    assert not exposure.is_phone[row]
    assert "CTI-1" in _sets(exposure, "node", "node-2")


def test_the_locations_word_on_a_node_stands_against_the_log() -> None:
    exposure = expose(log_of([drop(phone(0), NOON, node="node-7")]), campus_of(_ROWS))
    assert phone(0) in _sets(exposure, "node", _ROWS[phone(0)]["node"])
    assert exposure.number(Component("node", "node-7")) == -1


def test_of_the_nodes_that_tell_of_a_phone_equally_often_the_first_counts() -> None:
    gone, back = drop("X", NOON, node="cm1"), replace(drop("X", NOON + timedelta(minutes=1), node="cm2"), kind=EventKind.REGISTERED)
    assert told_by_log(log_of([gone, back])) == told_by_log(log_of([back, gone], ordered=False)) == {"X": ("cm1", "")}


def test_of_the_nodes_that_tell_of_a_phone_equally_often_the_one_that_lost_it_counts() -> None:
    gone, came = drop("X", NOON, node="cm1"), replace(drop("X", NOON - timedelta(minutes=4), node="cm2"), kind=EventKind.REGISTERED)
    copy = replace(gone, kind=EventKind.REGISTERED)
    for events in ([gone, copy, came], [came, copy, gone]):
        assert told_by_log(log_of(events, ordered=False)) == {"X": ("cm1", "")}


def test_the_one_node_of_a_log_is_everybodys_and_that_is_said() -> None:
    rows = {name: {"switch": row["switch"]} for name, row in _ROWS.items()}
    exposure = expose(log_of([drop(phone(0), NOON, node="pub")]), campus_of(rows))
    assert exposure.size[number_of(exposure, "node", "pub")] == len(rows)
    assert any("the one CallManager node of the log, pub" in sentence for sentence in exposure.assumptions)


def test_of_two_nodes_in_a_log_none_is_everybodys() -> None:
    rows = {name: {"switch": row["switch"]} for name, row in _ROWS.items()}
    exposure = expose(log_of([drop(phone(0), NOON, node="pub"), drop(phone(1), NOON, node="sub")]), campus_of(rows))
    sizes = [exposure.size[number_of(exposure, "node", node)] for node in ("pub", "sub")]
    assert sum(sizes) == len(rows)
    assert abs(sizes[0] - sizes[1]) <= 2


def test_the_node_that_told_most_often_counts_and_copies_count_once() -> None:
    a = [drop("X", NOON + timedelta(seconds=i), node="a") for i in range(2)]
    copies = [drop("X", NOON, node="b")] * 5
    no_names = [Event(NOON, EventKind.SERVER_ALERT, "X", node="c"), drop("", NOON, node="c")]
    events = [*a, *copies, *no_names]
    for seed in range(3):
        random.Random(seed).shuffle(events)
        assert told_by_log(log_of(events, ordered=False)) == {"X": ("a", "")}


def test_of_nodes_that_told_equally_often_the_last_by_name_counts_in_any_order() -> None:
    events = [drop("X", NOON, node="a"), drop("X", NOON, node="b")]
    assert told_by_log(log_of(events, ordered=False)) == told_by_log(log_of(events[::-1], ordered=False)) == {"X": ("b", "")}


def test_components_with_the_same_phones_are_twins() -> None:
    exposure = expose(EventLog(), campus_of(_ROWS))
    switch = number_of(exposure, "switch", "acc-1")
    assert {exposure.components[i].kind for i in exposure.twins_of(switch)} == {"uplink_bundle", "vlan"}
    assert exposure.twins_of(number_of(exposure, "module", "acc-1/1")) == []


def test_a_component_without_phones_is_nobodys_twin() -> None:
    rows = {name: dict(row) for name, row in _ROWS.items()}
    rows[phone(0)] |= {"vlan": "103@b", "module": "acc-1/9", "asic": "acc-1/9/0"}  # not believed, and all that these two would have
    exposure = expose(EventLog(), campus_of(rows))
    empty = [number for number, size in enumerate(exposure.size) if size == 0]
    assert {exposure.components[number].id for number in empty} == {"acc-1/9", "acc-1/9/0"}
    assert [int(exposure.twin[number]) for number in empty] == empty


def test_a_phone_whose_vlan_hardly_occurs_on_its_switch_is_not_believed() -> None:
    rows = {name: dict(row) for name, row in _ROWS.items()}
    rows[phone(0)]["vlan"] = "103@b"
    exposure = expose(EventLog(), campus_of(rows))
    assert not exposure.located[exposure.row_of[phone(0)]]
    assert exposure.assumptions == ("1 phone counts as unlocated: hardly any phone of the supposed switch is in the same VLAN",)
    rows[phone(1)]["vlan"] = "103@b"
    assert "2 phones count" in expose(EventLog(), campus_of(rows)).assumptions[0]


def test_a_switch_with_many_voice_vlans_is_believed() -> None:
    rows = {name: row | {"vlan": f"{100 + i % 5}@b"} for i, (name, row) in enumerate(sorted(_ROWS.items()))}
    assert expose(EventLog(), campus_of(rows)).assumptions == ()


def test_a_second_voice_vlan_that_is_small_everywhere_takes_no_phone_from_its_switch() -> None:
    rows = {name: row | ({"vlan": "130@b"} if i % 7 == 0 else {}) for i, (name, row) in enumerate(sorted(_ROWS.items()))}
    exposure = expose(EventLog(), campus_of(rows))
    assert exposure.assumptions == ()
    assert exposure.located.all()


def test_what_is_usual_on_a_switch_of_a_few_phones_is_not_known() -> None:
    rows = {name: dict(row) for name, row in rows_of(3, 1, 6).items()}
    rows[phone(0)]["vlan"] = "103@b"
    assert expose(EventLog(), campus_of(rows)).assumptions == ()


def test_without_both_a_switch_and_a_vlan_nobody_is_doubted() -> None:
    for lacking in ("switch", "vlan"):
        rows = {name: {kind: id_ for kind, id_ in row.items() if kind != lacking} for name, row in _ROWS.items()}
        assert expose(EventLog(), campus_of(rows)).assumptions == ()
    apart = {phone(0): {"switch": "a"}, phone(1): {"vlan": "1"}}
    assert expose(EventLog(), campus_of(apart)).assumptions == ()


def test_kinds_of_unknown_meaning_are_places_only_where_nothing_better_is_known() -> None:
    assert places(("closet", "switch", "vlan")) == {"switch"}
    assert places(("closet", "vlan", "node")) == {"closet"}


def _member(id_: str, bundle: str = "acc-1:Port-channel1", ways: int = 2) -> HashedComponent:
    return HashedComponent(Component("uplink", id_), Component("uplink_bundle", bundle), ways)


def test_members_of_a_bundle_with_unknown_hash_share_its_phones() -> None:
    members = [_member("acc-1:Te1/1"), _member("acc-1:Te1/2")]
    exposure = expose(EventLog(), campus_of(_ROWS, hashed=members))
    bundle, first = number_of(exposure, "uplink_bundle", "acc-1:Port-channel1"), number_of(exposure, "uplink", "acc-1:Te1/1")
    assert exposure.ways[first] == 2
    assert exposure.path[first] == bundle
    assert exposure.size[first] == exposure.size[bundle] == 10
    assert exposure.phones_of(first).tolist() == exposure.phones_of(bundle).tolist()
    assert first in exposure.twins_of(bundle)


def test_members_that_say_nothing_are_left_out() -> None:
    useless = [_member("x", bundle="elsewhere"), _member("y", ways=1)]
    known = HashedComponent(Component("module", "acc-1/1"), Component("uplink_bundle", "acc-1:Port-channel1"), 2)
    exposure = expose(EventLog(), campus_of(_ROWS, hashed=[*useless, known]))
    assert "uplink" not in exposure.kinds
    assert (exposure.ways == 1).all()


def test_common_phones_are_counted_for_small_and_for_large_parts() -> None:
    for phones in (5, 300):
        exposure = expose(EventLog(), campus_of(rows_of(3, 2, phones)))
        module, switch, cluster = (number_of(exposure, *part) for part in (("module", "acc-2/1"), ("switch", "acc-2"), ("cluster", "one")))
        for _ in range(2):
            assert exposure.common(cluster)[[module, switch, cluster]].tolist() == [phones, 2 * phones, 6 * phones]
        assert exposure.common(cluster, switch)[[module, switch, cluster]].tolist() == [phones, 2 * phones, 2 * phones]


def test_a_component_is_found_by_kind_and_id() -> None:
    exposure = expose(EventLog(), campus_of(_ROWS))
    assert exposure.number(Component("switch", "acc-3")) == number_of(exposure, "switch", "acc-3")
    assert exposure.number(Component("switch", "acc-4")) == -1
