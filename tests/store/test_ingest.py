"""Event files into the store: each event once, whatever becomes of the file."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from switchcorr.errors import InputFileError
from switchcorr.events import ReadOptions, read_event_files
from switchcorr.events.read import read_event_batches
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.ingest import IngestOutcome, ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import DemoSite
from switchcorr.model.event import Event, EventLog, EventPools
from switchcorr.store import schema
from switchcorr.store.events import events_between
from switchcorr.store.open import open_store
from switchcorr.store.segments import mark_of
from switchcorr.store.url import parse_url
from tests.store.visiting import count_events

NOW = datetime(2027, 1, 1, tzinfo=UTC)
HEADER = "time,phone,event,reason,reason_enum,node\n"
LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


def line(number: int, node: str = "cm-1") -> str:
    at = datetime(2026, 11, 22, 8, tzinfo=UTC) + timedelta(seconds=number)
    return f"{at:%Y-%m-%dT%H:%M:%SZ},SEP00005E{number:06X},unregistered,13,EndPointUnregistered.Reason,{node}\n"


def lines(*numbers: int) -> str:
    return HEADER + "".join(map(line, numbers))


def take(place: StorePlace, *paths: Path) -> IngestOutcome:
    return ingest(paths, place, Times(NOW))


def stored(place: StorePlace) -> list[str]:
    """The seconds of the stored phones, in order."""
    with place.open(write=False) as store:
        log = events_between(store, LONG_AGO, LATER)
    return [log.pools.names.get(name)[-2:] for name in log.name]


def events_of(*logs: EventLog) -> list[Event]:
    """The events of logs in the order of their lines; without the names of files, and times to the millisecond."""

    def rounded(time: datetime | None) -> datetime | None:
        return time and datetime.fromtimestamp(round(time.timestamp() * 1000) / 1000, UTC)

    events = [replace(event, source="", time=rounded(event.time)) for log in logs for event in log]
    return sorted(events, key=lambda event: (event.line, event.name, event.kind, event.description))


def test_events_come_back_as_they_were_read(place: StorePlace, small_site: DemoSite) -> None:
    outcome = take(place, small_site.log)
    expected = read_event_files([small_site.log], options=ReadOptions(now=NOW)).log
    with place.open(write=False) as store:
        found = events_between(store, LONG_AGO, LATER)
        assert events_of(found) == events_of(expected)
        assert len(found) == outcome.new == count_events(store) > 100
        assert list(found.time) == sorted(found.time)


def test_the_firmware_that_a_registration_tells_is_kept(place: StorePlace, tmp_path: Path) -> None:
    log = tmp_path / "registered.csv"
    log.write_text(
        "time,phone,event,load\n2026-11-22T08:00:01Z,SEP00005E005301,registered,sip78xx.14-1\n2026-11-22T08:00:02Z,SEP00005E005302,registered,\n"
    )
    take(place, log)
    with place.open(write=False) as store:
        assert [event.load for event in events_between(store, LONG_AGO, LATER)] == ["sip78xx.14-1", ""]


def test_a_file_given_again_is_not_read_again(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(lines(1, 2, 3))
    assert take(place, path).new == 3
    (again,) = take(place, path).files
    assert (again.new, again.is_known) == (0, True)
    copy = tmp_path / "copy.csv"
    copy.write_text(lines(1, 2, 3))
    assert take(place, copy).files[0].is_known
    assert stored(place) == ["01", "02", "03"]


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_packed_file_is_the_file_that_was_packed(place: StorePlace, tmp_path: Path, ending: str) -> None:
    path, packed = tmp_path / "log.csv", tmp_path / f"log.csv.1.{ending}"
    path.write_text(lines(1, 2))
    take(place, path)
    data = lines(1, 2, 3).encode()
    packed.write_bytes(gzip.compress(data) if ending == "gz" else zstandard.ZstdCompressor().compress(data))
    assert take(place, packed).new == 1
    assert stored(place) == ["01", "02", "03"]


def test_a_growing_file_gives_what_is_new(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    for count in (1, 2, 5, 5, 9):
        path.write_text(lines(*range(count)))
        take(place, path)
        assert len(stored(place)) == count
    with place.open(write=False) as store, store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.segment)).scalar() == 1


def test_a_line_that_is_still_being_written_is_read_again(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    whole = lines(1, 2, 3)
    path.write_text(whole[:-8])
    take(place, path)
    path.write_text(whole)
    take(place, path)
    with place.open(write=False) as store:
        log = events_between(store, LONG_AGO, LATER)
    assert [log.pools.nodes.get(node) for node in log.node] == ["cm-1"] * 3


@pytest.mark.parametrize("first", range(40, 160, 20))
def test_a_first_line_that_is_still_being_written_is_read_again(place: StorePlace, tmp_path: Path, first: int) -> None:
    path, other = tmp_path / "log", tmp_path / "other"
    alarm = "Nov 20 2026 09:41:{0:02d} UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E0000{0:02X}][Reason=13][NodeID=cm-1]: gone\n"
    text = alarm.format(1) + alarm.format(2)
    for part in (text[:first], text[:first], text[: first + 10], text):
        path.write_text(part)
        take(place, path)
    other.write_text(alarm.format(3))
    assert take(place, other, path).new == 1
    with place.open(write=False) as store:
        events = list(events_between(store, LONG_AGO, LATER))
    assert [(event.name[-2:], event.reason and event.reason.code, event.node) for event in events] == [
        (f"0{number}", 13, "cm-1") for number in (1, 2, 3)
    ]


def test_the_last_line_of_a_file_that_never_ends_it_is_an_event_too(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(lines(1, 2).rstrip("\n"))
    take(place, path)
    assert stored(place) == ["01", "02"]
    take(place, path)
    assert stored(place) == ["01", "02"]


def test_a_rotated_file_goes_on_under_its_new_name(place: StorePlace, tmp_path: Path) -> None:
    path, old = tmp_path / "log.csv", tmp_path / "log.csv.1"
    path.write_text(lines(1, 2))
    take(place, path)
    path.rename(old)
    old.write_text(lines(1, 2, 3))
    path.write_text(lines(4, 5))
    outcome = take(place, old, path)
    assert [file.new for file in outcome.files] == [1, 2]
    assert stored(place) == ["01", "02", "03", "04", "05"]


def test_a_file_that_was_emptied_and_filled_again_is_another_file(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(lines(1, 2, 3))
    take(place, path)
    path.write_text(lines(7))
    take(place, path)
    path.write_text(lines(7, 8))
    take(place, path)
    assert stored(place) == ["01", "02", "03", "07", "08"]


def test_files_with_the_same_header_are_told_apart(place: StorePlace, tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(lines(1, 2, 3))
    second.write_text(lines(4, 5, 6, 7))
    assert take(place, first, second).new == 7
    first.write_text(lines(1, 2, 3, 9))
    second.write_text(lines(4, 5, 6, 7, 8))
    assert take(place, second, first).new == 2


def test_events_without_a_time_are_told_and_not_stored(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(HEADER + ",SEP00005E000001,unregistered,13,EndPointUnregistered.Reason,cm-1\n" + line(2))
    outcome = take(place, path)
    (told,) = outcome.files
    assert (told.new, told.timeless, told.problem) == (1, 1, "")
    assert "1 event carries no time" in " ".join(outcome.assumptions)
    with place.open(write=False) as store:
        assert len(events_between(store, LONG_AGO, LATER)) == 1
    assert take(place, path).files[0].is_known


def test_a_list_without_times_is_a_problem_until_it_is_given_one(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("SEP00005E000001, SEP00005E000002\nSEP00005E000003\n")
    for _ in range(2):
        outcome = take(place, path)
        (told,) = outcome.files
        assert (outcome.new, told.timeless, told.is_known) == (0, 3, False)
        assert told.problem == f"{path}: its 3 events carry no time and were not stored: give --at TIME."
        assert outcome.is_partial
    at = NOW.replace(microsecond=0)
    dated = ingest([path], place, Times(NOW, at=at))
    assert (dated.new, dated.files[0].problem) == (3, "")
    with place.open(write=False) as store:
        assert len(events_between(store, at, at)) == 3
    assert take(place, path).files[0].is_known


def test_a_file_that_cannot_be_read_costs_itself_only(place: StorePlace, tmp_path: Path) -> None:
    good, empty, text = tmp_path / "log.csv", tmp_path / "empty.log", tmp_path / "holiday.txt"
    good.write_text(lines(1))
    empty.write_bytes(b"")
    text.write_text("sun and sea\n" * 3)
    outcome = take(place, empty, good, tmp_path / "missing", text)
    assert [bool(file.problem) for file in outcome.files] == [True, False, True, False]
    assert outcome.is_partial
    assert outcome.new == 1
    with pytest.raises(InputFileError, match="no event file can be used"):
        take(place, empty, tmp_path / "missing")


def test_a_packed_file_that_is_cut_short_gives_what_it_holds(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    data = gzip.compress(lines(*range(3_000)).encode(), mtime=0)
    path.write_bytes(data[: len(data) // 2])
    (told,) = take(place, path).files
    assert "cut short" in told.problem
    assert 500 < told.new == len(stored(place)) < 3_000
    path.write_bytes(data)
    take(place, path)
    assert len(stored(place)) == 3_000


def take_or_problem(place: StorePlace, path: Path) -> tuple[str]:
    try:
        return (take(place, path).files[0].problem,)
    except InputFileError as error:
        return (str(error),)


@pytest.mark.parametrize(
    "case", sorted((Path(__file__).parents[1] / "events").glob("*/*.log")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_log_of_any_format_that_grows_ends_as_if_it_was_read_once(tmp_path: Path, case: Path) -> None:
    """Cut at odd places, also in the middle of records of several lines."""
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    data = case.read_bytes()
    first = data.find(b"\n") + 1
    path = tmp_path / "growing.log"
    for cut in [*sorted({max(first, len(data) * part // 5) for part in range(1, 5)}), len(data)]:
        path.write_bytes(data[:cut])
        take_or_problem(place, path)
    log = EventLog(pools := EventPools())
    for batch in read_event_batches(path, options=ReadOptions(now=NOW), pools=pools):
        log.extend(batch.log)
    with place.open(write=False) as store:
        assert events_of(events_between(store, LONG_AGO, LATER)) == [event for event in events_of(log) if event.time is not None]


@settings(max_examples=20)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.booleans())
def test_however_a_file_grows_every_event_is_there_once(cuts: Sequence[int], packed: bool) -> None:
    whole = lines(*range(6)).encode()
    with tempfile.TemporaryDirectory() as name:
        place = StorePlace(parse_url(f"{name}/x.db"), Path(name) / "raw")
        path = Path(name) / "log"
        sizes = [*sorted(min(cut, len(whole)) for cut in itertools.chain([len(HEADER) + 5], cuts)), len(whole)]
        for size in sizes:
            data = whole[: max(size, len(HEADER) + 5)]
            path.write_bytes(gzip.compress(data) if packed else data)
            take_or_problem(place, path)
        assert stored(place) == [f"{number:02X}" for number in range(6)]


def test_a_killed_reading_of_one_file_does_not_eat_the_lines_of_another(place: StorePlace, tmp_path: Path) -> None:
    """The store knows two lines of a file whose reading ended early; another file with the same first line is read whole."""
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(lines(1, 2, 3))
    second.write_text(lines(4, 5, 6))
    take(place, first)
    with place.open(write=True) as store, store.writing() as connection:
        connection.execute(schema.segment.update().values(read_bytes=0, tail=_hash_of_nothing(), read_lines=2))
    assert take(place, second).new == 3
    take(place, first)
    assert stored(place) == ["01", "02", "03", "04", "05", "06"]


class MovingPath(type(Path())):  # type: ignore[misc]  # the class of this system's paths
    """A path whose file is rotated when the system is asked for it for the n-th time, whoever asks; in between nobody would see it."""

    left = 0
    rotate: Callable[[], None]

    def __fspath__(self) -> str:
        self.left -= 1
        if self.left == 0:
            self.rotate()
        return str(self)


def moving(path: Path, at: int, rotate: Callable[[], None]) -> MovingPath:
    made = MovingPath(path)
    made.rotate, made.left = rotate, at
    return made


def named(place: StorePlace) -> list[str]:
    with place.open(write=False) as store:
        log = events_between(store, LONG_AGO, LATER)
    return sorted(log.pools.names.get(name) for name in log.name)


def expected_names(count: int) -> list[str]:
    return [f"SEP00005E{number:06X}" for number in range(count)]


@pytest.mark.parametrize(
    ("way", "known", "at_once", "at"),
    [
        *(("renamed", 130, 20_000, at) for at in range(1, 13)),
        *(("copied and emptied", 0, 200, at) for at in range(1, 14)),  # from the eleventh time on a part of it is in the store
    ],
)
def test_whenever_a_log_is_rotated_while_it_is_read_each_event_is_stored_and_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, known: int, at_once: int, at: int
) -> None:
    """The new file is shorter, and has the same header. What is said to be new is what the store gained, also when reading began again."""
    monkeypatch.setattr("switchcorr.jobs.store.ingest._AT_ONCE", at_once)
    length = 300
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    path, old = tmp_path / "log.csv", tmp_path / "log.csv.1"
    if known:
        path.write_text(lines(*range(known)))
        assert take(place, path).new == known
    path.write_text(lines(*range(length)))

    def rotate() -> None:
        if way == "renamed":
            path.rename(old)
        else:
            old.write_bytes(path.read_bytes())
        path.write_text(lines(*range(length, length + 120)))

    first = take(place, moving(path, at, rotate))
    assert known + first.new == len(named(place))
    if not old.exists():
        rotate()  # the system is not asked for it so often
    second = take(place, old, path)
    assert named(place) == expected_names(length + 120)
    assert known + first.new + second.new == length + 120
    assert all(file.new >= 0 and file.known >= 0 for file in (*first.files, *second.files))
    assert all(file.is_known for file in take(place, old, path).files)


def test_a_log_that_is_renamed_once_it_is_open_is_read_to_its_end(tmp_path: Path) -> None:
    """When the first part is to be written, which is before the rest is read."""
    path, old = tmp_path / "log.csv", tmp_path / "log.csv.1"
    path.write_text(lines(*range(21_000)))

    def rotate() -> None:
        with StorePlace(place.url, place.raw).open(write=False) as store:
            assert count_events(store) == 0
        path.rename(old)
        path.write_text(lines(*range(21_000, 21_120)))

    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    assert take(place, moving(path, 9, rotate)).new == 21_000
    assert take(place, old, path).new == 120


def test_a_log_that_is_another_one_at_each_look_is_told(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(lines(1, 2))
    looks = itertools.count(3)

    def rotate() -> None:
        path.unlink()
        path.write_text(lines(next(looks)))
        busy.left = 1

    busy = moving(path, 1, rotate)
    other = tmp_path / "other.csv"
    other.write_text(lines(1))
    told, _ = take(place, busy, other).files
    assert "another file took its place" in told.problem
    assert stored(place) == ["01"]


def test_an_event_that_its_grown_line_no_longer_tells_makes_no_count_negative(place: StorePlace, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(lines(1) + line(2).removesuffix(",13,EndPointUnregistered.Reason,cm-1\n"))
    assert take(place, path).new == 2
    path.write_text(lines(1) + line(2).removesuffix(",13,EndPointUnregistered.Reason,cm-1\n") + "-by-hand,,,\n")
    outcome = take(place, path)
    assert stored(place) == ["01"]
    assert (outcome.new, outcome.files[0].known) == (0, 1)


@pytest.mark.parametrize("at", range(1, 12))
def test_a_log_that_two_take_at_once_is_stored_once(tmp_path: Path, at: int) -> None:
    """A job that comes every minute and takes longer; wherever the other one comes in between."""
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    path = tmp_path / "log.csv"
    path.write_text(lines(*range(300)))
    other: list[int] = []
    first = take(place, moving(path, at, lambda: other.append(take(place, path).new)))
    assert named(place) == expected_names(300)
    assert first.new + sum(other) == 300


def _hash_of_nothing() -> str:
    return hashlib.sha256(b"").hexdigest()[:32]


def test_marks_do_not_depend_on_how_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 99 + b"\n" + b"line\n" * 500_000 + b"rest")
    mark, segment = mark_of(path)
    assert segment is None
    assert (mark.whole_bytes, mark.ends_whole, mark.head_bytes) == (100 + 2_500_000, False, 64 * 1024)


def test_a_directory_and_a_page_are_told_what_to_do(place: StorePlace, tmp_path: Path) -> None:
    folder, page = tmp_path / "logs", tmp_path / "report.html"
    folder.mkdir()
    (folder / "log.csv").write_text(lines(1))
    page.write_text("<!doctype html>\n<html></html>\n")
    outcome = take(place, folder, page)
    assert [file.problem for file in outcome.files] == [
        f"{folder}: is a directory. It holds 1 event log: `switchcorr ingest {folder}/*`.",
        f"{page}: is an HTML page, no event log. Give the log itself, or the table on the page saved as CSV.",
    ]
    with pytest.raises(InputFileError, match=f"{folder}: is a directory. It holds 1 event log: `switchcorr ingest {folder}/"):
        import_folder(ImportRequest(folder, place, NOW))
    assert take(place, *folder.iterdir()).new == 1


def test_two_stores_may_take_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(lines(1))
    for name in ("a.db", "b.db"):
        place = StorePlace(parse_url(str(tmp_path / name)), tmp_path / "raw")
        assert take(place, path).new == 1
        open_store(place.url).close()
