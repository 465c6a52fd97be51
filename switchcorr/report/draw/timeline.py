"""When: losses per step of time, stacked by cause, and on the same clock what each call server said; loss curves in seconds."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from switchcorr.model.moments import DAY_S, moment_of
from switchcorr.report.clock import clock_time, full_time, span_words
from switchcorr.report.draw.shapes import WIDTH, Mark, Path, Picture, compact, fitted, line, num, rect, text
from switchcorr.report.estate import Estate, LogKind, ServerReading, ServerSign
from switchcorr.report.geometry import step_for, step_words
from switchcorr.text import counted

_LEFT, _TOP = 128, 26
_STRIP = 24
_MOST_STRIPS = 8
_BEFORE = 600.0
"""Seconds before a picture in which what a call server said is told in words: as long as it counts as evidence (``alert_before_s``)."""
_MOST_TICKS = 7
_NICE_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)
CURVE_WIDTH, CURVE_HEIGHT = 300, 54
_QUIET_SHARE, _STEP_SHARE = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time to draw: first and last moment, seconds since 1970 in UTC."""

    start: float
    end: float

    def x(self, moment: float) -> float:
        """Where a moment is."""
        return _LEFT + (moment - self.start) / (self.end - self.start) * (WIDTH - _LEFT)


@dataclass(frozen=True, slots=True)
class Marked:
    """An incident on the clock: its name, first and last loss, and the class of each phone that was lost for a named cause, by index."""

    name: str
    start: float
    end: float
    colours: Mapping[int, str]


def span_around(start: float, end: float) -> Span:
    """An incident with what came before and after it: at least a minute, at most ten, on each side."""
    room = min(max(60.0, (end - start) * 0.5), 600.0)
    return Span(start - room, end + room)


@dataclass(frozen=True, slots=True)
class Losses:
    """Losses in a span of time, counted once for its picture and its table.

    Attributes:
        step: seconds that one bar stands for.
        counts: losses by number of the step and class of their cause, in the order of drawing.
    """

    span: Span
    step: float
    counts: Mapping[tuple[int, str], int]


def losses_in(estate: Estate, span: Span, marked: Sequence[Marked]) -> Losses:
    """The losses of the log in a span of time, by step and class."""
    step = step_for(timedelta(seconds=span.end - span.start), bins=120).total_seconds()
    return Losses(span, step, _counts(estate, span, step, marked))


def timeline(estate: Estate, losses: Losses, marked: Sequence[Marked], *, height: float = 120.0) -> Picture:
    """Losses of the log in a span of time, with the strips of the call servers below.

    Args:
        estate: the log.
        losses: what to draw.
        marked: the incidents, in order of time.
        height: of the highest bar.
    """
    span, step, counts = losses.span, losses.step, losses.counts
    totals = Counter[int]()
    for (place, _), count in counts.items():
        totals[place] += count
    peak = max(totals.values(), default=0)
    floor = _TOP + height
    strips = _strips(estate, span)
    bottom = floor + 20 + _STRIP * len(strips)
    marks: list[Mark] = [*_grid(peak, height, floor), *_onsets(span, marked, bottom)]
    marks += _bars(counts, span, step, peak, height)
    marks += _ticks(span, floor)
    for number, (node, signs) in enumerate(strips):
        marks += _strip(node, signs, span, floor + 22 + number * _STRIP, step)
    return Picture(
        WIDTH, num(bottom + 6), _sentence(estate, span, step, totals, strips), tuple(marks),
        start=span.start, end=span.end, left=_LEFT, right=WIDTH,
    )  # fmt: skip


def timeline_table(losses: Losses) -> tuple[tuple[str, str, str], ...]:
    """The bars of a timeline as rows: start of the step in UTC, losses, class of their colour."""
    span = losses.span
    show = clock_time if span.end - span.start < DAY_S else full_time
    return tuple((show(span.start + place * losses.step), f"{count:,}", css) for (place, css), count in losses.counts.items())


def _counts(estate: Estate, span: Span, step: float, marked: Sequence[Marked]) -> dict[tuple[int, str], int]:
    """Losses by step of time and class."""
    log = estate.log
    found: Counter[tuple[int, str]] = Counter()
    rows = slice(bisect_left(log.time, span.start), bisect_right(log.time, span.end))
    lost = int(LogKind.LOST)
    for moment, phone, kind in zip(log.time[rows], log.phone[rows], log.kind[rows], strict=True):
        if kind == lost:
            found[int((moment - span.start) // step), _css(phone, moment, marked)] += 1
    return dict(sorted(found.items(), key=lambda item: (item[0][0], item[0][1] == "c-none", item[0][1])))


def _css(phone: int, moment: float, marked: Sequence[Marked]) -> str:
    """The class of one loss: that of its cause if it is in the time of an incident that lost this phone for one."""
    for one in marked:
        if one.start - 1 <= moment <= one.end + 1 and phone in one.colours:
            return one.colours[phone]
    return "c-none"


def _bars(counts: Mapping[tuple[int, str], int], span: Span, step: float, peak: int, height: float) -> Iterator[Mark]:
    heights: dict[int, float] = defaultdict(float)
    width = max(step / (span.end - span.start) * (WIDTH - _LEFT) - 1, 1.5)
    for (place, css), count in counts.items():
        size = count / peak * height
        heights[place] += size
        left = span.x(span.start + place * step)
        yield rect(left, _TOP + height - heights[place], min(width, WIDTH - left), size, css)


def _grid(peak: int, height: float, floor: float) -> Iterator[Mark]:
    for count in sorted({peak, peak // 2} - {0}, reverse=True):
        y = floor - height * count / peak
        yield line(((_LEFT, y), (WIDTH, y)), "grid")
        yield text(_LEFT - 8, y + 4, f"{count:,}", "ts", "end")
    yield line(((_LEFT, floor), (WIDTH, floor)), "axis")
    yield text(_LEFT - 8, floor + 4, "0", "ts", "end")


def _onsets(span: Span, marked: Iterable[Marked], bottom: float) -> Iterator[Mark]:
    """First and last loss of each incident as dashed lines with their time; a short one as one line with its name."""
    last = -math.inf
    for one in marked:
        first, end = span.x(one.start), span.x(one.end)
        short = end - first < 150
        yield line(((first, 18), (first, bottom)), "onset")
        if first - last > (8 + 8 * len(one.name) if one.name else 90):
            near = first > WIDTH - 140
            words = one.name or (f"{clock_time(one.start)} to {clock_time(one.end)}" if short else f"first {clock_time(one.start)}")
            yield text(first - 4 if near else first + 4, 12, words, "ts halo", "end" if near else "start")
            last = first
        if not short:
            yield line(((end, 18), (end, bottom)), "onset")
            yield text(
                end + 4 if end < WIDTH - 110 else end - 4,
                12,
                f"last {clock_time(one.end)}",
                "ts halo",
                "start" if end < WIDTH - 110 else "end",
            )


def _ticks(span: Span, floor: float) -> Iterator[Mark]:
    wanted = (span.end - span.start) / _MOST_TICKS
    every = next((nice for nice in _NICE_TICKS if nice >= wanted), math.ceil(wanted / 604800) * 604800)
    moment = math.ceil(span.start / every) * every
    while moment <= span.end:
        x = span.x(moment)
        anchor = "end" if x > WIDTH - 30 else "middle"
        yield line(((x, floor), (x, floor + 4)), "axis")
        yield text(x, floor + 16, _tick(moment, every), "ts halo", anchor)
        moment += every


def _tick(moment: float, every: float) -> str:
    if every >= DAY_S:
        return f"{moment_of(moment):%Y-%m-%d}"
    return (
        f"{moment_of(moment):%m-%d %H:%M}"
        if every >= 3600
        else f"{moment_of(moment):%H:%M}"
        if every >= 60
        else f"{moment_of(moment):%H:%M:%S}"
    )


def _strips(estate: Estate, span: Span) -> list[tuple[str, list[ServerReading]]]:
    """Each node that said something in this time or shortly before, and those that the log names besides, up to eight."""
    said: dict[str, list[ServerReading]] = {node: [] for node in estate.nodes}
    for sign in estate.signs:
        if span.start - _BEFORE <= sign.time <= span.end:
            said.setdefault(sign.node or "call server", []).append(sign)
    order = sorted(said, key=lambda node: (not said[node], node))[:_MOST_STRIPS] if estate.signs else []
    return [(node, said[node]) for node in sorted(order)]


def _strip(node: str, signs: Sequence[ServerReading], span: Span, y: float, step: float) -> Iterator[Mark]:
    yield text(0, y + 13, fitted(node, _LEFT - 14, 11.5), "ts")
    yield line(((_LEFT, y + 18), (WIDTH, y + 18)), "grid")
    earlier = [sign for sign in signs if sign.time < span.start]
    signs = signs[len(earlier) :]
    room = (span.x(signs[0].time) if signs else WIDTH) - _LEFT - 20
    if earlier and room > 100:
        more = f", and {len(earlier) - 1} more before" if len(earlier) > 1 else ""
        words = f"{clock_time(earlier[-1].time)} {earlier[-1].name} {earlier[-1].words}".strip() + more
        yield text(_LEFT, y + 14, fitted(f"← {words}", min(room, 420), 11.5), "ts halo")
    for sign in signs:
        x = span.x(sign.time)
        title = f"{full_time(sign.time)} {node}: {sign.name} {sign.words}".strip()
        match sign.sign:
            case ServerSign.HEARTBEAT:
                yield Path(f"M{num(x - 4)} {num(y + 18)}v-14h8v14z", "s-beat", title)
            case ServerSign.CPU:
                yield Path(f"M{num(x - 6)} {num(y + 18)}l6-13l6 13z", "s-cpu", title)
            case _:
                yield Path(f"M{num(x)} {num(y + 4)}l6 7l-6 7l-6-7z", "s-alert", title)
    if signs and step:
        near = span.x(signs[-1].time) + 10
        words = f"{len(signs)} alerts" if len(signs) > 1 else f"{signs[0].name} {signs[0].words}".strip()
        right = near > WIDTH - 260
        yield text(span.x(signs[0].time) - 10 if right else near, y + 14, fitted(words, 250, 11.5), "ts halo", "end" if right else "start")


def _sentence(estate: Estate, span: Span, step: float, totals: Counter[int], strips: Sequence[tuple[str, Sequence[ServerReading]]]) -> str:
    if not totals:
        return f"No loss between {full_time(span.start)} and {full_time(span.end)} UTC."
    place, peak = max(totals.items(), key=lambda item: (item[1], -item[0]))
    signs = sum(sign.time >= span.start for _, found in strips for sign in found)
    said = f" The call servers raised {counted(signs, 'alert')} in this time." if estate.signs else ""
    return f"{counted(sum(totals.values()), 'loss')} between {full_time(span.start)} and {full_time(span.end)} UTC; the most, {peak:,} per {step_words(timedelta(seconds=step))}, at {full_time(span.start + place * step)}.{said}"


@dataclass(frozen=True, slots=True)
class LossCurve:
    """How the phones of one cause were lost: the picture, and what it says.

    Attributes:
        ninety: time within which 90 % were lost, in words.
        steps: a warning if the losses came in two steps; else empty.
    """

    picture: Picture
    ninety: str
    steps: str


def loss_curve(times: Sequence[float], css: str) -> LossCurve | None:
    """The curve of losses over the seconds since the first; None of fewer than two.

    Args:
        times: of the losses, in any order.
        css: class of the line.
    """
    if len(times) < 2:
        return None
    order = sorted(times)
    first, span = order[0], max(order[-1] - order[0], 1.0)
    ninety = order[max(0, math.ceil(len(order) * 0.9) - 1)] - first
    points = [(0.0, float(CURVE_HEIGHT))]
    for number, moment in enumerate(order, start=1):
        x = (moment - first) / span * CURVE_WIDTH
        points += [(x, points[-1][1]), (x, CURVE_HEIGHT - number / len(order) * (CURVE_HEIGHT - 4))]
    shown = points if len(points) < 400 else [*points[:: len(points) // 200], points[-1]]
    mark = ninety / span * CURVE_WIDTH
    label = f"{counted(len(order), 'loss')} within {span_words(order[-1] - first)}, 90 % of them within {span_words(ninety)}"
    marks: list[Mark] = [
        line(((0, CURVE_HEIGHT), (CURVE_WIDTH, CURVE_HEIGHT)), "axis"),
        line(((mark, 0), (mark, CURVE_HEIGHT)), "onset"),
        line(shown, f"curve {css}"),
        text(0, CURVE_HEIGHT + 14, clock_time(first), "ts"),
        text(CURVE_WIDTH, CURVE_HEIGHT + 14, f"+ {span_words(order[-1] - first)}", "ts", "end"),
    ]
    return LossCurve(compact(Picture(CURVE_WIDTH, CURVE_HEIGHT + 18, label, tuple(marks))), span_words(ninety), _two_steps(order))


def _two_steps(order: Sequence[float]) -> str:
    """A pause of more than half of the time, with at least a fifth of the losses before and behind it."""
    if len(order) < 10:
        return ""
    gaps = [(after - before, number) for number, (before, after) in enumerate(itertools.pairwise(order), start=1)]
    gap, number = max(gaps)
    share = number / len(order)
    if gap > _QUIET_SHARE * (order[-1] - order[0]) and _STEP_SHARE <= share <= 1 - _STEP_SHARE:
        return f"lost in two steps, {span_words(gap)} apart: two faults may be mixed here"
    return ""
