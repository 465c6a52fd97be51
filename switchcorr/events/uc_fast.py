"""The short way for the commonest line, ``%UC_CALLMANAGER-3-EndPointUnregistered: %[...]`` with its time and zone in front.

A line is cut, by searches for plain text only, into pieces that repeat: minute, second with zone, alarm's name, the fields of
the device, the fields behind ``[Reason=``. Each distinct piece is understood once and kept as the bytes of its columns;
a block's columns are these bytes joined, and read with a stride. A piece is taken only if nothing in it could mean
anything else: no bracket inside a value, no name twice, every name known. Every other line is left to the format itself,
which gives the same event for the lines taken here (``tests/events/test_uc_fast.py``).
"""

from __future__ import annotations

import math
import re
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import compress, repeat

from switchcorr.events.alarms import ALARMS, LARGEST_CODE, LARGEST_TYPE, address, extensions, named_device, number
from switchcorr.events.brackets import alarm_fields
from switchcorr.events.clock import Clock
from switchcorr.events.loads import load_name
from switchcorr.events.memo import SMALL, Memo
from switchcorr.events.syslog_tag import find_tag, is_alert, is_body
from switchcorr.events.uc_syslog import is_other_alarm
from switchcorr.events.uc_times import UcTimes, YearlessMinute
from switchcorr.model.event import Assumed, EventKind, EventLog, EventPools
from switchcorr.model.reason import ReasonEnum
from switchcorr.text import VALUE_LIMIT, clean

Head = tuple[bytes, bytes, Memo[bytes]] | tuple[()] | None
"""What an alarm's name tells: the bytes of its columns, where its tail begins, and what tails mean; ``()`` for an alarm that is
never an event; None for what only the exact way understands."""

_PLAIN_ALARMS = frozenset(
    name for name, alarm in ALARMS.items() if not alarm.named and alarm.kind not in (EventKind.SERVER_ALERT, EventKind.PHONE_ALARM)
)
_OF_DEVICE = (
    "DeviceName", "MACAddress", "IPAddress", "DeviceType", "Description", "AssociatedDNs", "LoadID", "ActiveLoadId", "Protocol", "SIPUser",
    "UserID", "PerfMonObjType", "InactiveLoadId", "ProductType", "IPAddrAttributes", "IPV6AddrAttributes",
)  # fmt: skip
_OF_TAIL = frozenset(
    (
        "Reason", "ConnectingPort", "LastSignalReceived", "CallState", "StationState", "AppID", "ClusterID", "NodeID",
        "IPAddrAttributes", "IPV6AddrAttributes",
    )
)  # fmt: skip
"""Fields in front of the cut, of which an event keeps the first eight, and behind it; those on both sides tell nothing that it keeps."""
_WITH_REASON, _WITHOUT_REASON = b"[Reason=", b"[AppID="
_HEAD = struct.Struct("=bbb")
_DEVICE = struct.Struct("=iiiiii")
_TAIL = struct.Struct("=iiihh")
"""Columns of a piece in this order: kind, severity, list of reasons; name, address, description, device type, extension, load; node,
cluster, last signal, reason, nothing."""
_DEVICE_SHAPE = re.compile(rb" *%(?:\[(?:" + b"|".join(name.encode() + rb"=([^\x00-\x1f\x7f\[\]]*)" for name in _OF_DEVICE) + rb")\])++")
_TAIL_SHAPE = re.compile(rb"(?:\[[A-Za-z0-9]{1,40}=[ -Z\\^-~]*\]){1,40}: [ -Z\\^-~]*\r?")
_PHONE = re.compile(rb"(?:SEP|SIP|ATA)[0-9A-F]{12}")
_IPV4 = re.compile(rb"(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:[1-9]?\d|1\d\d|2[0-4]\d|25[0-5])){3}")
_NOT_IN_HEADERS = (b"%", b"{", b"|", b"=", b" - ")
"""One of these is in every header that is none, or names an alarm."""
_LONGEST_PIECE = 4_000
LONGEST_LINE = 1 << 16
"""How many bytes of a line are looked at."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Lines cut at their first ``%UC_`` and at the colon behind it; columns of one length."""

    lines: Sequence[bytes]
    befores: Sequence[bytes]
    heads: list[Head]
    rests: Sequence[bytes]

    def part(self, start: int, end: int) -> Cut:
        """Lines that follow each other."""
        if start == 0 and end == len(self.lines):
            return self
        return Cut(self.lines[start:end], self.befores[start:end], self.heads[start:end], self.rests[start:end])


@dataclass(slots=True)
class Rows:
    """Lines of a cut that become events the short way; lists of one length.

    Attributes:
        places: index of each in the cut.
        heads, devices, tails: the bytes of their columns.
        times: seconds since 1970; of a row without year NaN, until ``set_time`` has seen all lines before it.
        yearless: index of each row without year, by place.
        left: places of the lines that are no rows, though they have a head.
    """

    places: list[int]
    heads: list[bytes]
    devices: list[bytes]
    tails: list[bytes]
    times: list[float]
    yearless: dict[int, int]
    left: list[int]


class FastLines:
    """Makes columns of lines, for one file."""

    __slots__ = ("_devices", "_heads", "_pools", "_tails", "_times")

    def __init__(self, clock: Clock, pools: EventPools) -> None:
        self._pools = pools
        self._times = UcTimes(clock)
        self._heads: Memo[Head] = Memo(self._head, SMALL)
        self._devices = Memo(self._device)
        self._tails = {cut: Memo(partial(self._tail, cut), SMALL) for cut in (_WITH_REASON, _WITHOUT_REASON)}

    def forget(self) -> None:
        """Free what was kept; tables refer to their owner, so they would wait for the collector."""
        self._heads.clear()
        self._devices.clear()
        for table in self._tails.values():
            table.clear()
        self._times.forget()

    def cut(self, block: bytes) -> Cut:
        """The lines of a block, which ends with a newline; a line whose pieces mislead has no head."""
        lines = block.split(b"\n")
        del lines[-1]
        befores, _, behind = zip(*map(bytes.partition, lines, repeat(b"%UC_")), strict=True)
        names, _, rests = zip(*map(bytes.partition, behind, repeat(b":")), strict=True)
        cut = Cut(lines, befores, list(map(self._heads.__getitem__, names)), rests)
        for i in _misleading(block, cut):
            cut.heads[i] = None
        return cut

    def take(self, cut: Cut) -> Rows:
        """Understand the lines that have a head, as far as that needs no other line."""
        heads = cut.heads
        places = list(compress(range(len(heads)), heads))
        if not places:
            return Rows([], [], [], [], [], {}, [])
        columns, ends, meanings = zip(*filter(None, heads), strict=True)
        first, _, second = zip(*map(bytes.partition, compress(cut.rests, heads), ends), strict=True)
        devices = list(map(self._devices.__getitem__, first))
        tails = [meaning[piece] for meaning, piece in zip(meanings, second, strict=True)]
        times = self._times.times(list(compress(cut.befores, heads)))
        rows = Rows(places, list(columns), devices, tails, times, {}, [])
        complete = all(devices) and all(tails) and not math.isnan(sum(times))
        return rows if complete else self._without_left(rows, cut)

    def _without_left(self, rows: Rows, cut: Cut) -> Rows:
        """The rows that are understood, and those that only lack their year."""
        pieces = [bool(device and tail) for device, tail in zip(rows.devices, rows.tails, strict=True)]
        yearless = {
            place
            for place, whole, time in zip(rows.places, pieces, rows.times, strict=True)
            if whole and math.isnan(time) and self._times.is_without_year(cut.befores[place])
        }
        keep = [
            whole and (place in yearless or not math.isnan(time))
            for place, whole, time in zip(rows.places, pieces, rows.times, strict=True)
        ]
        kept = list(compress(rows.places, keep))
        return Rows(
            places=kept,
            heads=list(compress(rows.heads, keep)),
            devices=list(compress(rows.devices, keep)),
            tails=list(compress(rows.tails, keep)),
            times=list(compress(rows.times, keep)),
            yearless={place: row for row, place in enumerate(kept) if place in yearless},
            left=[place for place, there in zip(rows.places, keep, strict=True) if not there],
        )

    def set_time(self, rows: Rows, cut: Cut, place: int, last: YearlessMinute | None) -> YearlessMinute:
        """Resolve a row without year, after all lines before it; see ``UcTimes.time_without_year``."""
        rows.times[rows.yearless[place]], minute = self._times.time_without_year(cut.befores[place], last)
        return minute

    def put(self, rows: Rows, first: int, source: int, log: EventLog) -> None:
        """Add the rows to a log.

        Args:
            first: number of the cut's first line.
            source: index of the file in the log's pool.
        """
        count = len(rows.places)
        heads, devices, tails = b"".join(rows.heads), b"".join(rows.devices), b"".join(rows.tails)
        log.kind.frombytes(heads[0::3])
        log.severity.frombytes(heads[1::3])
        log.reason_enum.frombytes(heads[2::3])
        for offset, column in enumerate((log.name, log.ip, log.description, log.device_type, log.extension, log.load)):
            column.extend(array("i", devices)[offset::6])
        for offset, column in enumerate((log.node, log.cluster, log.signal)):
            column.extend(array("i", tails)[offset::4])
        log.reason.extend(array("h", tails)[6::8])
        log.time.extend(rows.times)
        log.line.extend([first + place for place in rows.places])
        log.source.extend(array("h", [source]) * count)
        assumed = array("b", bytes(count))
        for row in rows.yearless.values():
            assumed[row] = Assumed.YEAR
        log.assumed.extend(assumed)

    def _device(self, raw: bytes) -> bytes:
        """The columns of ``%[DeviceName=...]...``; empty for text that may mean something else."""
        found = _DEVICE_SHAPE.fullmatch(raw)
        if found is None or len(raw) > _LONGEST_PIECE or not (raw.isascii() or _is_utf8(raw)):
            return b""
        values = found.groups()
        if len(values) - values.count(None) != raw.count(b"["):
            return b""  # a name twice
        name, mac, ip, device_type, description, numbers, load, active = values[:8]
        pools = self._pools
        return _DEVICE.pack(
            pools.names.put(name.decode() if name and _PHONE.fullmatch(name) else named_device(_texts(DeviceName=name, MACAddress=mac))),
            pools.ips.put(ip.decode() if ip and _IPV4.fullmatch(ip) else address((ip or b"").decode())),
            pools.descriptions.put(_description(description or b"")),
            _device_type(device_type or b""),
            pools.extensions.put(extensions(numbers.decode())) if numbers else -1,
            pools.loads.put(_load(active or b"") or _load(load or b"")),
        )

    def _head(self, name: bytes) -> Head:
        text = b"%UC_" + name + b":"
        tag = find_tag(text.decode("ascii", "replace"))
        if tag is None or tag.before or tag.behind or is_alert(tag):
            return None
        if is_other_alarm(tag):
            return ()
        if tag.name not in _PLAIN_ALARMS:
            return None
        alarm = ALARMS[tag.name]
        cut = _WITHOUT_REASON if alarm.reasons is ReasonEnum.NONE else _WITH_REASON
        return _HEAD.pack(alarm.kind, tag.severity, alarm.reasons), cut, self._tails[cut]

    def _tail(self, cut: bytes, rest: bytes) -> bytes:
        """The columns of ``[Reason=13]...[NodeID=cm1]: text``, of which ``cut`` is the begin; empty for text that may mean something else."""
        raw = cut + rest
        if not rest or len(raw) > _LONGEST_PIECE or not _TAIL_SHAPE.fullmatch(raw):
            return b""
        fields = alarm_fields("%" + raw.decode())
        node, reason = clean(fields.get("NodeID", "")), number(fields.get("Reason", ""), most=LARGEST_CODE)
        known = _OF_TAIL.issuperset(fields) and len(fields) == raw.count(b"[")
        if not known or not node or (reason is None) is (cut == _WITH_REASON):
            return b""
        pools = self._pools
        return _TAIL.pack(
            pools.nodes.put(node),
            pools.clusters.put(clean(fields.get("ClusterID", ""))),
            pools.signals.put(clean(fields.get("LastSignalReceived", ""))),
            -1 if reason is None else reason,
            0,
        )


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _texts(**values: bytes | None) -> Mapping[str, str]:
    return {name: value.decode() for name, value in values.items() if value is not None}


def _description(raw: bytes) -> str:
    if len(raw) <= VALUE_LIMIT and raw.isascii():
        return raw.decode().strip(" ")  # the shape lets no control character through
    return clean(raw.decode())


@lru_cache(maxsize=SMALL)
def _load(raw: bytes) -> str:
    return load_name(raw.decode())


@lru_cache(maxsize=SMALL)
def _device_type(raw: bytes) -> int:
    found = number(raw.decode(), most=LARGEST_TYPE)
    return -1 if found is None else found


def _misleading(block: bytes, cut: Cut) -> Iterator[int]:
    """Lines whose text is not that of their bytes, whose header is none or names an alarm of its own, or that break off in the alarm's name.

    Searches for one character are the only ones that cost next to nothing on every block.
    """
    headers = b"\n".join([before for before, head in zip(cut.befores, cut.heads, strict=True) if head is not None])
    if not headers.isascii() or any(mark in headers for mark in _NOT_IN_HEADERS):
        yield from (i for i, before in enumerate(cut.befores) if cut.heads[i] is not None and not _is_header(before))
    if b"" in cut.rests:
        yield from (i for i, rest in enumerate(cut.rests) if not rest and cut.heads[i] is not None)
    if b"\0" in block:
        yield from (i for i, line in enumerate(cut.lines) if b"\0" in line)
    if max(map(len, cut.lines)) > LONGEST_LINE:
        yield from (i for i, line in enumerate(cut.lines) if len(line) > LONGEST_LINE)


def _is_header(before: bytes) -> bool:
    return before.isascii() and b"%CCM_" not in before and b"AlertName=" not in before and not is_body(before.decode())
