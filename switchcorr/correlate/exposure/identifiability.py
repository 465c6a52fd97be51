"""Which parts of a site phones alone can never tell apart: those that the same phones are exposed to.

An access switch has the phones of its bundle, and a branch often those of its only switch. However many of them drop, that says nothing
about which of the two it was; counters, logs and uptimes do. How many parts this concerns follows from the plan of a site, so it is counted.
Source: identifiability in Boolean tomography: parts with the same paths are one.
"""

from __future__ import annotations

import numpy as np

from switchcorr.correlate.exposure.table import Exposure
from switchcorr.model.calibration import Alike

_SHOWN = 2


def alike_parts(exposure: Exposure) -> tuple[Alike, ...]:
    """Per kind how many of its components have the same phones as another one, and of which kinds those are; kinds without phones are left out."""
    used = exposure.size > 0
    group, count = np.unique(exposure.twin[used], return_counts=True)
    shared = group[count > 1]
    groups = [np.unique(exposure.twin[own][used[own]]) for own in (exposure.range_of(kind) for kind in range(len(exposure.kinds)))]
    found = []
    for kind, name in enumerate(exposure.kinds):
        own = exposure.range_of(kind)
        mine = exposure.twin[own][used[own]]
        if not len(mine):
            continue
        beside = {
            other: int(np.isin(mine, there).sum())
            for other, there in zip(exposure.kinds, groups, strict=True)
            if other != name and len(there)
        }
        most = sorted((item for item in beside.items() if item[1]), key=lambda item: -item[1])[:_SHOWN]
        found.append(Alike(name, len(mine), int(np.isin(mine, shared).sum()), tuple(most)))
    return tuple(found)
