"""The progress of a sweep on a terminal: a few lines that stay at the bottom, and the failures that scroll above them.

``progress_lines`` is a pure function of the progress, the width and what the terminal can show; ``SweepScreen`` puts it on stderr.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from switchcorr.cli.sweep.visit_lines import reason_words, visit_line
from switchcorr.collect.progress import SweepEvent, SweepProgress, SweepStarted, VisitBegun, VisitEnded, VisitPaused, advance
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.visit import FailureKind, VisitStatus
from switchcorr.text import clean

_REFRESH_A_SECOND = 4
_LONGEST_BAR = 120
_LEAST_SECONDS = 1
"""Before that a rate says nothing."""
_RUNNING_SHOWN = 6
_BAR = " | "
_SCROLLED = {VisitStatus.PARTIAL: "yellow", VisitStatus.FAILED: "red"}
_LINES_A_KIND = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """What the view shows.

    Attributes:
        progress: as the sweep tells it.
        running: devices being visited and for how many seconds, the longest first.
    """

    progress: SweepProgress
    running: tuple[tuple[str, float], ...] = ()


def progress_lines(picture: Picture, *, width: int, ascii_only: bool = False) -> list[Text]:
    """How far a sweep is, in as few lines of at most ``width`` cells as it takes: 4 to 6 at 80 columns, 3 to 5 at 200."""
    progress = picture.progress
    lines = [_bar_line(progress, width=width, ascii_only=ascii_only)]
    if progress.stopping:
        lines.append(Text(clean(progress.stopping), style="bold"))
    counts, pace = _counts(progress), _pace(progress)
    if counts.cell_len + len(_BAR) + pace.cell_len <= width:
        lines.append(Text.assemble(counts, (_BAR, "dim"), pace))
    else:
        lines += [counts, pace]
    lines += _reading(progress)
    lines += [line for line in (_reasons(progress, width=width), _running(picture, width=width, ascii_only=ascii_only)) if line]
    for line in lines:
        line.truncate(width, overflow="crop" if ascii_only else "ellipsis")
    return lines


def _bar_line(progress: SweepProgress, *, width: int, ascii_only: bool) -> Text:
    share = progress.ended / progress.total if progress.total else 1.0
    words = f" {progress.ended:,} of {progress.total:,}  {int(share * 100)} %"
    length = max(min(width - len(words), _LONGEST_BAR), 0)
    filled = int(length * share)
    full, empty = ("#", "-") if ascii_only else ("━", "─")
    return Text.assemble((full * filled, "green"), (empty * (length - filled), "dim"), (words, "bold"))


def _counts(progress: SweepProgress) -> Text:
    always = ((progress.answered, "answered", "green"), (progress.partial, "partial", "yellow"), (progress.failures, "failed", "red"))
    sometimes = ((progress.skipped, "skipped", "cyan"), (progress.cancelled, "cancelled", "magenta"))
    shown = [*always, *(entry for entry in sometimes if entry[0])]
    return Text(", ").join([Text(f"{count:,} {word}", style=colour) for count, word, colour in shown])


def _pace(progress: SweepProgress) -> Text:
    gone = f"{minutes(progress.seconds)} gone"
    rate, left = progress.rate_a_minute, progress.left_s
    if left is None or progress.seconds < _LEAST_SECONDS:
        return Text(gone)
    return Text(f"{rate:,.{0 if rate >= 10 else 1}f} a minute, {gone}, about {minutes(left)} left")


def _reading(progress: SweepProgress) -> list[Text]:
    """What is still being done when all visits have ended."""
    texts = progress.answered + progress.partial
    if not progress.total or progress.ended < progress.total or progress.parsed >= texts:
        return []
    return [Text(f"reading the captured text: {progress.parsed:,} of {texts:,} devices", style="dim")]


def _reasons(progress: SweepProgress, *, width: int) -> Text | None:
    ranked = sorted(progress.failed.items(), key=lambda item: (-item[1], item[0]))
    words = [(count, f"{count:,} {reason_words(kind)}") for kind, count in ranked]
    return _as_many_as_fit("why: ", "red", words, rest="{:,} other", width=width) if words else None


def _running(picture: Picture, *, width: int, ascii_only: bool) -> Text | None:
    words = [(1, f"{_short(device, ascii_only=ascii_only)} {seconds:.0f} s") for device, seconds in picture.running[:_RUNNING_SHOWN]]
    return _as_many_as_fit(f"{len(picture.running):,} running: ", "dim", words, rest="", width=width) if words else None


def _as_many_as_fit(title: str, style: str, words: Sequence[tuple[int, str]], *, rest: str, width: int) -> Text:
    """Words behind a title until the line is full, and how many the others stand for; at least one is shown."""
    for shown in range(len(words), 0, -1):
        others = sum(count for count, _ in words[shown:])
        listed = [*(word for _, word in words[:shown]), *([rest.format(others)] if others and rest else [])]
        line = Text.assemble((title, style), ", ".join(listed))
        if line.cell_len <= width:
            break
    return line


def _short(device: str, *, ascii_only: bool) -> str:
    name = clean(device)
    return name if len(name) <= 24 else f"{name[:22]}.." if ascii_only else f"{name[:23]}…"


def minutes(seconds: float) -> str:
    """A duration as people read clocks.

    >>> minutes(7), minutes(605), minutes(3725)
    ('0:07', '10:05', '1:02:05')
    """
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


@dataclass(frozen=True, slots=True)
class _Moving:
    """Asks for the picture at each refresh, so that times go on while nothing ends."""

    picture: Callable[[], Picture]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from progress_lines(self.picture(), width=options.max_width, ascii_only=options.ascii_only)


class SweepScreen:
    """The live view on stderr; a context manager that leaves the terminal as it was, however the sweep ends.

    It is called with each event of the sweep. Visits that are not whole scroll above it, and so does whatever is written to
    stderr meanwhile.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._lock = threading.Lock()
        self._progress = SweepProgress()
        self._running: dict[str, float] = {}
        self._shown: Counter[FailureKind] = Counter()
        self._live = Live(
            _Moving(self.picture),
            console=Console(stderr=True, highlight=False),
            refresh_per_second=_REFRESH_A_SECOND,
            transient=True,
            redirect_stdout=False,
            vertical_overflow="crop",
        )

    def __enter__(self) -> SweepScreen:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()

    def __call__(self, event: SweepEvent) -> None:
        """Take in what the sweep tells; nothing is shown before it begins, for passwords may be asked for until then."""
        if isinstance(event, SweepStarted):
            self._began = self._clock() - event.seconds
            self._live.start()
        with self._lock:
            self._progress = advance(self._progress, event)
            match event:
                case VisitBegun():
                    self._running[event.device] = self._now()
                case VisitPaused():
                    self._running.pop(event.device, None)
                case VisitEnded():
                    self._running.pop(event.visit.device, None)
        if isinstance(event, VisitEnded):
            self._scroll(event.visit)

    def picture(self) -> Picture:
        """What is to be seen now."""
        with self._lock:
            now = self._now()
            longest = sorted(((device, now - began) for device, began in self._running.items()), key=lambda item: (-item[1], item[0]))
            return Picture(self._progress.at(now), tuple(longest))

    def _now(self) -> float:
        return self._clock() - self._began

    def _scroll(self, visit: VisitAccount) -> None:
        """A line for a visit that is not whole; of many that fail alike only the first ones."""
        if visit.failure is None or visit.status not in _SCROLLED:
            return
        kind = visit.failure.kind
        self._shown[kind] += 1
        if self._shown[kind] <= _LINES_A_KIND:
            self._say(visit_line(visit, name_width=12), style=_SCROLLED[visit.status])
        elif self._shown[kind] == _LINES_A_KIND + 1:
            self._say(f"{reason_words(kind)}: further ones are counted, and listed in the manifest")

    def _say(self, words: str, *, style: str = "") -> None:
        line = Text(words, style=style)
        line.truncate(self._live.console.width, overflow="ellipsis")
        self._live.console.print(line)


def screen_wanted(*, quiet: bool, lines_on_terminal: bool) -> bool:
    """Whether the live view is shown: on a terminal that is not being filled with the lines of visits anyway."""
    return sys.stderr.isatty() and not quiet and not lines_on_terminal
