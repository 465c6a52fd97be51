"""Progress goes to stderr, and only to a terminal."""

from __future__ import annotations

import contextlib
import io

import pytest

from switchcorr.cli.progress import ProgressView


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "quiet", "shown"), [(_Terminal, False, True), (_Terminal, True, False), (io.StringIO, False, False)])
def test_stages_are_shown_on_a_terminal_only(stream: type[io.StringIO], quiet: bool, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    err, out = stream(), io.StringIO()
    with contextlib.redirect_stderr(err), contextlib.redirect_stdout(out), ProgressView(quiet=quiet) as progress:
        progress("captures [before]", 0, 2)
        progress("captures [before]", 2, 2)
    assert ("captures [before]" in err.getvalue()) is shown
    assert out.getvalue() == ""


def test_no_colour_means_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    err = _Terminal()
    with contextlib.redirect_stderr(err), ProgressView(quiet=False) as progress:
        progress("events", 1, 2)
    assert "events" in err.getvalue()
    assert "\x1b[3" not in err.getvalue().replace("\x1b[3A", "")
