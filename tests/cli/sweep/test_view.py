"""The picture of a running sweep at fixed widths, and what the live view leaves behind."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from switchcorr.cli.sweep.view import Picture, SweepScreen, minutes, progress_lines, screen_wanted
from switchcorr.collect.progress import SweepProgress, SweepStarted, VisitBegun, VisitEnded, VisitPaused
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.visit import Failure, FailureKind, VisitStatus

_GOLDEN = Path(__file__).parent / "golden"

_BUSY = Picture(
    SweepProgress(
        total=1_200,
        seconds=45.4,
        answered=280,
        partial=7,
        failed={
            FailureKind.CONNECT_TIMEOUT: 12,
            FailureKind.AUTHENTICATION: 2,
            FailureKind.HOST_KEY_UNKNOWN: 8,
            FailureKind.ALGORITHMS: 2,
            FailureKind.RESET: 1,
        },
    ),
    running=(
        ("acc-0017", 45.2),
        ("a-name-that-somebody-made-much-too-long-for-a-table", 31.0),
        ("dist-2", 12.4),
        *((f"acc-{n:04}", 3.0) for n in range(47)),
    ),
)
_PICTURES = {
    "begins": Picture(SweepProgress(total=14, seconds=0.2)),
    "busy": _BUSY,
    "stopping": Picture(
        SweepProgress(
            total=100,
            seconds=4.0,
            failed={FailureKind.AUTHENTICATION: 3},
            skipped=90,
            stopping="3 logins in a row were refused: no further device is tried",
        ),
        running=(("acc-0004", 2.0),),
    ),
    "reading": Picture(SweepProgress(total=400, seconds=30, answered=390, partial=6, failed={FailureKind.RESET: 4}, parsed=250)),
    "ended": Picture(SweepProgress(total=2, seconds=3725, answered=1, cancelled=1, parsed=1)),
}


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("name", _PICTURES)
def test_the_picture_is_as_it_was_looked_at(name: str, width: int, request: pytest.FixtureRequest) -> None:
    text = "".join(f"{line.plain}\n" for line in progress_lines(_PICTURES[name], width=width))
    golden = _GOLDEN / f"sweep_{name}_{width}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize("width", [10, 33, 79, 80, 81, 120, 200, 400])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_terminal_and_all_fit_into_24_rows(width: int, ascii_only: bool) -> None:
    for picture in _PICTURES.values():
        lines = progress_lines(picture, width=width, ascii_only=ascii_only)
        assert max(cell_len(line.plain) for line in lines) <= width
        assert len(lines) <= 6
        assert not any("\n" in line.plain for line in lines)


def test_a_terminal_without_unicode_gets_none() -> None:
    for picture in _PICTURES.values():
        assert all(line.plain.isascii() for line in progress_lines(picture, width=200, ascii_only=True))


def test_a_name_with_escapes_does_nothing_to_the_terminal() -> None:
    picture = Picture(SweepProgress(total=1, seconds=1), running=(("\x1b[2J\u202eacc", 1.0),))
    assert "\x1b" not in "".join(line.plain for line in progress_lines(picture, width=200))


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00"), (59.6, "1:00"), (3599.4, "59:59"), (3600, "1:00:00")])
def test_times_are_written_like_clocks(seconds: float, words: str) -> None:
    assert minutes(seconds) == words


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return _Terminal()


def _failed(device: str, kind: FailureKind = FailureKind.RESET, status: VisitStatus = VisitStatus.FAILED) -> VisitEnded:
    return VisitEnded(2.0, VisitAccount(device, status, attempts=1, failure=Failure(kind, "[red]" + "x" * 200)))


def test_the_live_view_scrolls_failures_above_it_and_wipes_itself(terminal: _Terminal) -> None:
    with contextlib.redirect_stderr(terminal), contextlib.suppress(KeyboardInterrupt), SweepScreen() as screen:
        screen(SweepStarted(0.0, "s", 100))
        screen(VisitBegun(1.0, "acc-0017", "192.0.2.17"))
        screen(_failed("acc-0017"))
        sys.stderr.write("a warning\n")
        raise KeyboardInterrupt
    shown = terminal.getvalue()
    assert "1 of 100" in shown
    assert "a warning" in shown
    (line,) = re.findall(r"acc-0017  .*(?=\r?\n)", shown)
    assert "connection reset: [red]xxx" in line
    assert cell_len(line) == 80
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1
    assert shown.endswith("\x1b[2K")  # the picture is wiped
    assert not re.search(r"\x1b\[(?:\d;)*3\d", shown)


def test_nothing_is_shown_before_the_sweep_begins(terminal: _Terminal) -> None:
    with contextlib.redirect_stderr(terminal), SweepScreen():
        assert terminal.getvalue() == ""
    assert terminal.getvalue() == ""


def test_five_hundred_failures_of_one_kind_are_no_five_hundred_lines(terminal: _Terminal) -> None:
    with contextlib.redirect_stderr(terminal), SweepScreen() as screen:
        screen(SweepStarted(0.0, "s", 502))
        for number in range(500):
            screen(_failed(f"acc-{number:04}"))
        screen(_failed("dist-1", FailureKind.TIMEOUT, VisitStatus.PARTIAL))
        screen(_failed("dist-2", FailureKind.STOPPED, VisitStatus.SKIPPED))
        assert screen.picture().progress.ended == 502
    shown = terminal.getvalue()
    assert shown.count("connection reset: [red]") == 20
    assert shown.count("connection reset: further ones are counted") == 1
    assert "dist-1 " in shown
    assert "dist-2" not in shown


def test_the_screen_knows_who_runs_for_how_long(terminal: _Terminal) -> None:
    now = 100.0
    with contextlib.redirect_stderr(terminal), SweepScreen(clock=lambda: now) as screen:
        screen(SweepStarted(0.0, "s", 3))
        screen(VisitBegun(0.0, "acc-2", "192.0.2.2"))
        now = 101.0
        screen(VisitBegun(1.0, "acc-1", "192.0.2.1"))
        screen(VisitBegun(1.0, "acc-3", "192.0.2.3"))
        screen(VisitPaused(1.0, "acc-3", "reset"))
        now = 105.0
        assert screen.picture().running == (("acc-2", 5.0), ("acc-1", 4.0))
        assert screen.picture().progress.seconds == 5.0
        screen(_failed("acc-2"))
        assert screen.picture().running == (("acc-1", 4.0),)


@pytest.mark.parametrize(
    ("stream", "quiet", "lines", "wanted"),
    [(_Terminal, False, False, True), (_Terminal, True, False, False), (_Terminal, False, True, False), (io.StringIO, False, False, False)],
)
def test_the_view_is_for_terminals_that_are_not_used_otherwise(stream: type[io.StringIO], quiet: bool, lines: bool, wanted: bool) -> None:
    with contextlib.redirect_stderr(stream()):
        assert screen_wanted(quiet=quiet, lines_on_terminal=lines) is wanted
