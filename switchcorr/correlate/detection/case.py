"""Everything that all windows of one correlation share, and the likelihood of some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.windows import Scanner, scanner_of
from switchcorr.correlate.drops.background import Background, rates_of_components
from switchcorr.correlate.drops.table import Drops, Window
from switchcorr.correlate.evidence.failover import Comings
from switchcorr.correlate.evidence.phones import Words
from switchcorr.correlate.evidence.servers import ServerAlert
from switchcorr.correlate.evidence.switches import Facts
from switchcorr.correlate.exposure.registered import Registered
from switchcorr.correlate.exposure.table import Exposure, Floats
from switchcorr.correlate.scoring.bunching import Timing
from switchcorr.correlate.scoring.covariates import Sample
from switchcorr.correlate.scoring.hypotheses import Priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.model.calibration import UNCHANGED, OddsMap


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """See the module.

    Attributes:
        moved: drops that were left out because phones were carried to other desks.
        fell_back: drops of phones that went back to their usual node, as planned.
        registered: at which nodes phones were registered in the course of the log.
    """

    exposure: Exposure
    leaks: Leaks
    drops: Drops
    background: Background
    alerts: Sequence[ServerAlert]
    facts: Facts
    constants: Constants
    priors: Priors
    answer: OddsMap = UNCHANGED
    words: Words = field(default_factory=Words)
    comings: Comings = field(default_factory=Comings)
    moved: int = 0
    fell_back: int = 0
    registered: Registered = field(default_factory=Registered)
    _epochs: dict[int, tuple[Exposure, Leaks]] = field(default_factory=dict)

    def at(self, moment: float) -> Case:
        """The case with each phone at the node at which it was registered before a moment."""
        epoch = self.registered.epoch_at(moment)
        if not epoch:
            return self
        if epoch not in self._epochs:
            self._epochs.clear()  # windows come in order of time, and at a large site each exposure takes tens of megabytes
            exposure = self.registered.exposure_in(epoch, self.exposure)
            self._epochs[epoch] = exposure, Leaks(exposure, self.leaks)
        exposure, leaks = self._epochs[epoch]
        of_component = rates_of_components(self.background.per_second, exposure)
        background = replace(self.background, of_component=of_component)
        return replace(self, exposure=exposure, leaks=leaks, background=background, registered=Registered())

    @property
    def days(self) -> float:
        """Length of the log."""
        return self.drops.days

    def scanner(self) -> Scanner:
        """Of all drops."""
        return scanner_of(self.drops, self.background, self.leaks, self.exposure, self.constants)

    def likelihood(self, windows: Sequence[Window], odds: Floats | None = None) -> Likelihood:
        """Of the drops of some windows, pooled.

        Args:
            windows: not overlapping.
            odds: per component, what is known apart from the phones, as log likelihood ratios; nothing by default.
        """
        rows, reasons, bursts, nodes, seconds, moments, given = [], [], [], [], [], [], False
        for number, window in enumerate(windows):
            span = self.drops.between(window.start, window.end)
            row, first = np.unique(self.drops.row[span], return_index=True)
            given |= bool(self.drops.pasted[span].any())
            rows.append(row)
            reasons.append(self.drops.reason[span][first])
            bursts.append(np.full(len(row), number))
            nodes.append(self.drops.node[span][first])
            moments.append(self.drops.time[span][first])
            seconds.append(float(self.background.weighted_seconds(window.start, window.end)))
        sample = Sample(
            np.concatenate(rows),
            np.concatenate(reasons),
            np.concatenate(bursts),
            np.array(seconds),
            given,
            None if given else _timing(moments, windows),
            np.concatenate(nodes),
        )
        known = self.priors if odds is None else self.priors.with_odds(odds)
        return Likelihood(self.exposure, self.background, known, sample, self.leaks, self.constants)


def _timing(moments: Sequence[Floats], windows: Sequence[Window]) -> Timing | None:
    """When drops are within their windows; None for times by the full minute, which do not tell it."""
    if not any((times % 60).any() for times in moments):
        return None
    within = [times - window.start for times, window in zip(moments, windows, strict=True)]
    return Timing(np.concatenate(within), np.array([window.end - window.start for window in windows]))
