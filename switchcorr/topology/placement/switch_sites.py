"""Switches of one name in several sites of a table of locations: two, if phones of different sites stand at the same ports.

A port has one phone. So where several ports of a switch have phones of two sites, the name is that of a switch in each, ``acc-1~berlin``. Without
ports nothing tells; that such a name is taken as one switch is said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from switchcorr.text import counted, first_few

_LEAST_PORTS = 3
"""Ports with phones of several sites from which the switch is several: one or two are a phone that moved, or an error. Assumed."""
_OF_A_SWITCH = ("port", "asic", "module", "chassis", "uplink", "uplink_bundle")
_TOLD = 3

Cells = Mapping[str, Mapping[str, str]]


def switches_by_site(cells: Cells) -> tuple[Cells, tuple[str, ...]]:
    """The cells of each phone with a name of its own for each switch, and sentences on names of several sites."""
    sites: dict[str, Counter[str]] = defaultdict(Counter)
    at_port: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in cells.values():
        switch, site = row.get("switch", ""), row.get("site", "")
        if switch and site:
            sites[switch][site] += 1
            at_port[switch, row.get("port", "")].add(site)
    shared = Counter(switch for (switch, port), own in at_port.items() if port and len(own) > 1)
    several = {switch for switch, own in sites.items() if len(own) > 1}
    apart = {switch for switch in several if shared[switch] >= _LEAST_PORTS}
    told = tuple(_told(sites, apart, several - apart))
    return ({phone: _named(row, apart) for phone, row in cells.items()} if apart else cells), told


def _told(sites: Mapping[str, Counter[str]], apart: set[str], unsure: set[str]) -> Iterator[str]:
    for switch in sorted(apart):
        names = first_few([f"{switch}~{site}" for site in sorted(sites[switch])], _TOLD)
        yield f"{switch} is the name of {counted(len(sites[switch]), 'switch')}, for its ports have phones of several sites: {names}"
    if unsure:
        names = first_few([f"{switch} ({', '.join(sorted(sites[switch]))})" for switch in sorted(unsure)], _TOLD)
        yield f"{names}: phones of several sites, taken as one switch; if it is the name of several, give each its own"


def _named(row: Mapping[str, str], apart: set[str]) -> Mapping[str, str]:
    """A row with the name of its switch in its site, also in ids that begin with the switch; one without a site keeps the name."""
    switch, site = row.get("switch", ""), row.get("site", "")
    if switch not in apart or not site:
        return row
    name = f"{switch}~{site}"
    ids = {
        kind: f"{name}{row[kind].removeprefix(switch)}"
        for kind in _OF_A_SWITCH
        if row.get(kind, "").startswith((f"{switch}:", f"{switch}/"))
    }
    return {**row, **ids, "switch": name}
