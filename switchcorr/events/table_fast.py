"""The quick way of rows of a table: what a row says besides its time and its phone repeats, so that is understood once.

A row is taken when its bytes are plain (ASCII, no quotes), its time is a full ISO date and its event has no detail; all other
rows are left to the careful way. Both ways give the same events.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from switchcorr.events.clock import Clock
from switchcorr.events.generic import NAME_COLUMNS, device_name, row_event
from switchcorr.events.memo import LARGE, SMALL
from switchcorr.events.stamps import Stamp, parse_stamp
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Assumed, EventLog, EventPools

_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:)([0-5]\d(?:\.\d{1,6})?)(Z|[+-]\d\d:?\d\d|)")
_LONGEST_ROW = 4_000
_STAND_INS = {(True, True): "SEP001122334455", (True, False): "a device", (False, False): ""}
"""A device for (named, a phone): which one it is does not change the other columns."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A cell that names the device: its number in the pool, and of which sort it is."""

    number: int
    sort: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class _Told:
    """The columns of a row besides its time and its device."""

    kind: int
    reason: int
    reason_enum: int
    ip: int
    node: int
    cluster: int
    device_type: int
    severity: int
    description: int
    extension: int
    load: int


@dataclass(slots=True)
class _Taken:
    """Columns of the rows that are not in the log yet; of one length."""

    told: list[_Told] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    assumed: list[int] = field(default_factory=list)


class FastTable:
    """Makes columns of the rows of one table.

    Args:
        separator: between cells.
        names: of the columns.
        clock: of the file.
        pools: of the log.
        source: index of the file in the pools.
    """

    __slots__ = ("_clock", "_minutes", "_name_at", "_names", "_of_name", "_pools", "_separator", "_source", "_taken", "_time_at", "_told")

    def __init__(self, separator: str, names: tuple[str, ...], clock: Clock, pools: EventPools, *, source: int) -> None:
        self._separator, self._names, self._clock, self._pools, self._source = separator, names, clock, pools, source
        self._time_at = names.index("time")
        self._name_at = next(place for place, name in enumerate(names) if name in NAME_COLUMNS)
        self._minutes: dict[tuple[str, str], tuple[float, Assumed]] = {}
        self._of_name: dict[str, _Name] = {}
        self._told: dict[tuple[object, ...], _Told | None] = {}
        self._taken = _Taken()

    @staticmethod
    def knows(names: tuple[str, ...]) -> bool:
        """Whether a table with these columns has rows for the quick way: one time, one name, no column twice."""
        return len(set(names)) == len(names) and "time" in names and sum(name in NAME_COLUMNS for name in names) == 1

    def take(self, line: bytes, number: int) -> bool:
        """Take a row; False if it is none for the quick way.

        Args:
            line: bytes without newline.
            number: of the line in the file.
        """
        if not line.isascii() or b'"' in line or b"\0" in line or len(line) > _LONGEST_ROW:
            return False
        cells = line.decode().removesuffix("\r").split(self._separator)
        if len(cells) != len(self._names):
            return False
        name, written = self._name(cells[self._name_at]), cells[self._time_at]
        cells[self._time_at] = cells[self._name_at] = ""
        told = self._rest(cells, name.sort)
        time = self._time(written) if told is not None else None
        if told is None or time is None:
            return False
        taken, (seconds, assumed) = self._taken, time
        taken.told.append(told)
        taken.names.append(name.number)
        taken.times.append(seconds)
        taken.lines.append(number)
        taken.assumed.append(assumed)
        return True

    def put(self, log: EventLog) -> int:
        """Add the rows that were taken to a log, and tell how many they are."""
        taken, self._taken = self._taken, _Taken()
        log.time.extend(taken.times)
        log.name.extend(taken.names)
        log.line.extend(taken.lines)
        log.assumed.extend(taken.assumed)
        log.kind.extend([told.kind for told in taken.told])
        log.reason.extend([told.reason for told in taken.told])
        log.reason_enum.extend([told.reason_enum for told in taken.told])
        log.ip.extend([told.ip for told in taken.told])
        log.node.extend([told.node for told in taken.told])
        log.cluster.extend([told.cluster for told in taken.told])
        log.device_type.extend([told.device_type for told in taken.told])
        log.severity.extend([told.severity for told in taken.told])
        log.description.extend([told.description for told in taken.told])
        log.extension.extend([told.extension for told in taken.told])
        log.load.extend([told.load for told in taken.told])
        log.signal.extend([-1] * len(taken.told))
        log.source.extend([self._source] * len(taken.told))
        return len(taken.told)

    def _time(self, cell: str) -> tuple[float, Assumed] | None:
        """Seconds since 1970 and what was assumed; the minutes that were met are kept."""
        found = _TIME.fullmatch(cell)
        if found is None:
            return None
        minute, second, zone = found.groups()
        known = self._minutes.get((minute, zone))
        if known is None:
            stamp = parse_stamp(f"{minute}00{zone}")
            if not isinstance(stamp, Stamp) or stamp.naive(stamp.year or 0) is None:
                return None  # no such day: the careful way says so
            known = self._clock.resolve(stamp)
            if not self._clock.stands_twice(stamp):
                if len(self._minutes) >= SMALL:
                    self._minutes.clear()
                self._minutes[minute, zone] = known
        else:
            self._clock.count_again(known[1])
        start, assumed = known
        return start + float(second), assumed

    def _name(self, cell: str) -> _Name:
        known = self._of_name.get(cell)
        if known is None:
            if len(self._of_name) >= LARGE:
                self._of_name.clear()
            name = device_name(cell)
            known = _Name(self._pools.names.put(name), (bool(name), PhoneName.parse_or_none(name) is not None))
            self._of_name[cell] = known
        return known

    def _rest(self, cells: list[str], sort: tuple[bool, bool]) -> _Told | None:
        key = (sort, *cells)
        try:
            return self._told[key]
        except KeyError:
            if len(self._told) >= LARGE:
                self._told.clear()
            told = self._told[key] = self._understand(dict(zip(self._names, cells, strict=True)), sort)
            return told

    def _understand(self, row: Mapping[str, str], sort: tuple[bool, bool]) -> _Told | None:
        """What a row says besides time and device; None if that is nothing or too much for the columns."""
        found = row_event({**row, self._names[self._name_at]: _STAND_INS[sort]})
        if found is None or found.event.detail is not None:
            return None
        event, pools = found.event, self._pools
        return _Told(
            kind=event.kind,
            reason=-1 if event.reason is None else event.reason.code,
            reason_enum=0 if event.reason is None else event.reason.enum,
            ip=pools.ips.put(event.ip),
            node=pools.nodes.put(event.node),
            cluster=pools.clusters.put(event.cluster),
            device_type=-1 if event.device_type is None else event.device_type,
            severity=-1 if event.severity is None else event.severity,
            description=pools.descriptions.put(event.description),
            extension=pools.extensions.put(event.extension),
            load=pools.loads.put(event.load),
        )
