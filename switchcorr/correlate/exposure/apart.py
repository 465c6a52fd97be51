"""Whether a log tells of phones apart from one incident.

The log of an incident names the phones that dropped and no others. So of whatever else it tells of them, their subnet or their model, all phones of which
it is known have dropped, and nothing follows from that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEARLY_ALL = 0.9
"""Share of the phones of which a thing is known from which those with one of it tell nothing. Assumed."""
CROWD_S = 3600.0
"""Length of the stretches of which the one with the most drops may be all that a log tells of. Assumed: software is loaded, and a node restarted, within an hour."""
LEAST_APART = 0.5
"""Share of the phones that must be told of apart from it. Assumed."""


def is_told_apart(row: NDArray[np.int64], time: NDArray[np.float64], drop: NDArray[np.bool_]) -> bool:
    """Whether at least half of the phones of some events drop at other times than the busiest hour, or never.

    Args:
        row, time: of each event, its phone and when it was, in seconds; -infinity without a time.
        drop: whether it is a drop.
    """
    rows, stretch = row[drop], np.nan_to_num(time[drop], neginf=0.0) // CROWD_S
    if not len(rows):
        return len(row) > 0
    width = int(rows.max()) + 1
    crowds = np.unique(stretch.astype(np.int64) * width + rows) // width
    stretches, phones = np.unique(crowds, return_counts=True)
    near = np.abs(stretch - stretches[phones.argmax()]) <= 1  # and the stretches beside it
    lost = np.setdiff1d(rows[near], rows[~near])
    return len(lost) <= (1.0 - LEAST_APART) * len(np.unique(row))
