"""A switch as a small chassis: one row for each module, filled by the share of its phones that were lost."""

from __future__ import annotations

from switchcorr.report.draw.shapes import Mark, line, rect
from switchcorr.report.estate import Estate
from switchcorr.report.tally import Tally, step
from switchcorr.text import counted


def chassis_marks(
    estate: Estate,
    switch: int,
    frame: tuple[float, float, float, float],
    lost: Tally,
    *,
    hot_module: int = -1,
    hot: bool = False,
) -> list[Mark]:
    """The chassis in a frame (x, y, width, height).

    Modules without phones (supervisors, uplink modules of a stack are left out) are hatched, so that the chassis reads right.
    """
    x, y, width, height = frame
    rows = [number for number in estate.switches[switch].modules if not _is_uplink_module(estate, number)]
    marks: list[Mark] = [rect(x, y, width, height, "chassis hot-box" if hot else "chassis")]
    room = (height - 6) / max(len(rows), 1)
    thick: list[Mark] = []
    for place, number in enumerate(rows):
        module = estate.modules[number]
        top, tall = y + 4 + place * room, max(room - 2, 1.0)
        title = _title(estate, number, lost)
        if not module.phones and not lost.by_module[number]:
            marks.append(rect(x + 4, top, width - 8, tall, "row-none", title))
            marks += [line(((x + 8 + dx, top + tall), (x + 8 + dx, top)), "hatch") for dx in range(0, int(width) - 14, 6)]
            continue
        css = f"r{step(lost.by_module[number], module.phones)}" if estate.whole else "r4" if lost.by_module[number] else "row-unk"
        marks.append(rect(x + 4, top, width - 8, tall, css, title))
        if number == hot_module:
            thick.append(rect(x - 2, top - 2, width + 4, tall + 4, "hot-row"))
    return [*marks, *thick]


def _is_uplink_module(estate: Estate, number: int) -> bool:
    module = estate.modules[number]
    return module.label.endswith(".nm") and not module.phones


def _title(estate: Estate, number: int, lost: Tally) -> str:
    module = estate.modules[number]
    if not module.phones:
        return f"{module.id} {module.model}".strip()
    if not lost.by_module[number]:
        return ""
    if not estate.whole:
        return f"{module.id}: {counted(lost.by_module[number], 'phone')} lost"
    return f"{module.id}: {lost.by_module[number]:,} of {counted(module.phones, 'phone')} lost"
