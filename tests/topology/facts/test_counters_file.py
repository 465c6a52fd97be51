"""Error counters from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.errors import InputFileError
from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.topology.facts.counters_file import read_counters


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
    path.write_text("kind,id,delta\nmodule,acc-1/3,-5\nmodule,,5\nmodule,acc-1/5,7\nmodule\n,acc-1/6,8\n")
    found, problems = read_counters(path)
    assert [item.component.id for item in found] == ["acc-1/5"]
    assert [problem.split(": ")[1] for problem in problems] == ["line 2", "line 3", "line 5", "line 6"]


def _read(tmp_path: Path, rows: str, **known: int) -> dict[str, Observation]:
    path = tmp_path / "counters.csv"
    path.write_text("kind,id,delta\n" + rows)
    components = {kind: tuple(Component(kind, f"{kind}-{n}") for n in range(count)) for kind, count in known.items()}
    found, problems = read_counters(path, components)
    assert problems == ()
    return {item.component.id: item for item in found}


def _tail(observation: Observation) -> float:
    assert observation.tail is not None
    return observation.tail


def test_a_file_without_a_zero_lists_what_grew_of_all_that_are_known(tmp_path: Path) -> None:
    rows = "module,module-1,150\nmodule,module-2,9000\nasic,asic-7,3\n"
    found = _read(tmp_path, rows, module=1000)
    assert _tail(found["module-1"]) < 0.002
    assert _tail(found["module-2"]) < _tail(found["module-1"])
    assert _tail(found["asic-7"]) > 0.2  # nobody knows how many there are
    assert found.keys() == {"module-1", "module-2", "asic-7"}  # what no row names was not polled


def test_a_file_with_zeros_is_measured_by_its_own_rows(tmp_path: Path) -> None:
    found = _read(tmp_path, "module,module-1,150\nmodule,module-2,0\nmodule,module-3,100\n", module=1000)
    assert _tail(found["module-1"]) > 0.3
    assert found["module-2"].kind is ObservationKind.COUNTER_QUIET
    assert _tail(found["module-2"]) == pytest.approx(2.3 / 3)


def test_a_star_says_that_all_others_were_polled(tmp_path: Path) -> None:
    found = _read(tmp_path, "module,*,0\nmodule,module-1,150\n", module=50)
    assert len(found) == 50
    assert {item.kind for id_, item in found.items() if id_ != "module-1"} == {ObservationKind.COUNTER_QUIET}
    assert _tail(found["module-1"]) < 0.005
    path = tmp_path / "odd.csv"
    path.write_text("kind,id,delta\nmodule,*,7\n")
    assert read_counters(path)[1] == (f"{path}: line 2: all others of a kind (*) can only have the delta 0, not '7'",)


def test_a_component_that_is_listed_twice_counts_once_with_the_larger(tmp_path: Path) -> None:
    for rows in ("module,module-1,7\nmodule,module-1,90\n", "module,module-1,90\nmodule,module-1,7\n"):
        assert _read(tmp_path, rows)["module-1"].value == 90.0


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "counters.csv"
    path.write_text("kind,errors\n")
    with pytest.raises(InputFileError, match="no column id, delta; found kind, errors"):
        read_counters(path)


def test_a_table_with_semicolons_and_many_bad_rows_is_read_and_the_bad_ones_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "counters.csv"
    path.write_text("sep=;\nkind;id;delta\nmodule;acc-1/3;12,0\n" + "module;;1\n" * 25)
    found, problems = read_counters(path)
    assert [(one.component.id, one.value) for one in found] == [("acc-1/3", 12.0)]
    assert problems[0] == f"{path}: line 4: not kind, id and a whole number: 'module', '', '1'"
    assert (len(problems), problems[-1]) == (21, f"{path}: 5 more rows with problems")
