"""States that are not well: of modules, of their tests, of inline power, of supplies and fans; and since when, as far as visits tell.

A state that a visit shows and the one before did not began between them; one that a later visit no longer shows ended before it. What
all visits show has no time, and counts for every incident. A visit that did not ask says nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from switchcorr.model.campus import Component, ModuleFacts, Observation, ObservationKind
from switchcorr.model.interfaces import ChassisClass, InterfaceName
from switchcorr.model.tables import ONLINE_DIAGNOSTICS, DiagnosticResult
from switchcorr.topology.chassis import module_key
from switchcorr.topology.facts.device_growth import LEAST_PORTS, Cables, part_of
from switchcorr.topology.facts.growth import Visit
from switchcorr.topology.lacking import MODULE_WORDS, lacks, tells_parts

_WELL = frozenset(
    ("", "ok", "pass", "online", "active", "standby", "ready", "ha-standby", "active *", "ha-standby *", "powered-up", "standby hot",
     "connected", "present", "unknown", "n/a")
)  # fmt: skip
"""Words for a module that works, or of which the switch says nothing."""
_ABSENT = frozenset(("provisioned", "unprovisioned"))
"""Words for a stack member that is not there: it never was, or it has left. Source: ``show switch`` of 2960-X to 9300."""
_SICK = re.compile(r"fail|fault|error")
_POWER_FAULTS = ("faulty", "power-deny", "err")
_BAD_ENVIRONMENT = ("fault", "fail", "critical", "bad", "not ok", "shutdown", "alarm")
_NO_INPUT = "no input"
_OF_MEMBER = re.compile(r"switch (\d{1,2})\b|power supply (\d{1,2})[A-C]\b|(\d{1,2}) PS\d", re.IGNORECASE)
"""Readings of a stack: ``switch 2 fan 1``, ``power supply 2B``, ``2 PS1 Vout``. Source: ``show environment all`` of 3750-X to 9300."""

_States = dict[tuple[Component, str], Observation]
"""What is not well at one visit, by component and what it is."""


def state_facts(visits: Sequence[Visit], cables: Cables) -> Iterator[Observation]:
    """Facts of one device over all its visits, earlier first.

    Args:
        cables: ends of uplinks.
    """
    kinds = (*_KINDS, (lambda visit: bool(visit.facts.tables.status), lambda visit: _err_disabled(visit, cables)))
    for asked, read in kinds:
        yield from _stretches([visit for visit in visits if asked(visit)], read)
    supplied = [visit for visit in visits if visit.facts.tables.environment]
    yield from (fact for fact in _stretches(supplied, _without_input) if fact.since is not None)
    yield from _missing_modules(visits)


def _stretches(visits: Sequence[Visit], read: Callable[[Visit], _States]) -> Iterator[Observation]:
    seen = [read(visit) for visit in visits]
    for key in sorted({key for states in seen for key in states}):
        yield from _runs(visits, [states.get(key) for states in seen])


def _runs(visits: Sequence[Visit], states: Sequence[Observation | None]) -> Iterator[Observation]:
    """Each stretch of visits that show a state, as one fact with the last visit's words."""
    start: int | None = None
    for place, (state, following) in enumerate(zip(states, [*states[1:], None], strict=True)):
        start = start if start is not None or state is None else place
        if start is not None and state is not None and following is None:
            yield _dated(state, visits, start, place)
            start = None


def _dated(state: Observation, visits: Sequence[Visit], first: int, last: int) -> Observation:
    """A state that the visits from the first to the last show."""
    if (first, last) == (0, len(visits) - 1):
        return state
    since, until = visits[max(first - 1, 0)].facts.taken_at, visits[min(last + 1, len(visits) - 1)].facts.taken_at
    return state if since is None or until is None else replace(state, since=since, at=until)


def _modules(visit: Visit) -> _States:
    found: _States = {}
    for module in visit.chassis.modules.values():
        if module.status.lower() not in _WELL | _ABSENT:
            text = f"module {module.id} has the status {module.status!r}"
            component = Component("module", module.id)
            found[component, ""] = Observation(component, ObservationKind.MODULE_STATUS, 1.0, text)
    return found


def _parts(visit: Visit) -> _States:
    """Daughter cards and what a card's own tests found; fabric cards of a Nexus have numbers of their own and are part of no line card.

    What the tests found is told once: a card whose status is not well, or of which a single test failed, has told it.
    """
    found: _States = {}
    told = {component for component, _ in (*_modules(visit), *_diagnostics(visit))}
    for part in visit.facts.tables.modules:
        is_test = part.card_type == ONLINE_DIAGNOSTICS
        if part.submodule and _SICK.search(part.status.lower()) and (is_test or visit.chassis.kind is not ChassisClass.NEXUS):
            component = part_of(
                visit.facts.device, "" if visit.chassis.kind is ChassisClass.FIXED else module_key(part, visit.chassis.kind)
            )
            if is_test and component in told:
                continue
            what = part.card_type or part.model or "a daughter card"
            text = f"{what} of module {component.id}: status {part.status!r}"
            found[component, what] = Observation(component, ObservationKind.MODULE_STATUS, 1.0, text)
    return found


def _diagnostics(visit: Visit) -> _States:
    found: _States = {}
    for test in visit.facts.tables.diagnostics:
        if test.result == "fail":
            component = part_of(visit.facts.device, _slot(test, visit))
            text = f"diagnostic test {test.test} failed"
            found[component, test.test] = Observation(component, ObservationKind.DIAGNOSTIC_FAILURE, float(test.failures or 1), text)
    return found


def _slot(test: DiagnosticResult, visit: Visit) -> str:
    """The module a diagnostic test is about, as in a module's id."""
    if visit.chassis.kind is ChassisClass.FIXED:
        return ""
    numbers = [number for number in (test.switch, test.slot) if number is not None]
    return ".".join(str(number) for number in (numbers if visit.chassis.kind is ChassisClass.VIRTUAL_PAIR else numbers[:1]))


def _power(visit: Visit) -> _States:
    faults: dict[str, set[InterfaceName]] = defaultdict(set)
    for port in visit.facts.tables.power:
        if port.oper.startswith(_POWER_FAULTS):
            faults[visit.chassis.module_of(port.name)].add(port.name)
    found: _States = {}
    for module, ports in faults.items():
        component = part_of(visit.facts.device, module)
        text = f"{len(ports)} ports get no power for a fault" if len(ports) > 1 else "1 port gets no power for a fault"
        found[component, ""] = Observation(component, ObservationKind.POWER_FAULT, float(len(ports)), text)
    return found


def _environment(visit: Visit) -> _States:
    return _readings(visit, lambda state: any(word in state for word in _BAD_ENVIRONMENT))


def _without_input(visit: Visit) -> _States:
    """Supplies that get no power: one that never did may be a spare without a cable, so it counts only where it had some before or after."""
    return _readings(visit, lambda state: _NO_INPUT in state)


def _readings(visit: Visit, wanted: Callable[[str], bool]) -> _States:
    device = visit.facts.device
    return {
        (owner, reading.what): Observation(owner, ObservationKind.ENVIRONMENT, 1.0, f"{reading.what} of {device} is {reading.state!r}")
        for reading in visit.facts.tables.environment
        if wanted(reading.state.lower())
        for owner in (part_of(device, _member_of(reading.what, visit)),)
    }


def _member_of(what: str, visit: Visit) -> str:
    """The stack member that a fan, a supply or a sensor is in; empty where there is one switch only or the name tells none."""
    found = _OF_MEMBER.match(what)
    number = next(filter(None, found.groups())) if found else ""
    several = visit.chassis.kind is ChassisClass.STACK and sum(key.isdigit() for key in visit.chassis.modules) > 1
    return number if several and number in visit.chassis.modules else ""


def _err_disabled(visit: Visit, cables: Cables) -> _States:
    """Uplinks that the switch itself took down, and parts of which it took down several ports."""
    down: dict[Component, dict[InterfaceName, str]] = defaultdict(dict)
    for row in visit.facts.tables.status:
        if row.status.startswith("err-disabled"):
            uplink = cables.get((visit.facts.device, row.name))
            part = part_of(visit.facts.device, visit.chassis.module_of(row.name))
            known = down[Component("uplink", uplink) if uplink is not None else part]
            known[row.name] = row.reason or known.get(row.name, "")
    found: _States = {}
    for component, ports in down.items():
        if component.kind == "uplink" or len(ports) >= LEAST_PORTS:
            reasons = sorted({reason for reason in ports.values() if reason})
            why = f" ({', '.join(reasons)})" if reasons else ""
            what = f"the uplink {component.id} is" if component.kind == "uplink" else f"{len(ports)} ports of {component.id} are"
            text = f"{what} err-disabled{why}"
            found[component, "err-disabled"] = Observation(component, ObservationKind.LINK_FLAP, float(len(ports)), text)
    return found


_KINDS: tuple[tuple[Callable[[Visit], bool], Callable[[Visit], _States]], ...] = (
    (lambda visit: bool(visit.chassis.modules), _modules),
    (lambda visit: bool(visit.facts.tables.modules), _parts),
    (lambda visit: bool(visit.facts.tables.diagnostics), _diagnostics),
    (lambda visit: bool(visit.facts.tables.power), _power),
    (lambda visit: bool(visit.facts.tables.environment), _environment),
)
"""Whether a visit asked, and what it was told."""


def _missing_modules(visits: Sequence[Visit]) -> Iterator[Observation]:
    """Modules that an earlier visit showed and the last does not, where both hold the same tables and the last read them whole."""
    last = visits[-1]
    if lacks(last.facts, MODULE_WORDS) or tells_parts(last.facts, MODULE_WORDS):
        return
    gone = {
        key: (module, visit.facts.taken_at)
        for visit in visits[:-1]
        if _module_tables(visit) == _module_tables(last)
        for key, module in _present(visit).items()
        if key not in _present(last)
    }
    for _, (module, since) in sorted(gone.items()):
        text = f"module {module.id} was there in an earlier snapshot and is missing in the last"
        at = last.facts.taken_at if since is not None else None
        yield Observation(Component("module", module.id), ObservationKind.MODULE_STATUS, 1.0, text, at, since if at is not None else None)


def _present(visit: Visit) -> dict[str, ModuleFacts]:
    return {key: module for key, module in visit.chassis.modules.items() if module.status.lower() not in _ABSENT}


def _module_tables(visit: Visit) -> tuple[bool, ...]:
    tables = visit.facts.tables
    return bool(tables.modules), bool(tables.inventory), bool(tables.stack), bool(tables.fexes)
