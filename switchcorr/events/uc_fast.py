"""The short way for the commonest line, ``%UC_CALLMANAGER-3-EndPointUnregistered: %[...]`` with its time and zone in front.

One expression takes a whole line apart; its parts become columns by look-up, since nodes, zones, reasons and tails repeat
and each distinct part is understood once. The expression is strict: no bracket inside a value, fields in the catalogue's
order, a time that needs nothing from its surroundings. Every other line is left to the format itself, which gives
the same event for the lines taken here (``tests/events/test_uc_fast.py``).

Data structure: a row is the tuple ``(stamp, fraction and zone, severity and name, ip before the name, device name,
ip, protocol and type, description, reason, tail)`` of bytes. Tables are bounded; a full one is emptied.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Callable, Sequence
from itertools import compress, count
from typing import Generic, TypeVar

from switchcorr.events.alarms import ALARMS, address, device_name, number
from switchcorr.events.brackets import alarm_fields
from switchcorr.events.clock import Clock
from switchcorr.events.stamps import MONTHS, Stamp
from switchcorr.model.event import Assumed, EventDetail, EventKind, EventLog, EventPools
from switchcorr.text import VALUE_LIMIT, clean, decode

T = TypeVar("T")
Row = tuple[bytes, ...]

MARK = b"%UC_CALLMANAGER-"
"""What every line holds that can be taken here."""

_PLAIN_ALARMS = tuple(
    name for name, alarm in ALARMS.items() if not alarm.named and alarm.kind not in (EventKind.SERVER_ALERT, EventKind.PHONE_ALARM)
)


def _optional(name: str, value: bytes) -> bytes:
    return rb"(?:\[" + name.encode() + rb"=" + value + rb"\])?"


_V = rb"[ -Z\\^-~]*"  # printable ASCII without brackets
_FREE = rb"[^\x00-\x1f\x7f\[\]]*"
_STAMP = (
    rb"((?:" + "|".join(MONTHS).encode() + rb") (?: [1-9]|0[1-9]|[12]\d|3[01]) (?:\d{4} )?(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)"
    rb"((?:\.\d{1,6})? [A-Z]{2,5})"
)
_ALARM = rb" ?: {1,6}" + MARK + rb"(\d-(?:" + "|".join(_PLAIN_ALARMS).encode() + rb")) ?: {0,3}%"
_DEVICE = rb"(?:\[DeviceName=(?:\]|([ -Z\\^-~]+)\]" + _optional("MACAddress", _V) + rb"))?"
_LINE = b"".join((
    rb"(?:[ -$&-~]{0,360} )?", _STAMP, _ALARM,
    _optional("IPAddress", rb"(" + _V + rb")"), _DEVICE, _optional("IPAddress", rb"(" + _V + rb")"),
    rb"(", _optional("Protocol", _V), _optional("DeviceType", rb"\d{1,9}"), rb")",
    _optional("Description", rb"(" + _FREE + rb")"), _optional("Reason", rb"(\d{0,4})"),
    _optional("ConnectingPort", rb"\d{0,5}"), _optional("(?:SIPUser|UserID)", _V), _optional("LoadID", _V), _optional("AssociatedDNs", _V),
    rb"([^%\n]*)",
))  # fmt: skip
_ONE_LINE = re.compile(_LINE)
_LINES = re.compile(_LINE + rb"\n|[^\n]*\n")
_TAGS = re.compile(rb"[^%\n]*+(%UC_[^:\n]{1,120}:)?[^\n]*\n")
_TAIL = re.compile(rb"(?:\[[A-Za-z0-9]{1,40}=[ -Z\\^-~]*\]){1,40}: [ -Z\\^-~]*\r?")
_TAIL_FIELDS = frozenset(
    (
        "PerfMonObjType", "DeviceType", "IPV6Address", "IPAddrAttributes", "IPV6AddrAttributes", "LastSignalReceived", "CallState",
        "StationState", "ActiveLoadId", "InactiveLoadId", "ProductType", "AppID", "ClusterID", "NodeID",
    )
)  # fmt: skip
_TYPE = re.compile(rb"\[DeviceType=(\d{1,9})\]")
_PHONE = re.compile(rb"(?:SEP|SIP|ATA)[0-9A-F]{12}")
_IPV4 = re.compile(rb"(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:[1-9]?\d|1\d\d|2[0-4]\d|25[0-5])){3}")
_YEAR_BEFORE = re.compile(rb"(?<!\d)(?:19|20)\d\d(?!\d)")
_WITH_YEAR = 20
_SMALL, _LARGE = 1 << 12, 1 << 16


def split_rows(lines: Sequence[bytes]) -> list[Row]:
    """Lines without their newlines as rows; the stamp of a line of another shape is empty."""
    return _LINES.findall(b"\n".join([*lines, b""])) if lines else []


def split_line(line: bytes) -> Row | None:
    """One line as a row; None if it has another shape."""
    found = _ONE_LINE.fullmatch(line)
    return None if found is None else found.groups(b"")


def tags_of(lines: Sequence[bytes]) -> list[bytes]:
    """The alarm's name, ``%UC_CALLMANAGER-6-DeviceRegistered:``, of each line where it follows the line's first ``%``; else empty."""
    return _TAGS.findall(b"\n".join([*lines, b""])) if lines else []


_Head = tuple[int, int, int]
"""Kind, severity, list of reasons."""

_Tail = tuple[int, int, int, EventDetail | None]
"""Node, cluster, device type or -1, detail."""


class _Memo(dict[bytes, T], Generic[T]):
    """What a function makes of distinct values, each once while there is room."""

    __slots__ = ("_limit", "_make")

    def __init__(self, make: Callable[[bytes], T], limit: int = _LARGE) -> None:
        self._make, self._limit = make, limit

    def __missing__(self, raw: bytes) -> T:
        if len(self) >= self._limit:
            self.clear()
        value = self[raw] = self._make(raw)
        return value


class _Seconds(dict[bytes, float]):
    """Seconds since 1970 of ``Nov 22 2026 09:41:07`` in one zone; hours are resolved by the clock.

    A stamp without a year, ``Nov 22 09:41:07``, is never kept: its year depends on the lines before it, and only within an
    hour that ended before now is it that of the line before.
    """

    __slots__ = ("_base", "_clock", "_hour", "_hours", "_zone")

    def __init__(self, clock: Clock, zone: str) -> None:
        self._clock, self._zone = clock, zone
        self._hours: dict[bytes, float] = {}
        self._hour, self._base = b"", math.nan

    def __missing__(self, raw: bytes) -> float:
        past = int(raw[-5:-3]) * 60 + int(raw[-2:])
        if len(raw) < _WITH_YEAR:
            return self._without_year(raw, past)
        hour = raw[:14]
        base = self._hours.get(hour)
        if base is None:
            if len(self._hours) >= _SMALL:
                self._hours.clear()
            base = self._hours[hour] = self._clock.resolve(self._stamp(raw, int(raw[7:11]), 0))[0]
        if len(self) >= _LARGE:
            self.clear()
        value = self[raw] = base + past
        return value

    def _without_year(self, raw: bytes, past: int) -> float:
        hour = raw[:9]
        if hour == self._hour:
            self._clock.assumed[Assumed.YEAR] += 1
            return self._base + past
        value = self._clock.resolve(self._stamp(raw, None, past))[0]
        self._base = value - past
        self._hour = hour if self._clock.is_past(self._base + 3600) else b""
        return value

    def _stamp(self, raw: bytes, year: int | None, past: int) -> Stamp:
        return Stamp(MONTHS[raw[:3].decode()], int(raw[4:6]), int(raw[-8:-6]) * 3600.0 + past, year, self._zone)


class FastLines:
    """Makes columns of rows, for one file."""

    __slots__ = ("_clock", "_descriptions", "_fractions", "_heads", "_ips", "_names", "_pools", "_seconds", "_tails", "_types")

    def __init__(self, clock: Clock, pools: EventPools) -> None:
        self._clock, self._pools = clock, pools
        self._names = _Memo(lambda raw: pools.names.put(_name(raw)))
        self._ips = _Memo(lambda raw: pools.ips.put(_address(raw)))
        self._descriptions = _Memo(lambda raw: pools.descriptions.put(_description(raw)))
        self._types = _Memo(_device_type, _SMALL)
        self._heads = _Memo(_head, _SMALL)
        self._tails = _Memo(self._tail, _SMALL)
        self._fractions = _Memo(self._fraction)
        self._seconds: dict[str, _Seconds] = {}

    def fill(self, rows: Sequence[Row], lines: Sequence[bytes], numbers: Sequence[int], source: int, log: EventLog) -> list[int]:
        """Add the events of rows to a log.

        Args:
            rows: of ``split_rows`` (those with a stamp) or ``split_line``.
            lines: the line of each row.
            numbers: its number.
            source: index of the file in the log's pool.

        Returns:
            Indexes of the rows that are left to the exact way, ascending; nothing was added for them.
        """
        if not rows:
            return []
        columns = list(zip(*rows, strict=True))
        stamps = columns[0]
        tails = [self._tails[raw] for raw in columns[9]]
        clocks = [self._fractions[raw] for raw in columns[1]]
        yearless = [i for i, stamp in enumerate(stamps) if len(stamp) < _WITH_YEAR] if min(map(len, stamps)) < _WITH_YEAR else []
        left = {i for i in yearless if _YEAR_BEFORE.search(lines[i].partition(b"%")[0])}
        if None in tails or None in clocks:
            left |= {i for i, parts in enumerate(zip(tails, clocks, strict=True)) if None in parts}
        if left:
            keep = [i for i in range(len(rows)) if i not in left]
            self.fill([rows[i] for i in keep], [lines[i] for i in keep], [numbers[i] for i in keep], source, log)
            return sorted(left)
        self._append_columns(columns, [tail for tail in tails if tail], log)
        log.time.extend([seconds[stamp] + part for (seconds, part), stamp in zip(filter(None, clocks), stamps, strict=True)])
        assumed = array("b", bytes(len(rows)))
        for i in yearless:
            assumed[i] = Assumed.YEAR
        log.assumed.extend(assumed)
        log.source.extend(array("h", [source]) * len(rows))
        log.line.extend(array("q", numbers))
        return []

    def _append_columns(self, columns: list[tuple[bytes, ...]], tails: list[_Tail], log: EventLog) -> None:
        offset = len(log)
        names, ips, descriptions, types = self._names, self._ips, self._descriptions, self._types
        nodes, clusters, other_types, details = zip(*tails, strict=True)
        kinds, severities, lists = zip(*[self._heads[raw] for raw in columns[2]], strict=True)
        reasons = [int(raw) if raw and reasons else -1 for raw, reasons in zip(columns[8], lists, strict=True)]
        log.kind.extend(kinds)
        log.severity.extend(severities)
        log.reason.extend(reasons)
        log.reason_enum.extend([reasons if code >= 0 else 0 for code, reasons in zip(reasons, lists, strict=True)])
        log.name.extend([names[raw] for raw in columns[4]])
        log.ip.extend([ips[early or late] for early, late in zip(columns[3], columns[5], strict=True)])
        log.description.extend([descriptions[raw] for raw in columns[7]])
        own_types = [types[raw] for raw in columns[6]]
        log.device_type.extend([own if own >= 0 else other for own, other in zip(own_types, other_types, strict=True)])
        log.node.extend(nodes)
        log.cluster.extend(clusters)
        log.details.update(zip(compress(count(offset), details), filter(None, details), strict=True))

    def _tail(self, raw: bytes) -> _Tail | None:
        if not _TAIL.fullmatch(raw):
            return None
        fields = alarm_fields("%" + raw.decode())
        known = _TAIL_FIELDS.issuperset(fields) and len(fields) == raw.partition(b"]: ")[0].count(b"[")
        node = clean(fields.get("NodeID", ""))
        if not known or not node or fields.get("IPV6Address"):
            return None
        signal = clean(fields.get("LastSignalReceived", ""))
        device_type = number(fields.get("DeviceType", ""), most=2**31 - 1)
        cluster = self._pools.clusters.put(clean(fields.get("ClusterID", "")))
        detail = EventDetail(text=signal) if signal else None
        return self._pools.nodes.put(node), cluster, -1 if device_type is None else device_type, detail

    def _fraction(self, raw: bytes) -> tuple[_Seconds, float] | None:
        part, _, zone = raw.decode().partition(" ")
        if zone in ("AM", "PM") or not self._clock.knows(zone):
            return None
        seconds = self._seconds.get(zone)
        if seconds is None:
            seconds = self._seconds[zone] = _Seconds(self._clock, zone)  # known zones are few
        return seconds, float("0" + part) if part else 0.0


def _head(raw: bytes) -> _Head:
    severity, _, name = raw.decode().partition("-")
    return ALARMS[name].kind, int(severity), ALARMS[name].reasons


def _name(raw: bytes) -> str:
    return raw.decode() if _PHONE.fullmatch(raw) else device_name(raw.decode())


def _address(raw: bytes) -> str:
    return raw.decode() if _IPV4.fullmatch(raw) else address(raw.decode())


def _description(raw: bytes) -> str:
    if len(raw) <= VALUE_LIMIT and raw.isascii():
        return raw.decode().strip()  # the expression lets no control character through
    return clean(decode(b"=" + raw)[1:])  # a value never begins a file, so no byte order mark is looked for


def _device_type(raw: bytes) -> int:
    found = _TYPE.search(raw)
    return int(found[1]) if found is not None and int(found[1]) < 2**31 else -1
