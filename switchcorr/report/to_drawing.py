"""One picture of the page as a file of its own: SVG with its colours in attributes, and draw.io with every box and line to be moved.

Programs that draw read no CSS variables, so every class has its paint here, in the light palette.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from switchcorr.report.draw.shapes import Path, Picture, Rect, Sign, Text, Texts

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_POINT = re.compile(r"[ML](-?[\d.]+) (-?[\d.]+)")
_FONT = "system-ui, Segoe UI, Roboto, Liberation Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class Paint:
    """Fill and line of a class; an empty colour is none."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dashes: str = ""


PAINTS: dict[str, Paint] = {
    "box": Paint("#ffffff", "#7f93a6"),
    "box hot-link": Paint("#ffffff", "#163a70", 4),
    "box hot-server": Paint("#ffffff", "#8a5f00", 4),
    "chassis": Paint("#ffffff", "#7f93a6"),
    "chassis hot-box": Paint("#ffffff", "#c23b0a", 4),
    "hot-row": Paint("", "#c23b0a", 3),
    "wire": Paint("", "#7f93a6", 1.2),
    "wire dashed": Paint("", "#7f93a6", 1.2, "4 3"),
    "wire hot-wire": Paint("", "#163a70", 5),
    "row-none": Paint("#f3f4f5", "#c3cad2", 0.7),
    "row-unk": Paint("#ffffff", "#5a6675", 1, "2 2"),
    "hatch": Paint("", "#c3cad2"),
    "r0": Paint("#dfe5ea"),
    "r1": Paint("#efcf94"),
    "r2": Paint("#eda860"),
    "r3": Paint("#d3622a"),
    "r4": Paint("#8f2407"),
}
"""Of every class in the drawing of a cause. Source: the palette of ``templates/report/report.css``; a test compares them."""

_INKS = {"tb": "#1b2430", "ts": "#5a6675", "tb link halo": "#163a70"}


def picture_svg(picture: Picture) -> str:
    """A picture as an SVG file."""
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {picture.width} {picture.height}",
            "width": str(picture.width),
            "height": str(picture.height),
            "role": "img",
            "font-family": _FONT,
        },
    )
    ET.SubElement(root, "title").text = _xml(picture.label)
    for mark in _drawn(picture):
        match mark:
            case Rect():
                node = ET.SubElement(root, "rect", {**_geometry(mark), **_painted(mark.css)})
                if mark.title:
                    ET.SubElement(node, "title").text = _xml(mark.title)
            case Path():
                ET.SubElement(root, "path", {"d": mark.d, **_painted(mark.css)})
            case _:
                given = {"x": str(mark.x), "y": str(mark.y), "text-anchor": mark.anchor, **_lettering(mark.css)}
                ET.SubElement(root, "text", given).text = _xml(mark.text)
    return _document(root)


def picture_drawio(picture: Picture, name: str) -> str:
    """A picture as a draw.io file of one page.

    Args:
        picture: what is drawn.
        name: of the page.
    """
    file = ET.Element("mxfile", {"host": "switchcorr"})
    model = ET.SubElement(
        ET.SubElement(file, "diagram", {"name": _xml(name)}), "mxGraphModel", {"page": "1", "pageWidth": str(picture.width)}
    )
    root = ET.SubElement(model, "root")
    ET.SubElement(root, "mxCell", {"id": "0"})
    ET.SubElement(root, "mxCell", {"id": "1", "parent": "0"})
    for number, mark in enumerate(_drawn(picture), start=2):
        match mark:
            case Rect():
                _vertex(root, number, "", f"rounded=0;{_style(mark.css)}", (mark.x, mark.y, mark.width, mark.height))
            case Text():
                left = {"start": 0.0, "middle": 90.0, "end": 180.0}[mark.anchor]
                align = {"start": "left", "middle": "center", "end": "right"}[mark.anchor]
                bold = "fontStyle=1;" if mark.css.startswith("tb") else ""
                style = f"text;html=0;align={align};verticalAlign=middle;fontSize={13 if bold else 11};fontColor={_INKS.get(mark.css, '#1b2430')};{bold}"
                _vertex(root, number, _xml(mark.text), style, (mark.x - left, mark.y - 14, 180.0, 18.0))
            case _:
                _edge(root, number, mark)
    return _document(file)


def _drawn(picture: Picture) -> Iterator[Rect | Path | Text]:
    """Every mark but the signs of single phones and texts put together for the page, which no drawing of a cause has."""
    return (mark for mark in picture.marks if not isinstance(mark, Sign | Texts))


def _geometry(mark: Rect) -> dict[str, str]:
    return {"x": str(mark.x), "y": str(mark.y), "width": str(mark.width), "height": str(mark.height)}


def _painted(css: str) -> dict[str, str]:
    paint = PAINTS[css]
    found = {"fill": paint.fill or "none"}
    if paint.stroke:
        found |= {"stroke": paint.stroke, "stroke-width": str(paint.width)}
    return found | ({"stroke-dasharray": paint.dashes} if paint.dashes else {})


def _lettering(css: str) -> dict[str, str]:
    bold = css.startswith("tb")
    halo = {"stroke": "#ffffff", "stroke-width": "4", "paint-order": "stroke"} if "halo" in css else {}
    return halo | {"fill": _INKS.get(css, "#1b2430"), "font-size": "13" if bold else "11.5", "font-weight": "600" if bold else "400"}


def _style(css: str) -> str:
    paint = PAINTS[css]
    dashes = "dashed=1;" if paint.dashes else ""
    return f"fillColor={paint.fill or 'none'};strokeColor={paint.stroke or 'none'};strokeWidth={paint.width:g};{dashes}"


def _vertex(root: ET.Element, number: int, value: str, style: str, frame: tuple[float, float, float, float]) -> None:
    cell = ET.SubElement(root, "mxCell", {"id": str(number), "parent": "1", "vertex": "1", "value": value, "style": style})
    x, y, width, height = (f"{value:g}" for value in frame)
    ET.SubElement(cell, "mxGeometry", {"x": x, "y": y, "width": width, "height": height, "as": "geometry"})


def _edge(root: ET.Element, number: int, mark: Path) -> None:
    points = _POINT.findall(mark.d)
    style = f"endArrow=none;rounded=0;{_style(mark.css)}"
    cell = ET.SubElement(root, "mxCell", {"id": str(number), "parent": "1", "edge": "1", "value": "", "style": style})
    geometry = ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    for (x, y), end in zip((points[0], points[-1]), ("sourcePoint", "targetPoint"), strict=True):
        ET.SubElement(geometry, "mxPoint", {"x": x, "y": y, "as": end})
    between = ET.SubElement(geometry, "Array", {"as": "points"})
    for x, y in points[1:-1]:
        ET.SubElement(between, "mxPoint", {"x": x, "y": y})


def _xml(text: str) -> str:
    """Text without what no XML file may hold."""
    return _NOT_XML.sub("\ufffd", text)


def _document(root: ET.Element) -> str:
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"
