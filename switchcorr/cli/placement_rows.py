"""Writes rows of placements as a table, CSV or JSON, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from switchcorr.cli.options import Format
from switchcorr.cli.output import csv_text, write_out
from switchcorr.report.placements import PLACEMENT_COLUMNS, TABLE_COLUMNS
from switchcorr.report.to_json import json_text
from switchcorr.report.to_text import table_text


def write_placement_documents(
    documents: Sequence[Mapping[str, str | int | float | None]], chosen: Format, *, more: Sequence[str] = (), shown: Sequence[str] = ()
) -> None:
    """Write placements.

    Args:
        documents: one a placement; their values by the names of the columns.
        chosen: as what.
        more: columns behind the usual ones.
        shown: those of them that a table shows; a table leaves out columns in which nothing stands.
    """
    wanted = (*TABLE_COLUMNS, *shown)
    said = tuple(column for column in wanted if column == "phone" or any(document[column] for document in documents))
    columns = said if chosen is Format.TABLE else (*PLACEMENT_COLUMNS, *more)
    rows = [["" if document[column] is None else str(document[column]) for column in columns] for document in documents]
    match chosen:
        case Format.JSON:
            write_out(json_text({"schema": "switchcorr/placements/1", "placements": documents}))
        case Format.CSV:
            write_out(csv_text(columns, rows))
        case Format.TABLE:
            write_out(table_text(columns, rows))
