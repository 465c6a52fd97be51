"""Error counters from elsewhere: a CSV of component kind, id and error delta."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.files import read_bytes
from switchcorr.model.campus import Component, Observation, ObservationKind, risk_kind
from switchcorr.text import clean, clean_text, decode

COLUMNS = ("kind", "id", "delta")
_MOST_DIGITS = 20


def read_counters(path: Path) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
    """Observations from a file with the columns ``kind, id, delta`` in any order; others are ignored.

    Returns:
        the observations, and a sentence for every row that could not be used.

    Raises:
        InputFileError: the file cannot be read or lacks a column.
    """
    reader = csv.DictReader(io.StringIO(clean_text(decode(read_bytes(path)).lstrip("\ufeff"))))
    names = {name.strip().lower(): name for name in reader.fieldnames or []}
    lacking = [column for column in COLUMNS if column not in names]
    if lacking:
        raise InputFileError(
            f"{path}: no column {', '.join(lacking)}; found {', '.join(names) or 'nothing'}.",
            hint="Give a header line: kind,id,delta.",
            context={"file": str(path), "line": 1},
        )
    observations: list[Observation] = []
    problems: list[str] = []
    for row in reader:
        kind, id_, delta = (clean(row[names[column]] or "") for column in COLUMNS)
        digits = delta.replace(",", "")
        if not kind or not id_ or not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
            problems.append(f"{path}: line {reader.line_num}: not kind, id and a whole number: {kind!r}, {id_!r}, {delta!r}")
            continue
        observations.append(_observation(kind, id_, int(digits)))
    return tuple(observations), tuple(problems)


def _observation(kind: str, id_: str, delta: int) -> Observation:
    component = Component(kind, id_)
    if delta == 0:
        return Observation(component, ObservationKind.COUNTER_QUIET, 0.0, f"no error counter of {risk_kind(kind).noun} {id_} grew")
    text = f"error counters of {risk_kind(kind).noun} {id_} grew by {delta:,}"
    return Observation(component, ObservationKind.COUNTER_GROWTH, float(delta), text)
