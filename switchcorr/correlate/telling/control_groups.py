"""Control groups: phones that share one thing with those that dropped and not the other, in both directions.

With a part of the network: phones elsewhere that have the same node, hang on the same switch, are in the same VLAN; and its own
phones by node. With a node: phones of other nodes on the same switches. What a control group says is part of the likelihood
already, so it is told for people: without weight, or with a slight one against where the group dropped too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.exposure.table import Bools, Exposure, Ints
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.telling.sentences import listed
from switchcorr.model.campus import Domain, risk_kind
from switchcorr.model.incident import Evidence, EvidenceKind
from switchcorr.model.wording import component_name
from switchcorr.text import counted

SLIGHT = 0.1
"""Weight of an argument whose size is not known, and the least weight of reasons worth a sentence."""
_ALIKE = 3.0
"""A control group that dropped at a third of the rate or more is no contrast. Assumed."""
_NAMES = 3
_MOST = 3
_OF_NETWORK = (("node", "cluster"), ("switch",), ("vlan",), ("block",), ("device_pool",))
_OF_SERVER = (("switch",), ("module",), ("block",), ("site",))
"""Kinds that are shared, most telling first; of a group the first that gives one."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Phones that share components of one kind with a component's dropped phones and are not on it."""

    shared: tuple[int, ...]
    dropped: int
    size: int


def control_groups(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    """A sentence per control group, three at most and of groups with the same counts one; then the component's own phones by node."""
    exposure, rows = likelihood.exposure, likelihood.covariates.rows
    inside = rows[exposure.exposed(likelihood.covariates.row_cells, component)]
    if len(inside) == 0:
        return
    is_server = exposure.domain_of(component) is Domain.CALL_SERVER
    rate = len(inside) / max(float(exposure.size[component]), 1.0)
    seen: set[tuple[int, int]] = set()
    for kinds in _OF_SERVER if is_server else _OF_NETWORK:
        groups = ((kind, _group(exposure, rows, inside, component, kind)) for kind in kinds)
        kind, group = next(((kind, group) for kind, group in groups if group is not None), ("", None))
        if group is None or (group.dropped, group.size) in seen or len(seen) == _MOST:
            continue
        seen.add((group.dropped, group.size))
        alike = group.dropped / group.size >= rate / _ALIKE
        yield Evidence(EvidenceKind.CONTROL_GROUP, _sentence(exposure, component, group, kind), -SLIGHT if alike else 0.0)
    if not is_server:
        yield from _by_node(exposure, inside, component)


def _group(exposure: Exposure, rows: Ints, inside: Ints, component: int, kind: str) -> _Group | None:
    if kind not in exposure.kinds or kind == exposure.components[component].kind:
        return None
    place = exposure.kinds.index(kind)
    shared = np.unique(exposure.members[inside, place])
    shared = shared[shared >= 0]
    if len(shared) == 0:
        return None
    on_another = exposure.known(place, int(exposure.kind_of[exposure.path[component]]))[shared - exposure.first_of[place]]
    size = int(on_another.sum() - exposure.common(component)[shared].sum())
    dropped = int((_not_on(exposure, rows, component) & np.isin(exposure.members[rows, place], shared)).sum())
    return _Group(tuple(shared.tolist()), dropped, size) if size else None


def _not_on(exposure: Exposure, rows: Ints, component: int) -> Bools:
    """Which of some phones are on another component of the same kind."""
    path = exposure.path[component]
    own = exposure.members[rows, exposure.kind_of[path]]
    apart: Bools = (own >= 0) & (own != path)
    return apart


def _sentence(exposure: Exposure, component: int, group: _Group, kind: str) -> str:
    if len(group.shared) == 1:
        same = f"the same {component_name(exposure.components[group.shared[0]])}"
    else:
        names = [exposure.components[number].id for number in group.shared]
        same = f"the same {counted(len(names), risk_kind(kind).noun)} ({listed(names, _NAMES)})"
    with_ = "on" if kind in ("switch", "module") else "with"
    other = f" but another {risk_kind(exposure.components[component].kind).noun}"
    return f"control group: {group.dropped:,} of {counted(group.size, 'phone')} {with_} {same}{other} dropped"


def _by_node(exposure: Exposure, inside: Ints, component: int) -> Iterator[Evidence]:
    """The component's own phones by node: that those of several nodes dropped clears the single node."""
    if "node" not in exposure.kinds:
        return
    place = exposure.kinds.index("node")
    own = exposure.members[exposure.phones_of(component), place]
    size = np.bincount(own[own >= 0], minlength=len(exposure.components))
    at = exposure.members[inside, place]
    dropped = np.bincount(at[at >= 0], minlength=len(exposure.components))
    used = np.flatnonzero(size)
    nodes: list[int] = used[np.argsort(-size[used], kind="stable")].tolist()
    if len(nodes) < 2:
        return
    told = [f"{int(dropped[n]):,} of {int(size[n]):,} with {exposure.components[n].id}" for n in nodes]
    text = f"its phones by {risk_kind('node').noun}: {listed(told, _NAMES)} dropped"
    yield Evidence(EvidenceKind.CONTROL_GROUP, text)
