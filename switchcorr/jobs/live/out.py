"""What a live watch leaves behind: a line of JSON for each message, in ``incidents.jsonl`` beside the segments."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from switchcorr.audit.tracking import Told
from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder
from switchcorr.model.incident import Correlation
from switchcorr.model.series import Series
from switchcorr.report.to_json import correlation_json, iso

_log = logging.getLogger(__name__)
FILE = "incidents.jsonl"


def keep_told(folder: Path, told: Told, result: Correlation) -> None:
    """Add one message, and have it on the disk; a folder that cannot be written costs the line only."""
    document = correlation_json(result)
    (incident,) = [one for one in document["incidents"] if one["id"] == told.incident.id]
    line = {
        "schema": "switchcorr/live/1",
        "news": told.news.value,
        "number": told.number,
        "at": iso(result.generated_at),
        "series": _series_json(told.series) if told.series is not None else None,
        "incident": incident,
    }
    try:
        with OwnFolder.at(folder) as own:
            own.append(FILE, json.dumps(line, ensure_ascii=False).encode() + b"\n")
    except InputFileError as error:
        _log.error("live: %s", error.message)


def sentence(told: Told) -> str:
    """One message for a terminal."""
    incident = told.incident
    series = f" ({told.series.words})" if told.series is not None and told.series.count > 1 else ""
    return f"{told.news.value}{series} {incident.id}: {incident.summary}"


def _series_json(series: Series) -> dict[str, object]:
    every = series.every
    return {
        "id": series.id,
        "count": series.count,
        "since": iso(series.since),
        "every_s": every.total_seconds() if every is not None else None,
        "starts": [iso(start) for start in series.starts],
        "most_phones": series.most,
    }
