"""Whatever a sweep leaves out and whatever is stale in it: where a phone is surely placed, it is.

A tree of switches is drawn, of which some are not read; neighbor records between switches, their own addresses, trunks and voice VLANs
are known or not; phones have records and MAC entries in any VLAN, computers behind them, and records at ports that they left.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from switchcorr.model.addresses import PhoneName
from switchcorr.model.placement import PlacementState
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import TableRow, table_of
from switchcorr.topology import CampusOptions, Known, build_campus
from tests.topology.device_rows import cdp, cdp_phone, facts, fdb, interface, lldp, phone, port, snapshot, switchport

SURE = 0.75
"""A MAC entry alone is below it, every record of a phone's own above."""
_UP = "Te1/1/1"
_OWN = 0x5000
_PC = 0x9000


@dataclass(frozen=True, slots=True)
class _Tree:
    """Switches by number, the core first: their parents, and the port of each at its parent."""

    parents: tuple[int, ...]
    ports: tuple[str, ...]

    def way(self, switch: int) -> list[int]:
        """From a switch to the core."""
        return [switch, *self.way(self.parents[switch])] if switch else [0]

    def learned_at(self, where: int, switch: int) -> str:
        """The port at which one switch learns what is on another one."""
        below = self.way(switch)
        return self.ports[below[below.index(where) - 1]] if where in below else _UP


def _tree(rng: random.Random) -> _Tree:
    parents = [0] + [rng.randrange(number) for number in range(1, rng.randint(3, 7))]
    count: Counter[int] = Counter()
    ports = []
    for parent in parents:
        count[parent] += 1
        ports.append(f"Te1/0/{count[parent]}")
    return _Tree(tuple(parents), tuple(ports))


def _phones(rng: random.Random, tree: _Tree) -> dict[int, tuple[int, str]]:
    """Switch and port of each phone."""
    places = [(switch, f"Gi{rng.randint(1, 2)}/0/{n}") for switch in range(1, len(tree.parents)) for n in range(1, rng.randint(2, 6))]
    return dict(enumerate(places, start=1))


def _of_phones(rng: random.Random, tree: _Tree, phones: Mapping[int, tuple[int, str]], rows: Mapping[int, list[TableRow]]) -> None:
    for number, (switch, at) in phones.items():
        for vlan, mac in ((110, number), (10, number), (10, _PC + number)):
            if vlan == 110 or rng.random() < 0.5:
                rows[switch].append(fdb(vlan, mac, at))
                for other in set(range(len(tree.parents))) - {switch}:
                    rows[other].append(fdb(vlan, mac, tree.learned_at(other, switch)))
        if rng.random() < 0.6:
            rows[switch].append(cdp_phone(at, number))
        if rng.random() < 0.3:
            rows[switch].append(lldp(at, phone(number), capabilities="B,T"))
        if rng.random() < 0.2:
            rows[rng.randrange(1, len(tree.parents))].append(cdp_phone(f"Gi1/0/{rng.randint(20, 40)}", number))


def _of_switches(rng: random.Random, tree: _Tree, phones: Mapping[int, tuple[int, str]], rows: Mapping[int, list[TableRow]]) -> None:
    records, own_macs, switchports = (rng.random() < 0.6 for _ in range(3))
    for switch in range(1, len(tree.parents)):
        parent, at = tree.parents[switch], tree.ports[switch]
        if records and rng.random() < 0.9:
            rows[switch].append(cdp(_UP, f"sw-{parent}", at))
            rows[parent].append(cdp(at, f"sw-{switch}", _UP))
        if switchports:
            rows[switch].append(switchport(_UP, mode="trunk"))
            rows[parent].append(switchport(at, mode="trunk"))
    for switch in range(len(tree.parents)) if own_macs else ():
        rows[switch].append(interface("Vlan1", address=_OWN + switch))
        for other in set(range(len(tree.parents))) - {switch}:
            rows[other].append(fdb(1, _OWN + switch, tree.learned_at(other, switch)))
    for switch, at in phones.values() if switchports else ():
        rows[switch].append(switchport(at, voice=110))


def _device(number: int, rows: list[TableRow]) -> DeviceFacts:
    tables: dict[str, Any] = {}
    for row in rows:
        name = table_of(row).value
        tables[name] = (*tables.get(name, ()), row)
    return facts(f"sw-{number}", model="C9300-48P", **tables)


@pytest.mark.parametrize("seed", range(120))
def test_a_phone_that_is_surely_placed_is_there(seed: int) -> None:
    rng = random.Random(seed)
    tree = _tree(rng)
    phones = _phones(rng, tree)
    rows: dict[int, list[TableRow]] = defaultdict(list)
    _of_phones(rng, tree, phones, rows)
    _of_switches(rng, tree, phones, rows)
    share = rng.choice((1.0, 0.7))
    devices = [_device(number, rows[number]) for number in range(len(tree.parents)) if not number or rng.random() < share]
    known = Known(phones=tuple(PhoneName(phone(number)) for number in phones))
    campus = build_campus([snapshot(*devices)], CampusOptions(known=known))
    true = {PhoneName(phone(number)): (f"sw-{switch}", port(at)) for number, (switch, at) in phones.items()}
    sure = [placement for placement in campus.placements if placement.state is PlacementState.PLACED and placement.confidence > SURE]
    assert {one.phone: (one.device, one.interface) for one in sure} == {one.phone: true[PhoneName(one.phone)] for one in sure}
    read = {device.device for device in devices}
    assert all(
        device not in read or one.state is not PlacementState.UNPLACED
        for one in campus.placements
        for device, _ in [true[PhoneName(one.phone)]]
    )
