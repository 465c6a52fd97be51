"""Whether the phones of an incident came back with other firmware than they had: then somebody, or their next start, has loaded new software.

It is told beside the cause and has no weight: phones load what waits for them when an operator resets them and when a switch took their power, so it fits
an action on purpose, a firmware and a dead card alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.firmware import Loads
from switchcorr.correlate.exposure.groups import ranges
from switchcorr.correlate.exposure.table import Exposure, Ints

LEAST = 3
"""Phones that must have come back with new software for it to be told. Assumed: fewer are desks that got another phone."""
_MOST = 0.5
"""Share of those that tell both that they must be. Assumed."""
_SHOWN = 2


@dataclass(frozen=True, slots=True, eq=False)
class NewLoads:
    """Of the phones of an incident that tell it: what they ran before they dropped, and what after they came back.

    Attributes:
        row: of each phone.
        before, after: numbers of its loads.
        texts: of the loads.
    """

    row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    before: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    after: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    texts: Sequence[str] = ()

    def on(self, exposure: Exposure, component: int) -> NewLoads:
        """Those of the phones of a component."""
        chosen = exposure.exposed(exposure.members[self.row], component)
        return NewLoads(self.row[chosen], self.before[chosen], self.after[chosen], self.texts)

    @property
    def changed(self) -> int:
        """How many came back with another load."""
        return int((self.before != self.after).sum())

    @property
    def is_change(self) -> bool:
        """Whether most of them did, and not just a few."""
        return self.changed >= max(LEAST, _MOST * len(self.row))

    def words(self) -> str:
        """The commonest changes, counted; empty where there is no such change."""
        if not self.is_change:
            return ""
        other = self.before != self.after
        pairs = Counter(zip(self.before[other].tolist(), self.after[other].tolist(), strict=True))
        common = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
        told = [f"{self.texts[after]} in place of {self.texts[before]}" for (before, after), _ in common]
        if len(pairs) == 1:
            which = told[0]
        else:
            counts = ", ".join(f"{text} ({many:,})" for text, (_, many) in zip(told[:_SHOWN], common, strict=False))
            rest = sum(many for _, many in common[_SHOWN:])
            which = f"other firmware than they had: {counts}{f' and {rest:,} more' if rest else ''}"
        who = f"all {len(self.row):,} phones" if self.changed == len(self.row) else f"{self.changed:,} of the {len(self.row):,} phones"
        return f"{who} that tell their firmware before and after came back with {which}: a change of firmware"


def new_loads(loads: Loads, drops: Drops, span: slice, after_s: float) -> NewLoads:
    """What the phones of a window ran before the first drop of each, and what they told last until so long after the last drop of all."""
    rows, first = np.unique(drops.row[span], return_index=True)
    if not len(loads.row):
        return NewLoads()
    gone, until = drops.time[span][first], float(drops.time[span][-1]) + after_s
    begin, end = np.searchsorted(loads.row, rows, side="left"), np.searchsorted(loads.row, rows, side="right")
    of, place = ranges(begin, end)
    time, load = loads.time[place], loads.load[place]
    before, after = np.full(len(rows), -1, dtype=np.int64), np.full(len(rows), -1, dtype=np.int64)
    for found, chosen in ((before, time < gone[of]), (after, (time > gone[of]) & (time <= until))):
        found[of[chosen]] = load[chosen]  # of several the last is written last
    both = (before >= 0) & (after >= 0)
    return NewLoads(rows[both], before[both], after[both], loads.texts)
