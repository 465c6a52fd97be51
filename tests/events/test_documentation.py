"""The examples of docs/event-formats.md are read as the formats they stand for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.events import FORMATS, ReadOptions, read_event_files

_PAGE = (Path(__file__).parents[2] / "docs" / "event-formats.md").read_text(encoding="utf-8")
_EXAMPLES = dict(re.findall(r"^### `(\w+)`\n\n```\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL))


def test_every_format_has_an_example_and_its_title() -> None:
    assert set(_EXAMPLES) == {one.name for one in FORMATS}
    assert [one.name for one in FORMATS if f"| `{one.name}` | {one.title} |" not in _PAGE] == []


@pytest.mark.parametrize("name", sorted(_EXAMPLES))
def test_an_example_is_an_event_of_its_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / "example"
    path.write_text(_EXAMPLES[name])
    (account,) = read_event_files([path], options=ReadOptions(now=datetime(2026, 11, 22, 12, tzinfo=UTC))).files
    assert (account.formats, account.events, account.unrecognised) == ((name,), 1, 0)
