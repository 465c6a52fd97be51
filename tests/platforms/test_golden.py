"""Every case of every platform: the text of a command, and beside it what must come out. All texts are made by hand."""

from __future__ import annotations

import dataclasses
import enum
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.captures.commands import file_stem, find_file_command
from switchcorr.model.tables import table_of
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import platform_named

_HERE = Path(__file__).parent
_CASES = sorted(_HERE.glob("*/*/*.txt"))


def _plain(value: object) -> object:
    """A row as JSON: fields that say nothing are left out, so that a case shows what it is about."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {"row": type(value).__name__} | {name: _plain(held) for name, held in fields.items() if held not in (None, "", (), {})}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | timedelta):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(held) for key, held in value.items()}
    return value


def _document(parsed: ParsedOutput) -> str:
    document = {
        "state": parsed.state.value,
        "reason": parsed.reason,
        "bad_lines": [[line.line, line.reason] for line in parsed.bad_lines],
        "rows": [_plain(row) for row in parsed.rows],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.relative_to(_HERE).with_suffix("").as_posix())
def test_a_case_gives_what_stands_beside_it(path: Path, request: pytest.FixtureRequest) -> None:
    platform = platform_named(path.parents[1].name)
    assert platform is not None
    command = find_file_command(platform, path.parent.name)
    assert command is not None
    assert file_stem(command.text) == path.parent.name
    parsed = parse_output(platform, command, path.read_text(encoding="utf-8"))
    assert {table_of(row) for row in parsed.rows} <= {command.table, *command.also}
    found = _document(parsed)
    expected = path.with_suffix(".json")
    if request.config.getoption("--update-golden"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
