"""The network, its phones and the log as the page draws them: flat columns with numbers in place of names.

A switch, a module and a phone are known by their index. Switches stand in the order in which the map draws them (site, the switches
above, name), modules in the order of their switch and its panel, phones by name. -1 is "not known" in every column of indices.
"""

from __future__ import annotations

import enum
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile

from switchcorr.model.campus import Observation
from switchcorr.model.ports import PortFacts


class PhoneState(enum.IntEnum):
    """What became of a phone in the time of the report."""

    REGISTERED = 0
    """Not lost in any incident. Also a phone of which the log tells nothing."""
    BACK = 1
    """Lost in an incident and seen to come back."""
    DOWN = 2
    """Lost in an incident and not seen to come back."""
    NOT_LOGGED = 3
    """Lost in an incident; the log tells no return of any phone."""


class LogKind(enum.IntEnum):
    """An event of the log as the timeline counts it."""

    LOST = 1
    BACK = 2


@dataclass(frozen=True, slots=True)
class EstateUplink:
    """A link of a switch to one above it.

    Attributes:
        interface, far_interface: in their long names; empty if not known.
        bundle: the bundle at the lower end.
        above: index of the switch above.
        active: whether it carries traffic.
    """

    interface: str
    bundle: str
    above: int
    far_interface: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class EstateModule:
    """A module, a stack member, or all of a switch that has neither.

    Attributes:
        id: as in a component of kind ``module``; the switch's name where it has no modules.
        label: the id without the switch's name: ``3``, ``2.3``, ``1.nm``; empty where it is the whole switch.
        places: ports on its panel for phones; 0 for supervisors and uplink modules.
        phones: placed on it.
    """

    id: str
    label: str
    switch: int
    model: str = ""
    serial: str = ""
    status: str = ""
    places: int = 0
    phones: int = 0


@dataclass(frozen=True, slots=True)
class EstateSwitch:
    """A switch.

    Attributes:
        modules: indices into ``Estate.modules``, in order of the panel.
        above: indices of the switches one level up.
        level: links to the core; None if that is not known.
        site: from the table of devices or locations, else empty.
        phones: placed on it.
    """

    name: str
    model: str = ""
    platform: str = ""
    address: str = ""
    software: str = ""
    level: int | None = None
    read: bool = True
    taken_at: datetime | None = None
    site: str = ""
    modules: tuple[int, ...] = ()
    above: tuple[int, ...] = ()
    uplinks: tuple[EstateUplink, ...] = ()
    phones: int = 0


@dataclass(frozen=True, slots=True)
class PhoneColumns:
    """All known phones, one entry each in every column, sorted by name.

    Attributes:
        position: number on the panel of its module; 0 if not known.
        description: the newest of the log, else that of the table of locations.
        extension: directory numbers, the newest of the log, else that of the table of locations.
        why_unplaced: in words; empty for a placed phone.
    """

    name: Sequence[str] = ()
    switch: array[int] = field(default_factory=lambda: array("i"))
    module: array[int] = field(default_factory=lambda: array("i"))
    position: array[int] = field(default_factory=lambda: array("i"))
    vlan: array[int] = field(default_factory=lambda: array("i"))
    interface: Sequence[str] = ()
    ip: Sequence[str] = ()
    node: Sequence[str] = ()
    description: Sequence[str] = ()
    extension: Sequence[str] = ()
    model: Sequence[str] = ()
    firmware: Sequence[str] = ()
    why_unplaced: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class LossColumns:
    """Every loss of a phone in an incident, one entry each in every column: by phone, those of one phone in order of time.

    Attributes:
        phone: its index.
        incident: number (from 1) of the incident.
        cause: number (from 1, over all incidents) of the named cause; 0 for none.
        state: what became of the phone after it.
        lost_at, back_at: seconds since 1970 in UTC; NaN for not seen to come back.
        reason: why it was lost, in the words of the log; empty if not told.
    """

    phone: array[int] = field(default_factory=lambda: array("i"))
    incident: array[int] = field(default_factory=lambda: array("i"))
    cause: array[int] = field(default_factory=lambda: array("i"))
    state: array[int] = field(default_factory=lambda: array("b"))
    lost_at: array[float] = field(default_factory=lambda: array("d"))
    back_at: array[float] = field(default_factory=lambda: array("d"))
    reason: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.phone)

    def last(self) -> Mapping[int, int]:
        """The last loss of each phone that was lost, by the phone's index."""
        return {phone: row for row, phone in enumerate(self.phone)}


@dataclass(frozen=True, slots=True)
class LogColumns:
    """Losses and returns of known phones in order of time: seconds since 1970 in UTC, index of the phone, ``LogKind``."""

    time: array[float] = field(default_factory=lambda: array("d"))
    phone: array[int] = field(default_factory=lambda: array("i"))
    kind: array[int] = field(default_factory=lambda: array("b"))

    def __len__(self) -> int:
        return len(self.time)


class ServerSign(enum.Enum):
    """What a reading of a call server is about."""

    HEARTBEAT = "heartbeat"
    CPU = "cpu"
    ALERT = "alert"


@dataclass(frozen=True, slots=True, order=True)
class ServerReading:
    """What a call server said of itself at one moment (seconds since 1970 in UTC)."""

    time: float
    node: str
    name: str
    words: str = ""
    sign: ServerSign = ServerSign.ALERT


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything the page draws besides the answer itself.

    Attributes:
        whole: whether the phones that were not lost are known too; without them no share can be told.
        returns: whether the log tells when phones came back.
        ports: of the switches that were read, by index of their module.
        signs: what the call servers said, in order of time.
        nodes: CallManager nodes that the log names, sorted.
        findings: what the switches say of their own parts; quiet counters left out.
        start, end: of the log; NaN if it holds no time.
        domain: the one that all names of switches with a domain end in, with its leading dot; empty for none.
    """

    whole: bool
    switches: tuple[EstateSwitch, ...] = ()
    modules: tuple[EstateModule, ...] = ()
    ports: dict[int, tuple[PortFacts, ...]] = field(default_factory=dict)
    phones: PhoneColumns = field(default_factory=PhoneColumns)
    losses: LossColumns = field(default_factory=LossColumns)
    returns: bool = True
    log: LogColumns = field(default_factory=LogColumns)
    signs: tuple[ServerReading, ...] = ()
    nodes: tuple[str, ...] = ()
    findings: tuple[Observation, ...] = ()
    start: float = float("nan")
    end: float = float("nan")
    switch_index: dict[str, int] = field(default_factory=dict)
    module_index: dict[str, int] = field(default_factory=dict)
    phone_index: dict[str, int] = field(default_factory=dict)
    domain: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "domain", shared_domain([switch.name for switch in self.switches]))

    def short(self, text: str) -> str:
        """A text for a label, with names of switches without their domain."""
        return re.sub(rf"{re.escape(self.domain)}(?![\w.-])", "", text) if self.domain else text


def shared_domain(names: Sequence[str]) -> str:
    """The longest domain, with its leading dot, that all names of several with a domain end in; empty where two names would be one without it.

    >>> shared_domain(["a-1.net.example.com", "b-1.net.example.com", "core"])
    '.net.example.com'
    """
    ends = [name.split(".")[:0:-1] for name in names if "." in name and not name.rpartition(".")[2].isdigit()]
    if len(ends) < 2:
        return ""
    shared = [labels[0] for labels in takewhile(lambda labels: len(set(labels)) == 1, zip(*ends, strict=False))]
    domain = "".join(f".{label}" for label in reversed(shared))
    return domain if len({name.removesuffix(domain) for name in names}) == len(names) else ""
