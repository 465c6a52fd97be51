"""What ``doctor`` finds of this installation."""

from __future__ import annotations

from pathlib import Path

from switchcorr.jobs.doctor.checks import CheckState
from switchcorr.jobs.doctor.local import (
    Here,
    check_room,
    check_settings,
    check_state_directory,
    check_versions,
    check_workers,
    parse_sample,
)
from switchcorr.settings import Settings


def _here(state_dir: Path, settings: Settings | None = None) -> Here:
    return Here(settings or Settings(), None, state_dir, {})


def test_settings_that_differ_are_named(tmp_path: Path) -> None:
    assert check_settings(_here(tmp_path)).found == "no settings file; everything at its default"
    wrong = check_settings(_here(tmp_path, Settings(correlate={"alarmm": 5})))
    assert (wrong.state, "did you mean 'alarm'" in wrong.found) == (CheckState.FAILED, True)
    changed = check_settings(Here(Settings(visit_s=60), Path("/etc/s.toml"), tmp_path, {}))
    assert changed.found == "/etc/s.toml; visit_s = 60"


def test_a_state_directory_is_made_closed_and_ours(tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert check_state_directory(_here(state)).state is CheckState.OK
    state.mkdir(mode=0o700)
    assert check_state_directory(_here(state)).state is CheckState.OK
    state.chmod(0o755)
    open_to_all = check_state_directory(_here(state))
    assert open_to_all.state is CheckState.WARNING
    assert open_to_all.remedy.endswith(f"chmod 700 {state}")
    (tmp_path / "file").touch()
    assert check_state_directory(_here(tmp_path / "file")).state is CheckState.FAILED
    assert check_state_directory(_here(tmp_path / "file" / "state")).state is CheckState.FAILED


def test_room_is_looked_at_where_the_directory_will_be(tmp_path: Path) -> None:
    check = check_room(_here(tmp_path / "not" / "there"))
    assert "GiB free" in check.found
    assert check_room(_here(Path("/proc"))).state is CheckState.FAILED  # holds nothing, and has no room


def test_every_library_has_a_version(tmp_path: Path) -> None:
    check = check_versions(_here(tmp_path))
    assert check.state is CheckState.OK
    assert all(f"{name} " in check.found for name in ("switchcorr", "Python", "asyncssh", "netmiko", "paramiko"))


def test_every_parse_worker_parses(tmp_path: Path) -> None:
    assert parse_sample(0)
    check = check_workers(_here(tmp_path, Settings(parse_workers=2)))
    assert (check.state, check.found) == (CheckState.OK, "2 parse workers, each parsed a sample")
