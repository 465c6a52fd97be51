"""What options and tables name that the network does not have: a mistyped name would else pass for one of which nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from switchcorr.model.addresses import device_key
from switchcorr.model.campus import Campus, Observation
from switchcorr.text import counted, first_few

_SHOWN = 3


def unknown_cores(given: Sequence[str], campus: Campus) -> Iterator[str]:
    """A sentence for each ``--core`` that no device is called."""
    names = {device_key(device.name): device.name for device in campus.devices}
    for name in given:
        if device_key(name) not in names:
            near = get_close_matches(device_key(name), names, n=1)
            yield f"--core {name}: no device has that name.{f' Is {names[near[0]]} meant?' if near else ''}"


def unknown_devices(path: Path | None, groups: Mapping[str, object], campus: Campus) -> tuple[str, ...]:
    """A sentence on the devices of ``--devices`` that nothing else names; such a table may well be that of a larger network."""
    switches = (component.id for component in campus.risk.components.get("switch", ()))
    known = {device_key(name) for name in (*(device.name for device in campus.devices), *switches)}
    strange = [name for name in groups if device_key(name) not in known]
    if not strange:
        return ()
    return (f"{path}: {len(strange):,} of {counted(len(groups), 'device')} are named by nothing else: {first_few(strange, _SHOWN)}.",)


def unknown_parts(path: Path | None, observations: Sequence[Observation], campus: Campus) -> tuple[str, ...]:
    """A sentence on the components of ``--counters`` that carry no phone of this network."""
    parts = campus.risk.components
    strange = [one.component for one in observations if one.component not in parts.get(one.component.kind, ())]
    if not strange:
        return ()
    named = first_few([f"{component.kind} {component.id}" for component in strange], _SHOWN)
    return (f"{path}: {len(strange):,} of {counted(len(observations), 'component')} carry no phone that is known: {named}.",)
