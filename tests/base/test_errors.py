"""The exception tree: drawn as it is, every branch explained."""

from __future__ import annotations

from pathlib import Path

import switchcorr.errors
from switchcorr.errors import ExitCode, InputFileError, SwitchcorrError


def _tree(kind: type[SwitchcorrError]) -> list[type[SwitchcorrError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _tree(child))]


def test_the_drawing_shows_every_class() -> None:
    drawing = switchcorr.errors.__doc__ or ""
    assert all(kind.__name__ in drawing for kind in _tree(SwitchcorrError))


def test_every_slug_is_a_heading_of_the_messages_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "messages.md").read_text()
    slugs = [kind.slug for kind in _tree(SwitchcorrError)]
    assert len(set(slugs)) == len(slugs)
    assert [slug for slug in slugs if f"\n## {slug}\n" not in page] == []


def test_an_error_says_what_to_do_and_where_it_was() -> None:
    error = InputFileError("log: is empty.", hint="Give another.", context={"file": "log"})
    assert str(error) == "log: is empty. Give another."
    assert error.context == {"file": "log"}
    assert str(InputFileError("log: is empty.")) == "log: is empty."
    assert error.exit_code is ExitCode.FAILED
