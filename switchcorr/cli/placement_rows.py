"""Writes rows of placements as a table, CSV or JSON, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from switchcorr.cli.options import Format
from switchcorr.cli.output import csv_text, write_out
from switchcorr.model.placement import PlacementState
from switchcorr.report.estate_switches import short_interface
from switchcorr.report.placements import PLACEMENT_COLUMNS, TABLE_COLUMNS
from switchcorr.report.to_json import json_text
from switchcorr.report.to_text import table_text

_TIMES = frozenset(("since", "until"))


def write_placement_documents(
    documents: Sequence[Mapping[str, str | int | float | None]], chosen: Format, *, more: Sequence[str] = (), shown: Sequence[str] = ()
) -> None:
    """Write placements.

    Args:
        documents: one a placement; their values by the names of the columns.
        chosen: as what.
        more: columns behind the usual ones.
        shown: those of them that a table shows; a table leaves out columns in which nothing stands, and with times the state of phones that
            are all placed.
    """
    wanted = (*TABLE_COLUMNS, *shown)
    times = _TIMES & {*shown}
    bare = {"state"} if times and all(document["state"] == PlacementState.PLACED.value for document in documents) else set()
    said = tuple(
        column for column in wanted if column == "phone" or (any(document[column] for document in documents) and column not in bare)
    )
    columns = said if chosen is Format.TABLE else (*PLACEMENT_COLUMNS, *more)
    rows = [["" if document[column] is None else str(document[column]) for column in columns] for document in documents]
    if chosen is Format.TABLE:
        rows = [[_short(column, cell, times=times) for column, cell in zip(columns, row, strict=True)] for row in rows]
        columns = tuple(f"{column} (UTC)" if column in times else column for column in columns)
    match chosen:
        case Format.JSON:
            write_out(json_text({"schema": "switchcorr/placements/1", "placements": documents}))
        case Format.CSV:
            write_out(csv_text(columns, rows))
        case Format.TABLE:
            write_out(table_text(columns, rows))


def _short(column: str, cell: str, *, times: Set[str]) -> str:
    """A cell as a table of 80 columns has room for it: interfaces in their usual abbreviation where times stand beside them, times to the minute."""
    if column in times:
        return cell[:16].replace("T", " ")
    return short_interface(cell) if column == "interface" and times else cell
