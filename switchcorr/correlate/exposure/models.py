"""Models of phones, where a log alone tells them: its alarms have the type of each device.

They are used where no location names models, for all phones that the log names; where nearly all are of one model, or most are named because of one
incident, they tell nothing. Elsewhere only models that the locations have are entered for phones that lack one: two tables may spell them differently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.apart import NEARLY_ALL, is_told_apart
from switchcorr.correlate.exposure.names import rows_of_names
from switchcorr.model.device_types import model_of_type
from switchcorr.model.event import EventKind, EventLog


def models_of(log: EventLog, row_of: Mapping[str, int], is_phone: NDArray[np.bool_], named: Collection[str]) -> dict[int, str]:
    """The model of each row that is a phone, by the last event that tells its type; empty if that tells nothing.

    Args:
        log: of all events.
        row_of: rows by name.
        is_phone: per row, whether it hangs on a switch port.
        named: models that the locations name.
    """
    name, type_ = np.frombuffer(log.name, dtype=np.int32), np.frombuffer(log.device_type, dtype=np.int32)
    kind = np.frombuffer(log.kind, dtype=np.int8)
    wanted = np.flatnonzero((name >= 0) & (type_ >= 0) & (kind != EventKind.SERVER_ALERT))
    row = rows_of_names(log, row_of)[name[wanted]]
    of_phone = (row >= 0) & np.concatenate([is_phone, [False]])[row]
    wanted, row = wanted[of_phone], row[of_phone]
    time = np.nan_to_num(np.frombuffer(log.time, dtype=np.float64)[wanted], nan=-np.inf)
    order = np.lexsort((type_[wanted], time))
    last = np.full(len(row_of), -1, dtype=np.int64)
    last[row[order]] = type_[wanted][order]  # of several of a row the latest is written last
    names = {number: model_of_type(number) for number in np.unique(last).tolist()}
    found = {row: names[number] for row, number in enumerate(last.tolist()) if names[number] and (not named or names[number] in named)}
    count = Counter(found.values())
    if not count or (not named and max(count.values()) >= NEARLY_ALL * len(found)):
        return {}
    return found if named or is_told_apart(row, time, kind[wanted] == EventKind.UNREGISTERED) else {}
