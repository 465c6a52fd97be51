"""A module as it looks in the rack: two rows of ports, odd over even, in groups of six columns, with what became of each phone.

Errors stand as bars above the odd and below the even ports. Uplink ports stand framed on the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.ports import PortFacts, PortState
from switchcorr.report.clock import clock_time
from switchcorr.report.draw.shapes import Mark, Path, Picture, Sign, boxes, line, num, rect, text
from switchcorr.report.estate import Estate, PhoneState
from switchcorr.report.tally import Tally
from switchcorr.text import counted

CELL_WIDTH, CELL_HEIGHT = 19, 17
PITCH, GROUP_GAP = 22, 8
_LEFT, _TOP = 58, 30
_NUMBERS = 10.0
"""Where the number of the first port of each group stands, above the longest error bar."""
_BAR = 14
"""Height of the longest error bar."""
_GROUP = 6
_MOST_PLACES = 96
_WORDS = {PhoneState.DOWN: "not seen to come back", PhoneState.BACK: "lost and back", PhoneState.NOT_LOGGED: "lost, return not logged"}
_NOT_LOGGED = {"p-lost": "lost; return not logged"}
_SIGNS = {PhoneState.DOWN: "p-down", PhoneState.BACK: "p-back", PhoneState.NOT_LOGGED: "p-lost"}


@dataclass(frozen=True, slots=True)
class _Place:
    """One place of the panel: its phones (the worst first), and the port if it was read."""

    position: int
    phones: tuple[int, ...]
    port: PortFacts | None


def faceplate(estate: Estate, module: int, lost: Tally) -> Picture:
    """The panel of one module, on which each lost phone can be looked at by itself.

    Args:
        estate: the network.
        module: its index.
        lost: the phones that were lost.
    """
    shown = estate.modules[module]
    places = _places(estate, module, lost)
    uplinks = _uplink_ports(estate, module)
    columns = (len(places) + 1) // 2
    right = _x(max(columns - 1, 0)) + CELL_WIDTH
    most = max((place.port.errors or 0 for place in places if place.port), default=0)
    marks: list[Mark] = [
        text(0, _TOP + 14, shown.label and f"m {shown.label}", "tb"),
        text(0, _TOP + 32, _of(estate, module, _lost(lost, places), "/"), "ts"),
    ]
    marks += [text(_x(column), _NUMBERS, f"{2 * column + 1}", "ts") for column in range(0, columns, _GROUP)]
    marks += _plain(lost, places)
    marks += _error_bars(places, most)
    marks += [_lost_sign(estate, place, lost) for place in places if _state(lost, place) in _SIGNS]
    marks += _uplink_marks(uplinks, right + 24)
    width = right + 24 + (len(uplinks) + 1) // 2 * PITCH + 8 if uplinks else right + 2
    return Picture(num(width), _TOP + 2 * 20 + _BAR + 6, _sentence(estate, module, places, lost), tuple(marks), role="group")


def _places(estate: Estate, module: int, lost: Tally) -> list[_Place]:
    shown = estate.modules[module]
    phones: dict[int, list[int]] = {}
    for phone in phones_on(estate, module):
        phones.setdefault(estate.phones.position[phone], []).append(phone)
    ports = {port.position: port for port in estate.ports.get(module, ()) if not _is_uplink(estate, module, port)}
    last = min(max(shown.places, max(phones, default=0), max(ports, default=0)), _MOST_PLACES)
    return [
        _Place(number, tuple(sorted(phones.get(number, ()), key=lambda phone: -lost.state(phone))), ports.get(number))
        for number in range(1, last + 1)
    ]


def phones_on(estate: Estate, module: int) -> Sequence[int]:
    """Indices of the phones on a module."""
    column = estate.phones.module
    found: list[int] = []
    place = -1
    while True:
        try:
            place = column.index(module, place + 1)
        except ValueError:
            return found
        found.append(place)


def _is_uplink(estate: Estate, module: int, port: PortFacts) -> bool:
    return any(uplink.interface == port.interface for uplink in estate.switches[estate.modules[module].switch].uplinks)


def _uplink_ports(estate: Estate, module: int) -> list[PortFacts]:
    """Ports that lead up, on the module itself or on the uplink module of the same stack member."""
    own = estate.modules[module]
    twin = estate.module_index.get(f"{own.id}.nm", -1)
    ports = [*estate.ports.get(module, ()), *estate.ports.get(twin, ())]
    return [port for port in ports if _is_uplink(estate, module, port)]


def _x(column: int) -> int:
    return _LEFT + column * PITCH + column // _GROUP * GROUP_GAP


def _corner(position: int) -> tuple[int, int]:
    return _x((position - 1) // 2), _TOP + (0 if position % 2 else 20)


def _state(lost: Tally, place: _Place) -> PhoneState | None:
    return lost.state(place.phones[0]) if place.phones else None


def _lost(lost: Tally, places: Sequence[_Place]) -> int:
    return sum(phone in lost.lost_at for place in places for phone in place.phones)


def _plain(lost: Tally, places: Sequence[_Place]) -> list[Path]:
    """Ports without news: one path for each kind."""
    corners: dict[str, list[tuple[float, float]]] = {}
    for place in places:
        state = _state(lost, place)
        if state in (None, PhoneState.REGISTERED):
            corners.setdefault("p-reg" if state is not None else _empty_css(place.port), []).append(_corner(place.position))
    return [boxes(found, CELL_WIDTH, CELL_HEIGHT, css) for css, found in sorted(corners.items())]


def _empty_css(port: PortFacts | None) -> str:
    if port is None or port.state is PortState.UNKNOWN:
        return "p-unk"
    return "p-up" if port.state is PortState.UP else "p-none"


def _lost_sign(estate: Estate, place: _Place, lost: Tally) -> Sign:
    """A cross for a phone that did not come back, a stroke for one that did, a bar where the log does not tell."""
    phone = place.phones[0]
    state = lost.state(phone)
    names = ", ".join(estate.phones.name[one] for one in place.phones[:3])
    errors = f", {place.port.errors:,} {place.port.counter}" if place.port and place.port.errors else ""
    words = f"port {place.position}: {_WORDS[state]}, {names}, {clock_time(lost.lost_at[phone])}{errors}"
    x, y = _corner(place.position)
    return Sign(x, y, _SIGNS[state], words)


def _error_bars(places: Sequence[_Place], most: int) -> list[Mark]:
    d, before = "", (0.0, 0)
    for place in places:
        errors = place.port.errors if place.port else None
        if errors and place.port:
            (x, y), size = _corner(place.position), round(max(2.0, errors / most * _BAR))
            foot, way = (y - 3, -size) if place.position % 2 else (y + CELL_HEIGHT + 3, size)
            dx, dy = num(x + 9.5 - before[0]), foot - before[1]
            d += f"{'m' if d else 'M'}{dx}{'' if dy < 0 else ' '}{dy}v{way}"
            before = x + 9.5, foot + way
    return [Path(d, "err")] if d else []


def _uplink_marks(ports: Sequence[PortFacts], left: float) -> list[Mark]:
    if not ports:
        return []
    columns = (len(ports) + 1) // 2
    marks: list[Mark] = [rect(left - 5, _TOP - 5, columns * PITCH + 7, 47, "frame")]
    for number, port in enumerate(ports):
        x, y = left + number // 2 * PITCH, _TOP + number % 2 * 20
        up = port.state is PortState.UP
        errors = "" if port.errors is None else f", {port.errors:,} errors"
        marks.append(
            rect(x, y, CELL_WIDTH, CELL_HEIGHT, "p-link" if up else "p-none", f"uplink {port.interface}: {port.state.value}{errors}")
        )
        marks.append(line(((x + 9.5, y + 13), (x + 9.5, y + 4)), "g-link" if up else "g-none"))
    return marks


def _of(estate: Estate, module: int, lost: int, glue: str) -> str:
    """How many were lost; of how many, where the others are known."""
    return f"{lost}{glue}{estate.modules[module].phones}" if estate.whole else str(lost)


def _sentence(estate: Estate, module: int, places: Sequence[_Place], lost: Tally) -> str:
    shown = estate.modules[module]
    down = sum(phone in lost.down for place in places for phone in place.phones)
    back = f"{down} of them not seen to come back" if lost.returns else "and the log does not tell when they came back"
    return f"Ports of {shown.id}: {_of(estate, module, _lost(lost, places), ' of ')} phones lost, {back}."


def errors_sentence(estate: Estate, module: int) -> str:
    """What the error counters of a module's ports say, in words."""
    ports = [port for port in estate.ports.get(module, ()) if port.errors is not None]
    if not ports:
        return "No error counter of its ports was read."
    worst = max(ports, key=lambda port: (port.errors or 0, port.interface))
    span = "grew between the visits" if worst.grown else "stand since the last clearing"
    if not worst.errors:
        return f"No error counter of its {counted(len(ports), 'port')} {'grew between the visits' if worst.grown else 'is above 0'}."
    erring = sum(bool(port.errors) for port in ports)
    return f"Errors {span} on {erring} of {counted(len(ports), 'port')}; the most, {worst.errors:,} {worst.counter}, on {worst.interface}."


def key_of_states(*, returns: bool = True) -> Mapping[str, str]:
    """The legend: CSS class and words, in the order in which it is read.

    Args:
        returns: whether the log tells when phones came back.
    """
    told = {"p-down": "lost, not seen to come back", "p-back": "lost and back"}
    return {
        **(told if returns else _NOT_LOGGED),
        "p-reg": "phone registered",
        "p-up": "link up, no phone",
        "p-none": "no link",
        "p-unk": "not read",
        "err": "errors of the port",
    }


def key_of(panels: Iterable[Picture]) -> Mapping[str, str]:
    """The legend of what is on these panels."""
    used = {mark.name if isinstance(mark, Sign) else getattr(mark, "css", "") for panel in panels for mark in panel.marks}
    return {css: words for css, words in {**_NOT_LOGGED, **key_of_states()}.items() if css in used}
