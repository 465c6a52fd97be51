r"""How far the times in the logs of switches are off, from links of phones that went down and the same phones' drops.

A phone whose link goes down for good is missed by its call server within ``link_drop_s``, when its keepalives stay out. Of one switch, every
pair of a link that went down at :math:`t` and a drop of its phone at :math:`d` tells that the times of the log would have to be moved by

.. math:: d - \mathtt{link\_drop\_s} \le t + s \le d

for the two to be one. Pairs of chance lie anywhere, true ones in one stretch of that length. What counts there is occasions: all links of a
switch that go down within a minute are one, and it is met where at least half of its phones are. The best shift is believed where it meets enough occasions of enough
phones, far more than chance (Poisson, over all shifts that were tried), and at least twice as many as any other shift, none among them. What is repeated every
day at one time (links that bounce at three, a server that restarts at four) is one occasion. The
shift is the middle of what the pairs leave open if any one occasion is one of chance, and its spread half of that.
Source: one event seen by two clocks (Mills, RFC 5905); keepalives of SCCP and SIP.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from scipy.special import gammainc

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.table import Exposure, Floats
from switchcorr.model.campus import LinkDown
from switchcorr.model.moments import DAY_S
from switchcorr.text import counted

_TOGETHER_S = 60.0
_SLOT_S = 900.0
_MOST_OF_ONE = 400
"""A phone with more pairs than this, links by drops, flaps all the time: it fits any shift, and the lists would be long. Assumed."""
_SINGLY = 5
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Shift:
    """By how many seconds the times of a log are too early, half the width of what is left open, and from how many occasions."""

    seconds: float
    spread: float
    occasions: int


@dataclass(frozen=True, slots=True)
class SwitchClocks:
    """Shifts that are clear, by the name of the switch."""

    known: Mapping[str, Shift] = field(default_factory=dict)

    @property
    def shifts(self) -> dict[str, timedelta]:
        """By how much times are too early, by switch."""
        return {name: timedelta(seconds=own.seconds) for name, own in self.known.items()}

    def sentences(self) -> tuple[str, ...]:
        """What is assumed, for people; of many switches together."""
        if len(self.known) > _SINGLY:
            names = sorted(self.known)
            first, *_, last = sorted(names, key=lambda name: (self.known[name].seconds, name))
            return (
                f"times in the logs of {len(names):,} switches ({', '.join(names[:_SHOWN])} and {len(names) - _SHOWN:,} more) are taken to be off, "
                f"from {_words(self.known[first].seconds)} ({first}) to {_words(self.known[last].seconds)} ({last}; links of phones that went down, "
                "and the phones' drops); they are corrected by that",
            )
        return tuple(
            f"times in the log of switch {name} are taken to be {_words(own.seconds)} (± {own.spread:.0f} s, from {counted(own.occasions, 'time')} that links of its phones "
            "went down and the phones dropped); they are corrected by that"
            for name, own in sorted(self.known.items())
        )


def _words(seconds: float) -> str:
    """How far times are off.

    >>> _words(430.2), _words(-3_720)
    ('7 min 10 s too early', '1 h 2 min too late')
    """
    minutes, rest = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours} h" * (hours > 0), f"{minutes} min" * (minutes > 0), f"{rest} s" * (rest > 0))
    return f"{' '.join(filter(None, parts)) or '0 s'} too {'early' if seconds > 0 else 'late'}"


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of a link that went down and a drop of its phone, in order of their distance.

    Attributes:
        apart: seconds from the link to the drop.
        occasion, row: of the link.
        size: phones of each occasion.
        slot: time of the day of each occasion.
    """

    apart: Sequence[float]
    occasion: Sequence[int]
    row: Sequence[int]
    size: Mapping[int, int]
    slot: Mapping[int, int]

    def met(self, start: float, length: float) -> dict[int, dict[int, float]]:
        """The occasions that drops from ``start`` to ``start + length`` behind their links meet, each with its phones and how far their drops are."""
        first, last = bisect_left(self.apart, start), bisect_right(self.apart, start + length)
        phones: dict[int, dict[int, float]] = defaultdict(dict)
        for apart, occasion, row in zip(self.apart[first:last], self.occasion[first:last], self.row[first:last], strict=True):
            phones[occasion].setdefault(row, apart)
        return {occasion: own for occasion, own in phones.items() if 2 * len(own) >= self.size[occasion]}


def estimate_switch_clocks(link_downs: Sequence[LinkDown], exposure: Exposure, drops: Drops, constants: Constants) -> SwitchClocks:
    """Shifts of the switches whose phones tell them clearly.

    Args:
        link_downs: in any order.
        exposure: tells the rows of phones.
        drops: by clocks that are right.
        constants: of the model.
    """
    by_switch: dict[str, list[LinkDown]] = defaultdict(list)
    for down in link_downs:
        if down.phone in exposure.row_of:
            by_switch[down.switch].append(down)
    found: dict[str, Shift] = {}
    for switch, downs in sorted(by_switch.items()):
        if len(downs) >= constants.clock_occasions:
            shift = _shift(_pairs(sorted(downs, key=_by_time), exposure, drops, constants), constants)
            found |= {switch: shift} if shift is not None else {}
    return SwitchClocks(found)


def _by_time(down: LinkDown) -> tuple[float, str]:
    return down.at.timestamp(), down.phone


def _pairs(downs: Sequence[LinkDown], exposure: Exposure, drops: Drops, constants: Constants) -> _Pairs:
    rows = Counter(exposure.row_of[down.phone] for down in downs)
    told = {row: times for row, count in rows.items() if len(times := _times_of(drops, row)) * count <= _MOST_OF_ONE}
    found: list[tuple[float, int, int]] = []
    phones: dict[int, set[int]] = defaultdict(set)
    slot: dict[int, int] = {}
    began, occasion = -np.inf, -1
    for down in downs:
        at, row = down.at.timestamp(), exposure.row_of[down.phone]
        if row not in told:
            continue
        if at - began > _TOGETHER_S:
            began, occasion = at, occasion + 1
            slot[occasion] = int(at % DAY_S // _SLOT_S)
        if row not in phones[occasion]:
            phones[occasion].add(row)
            apart = told[row] - at
            found += [(one, occasion, row) for one in apart[np.abs(apart) <= constants.clock_farthest_s].tolist()]
    found.sort()
    sizes = {number: len(own) for number, own in phones.items()}
    return _Pairs([pair[0] for pair in found], [pair[1] for pair in found], [pair[2] for pair in found], sizes, slot)


def _times_of(drops: Drops, row: int) -> Floats:
    groups = drops.by_row
    return drops.time[groups.of(row)] if row < len(groups.start) - 1 else drops.time[:0]


def _shift(pairs: _Pairs, constants: Constants) -> Shift | None:
    """The shift that the pairs tell clearly; None if none."""
    length = constants.link_drop_s
    scores = _scores(pairs, length)
    best = max(scores, default=0)
    if best < constants.clock_occasions or not _is_beyond_chance(best, pairs, constants):
        return None
    start = pairs.apart[scores.index(best)]
    others = [own for own, apart in zip(scores, pairs.apart, strict=True) if abs(apart - start) > length]
    second = max([len(pairs.met(0.0, length)), *others])
    met = pairs.met(start, length)
    phones, slots = {row for own in met.values() for row in own}, {pairs.slot[occasion] for occasion in met}
    shift = _middle(met, length)
    is_clear = 2 * second <= best and len(phones) >= constants.clock_phones and len(slots) >= constants.clock_occasions
    return shift if is_clear and abs(shift.seconds) > shift.spread else None


def _middle(met: Mapping[int, Mapping[int, float]], length: float) -> Shift:
    """The middle of what the occasions leave open, whichever of them is left out as one of chance, and half of its width."""
    nearest = sorted(min(own.values()) for own in met.values())
    farthest = sorted(max(own.values()) for own in met.values())
    low, high = farthest[-2:][0] - length, nearest[:2][-1]  # of a single one, itself
    return Shift((low + high) / 2, (high - low) / 2, len(met))


def _is_beyond_chance(best: int, pairs: _Pairs, constants: Constants) -> bool:
    """Whether so many occasions are met by chance at any of the shifts hardly ever, if pairs lie anywhere."""
    tried = 2 * constants.clock_farthest_s / constants.link_drop_s
    return float(gammainc(best, len(pairs.apart) / tried)) * tried < constants.p_clock_chance


def _scores(pairs: _Pairs, length: float) -> list[int]:
    """How many occasions each stretch meets that begins with a pair."""
    phones: dict[int, Counter[int]] = defaultdict(Counter)
    scores: list[int] = []
    met = ahead = 0
    for place, apart in enumerate(pairs.apart):
        while ahead < len(pairs.apart) and pairs.apart[ahead] <= apart + length:
            met += _counted(phones[pairs.occasion[ahead]], pairs.row[ahead], 1, pairs.size[pairs.occasion[ahead]])
            ahead += 1
        scores.append(met)
        met += _counted(phones[pairs.occasion[place]], pairs.row[place], -1, pairs.size[pairs.occasion[place]])
    return scores


def _counted(phones: Counter[int], row: int, by: int, size: int) -> int:
    """Count a pair of one occasion in or out, and say whether the occasion is met by that (1) or no longer (-1)."""
    before = 2 * len(phones) >= size
    phones[row] += by
    if not phones[row]:
        del phones[row]
    return (2 * len(phones) >= size) - before
