"""Every physical port of every device that was read, with its place on the panel, its state and its errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.ports import PortFacts, PortState
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import Interface
from switchcorr.topology.chassis import find_chassis
from switchcorr.topology.facts.growth import Errors, Visit, errors_since_clearing, growth_between
from switchcorr.topology.management import management_ports

_DISABLED = ("disabled", "shutdown", "inactive")
_UP = ("connected", "connect", "up")


def port_facts(snapshots: Sequence[Snapshot]) -> tuple[PortFacts, ...]:
    """The ports as the last visit of each device shows them, in order of device, module and panel.

    Errors are growth between the visits of a device; of a device that was visited once they are the totals since the last clearing.

    Args:
        snapshots: earlier first.
    """
    visits: dict[str, list[Visit]] = defaultdict(list)
    for snapshot in snapshots:
        for name, facts in snapshot.devices.items():
            visits[name].append(Visit(facts, find_chassis(facts)))
    return tuple(port for name in sorted(visits) for port in sorted(_ports(visits[name]), key=_order))


def _order(port: PortFacts) -> tuple[str, tuple[str, tuple[int, ...]]]:
    return port.module, port.interface.sort_key


def _ports(visits: Sequence[Visit]) -> Iterator[PortFacts]:
    last = visits[-1]
    device, grown = last.facts.device, len(visits) > 1
    errors = _errors_over(visits) if grown else errors_since_clearing(last).errors
    beside = management_ports(last.facts.tables)
    for interface, state in _states(last.facts).items():
        where = last.chassis.locate(interface)
        if not interface.is_physical or where.port is None or interface in beside or "." in interface.number:
            continue
        module = last.chassis.module_of(interface)
        worst = errors.get(interface)
        yield PortFacts(
            device=device,
            interface=interface,
            module=f"{device}/{module}" if module else device,
            position=where.port,
            state=state,
            errors=worst.count if worst else None,
            counter=worst.counter if worst and worst.count else "",
            grown=grown,
        )


def _errors_over(visits: Sequence[Visit]) -> dict[InterfaceName, Errors]:
    """Growth of each port over all visits: that of its worst counter in each time between two of them, added up."""
    found: dict[InterfaceName, Errors] = {}
    for before, after in pairwise(visits):
        for interface, errors in growth_between(before, after).errors.items():
            known = found.get(interface)
            counter = errors.counter if known is None or errors.count > known.count else known.counter
            found[interface] = Errors(errors.count + (known.count if known else 0), counter)
    return found


def _states(facts: DeviceFacts) -> dict[InterfaceName, PortState]:
    """The state of every interface that a table names; the table of states wins."""
    found: dict[InterfaceName, PortState] = {}
    for row in facts.tables.interfaces:
        found[row.name] = _of_lines(row)
    for status in facts.tables.status:
        found[status.name] = _of_word(status.status.lower())
    return found


def _of_lines(row: Interface) -> PortState:
    if row.admin_up is False:
        return PortState.DISABLED
    if row.line_up is None:
        return PortState.UNKNOWN
    return PortState.UP if row.line_up else PortState.DOWN


def _of_word(word: str) -> PortState:
    if word in _UP:
        return PortState.UP
    if word in _DISABLED or word.startswith("err"):
        return PortState.DISABLED
    return PortState.DOWN if word else PortState.UNKNOWN
