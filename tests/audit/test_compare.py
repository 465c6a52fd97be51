"""What two looks tell, in plain values: devices, modules, states, growth; and what is concluded from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.audit.compare import compare_looks
from switchcorr.audit.conclude import (
    PAUSES,
    alarms,
    correlated_changes,
    findings_message,
    incident_changes,
    lasting,
    open_findings,
    pausing_changes,
)
from switchcorr.audit.look import Look
from switchcorr.model.campus import (
    CampusDevice,
    Component,
    Link,
    LinkEvidence,
    ModuleFacts,
    Observation,
    ObservationKind,
    empty_campus,
)
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison
from switchcorr.model.incident import Chronic, Recurring
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import DeviceTables, Neighbor, NeighborProtocol, Table
from tests.report.results import chronic, chronic_part, correlation, flapping, not_proven, quiet

NOW = datetime(2026, 11, 28, tzinfo=UTC)
HOUR = timedelta(hours=1)
CARD = ModuleFacts("acc-1/3", "WS-X4548", "S1", phones=31)
SWITCH = CampusDevice("acc-1", model="C4506", modules=(CARD, ModuleFacts("acc-1/4", "WS-X4548", "S2")), software="15.2")
SICK = Observation(Component("module", "acc-1/3", "acc-1 module 3"), ObservationKind.MODULE_STATUS, 1.0, "acc-1 module 3 is faulty")


def look(*devices: CampusDevice, at: datetime = NOW, unread: Mapping[str, str] | None = None, facts: tuple[Observation, ...] = ()) -> Look:
    campus = replace(empty_campus(), devices=devices, observations=facts)
    return Look("a look", campus, Snapshot({}, taken_at=at), unread or {})


def told(before: Look, after: Look, *growth: Observation) -> list[tuple[ChangeKind, ChangeState, str]]:
    return [(one.kind, one.state, one.words) for one in compare_looks(before, after, growth).changes]


def test_switches_that_come_go_and_are_not_read() -> None:
    other = CampusDevice("acc-2", model="C3850")
    assert told(look(SWITCH), look(SWITCH, other)) == [(ChangeKind.DEVICE, ChangeState.NEW, "acc-2 is new (C3850)")]
    assert told(look(SWITCH, CampusDevice("x")), look(SWITCH)) == [(ChangeKind.DEVICE, ChangeState.GONE, "x is named by nobody any more")]
    silent = look(SWITCH, unread={"acc-1": "timeout"})
    (new,) = told(look(SWITCH), silent)
    assert new == (ChangeKind.DEVICE_UNREACHED, ChangeState.NEW, "acc-1 was not read: timeout")
    assert told(silent, silent)[0][1] is ChangeState.ONGOING
    assert told(silent, look(SWITCH))[0][1] is ChangeState.GONE
    assert told(look(SWITCH), look(unread={"acc-1": "timeout"})) == [new], "a switch that was not read is not gone"


def test_many_that_could_not_be_compared_are_counted() -> None:
    devices = [CampusDevice(f"acc-{number}") for number in range(8)]
    found = compare_looks(look(*devices), look(*(replace(one, read=False) for one in devices)), ())
    assert found.unseen[0].startswith("8 devices could not be compared")
    assert found.unseen[0].endswith("acc-4 and 3 more.")


def test_modules_put_in_taken_out_and_exchanged() -> None:
    first, second = SWITCH.modules
    out, changed = replace(SWITCH, modules=(second,)), replace(SWITCH, modules=(replace(first, serial="S9"), second))
    assert told(look(SWITCH), look(out)) == [
        (ChangeKind.MODULE, ChangeState.GONE, "module acc-1/3 is gone: WS-X4548 S1, with 31 phones before")
    ]
    assert told(look(out), look(SWITCH)) == [(ChangeKind.MODULE, ChangeState.NEW, "module acc-1/3 is new: WS-X4548 S1")]
    assert told(look(SWITCH), look(changed))[0][2] == "module acc-1/3 was exchanged: WS-X4548 S9, before WS-X4548 S1"
    assert told(look(SWITCH), look(replace(SWITCH, modules=()))) == [], "a table that was not read takes no module out"
    assert told(look(SWITCH), look(replace(SWITCH, software="15.9")))[0][2] == "acc-1 runs 15.9, before 15.2"


def test_parts_that_are_not_well_begin_go_on_and_end() -> None:
    well, sick = look(SWITCH), look(SWITCH, facts=(SICK,))
    assert told(well, sick) == [(ChangeKind.MODULE_STATUS, ChangeState.NEW, "acc-1 module 3 is faulty")]
    assert told(sick, sick)[0][1] is ChangeState.ONGOING
    assert told(sick, well) == [(ChangeKind.MODULE_STATUS, ChangeState.GONE, "acc-1 module 3: no longer so: acc-1 module 3 is faulty")]
    ids = {compare_looks(*pair, ()).changes[0].id for pair in ((well, sick), (sick, sick), (sick, well))}
    assert len(ids) == 1


def test_growth_and_restarts_between_the_looks() -> None:
    card = SICK.component
    less = Observation(card, ObservationKind.COUNTER_GROWTH, 5.0, "grew by 5")
    more = replace(less, value=9.0, text="grew by 9")
    boot = Observation(Component("switch", "acc-1"), ObservationKind.RELOAD, 1.0, "acc-1 restarted", NOW + HOUR / 2)
    old = replace(boot, at=NOW - HOUR)
    quiet = replace(less, kind=ObservationKind.COUNTER_QUIET)
    elsewhere = replace(less, component=Component("module", "acc-9/1"))
    found = told(look(SWITCH), look(SWITCH, at=NOW + HOUR), more, less, boot, old, quiet, elsewhere)
    assert found == [
        (ChangeKind.ERRORS, ChangeState.NEW, "grew by 9"), (ChangeKind.RESTART, ChangeState.NEW, "acc-1 restarted"),
    ]  # fmt: skip


def test_what_lasts_is_lost_against_the_baseline_and_new_against_the_last_run() -> None:
    lost = Change(ChangeKind.UPLINK, ChangeState.GONE, "x", "x is gone", id="1")
    moved = Change(ChangeKind.PHONE_MOVED, ChangeState.NEW, "p", "p moved", id="2")
    well = Change(ChangeKind.ERRORS, ChangeState.GONE, "y", "y is well", id="3")
    again = Change(ChangeKind.RECURRING, ChangeState.NEW, "z", "z again", id="4")
    found = lasting(Comparison("", "", changes=(lost, moved)), Comparison("", "", changes=(well, lost)), [again])
    assert [one.id for one in found] == ["4", "1"]


def test_one_message_for_all_new_findings_of_a_run() -> None:
    errors = [Change(ChangeKind.ERRORS, ChangeState.NEW, str(number), f"errors {number}", id=f"e-{number}") for number in range(25)]
    known = replace(errors[0], note="acknowledged", id="k")
    moved = Change(ChangeKind.PHONE_MOVED, ChangeState.NEW, "p", "p moved", id="m")
    over = replace(errors[0], state=ChangeState.GONE, id="o")
    assert alarms([known, moved, over]) == open_findings([known, moved, over]) == ()
    assert findings_message([known, moved], NOW) is None
    message = findings_message([*errors, known], NOW, link="https://x/", attachment="/r.html")
    assert message is not None
    assert message.title == "switchcorr: 25 new findings: errors 0"
    for text in ("- errors 19", "... and 5 more", "More: https://x/", "  e-0"):
        assert text in message.body
    assert "errors 24" not in message.body
    assert findings_message(errors[:1], NOW, link="") is not None


def test_incidents_and_what_recurs_are_changes_too() -> None:
    result = correlation()
    first = result.incidents[0]
    new, = incident_changes([first], {})  # fmt: skip
    old, = incident_changes([replace(first, summary="")], {first.id: first})  # fmt: skip
    assert (new.state, old.state, new.id) == (ChangeState.NEW, ChangeState.ONGOING, first.id)
    assert old.words == f"{first.endpoints} phones dropped"
    unknown, = incident_changes([replace(not_proven().incidents[0], causes=())], {})  # fmt: skip
    assert unknown.subject == "not proven"
    card, node = Recurring(Component("module", "acc-1/3"), 4, 0.9, 30, 40), Recurring(Component("node", "cm-1"), 3, 0.8, 9, 90)
    found = list(correlated_changes(replace(result, flapping=(), chronic=(), recurring=(card, node))))
    assert [(one.device, one.subject) for one in found] == [("acc-1", "module acc-1/3"), ("", "node cm-1")]
    assert "explains 4 bursts together" in found[0].words


def test_what_recurs_is_one_finding_whichever_of_its_equals_leads() -> None:
    card, asic = Component("module", "acc-1/3"), Component("asic", "acc-1/3/1")
    told = [
        replace(correlation(), flapping=(), chronic=(), recurring=(Recurring(one, 4, 0.99999, 30, 40, (other,)),)) for one, other in ((card, asic), (asic, card))
    ]  # fmt: skip
    (first,), (second,) = (list(correlated_changes(one)) for one in told)
    assert first.id == second.id
    assert first.subject != second.subject
    assert "(> 99.9 % sure, " in first.words, "nothing is certain"


def test_what_recurs_pauses_in_between_and_is_over_after_a_week() -> None:
    (again,) = correlated_changes(
        replace(correlation(), flapping=(), chronic=(), recurring=(Recurring(Component("module", "acc-1/3"), 4, 0.9, 30, 40),))
    )
    assert again.when is not None
    known = [replace(again, note="acknowledged"), replace(again, kind=ChangeKind.ERRORS, id="errors"), replace(again, when=None, id="no")]
    assert list(pausing_changes(known, [], again.when + PAUSES[again.kind] / 2)) == [again]
    assert list(pausing_changes(known, [again], again.when + PAUSES[again.kind] / 2)) == []
    assert list(pausing_changes(known, [], again.when + PAUSES[again.kind])) == []


def test_a_phone_that_flaps_is_a_finding_with_its_place_until_a_day_without() -> None:
    placed, silent = correlated_changes(replace(correlation("acc-12"), recurring=(), chronic=()))
    assert (placed.kind, placed.subject, placed.phone, placed.device) == (ChangeKind.PHONE_FLAPPING, "acc-12", "acc-12", "acc-12")
    assert (
        placed.words == "acc-12 (acc-12 acc-12) dropped 212 times by itself since 2026-11-22 09:41 UTC, where other phones do so 1.5 times"
    )
    assert silent.words.startswith("SEP00005E005399 (acc-12) dropped 9 times")
    (bare,) = correlated_changes(replace(flapping(), flapping=(replace(flapping().flapping[0], device="", drops=77),)))
    assert bare.words.startswith(f"{bare.phone} dropped 77 times")
    assert bare.id != placed.id
    (more,) = correlated_changes(replace(flapping(), flapping=(replace(flapping().flapping[0], drops=78),)))
    assert more.id == bare.id, "one finding, whatever the numbers"
    assert open_findings([placed, bare]) == alarms([placed, bare]) == (placed, bare)
    assert bare.when is not None
    assert list(pausing_changes([bare], [], bare.when + timedelta(hours=23))) == [bare]
    assert list(pausing_changes([bare], [], bare.when + timedelta(days=1))) == []


def test_a_part_whose_phones_drop_one_by_one_is_a_finding_until_a_day_without() -> None:
    card, asic = correlated_changes(chronic())
    assert (card.kind, card.subject, card.phone, card.device) == (ChangeKind.PART_CHRONIC, "module acc-12/3", "", "acc-12")
    assert card.words == (
        "phones of module acc-12/3 drop one by one since 2026-11-24 09:41 UTC, 4.1 times as often as others"
        " (252 drops of 44 of its 46 phones, 96 % sure)"
    )
    assert asic.words == (
        "phones of asic acc-4/2/1, or one of 2 others, drop one by one, 2.8 times as often as others (68 drops of 23 of its 24 phones, 44 % likely)"
    )
    (sick, _) = chronic().chronic
    (more,) = correlated_changes(replace(quiet(), chronic=(replace(sick, drops=400, probability=0.99999),)))
    assert more.id == card.id != asic.id, "one finding, whatever the numbers"
    assert "> 99.9 % sure" in more.words, "never certain"
    assert open_findings([card, asic]) == alarms([card, asic]) == (card, asic)
    assert card.when is not None
    assert list(pausing_changes([card], [], card.when + timedelta(hours=23))) == [card]
    assert list(pausing_changes([card], [], card.when + timedelta(days=1))) == []
    assert list(correlated_changes(replace(quiet(), chronic=(replace(sick, until=sick.last),)))) == []


def test_a_part_with_equals_is_one_finding_whichever_of_them_leads() -> None:
    switch, bundle = Component("switch", "acc-7"), Component("uplink_bundle", "acc-7:Port-channel1")
    first, second = (
        next(_of_part(replace(chronic_part("x"), component=one, equivalent=(other,))))
        for one, other in ((switch, bundle), (bundle, switch))
    )
    assert first.id == second.id
    assert (first.device, second.device) == ("acc-7", "")
    assert first.words.startswith("phones of switch acc-7, or uplink bundle acc-7:Port-channel1, drop one by one")


def _of_part(part: Chronic) -> Iterator[Change]:
    """What is told of an answer with this part alone."""
    return iter(correlated_changes(replace(quiet(), chronic=(part,))))


def _phones(firmware: str, *ports: str, at: datetime = NOW) -> Look:
    """acc-1 with a phone at each port, all of one firmware, and an uplink at Gi1/1 that both ends name."""
    names = [f"SEP00005E0053{number:02X}" for number in range(len(ports))]
    shown = [
        Neighbor(NeighborProtocol.CDP, InterfaceName(port), name, software=firmware)
        for name, port in zip(names, ports, strict=True)
        if port
    ]
    places = [Placement(name, PlacementState.PLACED, "acc-1", InterfaceName(port)) for name, port in zip(names, ports, strict=True) if port]
    facts = DeviceFacts("acc-1", "cisco_ios", DeviceTables(neighbors=tuple(shown)), taken_at=at)
    given = look(SWITCH, CampusDevice("dist-1"), at=at)
    return replace(given, campus=replace(given.campus, placements=tuple(places)), snapshot=Snapshot({"acc-1": facts}, taken_at=at))


def test_a_store_does_not_tell_the_firmware_that_a_phone_had_before() -> None:
    before, after = _phones("12.5", "Gi3/1"), _phones("14.1", "Gi3/1", at=NOW + HOUR)
    assert [kind for kind, *_ in told(before, replace(after, is_stored=True))] == [ChangeKind.PHONE_FIRMWARE]
    assert told(replace(before, is_stored=True), after) == []


def test_phones_that_are_new_and_a_wave_of_firmware_as_one_change() -> None:
    before, after = _phones("12.5", "Gi3/1", "Gi3/2", ""), _phones("14.1", "Gi3/1", "Gi3/2", "Gi3/3", at=NOW + HOUR)
    assert told(before, after) == [
        (ChangeKind.PHONE_NEW, ChangeState.NEW, "SEP00005E005302 is new at acc-1 Gi3/3"),
        (ChangeKind.PHONE_FIRMWARE, ChangeState.NEW, "2 phones went from firmware 12.5 to 14.1"),
    ]


def test_a_link_that_one_end_no_longer_names_is_lost_if_that_end_was_read() -> None:
    link = Link("acc-1", "dist-1", InterfaceName("Gi1/1"), InterfaceName("Gi1/7"), LinkEvidence.MUTUAL_NEIGHBORS)
    half = replace(link, evidence=LinkEvidence.ONE_SIDED_NEIGHBOR)

    def with_link(given: Look, link: Link) -> Look:
        return replace(given, campus=replace(given.campus, links=(link,)))

    read = _phones("1", "Gi3/1")
    (lost,) = told(with_link(read, link), with_link(read, half))
    assert lost == (ChangeKind.UPLINK, ChangeState.GONE, "acc-1 Gi1/1 no longer leads to dist-1")
    assert told(with_link(_phones("1"), link), with_link(_phones("1"), half)) == [], "an empty table was perhaps not read"
    assert told(with_link(read, link), with_link(read, link)) == []
    other = replace(link, b="dist-2")
    three = look(SWITCH, CampusDevice("dist-1"), CampusDevice("dist-2"))
    (moved,) = told(with_link(three, link), with_link(three, other))
    assert moved[2] == "acc-1 Gi1/1 leads to dist-2, before to dist-1"
    outside = replace(link, b="unknown")
    assert told(with_link(three, outside), with_link(three, outside)) == []


def _cut(given: Look, *tables: Table, device: str = "acc-1") -> Look:
    """The look with some answers of a device cut off."""
    return replace(given, lacking={device: frozenset(tables)})


def test_phones_of_an_answer_that_was_cut_off_are_neither_new_nor_lost() -> None:
    few, many = _phones("1", "Gi3/1", "", ""), _phones("1", "Gi3/1", "Gi3/2", "Gi3/3", at=NOW + HOUR)
    for table in (Table.NEIGHBORS, Table.MAC):
        assert told(_cut(few, table), many) == told(many, _cut(few, table)) == []
        assert [one[0] for one in told(few, _cut(many, table))] == [ChangeKind.PHONE_NEW] * 2, "what is shown counts"
        assert [one[0] for one in told(_cut(many, table), few)] == [ChangeKind.PHONE_LOST] * 2
        assert compare_looks(_cut(few, table), many, ()).unseen == (
            "1 device could be compared in part only, as answers were cut off or could not be read: acc-1.",
        )
    moved = _cut(_phones("1", "Gi3/1", "Gi3/9"), Table.MAC)
    assert [one[0] for one in told(moved, many)] == [ChangeKind.PHONE_MOVED], "both looks show the phone"


def test_a_table_that_a_device_does_not_have_is_not_missed() -> None:
    few, many = (_cut(_phones("1", *ports), Table.MAC, Table.STACK) for ports in (("Gi3/1", ""), ("Gi3/1", "Gi3/2")))
    assert [one[0] for one in told(few, many)] == [ChangeKind.PHONE_NEW]
    assert compare_looks(few, many, ()).unseen == ()
    assert told(_cut(few, Table.NEIGHBORS), _cut(many, Table.NEIGHBORS)) == [], "both were cut off, and show rows"


def test_modules_of_a_table_that_was_cut_off_are_neither_new_nor_gone() -> None:
    first, second = SWITCH.modules
    both, one = look(SWITCH), look(replace(SWITCH, modules=(first,)))
    assert told(_cut(one, Table.MODULES), both) == told(both, _cut(one, Table.INVENTORY)) == []
    assert [kind for kind, *_ in told(one, _cut(both, Table.MODULES))] == [ChangeKind.MODULE]
    other = look(replace(SWITCH, modules=(replace(first, serial="S9"),)))
    assert [words for *_, words in told(both, _cut(other, Table.MODULES))] == [
        "module acc-1/3 was exchanged: WS-X4548 S9, before WS-X4548 S1",
    ]  # fmt: skip
    assert second.id == "acc-1/4"


def test_links_and_neighbors_of_an_answer_that_was_cut_off_are_neither_new_nor_gone() -> None:
    link = Link("acc-1", "dist-1", InterfaceName("Gi1/1"), InterfaceName("Gi1/7"), LinkEvidence.MUTUAL_NEIGHBORS)
    half = replace(link, evidence=LinkEvidence.ONE_SIDED_NEIGHBOR)
    read = _phones("1", "Gi3/1")
    with_link, given_up = (replace(read, campus=replace(read.campus, links=(one,))) for one in (link, half))
    for device in ("acc-1", "dist-1"):
        without = _cut(read, Table.NEIGHBORS, device=device)
        assert told(with_link, without) == told(without, with_link) == []
    assert told(with_link, _cut(given_up, Table.NEIGHBORS)) == []
    stranger = CampusDevice("x", read=False)
    named = replace(read, campus=replace(read.campus, devices=(*read.campus.devices, stranger), links=(replace(link, b="x"),)))
    assert [kind for kind, *_ in told(read, named)] == [ChangeKind.DEVICE]
    cut = _cut(read, Table.NEIGHBORS)
    assert told(named, cut) == told(cut, named) == []
