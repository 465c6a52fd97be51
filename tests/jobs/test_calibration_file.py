"""A calibration as a file: found, read whole, or told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.errors import InputFileError
from switchcorr.jobs.calibration_file import find_calibration, read_calibration
from switchcorr.report.calibration import calibration_document
from switchcorr.report.to_json import json_text
from tests.report.made_calibration import MADE


def test_a_calibration_comes_back_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json_text(calibration_document(MADE)))
    assert read_calibration(tmp_path / "c.json") == MADE


def test_a_file_that_is_no_calibration_is_named_with_the_reason_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    file.write_text(json_text(dict(calibration_document(MADE)) | {"seeds": [1]}))
    with pytest.raises(InputFileError, match="seeds: two expected") as refused:
        read_calibration(file)
    assert str(file) in refused.value.message
    assert "--calibrate" in refused.value.hint


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"x"', "[" * 100_000, '{"schema": null}'])
def test_damaged_text_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(InputFileError):
        read_calibration(tmp_path / "c.json")


def test_the_file_that_was_asked_for_counts_before_the_sites_own(tmp_path: Path) -> None:
    asked, own = tmp_path / "asked.json", tmp_path / "own.json"
    asked.write_text(json_text(calibration_document(MADE)))
    own.write_text("{}")
    assert find_calibration(asked, own).calibration == MADE
    assert find_calibration(None, asked).calibration == MADE
    assert find_calibration(None, tmp_path / "none.json").calibration is None
    assert find_calibration(None, None).calibration is None


def test_a_damaged_file_of_the_site_is_said_and_one_that_was_asked_for_is_missing(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text("{}")
    found = find_calibration(None, own)
    assert found.missing == ()
    assert "is not used" in found.assumptions[0]
    assert "schema is missing" in found.assumptions[0]
    asked = find_calibration(tmp_path / "nowhere.json", own)
    assert asked.calibration is None
    assert asked.assumptions == ()
    assert "nowhere.json" in asked.missing[0]
