"""Every physical port of every device that was read, with its place on the panel, its state and its errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.ports import PortFacts, PortState
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import Interface
from switchcorr.topology.chassis import find_chassis
from switchcorr.topology.error_growth import Visit, errors_between, errors_since_clearing

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
    errors = errors_between(visits) if grown else errors_since_clearing(last.facts)
    for interface, state in _states(last.facts).items():
        where = last.chassis.locate(interface)
        if not interface.is_physical or where.port is None or interface.kind == "mgmt" or "." in interface.number:
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
