"""Where the names of a log lead in an exposure."""

from __future__ import annotations

import numpy as np

from switchcorr.correlate.exposure.names import numbers_of_nodes, rows_of_names
from switchcorr.correlate.exposure.table import expose
from tests.correlate.scenes import NOON, campus_of, drop, log_of, number_of, rows_of

_ROWS = rows_of(2, 1, 2)


def test_names_and_nodes_lead_to_rows_and_numbers_and_what_is_not_known_nowhere() -> None:
    first, *_, last = sorted(_ROWS)
    log = log_of([drop(last, NOON, node="node-1"), drop("SEP00005E00FFFF", NOON, node="NODE-X"), drop(first, NOON)])
    exposure = expose(log_of([]), campus_of(_ROWS))
    rows, nodes = rows_of_names(log, exposure.row_of), numbers_of_nodes(log, exposure.number_of)
    assert rows[np.frombuffer(log.name, dtype=np.int32)].tolist() == [exposure.row_of[last], -1, exposure.row_of[first]]
    assert nodes[np.frombuffer(log.node, dtype=np.int32)].tolist() == [number_of(exposure, "node", "node-1"), -1, -1]
