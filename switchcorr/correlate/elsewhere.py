r"""What the other windows of a log say of one: what failed in them again and again is at fault in this one too, sooner than its sisters.

A card that drops three phones today and dropped others on four days is the same card with the same fault. What is known of it from the other
windows enters as log odds apart from this window's drops, which are left out: nothing is counted twice. They are the log of the prior
of a fault that comes back,

.. math:: P(c \mid \text{the other windows}) \cdot s,

over that of a component of which nothing is known. The share :math:`s` is that of incidents in which it strikes, as the others tell it, where it
is known without this that something happened, times the probability that any of the others is a burst at all and not chance; else the share
of all windows of the log, of which hardly any holds an incident.
Source: pooling over bursts after CorrOpt (Zhuo et al. 2017): a sick link or card keeps its loss rate for weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.recurrence import LEAST_PHONES, Repeat, share_of_bursts, tell_recurring
from switchcorr.correlate.scoring.hypotheses import Priors
from switchcorr.correlate.scoring.search import search
from switchcorr.model.campus import Component
from switchcorr.model.incident import Recurring

POOLED = 12
"""Of the other windows the loudest so many are asked what failed in them; more are no surer and take longer."""
LEAST = 0.01
"""Probability in the other windows below which nothing is said of a component."""


def elsewhere_of(case: Case, repeats: Iterable[Repeat], incidents: Sequence[Window]) -> Elsewhere:
    """What some repeats of a log say; those of which it is not sure what recurs say nothing.

    Args:
        case: the log and the components, with the priors of a window that somebody points at.
        repeats: of the log.
        incidents: windows of which it is known, without them, that something happened.
    """
    told = [(repeat, tell_recurring(case, repeat)) for repeat in repeats]
    best: dict[int, Recurring] = {}
    for _, found in told:
        best |= {twin: item for twin, item in found.items() if twin not in best or best[twin].probability < item.probability}
    recurring = sorted(best.values(), key=lambda item: (-item.probability, item.component))
    return Elsewhere(case, tuple(repeat for repeat, found in told if found), tuple(recurring), tuple(incidents))


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """What the repeats of a log say of single windows.

    Attributes:
        case: the log and the components.
        repeats: of which it is sure enough what recurs.
        recurring: that, the most probable first.
        incidents: windows of which it is known, without the repeats, that something happened.
    """

    case: Case
    repeats: tuple[Repeat, ...]
    recurring: tuple[Recurring, ...]
    incidents: tuple[Window, ...]
    _known: dict[tuple[Window, ...], dict[int, float]] = field(default_factory=dict)

    def bursts_beside(self, window: Window) -> dict[Component, int]:
        """In how many bursts of the log, apart from a window, what recurs stands out."""
        own = max((sum(map(window.overlaps, repeat.loud)) for repeat in self.repeats), default=0)
        return {item.component: max(0, item.bursts - own) for item in self.recurring}

    def odds_at(self, window: Window, priors: Priors) -> dict[int, float]:
        """What all windows but this one say of components, as log odds that are added to their priors; empty if nothing recurs.

        Args:
            window: that is to be judged.
            priors: by which it is.
        """
        found: dict[int, float] = {}
        happened = window in self.incidents
        base = self.case.priors if happened else priors
        for repeat in self.repeats:
            others = repeat.outside(window)
            real, share = others.probability_of_one(), share_of_bursts(others.odds, others.among)
            for component, probability in self._failed(others.loudest(POOLED)).items():
                again = np.log(probability * (real * self._share_of_incidents(window, component) if happened else share))
                usual = base.fault[component] + base.noticed[component] - base.nothing
                found[component] = max(found.get(component, 0.0), float(np.logaddexp(usual, again) - usual))
        return found

    def concerns(self, window: Window) -> bool:
        """Whether a window is one in which what recurs stands out, be it little."""
        return any(window.overlaps(other) for repeat in self.repeats for other in repeat.windows)

    def windows(self, taken: Sequence[Window]) -> list[Window]:
        """The bursts of what recurs that overlap none of some windows, and none of each other."""
        found: list[Window] = []
        for repeat in self.repeats:
            found += [window for window in repeat.loud if not any(window.overlaps(other) for other in (*taken, *found))]
        return found

    def _failed(self, windows: tuple[Window, ...]) -> dict[int, float]:
        """Probability of the components that may have failed in some windows."""
        if windows not in self._known:
            likelihood = self.case.likelihood(windows) if windows else None
            known = search(likelihood).member if likelihood is not None and len(likelihood.sample.row) else {}
            self._known[windows] = {component: own for component, own in known.items() if own >= LEAST}
        return self._known[windows]

    def _share_of_incidents(self, window: Window, component: int) -> float:
        """In which share of all incidents but one several phones of a component dropped."""
        drops, exposure = self.case.drops, self.case.exposure
        others = [drops.between(other.start, other.end) for other in self.incidents if other != window]
        phones = [len(np.unique(drops.row[span][exposure.exposed(exposure.members[drops.row[span]], component)])) for span in others]
        return (sum(count >= LEAST_PHONES for count in phones) + 0.5) / (len(phones) + 1.0)
