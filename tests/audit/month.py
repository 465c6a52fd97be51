"""A month of a small campus: what its switches show and its call managers log at any moment, with all that is planted in it.

Planted: a line card that loses a few of its phones on most days, too few for one burst to prove anything; phones that are carried to other
ports and switches; a wave of new firmware by device pool, and one switch by switch. Everything else is the ordinary unrest of phones.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.lab.answers import answer
from switchcorr.lab.campus import LabCampus, LabPhone, build_lab_campus
from switchcorr.lab.demo import silent_loss
from switchcorr.lab.event_log import Drop, background_drops, write_event_log
from switchcorr.lab.site import Manners, site_switches
from switchcorr.lab.switch import Answers, LabSwitch

START = datetime(2026, 10, 1, tzinfo=UTC)
BOOTED = START - timedelta(weeks=70)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CARD = ("acc-001", 2)
"""The card that loses phones again and again. Its error counters never grow: only the phones tell."""
CARD_ID = "acc-001/2"
LOST = 0.14
"""Share of its 16 phones that the card loses at once: two, on the mean."""
POOL_WAVE, SWITCH_WAVE = 12, 22
"""Days of the two firmware waves."""
OLD_FIRMWARE, NEW_FIRMWARE = "12-8-1-0001", "14-2-1-0201"
_UPTIME = re.compile(r"uptime is [^\n]*")


@dataclass(frozen=True, slots=True)
class Move:
    """A phone that is carried to another switch."""

    at: datetime
    phone: str
    source: str
    target: str
    interface: str


@dataclass(slots=True)
class Month:
    """The plan of a month; the same seed gives the same.

    Attributes:
        bursts: when the card lost phones.
        waves: from when to when phones loaded firmware.
        loaded: when each phone had its new firmware.
    """

    days: int = 30
    seed: int = 5
    now: datetime = START
    campus: LabCampus = field(default_factory=lambda: build_lab_campus(switches=6, phones_a_module=16))
    bursts: list[datetime] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    waves: list[tuple[datetime, datetime]] = field(default_factory=list)
    loaded: dict[str, datetime] = field(default_factory=dict)
    _drops: list[Drop] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        self._drops = background_drops(self.campus, start=START, days=self.days, per_phone_a_day=0.12, random_=chance)
        self._plan_moves(chance)
        self._plan_card(chance)
        self._plan_pool_wave(chance)
        self._plan_switch_wave(chance)

    def _plan_card(self, chance: random.Random) -> None:
        device, slot = CARD
        for day in range(self.days):
            if chance.random() < 0.8:
                at = START + day * DAY + chance.uniform(8, 17) * HOUR
                self.bursts.append(at)
                there = self.campus_at(at).device(device).phones
                on_card = [one for one in there if one.interface.startswith(f"GigabitEthernet{slot}/")]
                self._drops += silent_loss(on_card, at, share=LOST, random_=chance)

    def _plan_moves(self, chance: random.Random) -> None:
        """Three phones a day, each on its own, and once a week those of six desks in one hour."""
        free = {device.name: self._free(device.name) for device in self.campus.devices if device.phones}
        where = {phone.name: (device.name, phone) for device, phone in self.campus.phones}
        names = sorted(where)
        for day in range(self.days):
            batch = [(chance.choice(names), chance.uniform(8, 17)) for _ in range(3)]
            if day % 7 == 4:
                floor = [name for name in names if where[name][0] == "acc-003"][:6]
                batch += [(name, 18 + chance.random()) for name in floor]
            for name, hour in batch:
                source, phone = where[name]
                target = chance.choice([one for one in sorted(free) if one != source and free[one]])
                at = START + day * DAY + hour * HOUR
                self.moves.append(Move(at, name, source, target, free[target].pop()))
                where[name] = (target, phone)
                self._drops.append(Drop(at, name, phone.node, chance.choice((6, 13)), phone.ip, chance.uniform(10, 40) * MINUTE))
        self.moves.sort(key=lambda move: move.at)

    def _free(self, name: str) -> list[str]:
        taken = {phone.interface for phone in self.campus.device(name).phones}
        stem, parts = (
            ("GigabitEthernet{}/{}", (1, 5)) if any(port.count("/") == 1 for port in taken) else ("GigabitEthernet{}/0/{}", (1, 2))
        )
        return [port for number in range(30, 49) for part in parts if (port := stem.format(part, number)) not in taken]

    def _plan_pool_wave(self, chance: random.Random) -> None:
        """Three device pools of two switches each, one after the other, in the evening."""
        begin = START + POOL_WAVE * DAY + 21 * HOUR
        for number in range(3):
            at = begin + number * 25 * MINUTE
            names = (f"acc-{2 * number + 1:03d}", f"acc-{2 * number + 2:03d}")
            self._load([phone for name in names for phone in self.campus_at(at).device(name).phones], at, 60, chance)
        self.waves.append((begin, begin + 90 * MINUTE))

    def _plan_switch_wave(self, chance: random.Random) -> None:
        begin = START + SWITCH_WAVE * DAY + 20 * HOUR
        for number in range(6):
            at = begin + number * 20 * MINUTE
            self._load(self.campus_at(at).device(f"acc-{number + 1:03d}").phones, at, 150, chance)
        self.waves.append((begin, begin + 130 * MINUTE))

    def _load(self, phones: Sequence[LabPhone], at: datetime, seconds: float, chance: random.Random) -> None:
        """A reset by the administrator after which phones load new firmware; one in seven calls it a reset of its own."""
        for phone in phones:
            own = at + timedelta(seconds=chance.uniform(0, seconds))
            self._drops.append(
                Drop(own, phone.name, phone.node, 8 if chance.random() < 1 / 7 else 9, phone.ip, chance.uniform(4, 9) * MINUTE)
            )
            self.loaded.setdefault(phone.name, own)

    def lines(self, scratch: Path) -> list[tuple[datetime, str]]:
        """The whole log, each line with its moment, in order of time."""
        write_event_log(scratch, self._drops, ())
        returned = [drop.at + drop.back_after for drop in self._drops if drop.back_after is not None]
        moments = sorted([*(drop.at for drop in self._drops), *returned])
        text = scratch.read_text().splitlines(keepends=True)
        assert len(text) == len(moments)
        return list(zip(moments, text, strict=True))

    def audits(self) -> Iterator[tuple[int, datetime]]:
        """Day, from 1, and moment of every audit."""
        for day in range(self.days):
            yield from ((day + 1, START + day * DAY + hour * HOUR) for hour in (6, 18))

    def switches(self) -> tuple[LabSwitch, ...]:
        """Every device as a switch that answers as things are now."""
        return tuple(replace(one, answers=self._answers(one.name)) for one in site_switches(self.campus, Manners()))

    def _answers(self, name: str) -> Answers:
        def told(command: str, visit: int) -> str | None:
            del visit
            device = self.campus_at(self.now).device(name)
            text = answer(device, command, visit=1, clock=lambda _: self.now)
            if text is not None and command == "show version":
                return _UPTIME.sub(_uptime(self.now - BOOTED), text)
            if text is not None and command == "show cdp neighbors detail":
                return self._with_firmware(text)
            return text

        return told

    def _with_firmware(self, text: str) -> str:
        head, *entries = text.split("Device ID: ")
        loaded = {name for name, at in self.loaded.items() if at <= self.now}
        return "Device ID: ".join((head, *(one.replace(OLD_FIRMWARE, NEW_FIRMWARE) if one[:15] in loaded else one for one in entries)))

    def campus_at(self, at: datetime) -> LabCampus:
        """The campus with the phones where they are at a moment."""
        done = self.moves[: bisect_right(self.moves, at, key=lambda move: move.at)]
        last = {move.phone: move for move in done}
        phones = {phone.name: phone for _, phone in self.campus.phones}
        devices = []
        for device in self.campus.devices:
            stay = [phone for phone in device.phones if phone.name not in last]
            came = [replace(phones[name], interface=move.interface) for name, move in sorted(last.items()) if move.target == device.name]
            devices.append(replace(device, phones=(*stay, *came)))
        return LabCampus(tuple(devices))


def _uptime(span: timedelta) -> str:
    weeks, days = divmod(span.days, 7)
    hours, minutes = divmod(span.seconds // 60, 60)
    return f"uptime is {weeks} weeks, {days} days, {hours} hours, {minutes} minutes"
