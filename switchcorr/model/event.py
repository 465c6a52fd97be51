"""Registration events as columns, and one row of them as an ``Event``.

An ``EventLog`` grows by ``append`` or by filling its columns directly; all columns are as long as ``time``. Texts are
pooled: a column holds an index into the pool of its name, or -1 for "not in the line".
"""

from __future__ import annotations

import enum
import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from switchcorr.model.reason import Reason, ReasonEnum
from switchcorr.text import counted


class EventKind(enum.IntEnum):
    """What happened; the number is for columns only, the name in JSON and CSV is ``label``."""

    UNREGISTERED = 1
    TRANSIENT = 2
    REGISTERED = 3
    RESET = 4
    RESTART = 5
    SERVER_ALERT = 6
    PHONE_ALARM = 7
    """What a phone says after it came back: its own reason, and the switch and port it is attached to."""
    SWITCH_MESSAGE = 8
    """What a switch says of itself: its name, the message's tag and its text are in the detail."""

    @property
    def label(self) -> str:
        """``unregistered``, ``server_alert``..."""
        return self.name.lower()


class Assumed(enum.IntFlag):
    """What of an event was not in its line."""

    NOTHING = 0
    YEAR = 1
    ZONE = 2
    DATE = 4
    TIME = 8
    """The whole time was given from outside (``--at``)."""
    NODE = 32
    """Packets show the event: the node is the address that they went to, the time that of a packet, and nothing tells a reason."""
    NAME = 16
    """The line tells an address only; the device is the one that had it."""
    ARRIVAL = 64
    """The time is that at which the line arrived; its own is more than a day off, and stands in the detail as ``told_time``, or is none."""


@dataclass(frozen=True, slots=True)
class EventDetail:
    """What only some events carry.

    Attributes:
        alert: name of an alert: ``LowCallManagerHeartbeatRate``; tag of a switch's message: ``LINK-3-UPDOWN``.
        values: its numbers and words as printed: ``{"rate": "19", "threshold": "24"}``.
        neighbor_device, neighbor_port, voice_vlan: what a phone knows of its switch; the switch whose message it is.
        text: last signal received, the alert's sentence, or the message.
    """

    alert: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    neighbor_device: str = ""
    neighbor_port: str = ""
    neighbor_address: str = ""
    voice_vlan: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; None or empty is "not in the text". ``name`` is a device name as CallManager prints it, phones in upper case.

    Attributes:
        extension: the directory numbers of its lines as printed, ``4001,4002``; of a long list the first ones.
        load: the firmware that it runs, ``sip78xx.14-1-1``: registrations tell it.
    """

    time: datetime | None
    kind: EventKind
    name: str = ""
    ip: str = ""
    reason: Reason | None = None
    node: str = ""
    cluster: str = ""
    device_type: int | None = None
    severity: int | None = None
    description: str = ""
    extension: str = ""
    load: str = ""
    detail: EventDetail | None = None
    source: str = ""
    line: int = 0
    assumed: Assumed = Assumed.NOTHING


class Pool:
    """Texts by number, each once."""

    __slots__ = ("_index", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._index: dict[str, int] = {}

    def put(self, text: str) -> int:
        """The number of a text; -1 for the empty one."""
        if not text:
            return -1
        number = self._index.get(text)
        if number is None:
            number = self._index[text] = len(self.texts)
            self.texts.append(text)
        return number

    def find(self, text: str) -> int:
        """The number of a text that may not be there: then -1."""
        return self._index.get(text, -1)

    def get(self, number: int) -> str:
        """The text of a number; empty for -1."""
        return self.texts[number] if number >= 0 else ""


@dataclass(slots=True)
class EventPools:
    """The texts of one or several logs; logs that share pools can be joined by copying columns."""

    names: Pool = field(default_factory=Pool)
    ips: Pool = field(default_factory=Pool)
    nodes: Pool = field(default_factory=Pool)
    clusters: Pool = field(default_factory=Pool)
    descriptions: Pool = field(default_factory=Pool)
    extensions: Pool = field(default_factory=Pool)
    loads: Pool = field(default_factory=Pool)
    sources: Pool = field(default_factory=Pool)
    signals: Pool = field(default_factory=Pool)


INTEGER_COLUMNS = (
    ("kind", "b"), ("name", "i"), ("ip", "i"), ("reason", "h"), ("reason_enum", "b"), ("node", "i"), ("cluster", "i"),
    ("device_type", "i"), ("severity", "b"), ("description", "i"), ("extension", "i"), ("load", "i"), ("signal", "i"), ("source", "h"),
    ("line", "q"), ("assumed", "b"),
)  # fmt: skip
"""Name and type code of every column but ``time`` (``d``, seconds since 1970 in UTC, NaN if unknown)."""


class EventLog:
    """Events as columns in the order they were read; see the module.

    Attributes:
        signal: the text of a detail that holds nothing else; most events have none or this.
        details: all other details, by row.
    """

    __slots__ = ("details", "pools", "time", *(name for name, _ in INTEGER_COLUMNS))

    kind: array[int]
    name: array[int]
    ip: array[int]
    reason: array[int]
    reason_enum: array[int]
    node: array[int]
    cluster: array[int]
    device_type: array[int]
    severity: array[int]
    description: array[int]
    extension: array[int]
    load: array[int]
    signal: array[int]
    source: array[int]
    line: array[int]
    assumed: array[int]

    def __init__(self, pools: EventPools | None = None) -> None:
        self.pools = pools or EventPools()
        self.time: array[float] = array("d")
        for column, code in INTEGER_COLUMNS:
            setattr(self, column, array(code))
        self.details: dict[int, EventDetail] = {}

    def __len__(self) -> int:
        return len(self.time)

    def __iter__(self) -> Iterator[Event]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, i: int) -> Event:
        pools = self.pools
        enum_ = ReasonEnum(self.reason_enum[i])
        return Event(
            time=None if math.isnan(self.time[i]) else datetime.fromtimestamp(self.time[i], UTC),
            kind=EventKind(self.kind[i]),
            name=pools.names.get(self.name[i]),
            ip=pools.ips.get(self.ip[i]),
            reason=Reason(enum_, self.reason[i]) if self.reason[i] >= 0 else None,
            node=pools.nodes.get(self.node[i]),
            cluster=pools.clusters.get(self.cluster[i]),
            device_type=self.device_type[i] if self.device_type[i] >= 0 else None,
            severity=self.severity[i] if self.severity[i] >= 0 else None,
            description=pools.descriptions.get(self.description[i]),
            extension=pools.extensions.get(self.extension[i]),
            load=pools.loads.get(self.load[i]),
            detail=self.details.get(i) or (EventDetail(text=pools.signals.get(self.signal[i])) if self.signal[i] >= 0 else None),
            source=pools.sources.get(self.source[i]),
            line=self.line[i],
            assumed=Assumed(self.assumed[i]),
        )

    def append(self, event: Event) -> None:
        """Add one event."""
        pools = self.pools
        signal = event.detail.text if event.detail is not None else ""
        plain = signal and event.detail == EventDetail(text=signal)
        if event.detail is not None and not plain:
            self.details[len(self)] = event.detail
        self.time.append(math.nan if event.time is None else event.time.timestamp())
        self.kind.append(event.kind)
        self.name.append(pools.names.put(event.name))
        self.ip.append(pools.ips.put(event.ip))
        self.reason.append(-1 if event.reason is None else event.reason.code)
        self.reason_enum.append(0 if event.reason is None else event.reason.enum)
        self.node.append(pools.nodes.put(event.node))
        self.cluster.append(pools.clusters.put(event.cluster))
        self.device_type.append(-1 if event.device_type is None else event.device_type)
        self.severity.append(-1 if event.severity is None else event.severity)
        self.description.append(pools.descriptions.put(event.description))
        self.extension.append(pools.extensions.put(event.extension))
        self.load.append(pools.loads.put(event.load))
        self.signal.append(pools.signals.put(signal if plain else ""))
        self.source.append(pools.sources.put(event.source))
        self.line.append(event.line)
        self.assumed.append(event.assumed)

    def extend(self, other: EventLog) -> None:
        """Add the events of a log with the same pools.

        Raises:
            ValueError: the pools differ.
        """
        if other.pools is not self.pools:
            raise ValueError("only logs that share their pools can be joined")
        offset = len(self)
        self.time.extend(other.time)
        for column, _ in INTEGER_COLUMNS:
            getattr(self, column).extend(getattr(other, column))
        self.details.update((offset + i, detail) for i, detail in other.details.items())

    def select(self, rows: list[int]) -> EventLog:
        """The given rows in the given order, as a log with the same pools."""
        out = EventLog(self.pools)
        for column in ("time", *(name for name, _ in INTEGER_COLUMNS)):
            getattr(out, column).extend(map(getattr(self, column).__getitem__, rows))
        if self.details:
            out.details.update((new, self.details[old]) for new, old in enumerate(rows) if old in self.details)
        return out


@dataclass(frozen=True, slots=True)
class UnusedLine:
    """A line that is no event, as a sample."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class EventFileAccount:
    """What became of one event file.

    Attributes:
        formats: names of the formats found, most lines first.
        unrecognised: lines that no format claims.
        ignored: lines a format claims that carry no event (other alarms).
        duplicates: events left out because a relay or a second file had told them.
        samples: the first few unrecognised lines.
        problem: why the file could not be read, or not to its end; empty if all of it was read.
        unit: what ``lines`` counts: lines of text, or the packets of a capture.
    """

    file: str
    formats: tuple[str, ...] = ()
    lines: int = 0
    events: int = 0
    ignored: int = 0
    unrecognised: int = 0
    duplicates: int = 0
    samples: tuple[UnusedLine, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str = ""
    unit: str = "line"

    @property
    def no_event(self) -> str:
        """What is said of a file that was read and holds no event."""
        nothing = "no event of a known format" if self.unit == "line" else "no registration begins or ends"
        return f"{self.file}: {nothing} in {counted(self.lines, self.unit)}"


@dataclass(frozen=True, slots=True)
class EventReading:
    """All events of all files, in order of time, with what became of each file."""

    log: EventLog
    files: tuple[EventFileAccount, ...]
    assumptions: tuple[str, ...] = ()
