"""The answer: incidents, their causes with probability and evidence, and what the answer rests on."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchcorr.model.calibration import CalibrationUse
from switchcorr.model.campus import Component, Domain
from switchcorr.model.event import EventFileAccount
from switchcorr.model.reason import Reason
from switchcorr.model.snapshot import OutputAccount

NAMED_FROM = 0.5
"""Probability from which a component is named as a cause."""
LEAST_KNOWN = 2
"""Phones known to be on a part that must have dropped before it is named for its drops: what one phone has, no two share. Of parts that the places
of others only made likely, none of two was right. Benchmark, 22 hard campuses."""
NO_RETURNS = "when the phones came back: the log holds no registrations (alarm level Informational would show them)"
"""What an incident of a log that tells no return says in ``unseen``."""


class Verdict(enum.Enum):
    """What an incident is, in one word of the JSON contract."""

    NETWORK = "network"
    CALL_SERVER = "call_server"
    WAN_OR_NAT = "wan_or_nat"
    ADMINISTRATIVE = "administrative"
    ENDPOINT = "endpoint"
    NOT_PROVEN = "not_proven"


VERDICT_OF: Mapping[Domain, Verdict] = {
    Domain.NETWORK: Verdict.NETWORK,
    Domain.CALL_SERVER: Verdict.CALL_SERVER,
    Domain.WAN_OR_NAT: Verdict.WAN_OR_NAT,
    Domain.ENDPOINT: Verdict.ENDPOINT,
}
"""What an incident is if a component of a domain failed."""


class EvidenceKind(enum.Enum):
    """What speaks for or against a cause. Closed; each is explained in ``docs/correlation.md``."""

    CONTRAST = "contrast"
    """Share of the component's phones that dropped against the share elsewhere."""
    CONTROL_GROUP = "control_group"
    """Phones that share one thing with those that dropped, and not the other."""
    COUNTERFACTUAL = "counterfactual"
    """What would have been seen if another suspect were the cause."""
    SPREAD = "spread"
    """Over how many other components the dropped phones are spread; which port groups of a card they are of."""
    REASONS = "reasons"
    PHONE_SIDE = "phone_side"
    """What the phones themselves say of why they went."""
    NEW_LOAD = "new_load"
    """With which firmware the phones came back, where they had another one."""
    FAILOVER = "failover"
    """Whether the phones came back at another node of the cluster."""
    TIGHTNESS = "tightness"
    SERVER_ALERT = "server_alert"
    NO_SERVER_ALERT = "no_server_alert"
    OTHER_DEVICES = "other_devices"
    """CTI ports and gateways without a switch port dropped too."""
    COUNTERS = "counters"
    MODULE_STATE = "module_state"
    DEVICE_STATE = "device_state"
    TESTED_MODULES = "tested_modules"
    """Modules were tested as causes and acquitted."""
    LOCATION_QUALITY = "location_quality"
    RECURRENCE = "recurrence"
    SAME_PHONES = "same_phones"
    """Whether the same phones drop in each burst, as of one member of a bundle, or other ones, as of all of it."""
    PERIODICITY = "periodicity"
    """Phones or bursts that come back after the same time, or at the same time of day."""
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One argument; ``weight`` is a natural-log likelihood ratio, positive in both lists."""

    kind: EvidenceKind
    text: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Suspect:
    """A component and the posterior probability that it is at fault, its equal-exposure set counted together.

    Attributes:
        as_likely: of ``equivalent`` those that nothing apart from the phones makes less likely.
    """

    component: Component
    probability: float
    affected: int = 0
    exposed: int = 0
    equivalent: tuple[Component, ...] = ()
    as_likely: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """A named cause of an incident.

    Attributes:
        probability: that it is this one, or one of ``equivalent``.
        equivalent: what the phones cannot tell from it.
        as_likely: what is to be named with it wherever it is: of ``equivalent`` those that nothing apart from the phones makes less likely.
        less_likely: the others of them, but for what is a part of it.
        p_less_likely: of ``probability`` what these have together.
        next_steps: what to do about it, the first thing first.
    """

    component: Component
    probability: float
    affected: int
    exposed: int
    first: datetime
    last: datetime
    equivalent: tuple[Component, ...] = ()
    evidence_for: tuple[Evidence, ...] = ()
    evidence_against: tuple[Evidence, ...] = ()
    next_steps: tuple[str, ...] = ()
    as_likely: tuple[Component, ...] = ()
    less_likely: tuple[Component, ...] = ()
    p_less_likely: float = 0.0

    @property
    def next_step(self) -> str:
        """All of them in one line."""
        return " ".join(self.next_steps)


@dataclass(frozen=True, slots=True)
class AffectedPhone:
    """An endpoint that dropped in an incident; ``cause`` is an index into ``Incident.causes`` or None."""

    phone: str
    time: datetime
    reason: Reason | None = None
    node: str = ""
    device: str = ""
    interface: str = ""
    module: str = ""
    back_at: datetime | None = None
    back_node: str = ""
    cause: int | None = None
    description: str = ""
    ip: str = ""


@dataclass(frozen=True, slots=True)
class Fallback:
    """Phones that went back from another node to their own one, as planned.

    Attributes:
        phones: how many.
        first, last: when the first and the last of them left.
        left, own: names of the nodes that most left and went to; ``own`` is empty where the log tells no registrations.
    """

    phones: int
    first: datetime
    last: datetime
    left: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """Events explained together.

    Attributes:
        p_nothing_shared: probability that no fault of a common component is behind it: chance, or an administrative action.
        summary: one sentence for people, with the counted contrast.
        unseen: sentences: what would settle it and could not be seen.
        p_unlocated: probability that the phones without a place share a part of the network that no location names.
        unlocated_within: what all phones of that part have in common, components with the same phones; empty if it may be anywhere.
        unlocated_above: several of one kind that share that part; empty if it holds no such ones.
        p_unnamed: probability that something is behind it that nothing known of the phones names.
        fallback: of its phones that had come back at another node those that went back to their own one later; where the verdict is an
            administrative action, of its drops those that were this.
    """

    id: str
    start: datetime
    end: datetime
    events: int
    endpoints: int
    still_down: int
    verdict: Verdict
    p_nothing_shared: float
    causes: tuple[Cause, ...]
    suspects: tuple[Suspect, ...]
    phones: tuple[AffectedPhone, ...]
    summary: str = ""
    unseen: tuple[str, ...] = ()
    p_unlocated: float = 0.0
    unlocated_within: tuple[Component, ...] = ()
    unlocated_above: tuple[Component, ...] = ()
    p_unnamed: float = 0.0
    fallback: Fallback | None = None

    @property
    def returns_logged(self) -> bool:
        """Whether the log tells when phones came back; without it, "not seen to come back" is no news of any phone."""
        return NO_RETURNS not in self.unseen

    @property
    def is_fallback(self) -> bool:
        """Whether its phones did nothing but go back to their own node."""
        return self.fallback is not None and self.verdict is Verdict.ADMINISTRATIVE

    @property
    def not_back(self) -> str:
        """How many are not back, for a sentence."""
        return f"{self.still_down:,} not back yet" if self.returns_logged else "whether they are back is not in the log"

    @property
    def is_down(self) -> bool:
        """Whether half of its phones or more are not back, as far as the log tells: what failed is not well."""
        return self.returns_logged and 2 * self.still_down >= self.endpoints > 0

    @property
    def explained(self) -> int:
        """Phones that the named causes explain, or all of them if none is named: a large site loses others meanwhile as on every day."""
        return min(self.endpoints, sum(cause.affected for cause in self.causes)) if self.causes else self.endpoints


@dataclass(frozen=True, slots=True)
class Recurring:
    """A component that explains several bursts together."""

    component: Component
    bursts: int
    probability: float
    affected_phones: int
    exposed: int
    equivalent: tuple[Component, ...] = ()
    evidence_for: tuple[Evidence, ...] = ()
    evidence_against: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class FlappingPhone:
    """A phone that drops again and again by itself, far more often than the others of its site.

    Attributes:
        drops: its own, without those of incidents and those on purpose.
        expected: how many a phone of the site has in the same time.
        median_gap: from one of these drops to the next.
        reason: the one that is told most, for ``reason_drops`` of them; None if none is told.
        still_down: whether the log holds no registration after the last of them; None if it holds none of this phone at all.
        shared: what more of these phones are on than chance puts there, in a sentence; empty for nothing.
    """

    phone: str
    drops: int
    expected: float
    first: datetime
    last: datetime
    median_gap: timedelta
    reason: Reason | None = None
    reason_drops: int = 0
    device: str = ""
    interface: str = ""
    module: str = ""
    still_down: bool | None = None
    shared: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Chronic:
    """A part whose phones drop far more often than others all the time, each by itself.

    Attributes:
        equivalent: what the drops cannot tell from it.
        probability: that it is this part, or one of ``equivalent``.
        drops: of its phones, without those of incidents and those on purpose.
        expected: how many phones like them have in the same time.
        dropped: how many of its phones have dropped.
        exposed: its phones.
        start: from when on they are counted.
        since: when the rate rose, if that can be seen in the log.
        until: when it fell to what is usual, if that can be seen.
        reason: the one that is told most, for ``reason_drops`` of them; None if none is told.
        suspects: other parts that may be behind the same drops.
    """

    component: Component
    equivalent: tuple[Component, ...]
    probability: float
    drops: int
    expected: float
    dropped: int
    exposed: int
    first: datetime
    last: datetime
    start: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    reason: Reason | None = None
    reason_drops: int = 0
    suspects: tuple[Suspect, ...] = ()
    evidence_for: tuple[Evidence, ...] = ()
    evidence_against: tuple[Evidence, ...] = ()
    next_steps: tuple[str, ...] = ()

    @property
    def next_step(self) -> str:
        """What to do about it in one line."""
        return " ".join(self.next_steps)

    @property
    def ratio(self) -> float:
        """How many times as often as others its phones drop."""
        return self.drops / self.expected

    @property
    def first_of(self) -> Component:
        """Of it and what cannot be told from it the first by name: which of them leads may change from answer to answer."""
        return min((self.component, *self.equivalent))


@dataclass(frozen=True, slots=True)
class Together:
    """Phones of one part that dropped in the same seconds and were too few for an incident."""

    component: Component
    phones: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the answer rests on and what could not be seen.

    Attributes:
        outputs: accounts of all captured texts, those that could not be used first.
        event_files: accounts of all event files.
        devices_unread: devices named by neighbors or expected, of which nothing was read.
        unusable: what was given and could not be used at all, a sentence each: the answer was made without it.
    """

    phones_known: int = 0
    placed: int = 0
    unplaced: int = 0
    devices_expected: int = 0
    devices_read: int = 0
    outputs_quarantined: int = 0
    events_read: int = 0
    lines_unrecognised: int = 0
    assumptions: tuple[str, ...] = ()
    outputs: tuple[OutputAccount, ...] = ()
    event_files: tuple[EventFileAccount, ...] = ()
    devices_unread: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correlation:
    """The whole answer; its JSON form is ``switchcorr/correlation/1``.

    Attributes:
        start, end: the time looked at: what was asked for, else from the first to the last drop; never in the wrong order.
        log_start, log_end: the first and the last event of the log with a time, whatever was asked for.
        drops: how many there are in the time looked at; None if nobody counted.
        flapping: phones that drop again and again by themselves in the time looked at, most drops first.
        chronic: parts whose phones do so more often than others, the clearest first.
        together: where there is no incident, the most phones of one part that dropped in the same seconds.
        is_only_group: whether there are no others of that sort.
        is_sharing_known: whether of half of the phones that dropped anything is known that phones share.
        nameless_drops: drops of the log, whenever, that name no phone.
    """

    generated_at: datetime
    start: datetime | None
    end: datetime | None
    coverage: Coverage
    incidents: tuple[Incident, ...]
    recurring: tuple[Recurring, ...] = ()
    calibration: CalibrationUse | None = None
    log_shifts: Mapping[str, timedelta] = field(default_factory=dict)
    """By how much the times in the log of a switch are taken to be too early, by switch; the facts of the answer are moved already."""
    log_start: datetime | None = None
    log_end: datetime | None = None
    drops: int | None = None
    flapping: tuple[FlappingPhone, ...] = ()
    chronic: tuple[Chronic, ...] = ()
    together: Together | None = None
    is_only_group: bool = True
    is_sharing_known: bool = True
    nameless_drops: int = 0
