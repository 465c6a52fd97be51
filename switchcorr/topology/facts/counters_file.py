"""Error counters from elsewhere: a CSV of component kind, id and error delta."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.files import read_bytes
from switchcorr.model.campus import Component, Observation, ObservationKind, risk_kind
from switchcorr.text import counted, decode
from switchcorr.topology.facts.healthy import UNKNOWN_SPAN, tail_among
from switchcorr.topology.facts.sheet import read_sheet, whole_number

COLUMNS = ("kind", "id", "delta")
_MOST_DIGITS = 20
_PROBLEMS_KEPT = 20


EVERY_OTHER = "*"
"""An id that stands for all components of a kind that no other row names; its delta is 0."""
_HOURS = UNKNOWN_SPAN / timedelta(hours=1)
_NOBODY: Mapping[str, tuple[Component, ...]] = {}


@dataclass(frozen=True, slots=True)
class _Row:
    """One component and how far its counters grew."""

    component: Component
    delta: int

    @property
    def rate(self) -> float:
        return self.delta / _HOURS


def read_counters(path: Path, components: Mapping[str, tuple[Component, ...]] = _NOBODY) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
    """Observations from a file with the columns ``kind, id, delta`` in any order; others are ignored.

    The other components of a kind are its measure: of those in the file, and, where no row of the file has the delta 0, of all that are
    known, because such a file lists what grew. A component that no row names is not taken for polled; a row with the id ``*`` and the
    delta 0 says that all others of its kind were.

    Args:
        components: those that are known, by kind.

    Returns:
        the observations, and a sentence for every row that could not be used.

    Raises:
        InputFileError: the file cannot be read or lacks a column.
    """
    rows, problems = _rows(path)
    listed_only = all(row.delta > 0 for row in rows)
    by_kind: dict[str, dict[str, _Row]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (row.component, row.delta)):  # of a component that is listed twice, the larger
        by_kind[row.component.kind][row.component.id] = row
    found: list[Observation] = []
    for kind, own in sorted(by_kind.items()):
        named = own.keys() - {EVERY_OTHER}
        others = [component for component in components.get(kind, ()) if component.id not in named]
        unlisted = len(others) if listed_only else 0
        if own.pop(EVERY_OTHER, None) is not None:
            own |= {component.id: _Row(Component(kind, component.id), 0) for component in others}
        found += _observations(list(own.values()), unlisted)
    return tuple(found), problems


def _rows(path: Path) -> tuple[list[_Row], tuple[str, ...]]:
    sheet = read_sheet(decode(read_bytes(path)), source=str(path), wanted=COLUMNS)
    lacking = [column for column in COLUMNS if column not in sheet.header]
    if lacking:
        raise InputFileError(
            f"{path}: no column {', '.join(lacking)}; found {', '.join(filter(None, sheet.header)) or 'nothing'}.",
            hint="Give a header line: kind,id,delta.",
            context={"file": str(path), "line": 1},
        )
    rows: list[_Row] = []
    problems = list(sheet.problems)
    for line, row in sheet.rows:
        cells = dict(zip(sheet.header, row, strict=False))
        kind, id_, delta = (cells.get(column, "") for column in COLUMNS)
        digits = whole_number(delta).replace(",", "")
        if not kind or not id_ or not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
            problems.append(f"{path}: line {line}: not kind, id and a whole number: {kind!r}, {id_!r}, {delta!r}")
        elif id_ == EVERY_OTHER and int(digits):
            problems.append(f"{path}: line {line}: all others of a kind ({EVERY_OTHER}) can only have the delta 0, not {delta!r}")
        else:
            rows.append(_Row(Component(kind, id_), int(digits)))
    if len(problems) > _PROBLEMS_KEPT:
        problems[_PROBLEMS_KEPT:] = [f"{path}: {counted(len(problems) - _PROBLEMS_KEPT, 'more row')} with problems"]
    return rows, tuple(problems)


def _observations(rows: Sequence[_Row], unlisted: int) -> Iterator[Observation]:
    """Facts about components of one kind."""
    rates = sorted(row.rate for row in rows)
    for row in rows:
        yield _observation(row, tail_among(row.rate, rates, unlisted))


def _observation(row: _Row, tail: float) -> Observation:
    noun, id_ = risk_kind(row.component.kind).noun, row.component.id
    if row.delta == 0:
        return Observation(row.component, ObservationKind.COUNTER_QUIET, 0.0, f"no error counter of {noun} {id_} grew", tail=tail)
    text = f"error counters of {noun} {id_} grew by {row.delta:,}"
    return Observation(row.component, ObservationKind.COUNTER_GROWTH, float(row.delta), text, tail=tail)
