"""Pseudonyms for phones, addresses and descriptions, the same everywhere in one report, made before anything is drawn or printed.

Names of switches, modules, interfaces, sites and call servers stay: without them a report says nothing. Lines of logs and of switches
that are quoted as samples are left out, because nobody knows what is in them. Pseudonyms are numbers in the order of the originals: the
same input gives the same ones, another input others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

from switchcorr.model.campus import Campus
from switchcorr.model.event import INTEGER_COLUMNS, EventDetail, EventLog, EventPools, Pool, UnusedLine
from switchcorr.model.incident import AffectedPhone, Correlation
from switchcorr.model.placement import Placement
from switchcorr.model.snapshot import BadLine

T = TypeVar("T")
_NAME = re.compile(r"(?<![0-9A-Za-z])(?:SEP|SIP|ATA)[0-9A-F]{12}(?![0-9A-Za-z])", re.IGNORECASE)
_MAC = re.compile(r"\b(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})\b")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_CLOCK = re.compile(r"\d{1,2}:\d{2}:\d{2}")
_WORD = re.compile(r"[\w.@+-]*[\w@+-]")  # a point behind it is the sentence's
_VALUE = re.compile(r"[\w.%/-]{1,40}")
"""A value of an alert that is a number or one word."""
LEFT_OUT = "(left out)"
_QUOTED_ROW = re.compile(r"(line \d+ of the table is no event): .*")
"""A sentence on a file of events that quotes a cell, which nobody understood."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """What is shown instead: the same answer, network and log with pseudonyms."""

    result: Correlation
    campus: Campus | None
    log: EventLog | None


class Pseudonyms:
    """Pseudonyms of everything that is to be hidden.

    Attributes:
        phones, addresses, descriptions: pseudonym by original. Addresses that only a sentence holds are added as they are met.
    """

    def __init__(self, phones: Iterable[str], addresses: Iterable[str], descriptions: Iterable[str]) -> None:
        self.phones = _numbered("phone", phones)
        self.addresses = _numbered("address", addresses)
        self.descriptions = _numbered("text", descriptions)
        self._by_mac = {name[3:].lower(): pseudonym for name, pseudonym in self.phones.items() if _NAME.fullmatch(name)}
        others = {name: pseudonym for name, pseudonym in self.phones.items() if not _NAME.fullmatch(name)}
        self._words = {name: pseudonym for name, pseudonym in others.items() if _WORD.fullmatch(name)}
        self._odd = {name: pseudonym for name, pseudonym in others.items() if name not in self._words}

    def text(self, words: str) -> str:
        """A text without any original."""
        whole = self.phones.get(words) or self.addresses.get(words) or self.descriptions.get(words)
        if whole:
            return whole
        found = _NAME.sub(lambda match: self._of_mac(match[0][3:]), words)
        found = _MAC.sub(lambda match: self._of_mac(re.sub(r"[^0-9A-Fa-f]", "", match[0])), found)
        found = _IPV4.sub(lambda match: self._of_address(match[0]), found)
        found = _IPV6.sub(
            lambda match: match[0] if _CLOCK.fullmatch(match[0]) or match[0].strip(":") == "" else self._of_address(match[0]), found
        )
        if self._words:
            found = _WORD.sub(lambda match: self._words.get(match[0], match[0]), found)
        for name, pseudonym in self._odd.items():
            found = found.replace(name, pseudonym)
        return found

    def _of_mac(self, digits: str) -> str:
        return self._by_mac.setdefault(digits.lower(), f"phone-x{len(self._by_mac):05}")

    def _of_address(self, address: str) -> str:
        return self.addresses.setdefault(address, f"address-x{len(self.addresses):05}")


def redacted(result: Correlation, *, campus: Campus | None = None, log: EventLog | None = None) -> Redacted:
    """The same without names and addresses of phones and without descriptions.

    Args:
        result: the answer.
        campus: the network it was made from.
        log: the events it was made from.
    """
    names = _pseudonyms(result, campus, log)
    return Redacted(
        result=_hidden(result, names),
        campus=None if campus is None else _hidden_campus(campus, names),
        log=None if log is None else _hidden_log(log, names),
    )


def _pseudonyms(result: Correlation, campus: Campus | None, log: EventLog | None) -> Pseudonyms:
    phones: set[str] = {phone.phone for incident in result.incidents for phone in incident.phones} | {one.phone for one in result.flapping}
    addresses: set[str] = {phone.ip for incident in result.incidents for phone in incident.phones}
    descriptions: set[str] = {phone.description for incident in result.incidents for phone in incident.phones}
    if campus is not None:
        phones |= {str(placement.phone) for placement in campus.placements} | set(campus.risk.phones)
        addresses |= {placement.ip for placement in campus.placements}
        descriptions |= {text for placement in campus.placements for text in (placement.extension, placement.description)}
        addresses |= {address for device in campus.devices for address in device.addresses}
    if log is not None:
        phones |= set(log.pools.names.texts)
        addresses |= set(log.pools.ips.texts)
        alerts = {detail.alert for detail in log.details.values()}
        descriptions |= set(log.pools.descriptions.texts) - alerts | set(log.pools.extensions.texts)
    return Pseudonyms(phones, addresses, descriptions)


def _numbered(kind: str, originals: Iterable[str]) -> dict[str, str]:
    order = sorted(filter(None, set(originals)))
    width = max(len(str(len(order))), 3)
    return {original: f"{kind}-{number:0{width}}" for number, original in enumerate(order, start=1)}


def _hidden(value: T, names: Pseudonyms) -> T:
    """A value with every text in it hidden; what has nothing to hide is the same object."""
    found: object = value
    if isinstance(value, str):
        hidden = _QUOTED_ROW.sub(rf"\1: {LEFT_OUT}", names.text(value))
        found = value if hidden == value else hidden
    elif isinstance(value, UnusedLine | BadLine):
        found = replace(value, text=LEFT_OUT)
    elif isinstance(value, EventDetail):
        found = _hidden_detail(value, names)
    elif isinstance(value, tuple):
        found = tuple(_hidden(item, names) for item in value)
    elif isinstance(value, Mapping):
        found = {_hidden(key, names): _hidden(item, names) for key, item in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: _hidden(getattr(value, field.name), names) for field in fields(value) if not _is_plain(value, field.name)}
        found = replace(value, **changed)
    return found  # type: ignore[return-value]  # the same kind of value


def _is_plain(value: object, field: str) -> bool:
    """Fields that hold codes and names of call servers, which stay, and those that are hidden apart."""
    return (isinstance(value, AffectedPhone) and field in ("reason", "node", "back_node", "time", "back_at")) or field == "columns"


def _hidden_detail(detail: EventDetail, names: Pseudonyms) -> EventDetail:
    """Of an alert its name and its plain values; its sentence may quote anything."""
    values = {key: names.text(value) if _VALUE.fullmatch(value) else LEFT_OUT for key, value in detail.values.items()}
    return EventDetail(alert=detail.alert, values=values)


def _hidden_campus(campus: Campus, names: Pseudonyms) -> Campus:
    placements = tuple(_hidden_placement(placement, names) for placement in campus.placements)
    return replace(_hidden(replace(campus, placements=()), names), placements=placements)


def _hidden_placement(placement: Placement, names: Pseudonyms) -> Placement:
    return replace(
        placement,
        phone=names.text(str(placement.phone)),
        mac=None,
        ip=names.text(placement.ip) if placement.ip else "",
        reason=names.text(placement.reason),
        sightings=(),
        extension=names.descriptions.get(placement.extension, ""),
        description=names.descriptions.get(placement.description, ""),
    )


def _hidden_log(log: EventLog, names: Pseudonyms) -> EventLog:
    """The same columns over pools of pseudonyms."""
    pools = log.pools
    alerts = {detail.alert for detail in log.details.values()}
    hidden = EventLog(
        EventPools(
            names=_pool(names.phones[text] for text in pools.names.texts),
            ips=_pool(names.addresses[text] for text in pools.ips.texts),
            nodes=pools.nodes,
            clusters=pools.clusters,
            descriptions=_pool(text if text in alerts else names.descriptions[text] for text in pools.descriptions.texts),
            extensions=_pool(names.descriptions[text] for text in pools.extensions.texts),
            loads=_pool(f"load-{number}" for number in range(len(pools.loads.texts))),
            sources=pools.sources,
            signals=_pool(f"signal-{number}" for number in range(len(pools.signals.texts))),
        )
    )
    for column in ("time", *(name for name, _ in INTEGER_COLUMNS)):
        setattr(hidden, column, getattr(log, column))
    hidden.details = {row: _hidden(detail, names) for row, detail in log.details.items()}
    return hidden


def _pool(texts: Iterable[str]) -> Pool:
    pool = Pool()
    for text in texts:
        pool.put(text)
    return pool
