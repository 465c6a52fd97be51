"""The drops that are to be explained, and what is known of each whatever explains it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.background import Background
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.scoring.bunching import Timing
from switchcorr.correlate.scoring.leaks import Leaks


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The drops that are to be explained: one per endpoint and burst.

    Attributes:
        row: of the endpoint.
        reason: a ``ReasonClass``.
        burst: number of the window it is in.
        seconds: length of each window, weighted by the shape of the day.
        given: whether somebody pasted a drop because it had happened: then one drop is no surprise.
        timing: when the drops are; None where their times tell nothing.
        node: number of the node that logged each drop, -1 where that is not known; None if of none.
    """

    row: Ints
    reason: Ints
    burst: Ints
    seconds: Floats
    given: bool = False
    timing: Timing | None = None
    node: Ints | None = None

    @property
    def bursts(self) -> int:
        """Number of windows."""
        return len(self.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """What is known of the drops of a sample, one entry each unless said otherwise.

    Attributes:
        sample: the drops.
        cells: component of each of its phone's kinds, or -1.
        chance: log probability that its phone drops by chance in its window.
        innocent: log probability of its reason for an innocent drop.
        expected: per component, the innocent drops to be expected of its phones.
        vlan: number of the VLAN of its phone, as in ``Leak.share``.
        node: number of the node that logged it, -1 where that is not known.
        unlocated: whether its phone's place is not known.
        unseen: whether no location shows its endpoint, phones or not.
        astray: probability that the place of its phone is not the known one.
        rows: endpoints of the drops, each once.
        row_cells: ``cells`` of these.
    """

    sample: Sample
    cells: Ints
    chance: Floats
    innocent: Floats
    expected: Floats
    vlan: Ints
    node: Ints
    unlocated: Bools
    unseen: Bools
    astray: Floats
    rows: Ints
    row_cells: Ints

    @property
    def seconds(self) -> float:
        """Length of all windows together, weighted by the shape of the day."""
        return float(self.sample.seconds.sum())


def covariates_of(sample: Sample, exposure: Exposure, background: Background, leaks: Leaks, constants: Constants) -> Covariates:
    """What is known of the drops of a sample."""
    unlocated, unseen = leaks.unlocated[sample.row], ~exposure.located[sample.row]
    rows, cells = np.unique(sample.row), exposure.members[sample.row]
    return Covariates(
        sample=sample,
        cells=cells,
        chance=np.log(background.per_second[sample.row] * sample.seconds[sample.burst]),
        innocent=background.reasons[sample.reason],
        expected=background.of_component * float(sample.seconds.sum()),
        vlan=leaks.vlan_of(sample.row),
        node=np.full(len(sample.row), -1) if sample.node is None else sample.node,
        unlocated=unlocated,
        unseen=unseen,
        astray=np.where(unlocated, 1.0, np.where(unseen, 0.0, constants.stale_share)),
        rows=rows,
        row_cells=cells if np.array_equal(rows, sample.row) else exposure.members[rows],
    )
