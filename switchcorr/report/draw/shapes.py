"""What a picture is made of. A template writes each mark as one SVG element and computes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

WIDTH = 1184
"""Of a picture over the whole column, in pixels."""
_WIDE_FROM = 700
_PAGE = (600, 950)
"""Heights that print on one page when they are made a little smaller, and would be cut or leave their heading alone as they are."""
_WIDE = frozenset("mwMW@%")
_NARROW = frozenset("iljtfrI.,:;'|!()[]/ -")
_ANCHORS = {"start": "", "middle": "m", "end": "e"}
_WIRE = re.compile(r"M([\d.]+) ([\d.]+)V([\d.]+)H([\d.]+)V([\d.]+)")
_POINT = re.compile(r"([ML])(-?[\d.]+) (-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; a title is its tooltip."""

    shape: ClassVar[str] = "rect"
    x: float
    y: float
    width: float
    height: float
    css: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A line or an area as SVG path data."""

    shape: ClassVar[str] = "path"
    d: str
    css: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``anchor`` is ``start``, ``middle`` or ``end``, a title is its tooltip."""

    shape: ClassVar[str] = "text"
    x: float
    y: float
    text: str
    css: str = ""
    anchor: str = "start"
    title: str = ""

    @property
    def classes(self) -> str:
        """Its classes on the page, with that of its anchor."""
        return f"{self.css} {_ANCHORS[self.anchor]}".strip()


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that the page draws once and shows at many places: ``p-down`` or ``p-back``, a lost phone.

    Attributes:
        x, y: its upper left corner.
        name: which sign.
        label: what a screen reader says, and its tooltip.
    """

    shape: ClassVar[str] = "sign"
    x: float
    y: float
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one class and anchor as one element.

    Attributes:
        classes: as of ``Text``.
        lines: of each text its place and its words; no ``y`` where it is that of the text before.
    """

    shape: ClassVar[str] = "texts"
    classes: str
    lines: tuple[tuple[float, float | None, str], ...]


Mark = Rect | Path | Text | Sign | Texts


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with the sentence that says what it shows.

    Attributes:
        role: ``img``, or ``group`` where items can be looked at one by one.
        start, end: moments at the left and right edge of the plot, seconds since 1970 in UTC; 0 where it has no clock.
        left, right: where these edges are.
    """

    width: float
    height: float
    label: str
    marks: tuple[Mark, ...]
    role: str = "img"
    start: float = 0.0
    end: float = 0.0
    left: float = 0.0
    right: float = 0.0

    @property
    def css(self) -> str:
        """A wide picture keeps its size in a narrow window, where its box scrolls; one about as high as a page is fitted to it in print."""
        wide = "pic wide-pic" if self.width > _WIDE_FROM else "pic"
        return f"{wide} page-pic" if _PAGE[0] < self.height < _PAGE[1] else wide


def num(value: float) -> float:
    """A coordinate with at most one decimal, whole where it can be."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def rect(x: float, y: float, width: float, height: float, css: str, title: str = "") -> Rect:
    """A rectangle with short numbers."""
    return Rect(num(x), num(y), num(width), num(height), css, title)


def text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> Text:
    """A text with short numbers."""
    return Text(num(x), num(y), words, css, anchor)


def name_text(x: float, y: float, names: tuple[str, str], room: tuple[float, float], css: str, anchor: str) -> Text:
    """A name that fits into its room; its tooltip is the full one where it was shortened.

    Args:
        x: of its anchor.
        y: of its line.
        names: as it is shown where there is room, and in full.
        room: width, and the size of its letters.
        css: its class.
        anchor: as of ``Text``.
    """
    label, full = names
    shown = fitted(label, *room)
    return Text(num(x), num(y), shown, css, anchor, "" if shown == full else full)


def line(points: Sequence[tuple[float, float]], css: str, title: str = "") -> Path:
    """A line through points."""
    return Path("M" + "L".join(f"{num(x)} {num(y)}" for x, y in points), css, title)


def boxes(corners: Iterable[tuple[float, float]], width: float, height: float, css: str) -> Path:
    """Many rectangles of one size as one path; empty input gives an empty path."""
    return Path(_outlines([rect(x, y, width, height, css) for x, y in corners]), css)


def compact(picture: Picture, *, titles: bool = True) -> Picture:
    """The same picture in fewer bytes: what is of one class and has no tooltip is one path, where its first area or its last line was.

    Texts of one class are one element, where the last of them was.

    Args:
        picture: what is drawn; areas of one class must not lie on others, nor lines of one class under others, that came between them.
        titles: whether tooltips are kept.
    """
    areas: dict[str, list[Rect]] = {}
    lines: dict[str, list[str]] = {}
    texts: dict[str, list[Text]] = {}
    places: dict[str, int] = {}
    kept: dict[int, Mark] = {}
    for place, mark in enumerate(picture.marks):
        match mark:
            case Rect() if not (titles and mark.title):
                places.setdefault(mark.css, place)
                areas.setdefault(mark.css, []).append(mark)
            case Path() if not (titles and mark.title):
                places[mark.css] = place
                lines.setdefault(mark.css, []).append(short_lines(mark.d))
            case Text() if not (titles and mark.title):
                places[f"text {mark.classes}"] = place
                texts.setdefault(mark.classes, []).append(mark)
            case _:
                kept[place] = mark
    kept |= {places[css]: Path(_outlines(areas.get(css, ())) + "".join(_bundled(lines.get(css, ()))), css) for css in {**areas, **lines}}
    kept |= {places[f"text {classes}"]: _together(found) for classes, found in texts.items()}
    return replace(picture, marks=tuple(kept[place] for place in sorted(kept)))


def _outlines(areas: Iterable[Rect]) -> str:
    """Rectangles as path data, each after the first from the corner of the one before if that is shorter."""
    found, before = list[str](), None
    for mark in areas:
        start = f"M{mark.x} {mark.y}"
        if before is not None:
            y = num(mark.y - before.y)
            start = min(start, f"m{num(mark.x - before.x)}{y if y < 0 else f' {y}'}", key=len)
        found.append(f"{start}h{mark.width}v{mark.height}h{num(-mark.width)}z")
        before = mark
    return "".join(found)


def _bundled(lines: Iterable[str]) -> list[str]:
    """Lines, those that go the same way from some height on drawn once from there: a stub each, the bus they meet on, the rest."""
    found, stubs = list[str](), dict[tuple[str, str, str], list[tuple[str, str]]]()
    for d in lines:
        wire = _WIRE.fullmatch(d)
        if wire:
            stubs.setdefault((wire[3], wire[4], wire[5]), []).append((wire[1], wire[2]))
        else:
            found.append(d)
    for (bus, end, top), starts in stubs.items():
        xs = sorted((end, *(x for x, _ in starts)), key=float)
        found += [f"M{x} {y}V{bus}" for x, y in starts] + [f"M{xs[0]} {bus}H{xs[-1]}M{end} {bus}V{top}"]
    return found


def _together(found: Sequence[Text]) -> Mark:
    if len(found) == 1:
        return found[0]
    heights = [None, *(mark.y for mark in found)]
    return Texts(
        found[0].classes,
        tuple((mark.x, None if mark.y == above else mark.y, mark.text) for mark, above in zip(found, heights, strict=False)),
    )


def short_lines(d: str) -> str:
    """A line through points with one number where only one changes; other path data as they are.

    >>> short_lines("M52 156L52 144L464 144")
    'M52 156V144H464'
    """
    points = _POINT.findall(d)
    if "".join(f"{move}{x} {y}" for move, x, y in points) != d:
        return d
    found, before = list[str](), ("", "")
    for move, x, y in points:
        if move == "L" and x == before[0]:
            found.append(f"V{y}" if y != before[1] else "")
        else:
            found.append(f"H{x}" if move == "L" and y == before[1] else f"{move}{x} {y}")
        before = x, y
    return "".join(found)


def text_width(words: str, size: float = 13.0) -> float:
    """About how wide a text is, in pixels: a little more than the usual system fonts need, so that nothing is cut."""
    return sum(0.92 if letter in _WIDE else 0.34 if letter in _NARROW else 0.62 for letter in words) * size


def fitted(words: str, width: float, size: float = 13.0) -> str:
    """A text that fits into a width; the middle goes, because names differ at their ends.

    >>> fitted("distribution-switch-building-17", 120)
    'distribu…lding-17'
    """
    if text_width(words, size) <= width:
        return words
    keep = len(words) - 1
    while keep > 2 and text_width(words[: keep - keep // 2], size) + text_width(words[-(keep // 2) :], size) + size > width:
        keep -= 1
    return f"{words[: keep - keep // 2]}…{words[-(keep // 2) :]}" if keep > 2 else "…"
