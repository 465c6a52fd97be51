"""Random small sites with one planted fault each, whose plans and mixes of reasons the model does not know.

A site is drawn from its seed alone, so that each case can be made again by itself. Plan, log, fault and table of locations are drawn
independently of each other and widely: the aim is not what is usual, but what may be. Nothing here is taken from the constants or the reason
profiles of the correlation.
"""

from __future__ import annotations

import csv
import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

START = datetime(2026, 11, 16, tzinfo=UTC).timestamp()
DAY_S = 86_400.0
NETWORK = ("module", "switch", "vlan", "block")
PLACES = ("module", "switch", "block")
"""What is unknown of a phone without a place; its VLAN may be known."""
COLUMNS = (*NETWORK, "node")
FAULTS = ("module", "module", "switch", "vlan", "block", "node", "everything", "none")
HITS = (0.3, 0.6, 0.95)
SWITCHES = (1, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15)
TIME_OUT, LOST, RESET, RESTART, FALL_BACK = 13, 6, 8, 15, 28
QUIET_REASONS = (6, 8, 9, 10, 13, 16, 18, 19)
FAULT_REASONS = {"node": (TIME_OUT, RESET, RESTART), "everything": (TIME_OUT, LOST, RESET)}
NETWORK_REASONS = (TIME_OUT, TIME_OUT, LOST, RESET)
"""The first of a mix is drawn from these: time-outs twice as often."""
EVENT_COLUMNS = ("time", "phone", "event", "reason", "reason_enum", "node")
Event = tuple[float, str, str, int, str]
"""Time, phone, kind of event, reason (0: none) and node."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone, the node where it is registered, and the part of each kind that it is on."""

    name: str
    home: str
    parts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mix:
    """Reasons and how often each is told."""

    reasons: tuple[int, ...]
    weights: tuple[float, ...]

    def draw(self, random_: random.Random) -> int:
        """One reason."""
        return random_.choices(self.reasons, self.weights)[0]

    def __str__(self) -> str:
        total = sum(self.weights)
        return ", ".join(f"{reason}: {weight / total:.0%}" for reason, weight in zip(self.reasons, self.weights, strict=True))


@dataclass(frozen=True, slots=True)
class Fault:
    """What was planted.

    Attributes:
        kind, part: the part that failed; of ``everything`` and ``none`` no part.
        at, spread: begin and length of the burst in seconds.
        after: what became of the phones, in words.
    """

    kind: str
    part: str
    at: float
    spread: float
    hit: float
    mix: Mix
    after: str = ""


@dataclass(order=True, slots=True)
class Drop:
    """One drop of a phone: it comes back after some seconds at a node (the same if none is named), and may go home from there later.

    Attributes:
        home_told: whether the log tells of its going home as a drop, with a reason of its own.
        is_told: whether the log tells of this one.
    """

    at: float
    reason: int
    back_after: float
    to: str = ""
    home_after: float | None = None
    home_told: bool = True
    is_fault: bool = False
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """One case: the phones, the fault, the log, and what the table of locations tells.

    Attributes:
        table: per phone the cell of each column; an empty one is unknown.
        dropped: phones that dropped for the fault.
        plan: all that was drawn, in words.
    """

    seed: int
    phones: tuple[Phone, ...]
    fault: Fault
    table: dict[str, dict[str, str]]
    events: tuple[Event, ...]
    dropped: frozenset[str]
    days: float
    plan: str

    def hit_by_fault(self) -> frozenset[str]:
        """All phones on what failed."""
        return frozenset(phone.name for phone in self.phones if is_on(phone, self.fault))

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The table of locations and the log as files."""
        locations, events = folder / "locations.csv", folder / "events.csv"
        columns = list(next(iter(self.table.values())))
        with locations.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["phone", *columns])
            rows.writerows([name, *cells.values()] for name, cells in self.table.items())
        with events.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(EVENT_COLUMNS)
            for at, name, kind, reason, node in self.events:
                enum = "EndPointUnregistered.Reason" if reason else ""
                rows.writerow([stamp(at), name, kind, reason or "", enum, node])
        return locations, events


def stamp(at: float) -> str:
    """A moment as the log writes it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def is_on(phone: Phone, fault: Fault) -> bool:
    """Whether a phone is on what failed."""
    return fault.kind == "everything" or (fault.kind != "none" and phone.parts[fault.kind] == fault.part)


def drawn_mix(random_: random.Random, reasons: Sequence[int]) -> Mix:
    """One reason only, two, or any mix of all."""
    first, known = random_.choice(reasons), tuple(dict.fromkeys(reasons))
    how = random_.random()
    if how < 0.35:
        return Mix((first,), (1.0,))
    if how < 0.65:
        share = random_.uniform(0.05, 0.5)
        return Mix((first, random_.choice([reason for reason in known if reason != first])), (1.0 - share, share))
    return Mix(known, tuple(random_.gammavariate(0.6, 1.0) + 1e-9 for _ in known))


def drawn_phones(random_: random.Random) -> tuple[tuple[Phone, ...], tuple[str, ...], str]:
    """The phones of a site, its nodes (one may be there for others only), and the plan in words."""
    switches = random_.choice(SWITCHES)
    blocks = 1 if switches < 3 else random_.choice((1, 2, 3))
    nodes, by_block = random_.choice((1, 2, 2, 3)), random_.random() < 0.4
    mostly, vlans = random_.uniform(0.5, 0.95), random_.choice(("site", "block", "switch"))
    phones: list[Phone] = []
    for switch in range(switches):
        block, density = switch % blocks, random_.randint(6, 30)
        vlan = {"site": "110", "block": f"11{block}", "switch": f"{200 + switch}"}[vlans]
        for module in range(1, random_.choice((1, 1, 2, 3, 4)) + 1):
            for _ in range(min(30, max(6, round(random_.gauss(density, 3))))):
                home = block % nodes if by_block else 0 if random_.random() < mostly else random_.randrange(nodes)
                node = f"cm{home + 1}"
                place = {"module": f"acc-{switch + 1}/{module}", "switch": f"acc-{switch + 1}", "block": f"block-{block + 1}"}
                phones.append(Phone(f"SEP00AA{len(phones) + 1:08X}", node, {**place, "vlan": vlan, "node": node}))
    homes = f"nodes by block of {nodes}" if by_block else f"{mostly:.0%} at cm1, others at any of {nodes}"
    names = tuple(f"cm{number + 1}" for number in range(nodes))
    return tuple(phones), names, f"{len(phones)} phones, {switches} switches, {blocks} blocks, a VLAN per {vlans}, {homes}"


def drawn_table(phones: Sequence[Phone], random_: random.Random) -> tuple[dict[str, dict[str, str]], str]:
    """What the table of locations tells: always the switch, other columns or none, and of some phones no place."""
    columns = [kind for kind in COLUMNS if kind == "switch" or random_.random() < 0.65]
    share, keeps_vlan = random_.choice((0.0, 0.0, 0.1, 0.3)), random_.random() < 0.5
    table = {}
    for phone in phones:
        lost = () if random_.random() >= share else PLACES if keeps_vlan else NETWORK
        table[phone.name] = {kind: "" if kind in lost else phone.parts[kind] for kind in columns}
    return table, f"table of {', '.join(columns)}; {share:.0%} without a place"


def drawn_fault(phones: Sequence[Phone], days: float, random_: random.Random) -> Fault:
    """What fails, when, and with which reasons."""
    kind = random_.choice(FAULTS)
    part = random_.choice(sorted({phone.parts[kind] for phone in phones})) if kind in COLUMNS else ""
    spread = random_.uniform(5, 60) if kind == "node" else random_.uniform(20, 150)
    mix = drawn_mix(random_, FAULT_REASONS.get(kind, NETWORK_REASONS))
    return Fault(kind, part, START + random_.uniform(0.3, 0.9) * days * DAY_S, spread, random_.choice(HITS), mix)


@dataclass(slots=True)
class Story:
    """Who drops when, phone by phone; where each is in between follows from its own drops."""

    random_: random.Random
    nodes: tuple[str, ...]
    drops: dict[str, list[Drop]] = field(default_factory=dict)

    def other(self, node: str) -> str:
        """Another node, if there is one."""
        return self.random_.choice([one for one in self.nodes if one != node] or [node])

    def add(self, phone: Phone, drop: Drop) -> None:
        """One drop more."""
        heapq.heappush(self.drops.setdefault(phone.name, []), drop)

    def quiet(self, phones: Sequence[Phone], days: float, rate: float, mix: Mix) -> None:
        """Innocent drops: some phones drop more often than others, nearly all come back where they were."""
        for phone in phones:
            own, at = rate * self.random_.gammavariate(2.0, 0.5), START
            while (at := at + self.random_.expovariate(own / DAY_S)) < START + days * DAY_S:
                to = self.other(phone.home) if self.random_.random() < 0.05 else ""
                home = self.random_.uniform(120, 1200) if to else None
                self.add(phone, Drop(at, mix.draw(self.random_), self.random_.uniform(20, 400), to, home))

    def node_fault(self, phones: Sequence[Phone], fault: Fault) -> str:
        """Phones go to another node and home when theirs is well, or wait for it where there is no other or it restarts at once."""
        restarts, well, told = self.random_.random() < 0.25, self.random_.uniform(300, 2400), self.random_.random() < 0.5
        alone = len(self.nodes) == 1
        ready = self.random_.uniform(20, 120) if restarts else self.random_.uniform(120, 1500)
        for phone in phones:
            at, reason = fault.at + self.random_.uniform(0, fault.spread), fault.mix.draw(self.random_)
            stays = alone or restarts or self.random_.random() < 0.04
            if stays:
                until = fault.at + (ready if alone or restarts else well) + self.random_.uniform(0, 120)
                self.add(phone, Drop(at, reason, max(15.0, until - at), is_fault=True))
            else:
                back = self.random_.uniform(15, 150)
                home = max(60.0, fault.at + well - at - back) + self.random_.uniform(0, 240)
                self.add(phone, Drop(at, reason, back, self.other(phone.home), home, told, is_fault=True))
        if alone or restarts:
            return f"back at the same node after {ready:.0f} s"
        return f"over to another node, home after {well:.0f} s{' with reason 28' if told else ''}"

    def network_fault(self, phones: Sequence[Phone], fault: Fault) -> str:
        """Phones come back when it is repaired, most of them where they were."""
        repaired = self.random_.uniform(60, 900)
        moved = self.random_.uniform(0, 0.1) if self.random_.random() < 0.9 else self.random_.uniform(0.1, 0.4)
        for phone in phones:
            at = fault.at + self.random_.uniform(0, fault.spread)
            back = max(20.0, fault.at + repaired - at) + self.random_.uniform(0, 90)
            to = self.other(phone.home) if self.random_.random() < moved else ""
            home = self.random_.uniform(120, 1200) if to else None
            self.add(phone, Drop(at, fault.mix.draw(self.random_), back, to, home, is_fault=True))
        return f"repaired after {repaired:.0f} s, {moved:.0%} back at another node"

    def told(self, phone: Phone) -> Iterator[tuple[Event, bool]]:
        """The events of one phone, and whether each is a drop of the fault. Who is down does not drop."""
        node, up, drops = phone.home, START, self.drops.get(phone.name, [])
        while drops:
            drop = heapq.heappop(drops)
            if drop.at < up:
                continue
            if drop.is_told:
                yield (drop.at, phone.name, "unregistered", drop.reason, node), drop.is_fault
            node, up = drop.to or node, drop.at + drop.back_after
            yield (up, phone.name, "registered", 0, node), False
            if drop.home_after is not None and node != phone.home:
                at = up + drop.home_after
                heapq.heappush(drops, Drop(at, FALL_BACK, self.random_.uniform(1, 8), phone.home, is_told=drop.home_told))


def drawn_site(seed: int) -> Site:
    """The site of a seed."""
    random_ = random.Random(seed)
    phones, nodes, plan = drawn_phones(random_)
    days, rate = random_.choice((0.2, 1.0, 3.0, 7.0)), random_.choice((0.01, 0.05, 0.2))
    quiet, fault = drawn_mix(random_, QUIET_REASONS), drawn_fault(phones, days, random_)
    story = Story(random_, nodes)
    story.quiet(phones, days, rate, quiet)
    struck = [phone for phone in phones if is_on(phone, fault) and random_.random() < fault.hit]
    after = story.node_fault(struck, fault) if fault.kind == "node" else story.network_fault(struck, fault)
    told = [told for phone in phones for told in story.told(phone)]
    returns, end = random_.random() >= 0.15, START + days * DAY_S
    events = [event for event, _ in told if event[0] < end and (returns or event[2] != "registered")]
    table, columns = drawn_table(phones, random_)
    fault = Fault(fault.kind, fault.part, fault.at, fault.spread, fault.hit, fault.mix, after)
    log = f"{days:g} days, {rate:g} drops a phone and day ({quiet}){'' if returns else ', no registrations'}"
    dropped = frozenset(event[1] for event, is_fault in told if is_fault)
    return Site(seed, phones, fault, table, tuple(sorted(events)), dropped, days, f"{plan}; {columns}; {log}")
