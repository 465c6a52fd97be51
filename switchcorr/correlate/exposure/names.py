"""Which row or component of an exposure each name of a log is, so that the columns of a log, which are numbers of names, lead there at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from switchcorr.model.event import EventLog


def rows_of_names(log: EventLog, row_of: Mapping[str, int]) -> NDArray[np.int64]:
    """Row of each endpoint name of a log; -1 of one that has none, and behind the last, where the -1 of events without a name leads."""
    return _places(row_of.get(text, -1) for text in log.pools.names.texts)


def numbers_of_nodes(log: EventLog, number_of: Mapping[tuple[str, str], int]) -> NDArray[np.int64]:
    """Number of the component of each node of a log; -1 of one that is none, and behind the last, where the -1 of events without a node leads."""
    return _places(number_of.get(("node", text), -1) for text in log.pools.nodes.texts)


def _places(found: Iterable[int]) -> NDArray[np.int64]:
    return np.array([*found, -1], dtype=np.int64)
