"""What the phones themselves say of why they went: the reason each sends when it registers again.

A phone that lost its power starts cold; one whose path was lost times out; one whose server closed the connection says so; one
that lost its address or its VLAN says that. The list of numbers is the phones' own and not that of the unregistration alarms.
Source: reasons of LastOutOfServiceInformation (alarm catalogues 12.5 to 15); which cause leaves which is read from their meaning.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.evidence.new_loads import NewLoads, new_loads
from switchcorr.correlate.exposure.firmware import Loads, loads_of
from switchcorr.correlate.exposure.table import Exposure, Floats, Ints
from switchcorr.model.campus import Domain, risk_kind
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.reason import ReasonEnum


class Sign(enum.IntEnum):
    """What a phone's own reason is a sign of."""

    COLD_START = 0
    PATH = 1
    CLOSED = 2
    ADDRESS = 3


_SIGNS: Mapping[int, Sign] = {
    25: Sign.COLD_START, 10: Sign.PATH, 11: Sign.PATH, 13: Sign.PATH, 15: Sign.PATH, 17: Sign.PATH, 12: Sign.CLOSED, 14: Sign.CLOSED,
    16: Sign.ADDRESS, 21: Sign.ADDRESS, 26: Sign.ADDRESS, 41: Sign.ADDRESS, 109: Sign.ADDRESS,
}  # fmt: skip
_WORDS = {
    Sign.COLD_START: "a cold start (power or the link to the phone was lost)",
    Sign.PATH: "a time-out with the power kept (the way to the server was lost, or the server hung)",
    Sign.CLOSED: "a connection that the call manager or a firewall closed",
    Sign.ADDRESS: "a lost address or VLAN (DHCP, a changed VLAN)",
}
# Per group of kinds, shares of cold start, path, closed and address. Assumed: no public measurement was found.
_POWERED = (0.45, 0.45, 0.04, 0.06)
_WAY = (0.06, 0.78, 0.06, 0.10)
_ADDRESSED = (0.04, 0.56, 0.05, 0.35)
_EDGE = (0.04, 0.56, 0.30, 0.10)
_SERVER = (0.04, 0.46, 0.44, 0.06)
_UNKNOWN = (0.25, 0.40, 0.20, 0.15)
_GROUPS = {
    **dict.fromkeys(("port", "asic", "module", "chassis", "switch", "power"), _POWERED),
    **dict.fromkeys(("vlan", "subnet"), _ADDRESSED),
    "site": _EDGE,
}


@dataclass(frozen=True, slots=True)
class PhoneSide:
    """How many of an incident's phones told each sign, and what that says of each kind of component.

    Attributes:
        told: phones by sign.
        asked: phones of the incident.
        counted: of so many phones the signs count in full, as they are one story told many times.
        most: bound of the log likelihood ratio.
        loads: what they ran before and after.
    """

    told: Mapping[Sign, int] = field(default_factory=dict)
    asked: int = 0
    counted: float = 1.0
    most: float = 0.0
    loads: NewLoads = field(default_factory=NewLoads, compare=False)

    def odds_of(self, kind: str) -> float:
        """Log likelihood ratio of a fault of a kind against a cause of unknown kind; bounded, 0 if no phone told anything."""
        count = sum(self.told.values())
        if not count:
            return 0.0
        shares = _shares(kind)
        odds = sum(number * np.log(shares[sign] / _UNKNOWN[sign]) for sign, number in self.told.items())
        return float(np.clip(odds * min(1.0, self.counted / count), -self.most, self.most))

    def words(self) -> str:
        """The commonest sign, counted; empty if no phone told anything."""
        if not self.told:
            return ""
        sign, number = max(self.told.items(), key=lambda entry: (entry[1], -entry[0]))
        return f"{number:,} of the {sum(self.told.values()):,} phones that say why they went tell of {_WORDS[sign]}"


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """All that phones of a log say of why they went, in order of time: when, the row of the phone, and the sign; and with which firmware they came."""

    time: Floats = field(default_factory=lambda: np.zeros(0))
    row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    sign: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    loads: Loads = field(default_factory=Loads)


def phone_words(log: EventLog, exposure: Exposure) -> Words:
    """What the phones of a log say; reasons that are no sign of a fault, and words without a time or a known phone, are left out."""
    is_word = (np.frombuffer(log.kind, dtype=np.int8) == EventKind.PHONE_ALARM) & (
        np.frombuffer(log.reason_enum, dtype=np.int8) == ReasonEnum.PHONE
    )
    told = [
        (log.time[event], exposure.row_of[name], _SIGNS[log.reason[event]])
        for event in np.flatnonzero(is_word).tolist()
        if log.reason[event] in _SIGNS
        and np.isfinite(log.time[event])
        and (name := log.pools.names.get(log.name[event])) in exposure.row_of
    ]
    time, row, sign = zip(*sorted(told), strict=True) if told else ((), (), ())
    loads = loads_of(log, exposure.row_of, exposure.is_phone)
    return Words(np.array(time, dtype=np.float64), np.array(row, dtype=np.int64), np.array(sign, dtype=np.int64), loads)


def phone_side(words: Words, drops: Drops, span: slice, constants: Constants) -> PhoneSide:
    """What the phones of a window say from its first drop to ``phone_side_after_s`` after its last; each phone's first word counts."""
    rows, times = np.unique(drops.row[span]), drops.time[span]
    first, last = np.searchsorted(words.time, [times[0] - constants.window_s, times[-1] + constants.phone_side_after_s])
    near = np.arange(first, last)[np.isin(words.row[first:last], rows)]
    near = near[np.unique(words.row[near], return_index=True)[1]]
    signs, counts = np.unique(words.sign[near], return_counts=True)
    told = {Sign(int(sign)): int(count) for sign, count in zip(signs, counts, strict=True)}
    loads = new_loads(words.loads, drops, span, constants.phone_side_after_s)
    return PhoneSide(told, len(rows), constants.phone_side_count, constants.phone_side_odds, loads)


def _shares(kind: str) -> tuple[float, float, float, float]:
    if risk_kind(kind).domain is Domain.CALL_SERVER:
        return _SERVER
    return _GROUPS.get(kind, _WAY if risk_kind(kind).domain is Domain.NETWORK else _UNKNOWN)
