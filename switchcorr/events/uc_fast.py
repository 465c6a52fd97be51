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
from dataclasses import dataclass

from switchcorr.events.alarms import ALARMS, address, device_name, number
from switchcorr.events.brackets import alarm_fields
from switchcorr.events.clock import Clock
from switchcorr.events.stamps import MONTHS, Stamp
from switchcorr.model.event import Assumed, EventDetail, EventKind, EventLog, EventPools
from switchcorr.text import VALUE_LIMIT, clean, decode

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
_SMALL, _LARGE = 1 << 12, 1 << 18


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


@dataclass(frozen=True, slots=True)
class _Head:
    """What severity and name of an alarm say."""

    kind: int
    reasons: int
    severity: int


@dataclass(frozen=True, slots=True)
class _Tail:
    """What the fields behind a device's own say."""

    node: int
    cluster: int
    device_type: int
    detail: EventDetail | None


class _Table(dict[bytes, "int"]):
    """Numbers of distinct values, made once each by a function."""

    __slots__ = ("_limit", "_make")

    def __init__(self, make: Callable[[bytes], int], limit: int = _LARGE) -> None:
        self._make, self._limit = make, limit

    def __missing__(self, raw: bytes) -> int:
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
        self._names = _Table(lambda raw: pools.names.put(_name(raw)))
        self._ips = _Table(lambda raw: pools.ips.put(_address(raw)))
        self._descriptions = _Table(lambda raw: pools.descriptions.put(_description(raw)))
        self._types = _Table(_device_type, _SMALL)
        self._heads: dict[bytes, _Head] = {}
        self._tails: dict[bytes, _Tail | None] = {}
        self._fractions: dict[bytes, tuple[_Seconds, float] | None] = {}
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
        heads = [self._heads[raw] if raw in self._heads else self._head(raw) for raw in columns[2]]
        tails = [self._tails[raw] if raw in self._tails else self._tail(raw) for raw in columns[9]]
        clocks = [self._fractions[raw] if raw in self._fractions else self._fraction(raw) for raw in columns[1]]
        yearless = [i for i, stamp in enumerate(columns[0]) if len(stamp) < _WITH_YEAR] if min(map(len, columns[0])) < _WITH_YEAR else []
        left = [i for i, parts in enumerate(zip(tails, clocks, strict=True)) if None in parts]
        left += [i for i in yearless if _YEAR_BEFORE.search(lines[i].partition(b"%")[0])]
        if left:
            left = sorted(out := set(left))
            keep = [i for i in range(len(rows)) if i not in out]
            self.fill([rows[i] for i in keep], [lines[i] for i in keep], [numbers[i] for i in keep], source, log)
            return left
        self._append(columns, heads, [tail for tail in tails if tail], log)
        count = len(rows)
        assumed = array("b", [Assumed.NOTHING]) * count
        for i in yearless:
            assumed[i] = Assumed.YEAR
        log.time.extend([seconds[stamp] + part for (seconds, part), stamp in zip(filter(None, clocks), columns[0], strict=True)])
        log.assumed.extend(assumed)
        log.source.extend(array("h", [source]) * count)
        log.line.extend(array("q", numbers))
        return []

    def _append(self, columns: list[tuple[bytes, ...]], heads: list[_Head], tails: list[_Tail], log: EventLog) -> None:
        offset = len(log)
        reasons = [int(raw) if raw and head.reasons else -1 for raw, head in zip(columns[8], heads, strict=True)]
        log.kind.extend([head.kind for head in heads])
        log.severity.extend([head.severity for head in heads])
        log.reason.extend(reasons)
        log.reason_enum.extend([head.reasons if code >= 0 else 0 for code, head in zip(reasons, heads, strict=True)])
        log.name.extend([self._names[raw] for raw in columns[4]])
        log.ip.extend([self._ips[early or late] for early, late in zip(columns[3], columns[5], strict=True)])
        log.description.extend([self._descriptions[raw] for raw in columns[7]])
        types = [self._types[raw] for raw in columns[6]]
        log.device_type.extend([own if own >= 0 else tail.device_type for own, tail in zip(types, tails, strict=True)])
        log.node.extend([tail.node for tail in tails])
        log.cluster.extend([tail.cluster for tail in tails])
        log.details.update((offset + i, tail.detail) for i, tail in enumerate(tails) if tail.detail is not None)

    def _head(self, raw: bytes) -> _Head:
        severity, _, name = raw.decode().partition("-")
        alarm = ALARMS[name]
        value = _Head(alarm.kind, alarm.reasons, int(severity))
        if len(self._heads) < _SMALL:
            self._heads[raw] = value
        return value

    def _tail(self, raw: bytes) -> _Tail | None:
        if len(self._tails) >= _SMALL:
            self._tails.clear()
        value = self._tails[raw] = self._read_tail(raw)
        return value

    def _read_tail(self, raw: bytes) -> _Tail | None:
        if not _TAIL.fullmatch(raw):
            return None
        fields = alarm_fields("%" + raw.decode())
        known = _TAIL_FIELDS.issuperset(fields) and len(fields) == raw.partition(b"]: ")[0].count(b"[")
        node = clean(fields.get("NodeID", ""))
        if not known or not node or fields.get("IPV6Address"):
            return None
        signal = clean(fields.get("LastSignalReceived", ""))
        device_type = number(fields.get("DeviceType", ""), most=2**31 - 1)
        return _Tail(
            node=self._pools.nodes.put(node),
            cluster=self._pools.clusters.put(clean(fields.get("ClusterID", ""))),
            device_type=-1 if device_type is None else device_type,
            detail=EventDetail(text=signal) if signal else None,
        )

    def _fraction(self, raw: bytes) -> tuple[_Seconds, float] | None:
        part, _, zone = raw.decode().partition(" ")
        if len(self._fractions) >= _LARGE:
            self._fractions.clear()
        value = None
        if zone not in ("AM", "PM") and self._clock.knows(zone):
            seconds = (
                self._seconds.setdefault(zone, _Seconds(self._clock, zone)) if len(self._seconds) < 64 else _Seconds(self._clock, zone)
            )
            value = (seconds, float("0" + part) if part else 0.0)
        self._fractions[raw] = value
        return value


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
