"""Error counters from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.errors import InputFileError
from switchcorr.model.campus import Component, ObservationKind
from switchcorr.topology.counters import read_counters


def test_rows_become_observations(tmp_path: Path) -> None:
    path = tmp_path / "counters.csv"
    path.write_bytes(b'\xef\xbb\xbfID,Kind,Delta,note\r\nacc-1/3,module,"4,120",x\r\nacc-1/4,module,0,\r\n')
    found, problems = read_counters(path)
    assert problems == ()
    assert [(item.component, item.kind, item.value) for item in found] == [
        (Component("module", "acc-1/3"), ObservationKind.COUNTER_GROWTH, 4120.0),
        (Component("module", "acc-1/4"), ObservationKind.COUNTER_QUIET, 0.0),
    ]


def test_a_bad_row_costs_that_row_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "counters.csv"
    path.write_text("kind,id,delta\nmodule,acc-1/3,-5\nmodule,,5\nmodule,acc-1/5,7\nmodule\n")
    found, problems = read_counters(path)
    assert [item.component.id for item in found] == ["acc-1/5"]
    assert [problem.split(": ")[1] for problem in problems] == ["line 2", "line 3", "line 5"]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "counters.csv"
    path.write_text("kind,errors\n")
    with pytest.raises(InputFileError, match="no column id, delta; found kind, errors"):
        read_counters(path)
