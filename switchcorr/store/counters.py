"""Counters of a device against the last visit: what changed, by how much, and what is now known. Pure.

The state of a device is one document: names once, values of a port only where they are not 0. Growth is never invented: the first
sight of a counter is no growth, nor is the first sight on other hardware. A counter that fell without a known reload or clearing either
wrapped at 32 bits (it stood in the last quarter and now stands in the first) or was reset; the flag says which was taken.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from switchcorr.model.tables import COUNTER_NAMES, DeviceTables

NOT_KEPT = frozenset({"input_packets", "output_packets", "unknown_protocol_drops", "input_pause", "output_pause", "deferred"})
"""Counters of traffic, not of faults: they change at every visit. They stay in the captured text; packets also on rows that are written."""
KEPT = tuple(name for name in COUNTER_NAMES if name not in NOT_KEPT)
_OUTPUT = frozenset(
    {"output_errors", "output_drops", "output_discards", "collisions", "late_collisions", "underruns", "babbles", "lost_carrier",
     "no_carrier", "output_buffer_failures", "transmit_errors", "single_collisions", "multiple_collisions", "excess_collisions",
     "carrier_sense"}
)  # fmt: skip
MOST = 2**63 - 1
"""Highest value both engines can hold."""
_WRAP = 2**32


class CounterFlag(enum.IntFlag):
    """What is to be known of a change besides its numbers."""

    NOTHING = 0
    FIRST = 1
    """First sight of the counter: no growth is known."""
    RESET = 2
    """It counts from zero again: the device was reloaded, the counters were cleared, or it fell."""
    WRAPPED = 4
    """It went over the end of 32 bits."""
    OTHER_HARDWARE = 8
    """First sight on other hardware under the same name."""


FIRST_SIGHT = CounterFlag.FIRST | CounterFlag.OTHER_HARDWARE
"""No growth is known of such a change."""


@dataclass(frozen=True, slots=True)
class Change:
    """One counter that changed."""

    port: str
    counter: str
    value: int
    delta: int
    flags: CounterFlag
    packets: int | None = None


@dataclass(frozen=True, slots=True)
class PortCounters:
    """What one visit shows of one port: values by counter (``interfaces.crc``), and packets in and out."""

    values: Mapping[str, int]
    packets_in: int | None = None
    packets_out: int | None = None


@dataclass(slots=True)
class PortState:
    """The last values of one port: counters that are not in ``values`` are 0 if ``names`` has them, else never seen."""

    hardware: str = ""
    names: frozenset[str] = frozenset()
    values: dict[str, int] = field(default_factory=dict)


_NEW = PortState()


@dataclass(frozen=True, slots=True)
class Since:
    """What is known of the time between two visits.

    Attributes:
        restarted: whether the device was reloaded in between.
        cleared: ports whose counters were cleared in between.
        hardware: of each port.
    """

    restarted: bool = False
    cleared: frozenset[str] = frozenset()
    hardware: Mapping[str, str] = field(default_factory=dict)


def counters_of(tables: DeviceTables) -> tuple[dict[str, PortCounters], int]:
    """Counters that are kept, by port, and how many values were refused because no database holds them."""
    values: dict[str, dict[str, int]] = {}
    packets: dict[str, tuple[int | None, int | None]] = {}
    refused = 0
    for source, rows in (("interfaces", tables.interfaces), ("error_counters", tables.error_counters)):
        for row in rows:
            if not row.name.is_physical:
                continue
            kept = {_key(source, name): value for name, value in row.counters.items() if name not in NOT_KEPT}
            usable = {key: value for key, value in kept.items() if 0 <= value <= MOST}
            refused += len(kept) - len(usable)
            values.setdefault(row.name, {}).update(usable)
            if source == "interfaces":
                packets[row.name] = _packets(row.counters, "input_packets"), _packets(row.counters, "output_packets")
    found = {name: PortCounters(some, *packets.get(name, (None, None))) for name, some in values.items() if some}
    return found, refused


def _packets(counters: Mapping[str, int], name: str) -> int | None:
    value = counters.get(name)
    return value if value is not None and 0 <= value <= MOST else None


_KEYS: dict[tuple[str, str], str] = {(source, name): f"{source}.{name}" for source in ("interfaces", "error_counters") for name in KEPT}


def _key(source: str, name: str) -> str:
    return _KEYS.get((source, name)) or f"{source}.{name}"


def compare(state: Mapping[str, PortState], seen: Mapping[str, PortCounters], since: Since) -> tuple[list[Change], dict[str, PortState]]:
    """Changes against the last visit, and the state after this one; ports that are not shown stay as they were."""
    after = dict(state)
    changes: list[Change] = []
    for port, counters in seen.items():
        known = state.get(port, _NEW)
        hardware = since.hardware.get(port, "") or known.hardware
        swapped = bool(known.hardware) and known.hardware != hardware
        base = _NEW if swapped else known
        values = {key: value for key, value in counters.values.items() if value}
        from_zero = since.restarted or port in since.cleared
        as_before = base.values == values and base.names == counters.values.keys() and base.hardware == hardware
        if as_before and not (from_zero and values):
            continue
        first = CounterFlag.FIRST | (CounterFlag.OTHER_HARDWARE if swapped else CounterFlag.NOTHING)
        changes += _changes(port, base, counters, from_zero=from_zero, first=first)
        kept = {key: value for key, value in base.values.items() if key not in counters.values}
        after[port] = PortState(hardware, base.names.union(counters.values), {**kept, **values})
    return changes, after


def _changes(port: str, base: PortState, counters: PortCounters, *, from_zero: bool, first: CounterFlag) -> Iterator[Change]:
    for key, value in counters.values.items():
        old = base.values.get(key, 0) if key in base.names else None
        found = _change(old, value, from_zero=from_zero)
        if found is not None:
            packets = counters.packets_out if key.rpartition(".")[2] in _OUTPUT else counters.packets_in
            yield Change(port, key, value, found[0], first if old is None else found[1], packets)


def _change(old: int | None, value: int, *, from_zero: bool) -> tuple[int, CounterFlag] | None:
    """Growth and flags of one counter; None if there is nothing to tell."""
    if old is None:
        return (0, CounterFlag.FIRST) if value else None
    if from_zero:
        return (value, CounterFlag.RESET) if value or old else None
    if value == old:
        return None
    if value > old:
        return value - old, CounterFlag.NOTHING
    if _WRAP * 3 // 4 <= old < _WRAP and value < _WRAP // 4:
        return _WRAP - old + value, CounterFlag.WRAPPED
    return value, CounterFlag.RESET


def state_text(state: Mapping[str, PortState]) -> str:
    """The state of a device as JSON: lists of names once, then a port's hardware, its list, and its values by place in the list."""
    lists: dict[tuple[str, ...], int] = {}
    hardware: dict[str, int] = {}
    ports = {}
    memo: dict[frozenset[str], tuple[str, ...]] = {}
    for port, one in sorted(state.items()):
        names = memo.get(one.names) or memo.setdefault(one.names, tuple(sorted(one.names)))
        which = lists.setdefault(names, len(lists))
        values = {str(number): one.values[name] for number, name in enumerate(names) if name in one.values}
        ports[port] = [hardware.setdefault(one.hardware, len(hardware)), which, values]
    return json.dumps({"names": list(lists), "hardware": list(hardware), "ports": ports}, separators=(",", ":"))


def read_state(text: str) -> dict[str, PortState]:
    """The state that a JSON text holds."""
    document = json.loads(text)
    lists: Sequence[Sequence[str]] = document["names"]
    sets = [frozenset(names) for names in lists]
    return {
        port: PortState(document["hardware"][hardware], sets[number], {lists[number][int(place)]: value for place, value in values.items()})
        for port, (hardware, number, values) in document["ports"].items()
    }
