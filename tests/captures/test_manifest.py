"""``capture.json`` is used as far as it can be, and says what of it is not."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.captures.manifest import CaptureNotes, Recorded, read_capture_notes
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.snapshot import OutputState


def _read(tmp_path: Path, content: object) -> CaptureNotes:
    path = tmp_path / "capture.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_capture_notes(path)


def test_everything_is_read(tmp_path: Path) -> None:
    notes = _read(
        tmp_path,
        {
            "schema": "switchcorr/capture/1",
            "device": "acc-1",
            "platform": "cisco_xe",
            "host": "192.0.2.12",
            "taken_at": "2026-11-22T09:00:00+01:00",
            "commands": {"show version": {"file": "show_version.txt", "status": "ok"}, "show clock": {"status": "timeout"}},
        },
    )
    assert (notes.device, notes.host, notes.platform and notes.platform.name) == ("acc-1", "192.0.2.12", "cisco_ios")
    assert notes.taken_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert notes.commands == (Recorded("show clock", "", "timeout", OutputState.TRUNCATED), Recorded("show version", "show_version.txt"))
    assert notes.of_file("show_version.txt") == Recorded("show version", "show_version.txt")
    assert notes.of_file("other") is None
    assert notes.warnings == ()


def test_a_time_without_a_zone_is_utc(tmp_path: Path) -> None:
    assert _read(tmp_path, {"taken_at": "2026-11-22 08:00"}).taken_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert _read(tmp_path, {"taken_at": "2026-11-22T08:00:00Z"}).taken_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_a_time_that_is_that_of_the_files_is_marked(tmp_path: Path) -> None:
    assert _read(tmp_path, {"taken_at": "2026-11-22T08:00:00Z", "taken_at_from": "files"}).is_guessed
    assert not _read(tmp_path, {"taken_at": "2026-11-22T08:00:00Z"}).is_guessed


def test_when_a_command_was_asked_is_read(tmp_path: Path) -> None:
    entry = {"file": "show_clock.txt", "started_at": "2026-11-22T09:00:03.250+01:00", "seconds": 1.5}
    (recorded,) = _read(tmp_path, {"commands": {"show clock": entry}}).commands
    assert (recorded.started_at, recorded.seconds) == (datetime(2026, 11, 22, 8, 0, 3, 250_000, tzinfo=UTC), 1.5)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("ok", OutputState.PARSED),
        ("partial", OutputState.TRUNCATED),
        ("truncated", OutputState.TRUNCATED),
        ("timeout", OutputState.TRUNCATED),
        ("no_prompt", OutputState.TRUNCATED),
        ("denied", OutputState.DENIED),
        ("invalid", OutputState.INVALID),
        ("feature_off", OutputState.FEATURE_OFF),
        (None, OutputState.PARSED),
    ],
)
def test_every_status_is_a_state(tmp_path: Path, status: str | None, state: OutputState) -> None:
    assert _read(tmp_path, {"commands": {"show clock": {"status": status}}}).commands[0].state is state


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ("", "is empty"),
        ("[" * 100_000, "cannot be read"),
        ([1], "holds no object"),
        ({"platform": "vax"}, "platform: 'vax' is unknown (known: cisco_ios"),
        ({"platform": 7}, "platform: 7 is no text"),
        ({"taken_at": "yesterday"}, "taken_at: 'yesterday' is no ISO 8601 time"),
        ({"taken_at": "0001-01-01T00:00:00+23:00"}, "taken_at: '0001-01-01T00:00:00+23:00' is no time of a capture"),
        ({"taken_at": "9999-12-31T23:59:59-23:00"}, "taken_at: '9999-12-31T23:59:59-23:00' is no time of a capture"),
        ({"commands": {"show clock": {"started_at": "noon"}}}, "commands[show clock].started_at: 'noon' is no ISO 8601 time"),
        ({"commands": {"show clock": {"seconds": -1}}}, "commands[show clock].seconds: -1 is no length of time"),
        ({"commands": {"show clock": {"seconds": math.inf}}}, "commands[show clock].seconds: inf is no length of time"),
        ({"commands": {"show clock": {"seconds": math.nan}}}, "commands[show clock].seconds: nan is no length of time"),
        ({"commands": {"show clock": {"seconds": 10**400}}}, "is no length of time"),
        ({"commands": {"show clock": {"file": 7}}}, "commands[show clock].file: 7 is no text"),
        ({"profile": "older"}, "profile: 'older' is unknown (known: modern"),
        ({"commands": {"show clock": {"seconds": "1 s"}}}, "commands[show clock].seconds: '1 s' is no length of time"),
        ({"commands": []}, "commands: [] is no object"),
        ({"commands": {"show clock": 7}}, "commands[show clock]: 7 is no object"),
        ({"commands": {"show clock": {"status": "fine"}}}, "commands[show clock].status: 'fine' is unknown (known: ok, partial"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_file_and_key(tmp_path: Path, content: object, words: str) -> None:
    (warning,) = _read(tmp_path, content).warnings
    assert words in warning
    assert warning.startswith(str(tmp_path / "capture.json"))
    assert "not used" in warning


def test_the_algorithms_of_a_sweep_are_read(tmp_path: Path) -> None:
    assert _read(tmp_path, {"profile": "legacy"}).profile is AlgorithmProfile.LEGACY
    assert _read(tmp_path, {"profile": None}).profile is None
    odd = _read(tmp_path, {"profile": "prehistoric", "device": "acc-1"})
    assert (odd.profile, odd.device) == (None, "acc-1")
    assert odd.warnings[0].endswith("profile: 'prehistoric' is unknown (known: modern, sha1, legacy), and not used")
