"""Fabric extenders with two parents: their phones hang on the extender, and a number is its parents' own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from switchcorr.model.campus import Campus, Component, HashedComponent, ObservationKind
from switchcorr.model.placement import PlacementState
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import ErrorCounters, Fex, LogMessage
from switchcorr.topology.build import CampusOptions, build_campus
from switchcorr.topology.fexes import SharedFexes
from switchcorr.topology.placement.sightings import Alarm, Known
from tests.topology.device_rows import MORNING, cdp, cdp_phone, facts, fdb, item, phone, port, snapshot

_PHONES = range(1, 7)
_PAIR = "n5k-1+n5k-2"


def _parent(number: int, *, fex: Fex | None = None, phones: Any = _PHONES, more: Any = (), **tables: Any) -> DeviceFacts:
    """A Nexus below ``core`` with phones at the ports of its extender 101, and further neighbors."""
    records = (cdp("Eth1/1", "core", f"Eth3/{number}", platform="N7K-C7009", capabilities="Router Switch"), *more)
    return facts(
        f"n5k-{number}",
        platform="cisco_nxos",
        serials=(f"SSI{number}2345",),
        neighbors=(*records, *(cdp_phone(f"Eth101/1/{n}", n) for n in phones)),
        mac=tuple(fdb(110, n, f"Eth101/1/{n}") for n in phones),
        fexes=() if fex is None else (fex,),
        **tables,
    )


def _fex(serial: str = "SSI13370", number: int = 101, *, state: str = "Online") -> Fex:
    return Fex(number, "N2K-C2248TP", serial, state, (port("Po101"), port("Eth1/31"), port("Eth1/32")))


def _row(campus: Campus, number: int) -> dict[str, str]:
    place = campus.risk.phones.index(str(phone(number)))
    return {kind: campus.risk.components[kind][column[place]].id for kind, column in campus.risk.columns.items() if column[place] >= 0}


def test_phones_of_an_extender_with_two_parents_hang_on_it_and_it_on_both() -> None:
    devices = _parent(1, fex=_fex()), _parent(2, fex=_fex(state="Offline"))
    campus = build_campus([snapshot(*devices)], CampusOptions())

    assert {(placement.device, placement.module, placement.state) for placement in campus.placements} == {
        (_PAIR, f"{_PAIR}/fex101", PlacementState.PLACED)
    }
    row = _row(campus, 1)
    assert (row["module"], row["block"], row["port"]) == (f"{_PAIR}/fex101", _PAIR, f"{_PAIR}:Ethernet101/1/1")
    assert "distribution" not in row
    block = Component("block", _PAIR)
    assert campus.risk.hashed == tuple(HashedComponent(Component("distribution", f"n5k-{n}"), block, 2) for n in (1, 2))
    fabric = {(link.a, link.a_interface, link.b, link.b_interface) for link in campus.links if _PAIR in (link.a, link.b)}
    assert fabric == {
        *(("n5k-1", port(name), _PAIR, None) for name in ("Eth1/31", "Eth1/32")),
        *((_PAIR, None, "n5k-2", port(name)) for name in ("Eth1/31", "Eth1/32")),
    }
    assert f"fex101 of n5k-1 and n5k-2: one extender on several parents, a module of {_PAIR}" in campus.assumptions
    pair = next(device for device in campus.devices if device.stands_for)
    assert (pair.name, pair.level, pair.stands_for) == (_PAIR, 2, ("n5k-1", "n5k-2"))
    assert [(module.id, module.status, module.phones) for module in pair.modules] == [(f"{_PAIR}/fex101", "Online", len(_PHONES))]
    assert not any(device.modules for device in campus.devices if device is not pair)


def test_one_number_below_unrelated_parents_is_two_extenders() -> None:
    devices = _parent(1, fex=_fex("SSI11111")), _parent(2, fex=_fex("SSI22222"), phones=range(11, 15))
    campus = build_campus([snapshot(*devices)], CampusOptions())

    assert {placement.module for placement in campus.placements} == {"n5k-1/fex101", "n5k-2/fex101"}
    assert not any(device.stands_for for device in campus.devices)


def test_two_pairs_of_parents_with_one_number_are_two_extenders() -> None:
    devices = [
        _parent(n, fex=_fex("SSI11111" if n < 3 else "SSI33333"), phones=range(1, 5) if n < 3 else range(11, 15)) for n in (1, 2, 3, 4)
    ]
    campus = build_campus([snapshot(*devices)], CampusOptions())

    assert {placement.module for placement in campus.placements} == {"n5k-1+n5k-2/fex101", "n5k-3+n5k-4/fex101"}


def test_the_same_phones_at_the_same_ports_tell_a_shared_extender_where_no_table_does() -> None:
    shared = build_campus([snapshot(_parent(1, fex=_fex()), _parent(2))], CampusOptions())
    others = build_campus([snapshot(_parent(1, fex=_fex()), _parent(2, phones=(6, 7, 8, 9, 10, 11)))], CampusOptions())
    without = build_campus([snapshot(_parent(1), _parent(2))], CampusOptions())

    assert {placement.device for placement in shared.placements} == {_PAIR}
    assert {placement.device for placement in others.placements} == {"n5k-1", "n5k-2"}
    assert {placement.module for placement in without.placements} == {f"{_PAIR}/fex101"}
    assert {link.a_interface for link in without.links if link.b == _PAIR} == {None}


def test_a_device_that_was_read_under_two_names_shares_no_extender_with_itself() -> None:
    one = _parent(1, fex=_fex())
    campus = build_campus([snapshot(one, replace(one, device="n5k-1-old"))], CampusOptions())

    assert not any(device.stands_for for device in campus.devices)


def test_a_parent_with_an_extender_of_its_own_stays_what_the_shared_one_hangs_on() -> None:
    own = (cdp_phone("Eth102/1/1", 31), cdp_phone("Eth1/7", 32))
    items = (item("FEX 101 CHASSIS", "N2K-C2248TP", "SSI13370"), item("FEX 102 CHASSIS", "N2K-C2224TP", "SSI99999"), item("Module 1"))
    campus = build_campus([snapshot(_parent(1, fex=_fex(), more=own, inventory=items), _parent(2, fex=_fex()))], CampusOptions())

    assert _row(campus, 1)["block"] == _PAIR
    assert (_row(campus, 31)["module"], _row(campus, 32)["module"]) == ("n5k-1/fex102", "n5k-1/1")
    modules = {device.name: [module.id for module in device.modules] for device in campus.devices}
    assert modules["n5k-1"] == ["n5k-1/1", "n5k-1/fex102"]
    assert modules[_PAIR] == [f"{_PAIR}/fex101"]


def test_what_stands_for_two_parents_is_never_the_core() -> None:
    """With a link between the parents and extenders of their own, all three have phones and as many links."""
    peers = [(cdp("Eth1/47", f"n5k-{3 - n}", "Eth1/47", platform="N5K-C5548UP"), cdp_phone("Eth103/1/1", 60 + n)) for n in (1, 2)]
    for links in (True, False):
        pair = []
        for n in (1, 2):
            parent = _parent(n, fex=_fex(), more=peers[n - 1])
            kept = [row for row in parent.tables.neighbors if row.name != "core" and (links or not row.name.startswith("n5k"))]
            pair.append(replace(parent, tables=replace(parent.tables, neighbors=tuple(kept))))
        campus = build_campus([snapshot(*pair)], CampusOptions())

        levels = {device.name: device.level for device in campus.devices}
        assert levels == {"n5k-1": 0, "n5k-2": 0, _PAIR: 1}
        assert _row(campus, 1)["block"] == _PAIR


def test_a_parent_that_stands_in_another_block_carries_no_share_of_either() -> None:
    bundle = (cdp("Eth1/1", "n5k-1", "Eth1/11"), cdp("Eth1/2", "n5k-3", "Eth1/11"))
    access = facts("acc", neighbors=(*bundle, *(cdp_phone(f"Gi0/{n}", 40 + n) for n in range(1, 5))))
    third = _parent(3, phones=())
    campus = build_campus([snapshot(_parent(1, fex=_fex()), _parent(2, fex=_fex()), third, access)], CampusOptions())

    parents = {item.component.id: item.bundle.id for item in campus.risk.hashed if item.component.kind == "distribution"}
    assert parents == {"n5k-1": "n5k-1+n5k-3", "n5k-3": "n5k-1+n5k-3", "n5k-2": _PAIR}


def test_what_both_parents_say_of_their_extender_is_one_fact_about_it() -> None:
    def logged(number: int) -> tuple[LogMessage, ...]:
        lines = [("NOHMS", 2, "NOHMS_ENV_FEX_OFFLINE", "FEX-101 Off-line (Serial Number SSI13370)")]
        lines += [("ETHPORT", 5, "IF_DOWN_LINK_FAILURE", f"Interface Ethernet101/1/{n} is down (Link failure)") for n in _PHONES]
        lines += [("ETHPORT", 5, "IF_DOWN_LINK_FAILURE", "Interface Ethernet1/7 is down (Link failure)")]
        return tuple(LogMessage(f"2026 Nov 22 07:4{number}:00 UTC", *line) for line in lines)

    counters = tuple(ErrorCounters(port(f"Eth101/1/{n}"), {"fcs_err": 900}) for n in _PHONES)
    devices = [_parent(n, fex=_fex(state="Offline"), logging=logged(0), error_counters=counters) for n in (1, 2)]
    campus = build_campus([snapshot(*devices)], CampusOptions())
    told = [(fact.component.id, fact.kind) for fact in campus.observations if "fex101" in fact.component.id]

    of_fex = f"{_PAIR}/fex101"
    assert told.count((of_fex, ObservationKind.LINK_FLAP)) == 1
    assert told.count((of_fex, ObservationKind.MODULE_STATUS)) == 2  # its state now, and the message
    assert {id_ for id_, _ in told} == {of_fex}
    assert {fact.clock for fact in campus.observations if fact.kind is ObservationKind.LINK_FLAP} <= {"n5k-1", "n5k-2"}
    assert {(down.switch, down.phone) for down in campus.link_downs} == {(f"n5k-{n}", str(phone(m))) for n in (1, 2) for m in _PHONES}


def test_a_log_of_a_parent_reaches_for_the_extender_too() -> None:
    shared = SharedFexes({("a", 101): "a+b", ("b", 101): "a+b", ("c", 1): "c+d", ("d", 1): "c+d"}, {"a+b": ("a", "b"), "c+d": ("c", "d")})

    assert shared.reach({"a": timedelta(hours=1), "b": timedelta(hours=3)})["a+b"] == timedelta(hours=3)
    assert "c+d" not in shared.reach({"a": timedelta(hours=1)})


def test_a_phone_that_names_a_parent_is_at_the_shared_extender() -> None:
    known = Known(
        phones=(phone(1), phone(2), phone(3)),
        alarms=(
            Alarm(phone(1), "n5k-2", "Ethernet101/1/1", at=MORNING + timedelta(hours=1)),
            Alarm(phone(2), "n5k-2", "Ethernet1/9", at=MORNING + timedelta(hours=1)),
            Alarm(phone(3), "", ""),
        ),
    )
    campus = build_campus([snapshot(_parent(1, fex=_fex()), _parent(2, fex=_fex()))], CampusOptions(known=known))
    places = {str(placement.phone): (placement.device, placement.interface) for placement in campus.placements}

    assert places[str(phone(1))] == (_PAIR, "Ethernet101/1/1")
    assert places[str(phone(2))] == ("n5k-2", "Ethernet1/9")


def test_a_sweep_that_reached_one_parent_only_tells_of_the_same_extender() -> None:
    later = MORNING + timedelta(hours=1)
    one = replace(_parent(1, fex=_fex()), taken_at=later)
    campus = build_campus(
        [snapshot(_parent(1, fex=_fex()), _parent(2, fex=_fex())), snapshot(one, at=later), snapshot(at=later)], CampusOptions()
    )

    assert {(placement.device, placement.sightings[0].seen_at) for placement in campus.placements} == {(_PAIR, later)}


def test_what_both_parents_have_in_common_is_a_group_of_the_extenders_phones() -> None:
    devices = snapshot(_parent(1, fex=_fex()), _parent(2, fex=_fex()))
    groups = {"n5k-1": {"site": "berlin", "power": "a"}, "N5K-2": {"site": "berlin", "power": "b"}}

    row = _row(build_campus([devices], CampusOptions(device_groups=groups)), 1)
    assert (row["site"], "power" in row) == ("berlin", False)
    assert "site" not in _row(build_campus([devices], CampusOptions(device_groups={"n5k-1": {"site": "berlin"}})), 1)
    own = {**groups, _PAIR: {"site": "berlin-2"}}
    assert _row(build_campus([devices], CampusOptions(device_groups=own)), 1)["site"] == "berlin-2"
