"""What lies in a captures folder is found, and what cannot be read says so."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from switchcorr.captures.folders import DEPTH, DeviceSource, file_name, find_devices
from switchcorr.errors import InputFileError


def _write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    return path


def _found(directory: Path) -> list[tuple[str, int, str]]:
    return [(source.name, len(source.files), source.problem) for source in find_devices(directory)]


def test_folders_logs_and_nested_folders_are_sources(tmp_path: Path) -> None:
    for name in ("acc-1/show_version.txt", "acc-1/show_clock.txt", "acc-2.example.org.log.gz", "site/b/acc-3/show_version", "site/readme"):
        _write(tmp_path / name)
    assert _found(tmp_path) == [("acc-1", 2, ""), ("acc-2.example.org", 1, ""), ("site", 1, ""), ("acc-3", 1, "")]


def test_hidden_entries_and_the_manifest_are_left_alone(tmp_path: Path) -> None:
    for name in (".git/config", ".DS_Store", "manifest.json", "acc-1/manifest.json", "acc-1/.swp", "acc-1/show_version.txt"):
        _write(tmp_path / name)
    assert [source.files for source in find_devices(tmp_path)] == [(tmp_path / "acc-1/show_version.txt",)]


def test_files_of_commands_directly_in_the_folder_are_of_one_device(tmp_path: Path) -> None:
    for name in ("acc-1/show_version.txt", "acc-1/sh_clo.txt", "acc-1/capture.json", "acc-1/acc-9.log"):
        _write(tmp_path / name)
    assert _found(tmp_path / "acc-1") == [("acc-1", 3, ""), ("acc-9", 1, "")]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "acc-1").mkdir()
    _write(tmp_path / "acc-2.log")
    assert _found(tmp_path) == [("acc-1", 0, "holds no files"), ("acc-2", 1, "")]


def test_what_lies_too_deep_is_told(tmp_path: Path) -> None:
    _write(tmp_path.joinpath(*map(str, range(DEPTH)), "show_version"))
    _write(tmp_path.joinpath(*map(str, range(DEPTH + 1)), "show_version"))
    assert _found(tmp_path) == [(str(DEPTH - 1), 1, ""), (str(DEPTH), 0, f"lies more than {DEPTH} folders deep and is not read")]


def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    _write(tmp_path / "acc-1/show_version")
    (tmp_path / "acc-1/again").symlink_to(tmp_path)
    (tmp_path / "twice").symlink_to(tmp_path / "acc-1")
    assert [problem for _, _, problem in _found(tmp_path)] == ["", *["is a link to a folder that is read already"] * 2]


@contextlib.contextmanager
def _as_nobody() -> Iterator[None]:
    """As a user whom permissions bind; root may list everything."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(mine)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter: pytest's own are closed to all but their owner."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_folder_that_cannot_be_listed_is_told(open_folder: Path) -> None:
    locked = open_folder / "acc-1"
    _write(locked / "show_version")
    _write(open_folder / "acc-2.log")
    locked.chmod(0o000)
    with _as_nobody():
        assert _found(open_folder) == [("acc-1", 0, "cannot be listed: Permission denied"), ("acc-2", 1, "")]
        with pytest.raises(InputFileError, match="cannot be listed: Permission denied"):
            find_devices(locked)
    locked.chmod(0o700)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("nowhere", "is no directory; nothing has this name", "a folder a device"),
        ("acc-1.log", "is no directory", "Give its folder"),
        ("pipe", "is no directory", "a folder a device"),
        ("empty", "holds no files", "a folder a device"),
        ("hidden", "holds no files", "a folder a device"),
    ],
)
def test_a_place_without_captures_says_what_is_wanted(tmp_path: Path, name: str, message: str, hint: str) -> None:
    _write(tmp_path / "acc-1.log")
    _write(tmp_path / "hidden/.x")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputFileError) as raised:
        find_devices(tmp_path / name)
    assert message in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("show_version.txt", "show_version"),
        ("a.LOG.gz", "a"),
        ("a.zst", "a"),
        ("acc-1.example", "acc-1.example"),
        (".txt", ".txt"),
        ("a.tar", "a.tar"),
    ],
)
def test_the_endings_of_captures_go(name: str, stem: str) -> None:
    assert file_name(Path(name)) == stem


def test_sources_are_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b.log", "a/show_version", "c.log"):
        _write(tmp_path / name)
    assert [source.name for source in find_devices(tmp_path)] == ["a", "b", "c"]
    assert isinstance(find_devices(tmp_path)[0], DeviceSource)
