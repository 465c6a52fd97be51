"""Inputs given to the wrong option: the right one is named, briefly."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.errors import EventFormatError, InputFileError
from switchcorr.jobs.inputs.events import read_events
from switchcorr.jobs.inputs.mistaken import meant_for_counters, meant_for_events, meant_for_ingest
from switchcorr.jobs.inputs.network import plainly_unusable, read_network
from switchcorr.jobs.inputs.request import CampusRequest, Times, say_nothing
from switchcorr.model.event import EventLog
from switchcorr.settings import Settings

_LINE = "Nov 20 2026 09:41:07 : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E005301][Reason=13][NodeID=cm1]: gone\n"
_TABLE = "phone,switch,module\nSEP00005E005301,acc-1,1\nSEP00005E005302,acc-1,2\n"
_TERMINAL = "acc-1#sh log\n*Nov 20 2026 09:41:07.123 UTC: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/9, changed state to up\nacc-1#"


def _tar(data: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo("acc-1/show_version.txt")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def _zip(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("acc-1/show_version.txt", data)
    return stream.getvalue()


def _missing(**given: Path) -> str:
    captures, locations = given.get("captures"), given.get("locations")
    request = CampusRequest(captures=() if captures is None else (captures,), locations=locations, devices=given.get("devices"))
    network = read_network(request, Settings(parse_workers=1), EventLog(), say_nothing)
    (sentence,) = network.unusable
    assert network.missing == (sentence,)
    return sentence


def _written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_LINE, "looks like an event log; --captures wants a folder of outputs. Give it with --events."),
        (_LINE * 9000, "looks like an event log; --captures wants a folder of outputs. Give it with --events."),
        (gzip.compress(_LINE.encode(), mtime=0), "looks like an event log; --captures wants a folder of outputs. Give it with --events."),
        (_tar(b"x"), "is an archive, no directory. Unpack it first and give the folder."),
        (gzip.compress(_tar(b"x"), mtime=0), "is an archive, no directory. Unpack it first and give the folder."),
        (_zip(b"x"), "is an archive, no directory. Unpack it first and give the folder."),
        (b"", "is no directory. Give its folder"),
        (_TERMINAL, "is no directory. Give its folder"),
        (_TABLE, "is no directory. Give its folder"),
        (b"\x1f\x8b" + b"x" * 99, "is no directory. Give its folder"),
    ],
)
def test_a_file_for_captures_is_told_what_it_looks_like(tmp_path: Path, content: str | bytes, words: str) -> None:
    path = _written(tmp_path / "given", content)
    told = _missing(captures=path)
    assert told.startswith(f"{path}: ")
    assert words in told


def test_a_log_for_locations_is_an_event_log_and_is_not_quoted(tmp_path: Path) -> None:
    log = _written(tmp_path / "log", _LINE * 3)
    assert _missing(locations=log) == f"{log}: looks like an event log, not a table of locations. Give it with --events."


def test_a_directory_for_locations_is_told_that_one_file_is_taken(tmp_path: Path) -> None:
    assert _missing(locations=tmp_path) == (
        f"{tmp_path}: is a directory; --locations takes one file. Outputs of switches are given with --captures."
    )


@pytest.mark.parametrize("option", ["locations", "devices"])
def test_a_text_that_is_no_table_is_quoted_in_short(tmp_path: Path, option: str) -> None:
    told = _missing(**{option: _written(tmp_path / "prose", ", ".join(f"word {number}" for number in range(900)))})
    assert "… Give" in told or option == "devices"
    assert len(told) < 500


def test_no_file_for_locations_is_as_before(tmp_path: Path) -> None:
    assert "cannot be opened" in _missing(locations=tmp_path / "nowhere")


@pytest.mark.parametrize("beside", [True, False])
def test_a_table_of_locations_or_a_directory_for_events_names_the_right_option(tmp_path: Path, beside: bool) -> None:
    table, log = _written(tmp_path / "where.csv", _TABLE), _written(tmp_path / "log", _LINE)
    folder = tmp_path / "captures"
    folder.mkdir()
    words = (
        f"{table}: looks like a table of locations, no event log. Give it with --locations.",
        f"{folder}: is a directory; name the logs in it. Outputs of switches are given with --captures.",
    )
    times = Times(datetime(2026, 11, 22, tzinfo=UTC))
    if beside:
        read = read_events((table, log, folder), times, say_nothing)
        assert read.missing == words
        assert [file.problem for file in read.files] == [words[0], "", words[1]]
        return
    with pytest.raises(InputFileError) as raised:
        read_events((table, folder), times, say_nothing)
    assert raised.value.message == f"no event file can be used: {words[0]} | {words[1]}"
    assert "SEP" not in str(raised.value)


@pytest.mark.parametrize("content", ["hello\n", "phone\nSEP00005E005301\n", b"\0\1\2\3" * 99, b""])
def test_what_looks_like_nothing_known_is_told_as_before(tmp_path: Path, content: str | bytes) -> None:
    log, other = _written(tmp_path / "log", _LINE), _written(tmp_path / "other", content)
    read = read_events((log, other), Times(datetime(2026, 11, 22, tzinfo=UTC)), say_nothing)
    assert not any("--" in sentence for sentence in read.missing)


def _folder(path: Path, files: dict[str, str]) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / name).write_text(text)
    return path


def test_a_directory_of_logs_is_told_the_very_options_to_type(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "the logs", {"b.log": _LINE, "a.log": _LINE, ".hidden": _LINE, "notes.txt": "hello\n"})
    a, b = (f"--events '{folder / name}'" for name in ("a.log", "b.log"))
    assert (
        meant_for_events(folder)
        == f"{folder}: is a directory. It holds 2 event logs: {a} {b}. Outputs of switches are given with --captures."
    )
    assert meant_for_ingest(folder).endswith(f"It holds 2 event logs: `switchcorr ingest '{folder / 'a.log'}' '{folder / 'b.log'}'`.")
    (folder / "notes.txt").unlink()
    assert meant_for_ingest(folder) == f"{folder}: is a directory. It holds 2 event logs: `switchcorr ingest '{folder}'/*`."
    many = _folder(tmp_path / "many", {f"{number}.log": _LINE for number in range(8)})
    assert meant_for_events(many).count("--events") == 5
    assert "4.log and so on, 3 more files. " in meant_for_events(many)


def test_captures_that_hold_nothing_but_logs_are_told_their_option(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "logs", {"a.log": _LINE})
    words = f"{folder}: holds 1 event log and no outputs of switches: --events {folder / 'a.log'}."
    assert _missing(captures=folder) == words
    assert plainly_unusable(CampusRequest(captures=(folder,))) == (words,)
    (folder / "acc-1.txt").write_text("hello\n")
    assert "none of its 2 files could be used" in _missing(captures=folder)
    assert plainly_unusable(CampusRequest(captures=(folder,))) == ()


def test_a_directory_for_counters_is_told_its_tables(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "counters", {"errors.csv": "kind,id,delta\nmodule,acc-1/1,3\n", "a.log": _LINE})
    error = InputFileError("is a directory", hint="Name the files.")
    lead = f"{folder}: is a directory; --counters takes one table (kind,id,delta)."
    assert meant_for_counters(folder, error) == f"{lead} Give --counters {folder / 'errors.csv'}."
    (folder / "errors.csv").unlink()
    assert meant_for_counters(folder, error) == f"{lead} Counters of switches are in --captures."
    assert meant_for_counters(tmp_path / "nowhere", error) == "is a directory Name the files."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html>\n<html><body>Phones</body></html>\n", "is an HTML page, no event log."),
        ("\ufeff\n<html lang='en'>\n", "is an HTML page, no event log."),
        (
            '{"schema": "switchcorr/correlation/1", "incidents": []}',
            "is JSON that switchcorr wrote (switchcorr/correlation/1), no event log.",
        ),
        ('[\n  {"device": "SEP1"}\n]\n', "is JSON of another shape. Events as JSON are lines of their own with time, phone and event"),
        ('{\n"a": 1}\n', "is JSON of another shape."),
    ],
)
def test_a_page_or_json_for_events_is_told_what_it_is_and_not_quoted(tmp_path: Path, content: str, words: str) -> None:
    path = _written(tmp_path / "given", content)
    with pytest.raises(InputFileError) as raised:
        read_events((path,), Times(datetime(2026, 11, 22, tzinfo=UTC)), say_nothing)
    assert f"{path}: {words}" in raised.value.message
    assert "line 1" not in raised.value.message


@pytest.mark.parametrize("content", ["[Nov 22 09:41] something\n", "<189>hello\n", "{curly words}\n"])
def test_a_log_of_an_unknown_format_is_quoted(tmp_path: Path, content: str) -> None:
    with pytest.raises(EventFormatError, match="line 1"):
        read_events((_written(tmp_path / "given", content),), Times(datetime(2026, 11, 22, tzinfo=UTC)), say_nothing)
