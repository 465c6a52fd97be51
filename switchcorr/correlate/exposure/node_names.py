"""One name for each CallManager node: logs, alerts and lists spell it with its domain and without, in small letters or capitals.

Left apart, each spelling would be a node with some of the phones: the one that stalls shows half of its drops, and what fails over from ``cm1`` to
``CM1.example.org`` has not moved. Lists of the call manager may tell addresses where its alarms tell names: an address is the node that the log tells of
nearly all of its phones, if nearly all phones of that one have the address. Nodes of two domains may have one host name: then only spellings with the same domain are one, and the bare name is
a node by itself, for it may be either.
"""

from __future__ import annotations

import ipaddress
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from switchcorr.correlate.exposure.columns import told_by_log
from switchcorr.model.campus import Campus, Component, RiskTable
from switchcorr.model.event import EventKind, EventLog

_NODE = "node"
_LEAST_PHONES = 5
"""Phones that an address and a name must have in common to be one node. Assumed."""
_NEARLY_ALL = 0.8
"""Share of the phones of each that these must be. Assumed: some fail over, or were moved since the list was made."""


def with_one_name(log: EventLog, campus: Campus) -> tuple[EventLog, Campus, tuple[str, ...]]:
    """Log and network with one name for each node, that of the most phones of the network, else of most events; and sentences that say which were joined."""
    named = {component.id: 0 for component in campus.risk.components.get(_NODE, ())}
    if named:
        column = np.frombuffer(campus.risk.columns[_NODE], dtype=np.int32)
        named = dict(zip(named, np.bincount(column[column >= 0], minlength=len(named)).tolist(), strict=True))
    told = _told(log)
    keys = keys_of([*named, *told])
    keys |= _by_phones(log, campus, keys)
    best: dict[str, str] = {}
    for name in sorted(keys, key=lambda one: (is_address(one), one not in named, -named.get(one, 0), -told.get(one, 0), one)):
        best.setdefault(keys[name], name)
    names = {name: best[key] for name, key in keys.items() if best[key] != name}
    if not names:
        return log, campus, ()
    sentences = tuple(
        f"{', '.join(sorted(name for name, one in names.items() if one == node))} and {node} are taken for one CallManager node"
        for node in sorted(set(names.values()))
    )
    return _log_with(log, names), replace(campus, risk=_risk_with(campus.risk, names)), sentences


def keys_of(names: Iterable[str]) -> dict[str, str]:
    """Of each name of a node what is equal for all spellings of the same node.

    >>> keys_of(["CM1", "cm1.example.org", "cm2.a.example", "cm2.b.example", "cm2", "192.0.2.7"])["cm1.example.org"]
    'cm1'
    """
    spelled = {name: name.lower().rstrip(".") for name in names}
    domains: dict[str, set[str]] = {}
    for text in spelled.values():
        host, _, domain = text.partition(".")
        domains.setdefault(host, set()).update([domain] if domain else [])
    return {name: _key(text, len(domains[text.partition(".")[0]])) for name, text in spelled.items()}


def _key(text: str, domains: int) -> str:
    if is_address(text):
        return ipaddress.ip_address(text).compressed
    return text if domains > 1 else text.partition(".")[0]


def is_address(text: str) -> bool:
    """Whether a name is an IP address, which tells no host."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _told(log: EventLog) -> Counter[str]:
    """How many events of phones each node of a log tells of; 0 of one that only alerts name."""
    node, kind = np.frombuffer(log.node, dtype=np.int32), np.frombuffer(log.kind, dtype=np.int8)
    texts = log.pools.nodes.texts
    used = np.zeros(len(texts) + 1, dtype=bool)
    used[node] = True
    counts = np.bincount(node[(node >= 0) & (kind != EventKind.SERVER_ALERT)], minlength=len(texts))
    return Counter({text: int(count) for text, count, is_used in zip(texts, counts, used[:-1], strict=True) if is_used})


def _by_phones(log: EventLog, campus: Campus, keys: Mapping[str, str]) -> dict[str, str]:
    """Of addresses that the network calls nodes by, the key of the node that the log calls by its name and that has the same phones."""
    components = campus.risk.components.get(_NODE, ())
    listed = np.array([is_address(component.id) for component in components], dtype=bool)
    spoken = {name: keys[name] for name in log.pools.nodes.texts if name in keys and not is_address(name)}
    heard = sorted(set(spoken.values()))
    if not listed.any() or not heard:
        return {}
    told, number = told_by_log(log), {name: heard.index(key) for name, key in spoken.items()}
    common = np.zeros((len(components), len(heard)))
    for phone, at in zip(campus.risk.phones, campus.risk.columns[_NODE], strict=True):
        if at >= 0 and phone in told and told[phone][0] in number:
            common[at, number[told[phone][0]]] += 1
    least = np.maximum(_NEARLY_ALL * np.maximum(common.sum(axis=1)[:, np.newaxis], common.sum(axis=0)), _LEAST_PHONES)
    same = (common >= least) & listed[:, np.newaxis]
    return {components[one].id: heard[other] for one, other in zip(*(found.tolist() for found in np.nonzero(same)), strict=True)}


def _log_with(log: EventLog, names: Mapping[str, str]) -> EventLog:
    """A log whose events have other names of nodes; all else is shared with the first."""
    numbers = [log.pools.nodes.put(names.get(text, text)) for text in list(log.pools.nodes.texts)]
    other = EventLog(log.pools)
    for slot in EventLog.__slots__:
        setattr(other, slot, getattr(log, slot))
    other.node = array(log.node.typecode, np.array([*numbers, -1], dtype=np.int32)[np.frombuffer(log.node, dtype=np.int32)].tobytes())
    return other


def _risk_with(risk: RiskTable, names: Mapping[str, str]) -> RiskTable:
    """A table in which the phones of several spellings have one node."""
    before = risk.components.get(_NODE, ())
    if not any(component.id in names for component in before):
        return risk
    known = {component.id: component for component in before}
    after = sorted({names.get(component.id, component.id) for component in before})
    place = {id_: number for number, id_ in enumerate(after)}
    numbers = np.array([*(place[names.get(component.id, component.id)] for component in before), -1], dtype=np.int32)
    column = array("i", numbers[np.frombuffer(risk.columns[_NODE], dtype=np.int32)].tobytes())
    components = tuple(known.get(id_) or Component(_NODE, id_) for id_ in after)
    return replace(risk, components={**risk.components, _NODE: components}, columns={**risk.columns, _NODE: column})
