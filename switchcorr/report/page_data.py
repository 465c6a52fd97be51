"""What the script of the page works on: the estate as blocks, in the order of the map, so that neighbors resemble each other.

Phones stand by switch, module and position, those without a place last. Moments are whole seconds since ``base``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.ports import PortState
from switchcorr.report.blocks import Block, one_line, safe
from switchcorr.report.clock import full_time
from switchcorr.report.draw.estate_map import map_layout
from switchcorr.report.draw.shapes import Rect, Text
from switchcorr.report.estate import Estate, EstateSwitch, LogKind, PhoneState
from switchcorr.text import counted

MOST_EVENTS = 500_000
"""Above this the page holds losses counted by module and time instead of each event."""
BIN_SECONDS = 10
_DIGITS = "0123456789"
_MOST_DIGITS = 9
_BYTES = {str(number): number for number in range(256)}
_MAC_NAME = re.compile("([A-Z]*)([0-9A-F]{6})([0-9A-F]{6})")
_PORT_STATES = {PortState.UNKNOWN: 0, PortState.DOWN: 1, PortState.DISABLED: 2, PortState.UP: 3}


@dataclass(frozen=True, slots=True)
class CauseTag:
    """A named cause as the script knows it: its name and the class of its colour."""

    name: str
    css: str


def page_blocks(
    estate: Estate, causes: Sequence[CauseTag] = (), framed: Iterable[int] = (), *, tickets: Iterable[str] = ()
) -> Mapping[str, str]:
    """The blocks by name: ``core`` for the map, ``ids`` and ``txt`` for phones, ``ports`` for panels, ``ev`` for the timeline.

    Args:
        estate: the network, its phones and the log.
        causes: named causes in the order of their numbers.
        framed: indices of the switches that a named cause is in.
        tickets: each incident as plain text.
    """
    order = _order(estate)
    base = _base(estate)
    blocks = {"core": Block(), "ids": Block(), "txt": Block(), "ports": Block(), "ev": Block()}
    core = blocks["core"]
    core.value("base", base)
    core.value("span", [_since(base, estate.start), _since(base, estate.end)])
    core.value("whole", estate.whole)
    core.value("returns", estate.returns)
    core.value("causes", [[safe(cause.name), cause.css] for cause in causes])
    core.value("framed", sorted(framed))
    core.value("domain", safe(estate.domain))
    _switches(core, estate)
    _modules(core, estate)
    _places(core, estate, order)
    _losses(core, blocks["ids"], estate, order, base)
    _identities(blocks["ids"], estate, order)
    _words(blocks["txt"], estate, order)
    blocks["txt"].value("tickets", [list(map(safe, ticket.split("\n"))) for ticket in tickets])
    _ports(blocks["ports"], estate)
    _events(blocks["ev"], estate, order, base)
    return {name: block.packed() for name, block in blocks.items()}


def _order(estate: Estate) -> list[int]:
    """Phones by module and position; modules stand in the order of their switches."""
    last = len(estate.modules)
    keys = [(module if module >= 0 else last) << 20 | min(position, 0xFFFFF) for module, position in _spots(estate)]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _spots(estate: Estate) -> Iterable[tuple[int, int]]:
    return zip(estate.phones.module, estate.phones.position, strict=True)


def _base(estate: Estate) -> int:
    """The earliest moment on the page; 0 without any."""
    moments = (estate.start, *estate.losses.lost_at, *estate.log.time[:1])
    return min((int(time) for time in moments if math.isfinite(time)), default=0)


def _since(base: int, moment: float) -> int:
    """Whole seconds after ``base``; 0 for never."""
    return max(math.floor(moment) - base, 0) if math.isfinite(moment) else 0


def _switches(core: Block, estate: Estate) -> None:
    layout, switches = map_layout(estate), estate.switches
    core.texts("switchName", [switch.name for switch in switches])
    core.words("switchModel", [switch.model for switch in switches])
    core.words("switchFacts", [_facts(estate, switch) for switch in switches])
    core.texts("switchAddress", [switch.address for switch in switches])
    corners = [layout.corners.get(number) for number in range(len(switches))]
    core.differences("switchX", [round(corner[0] * 10) + 1 if corner else 0 for corner in corners])
    core.differences("switchY", [round(corner[1] * 10) + 1 if corner else 0 for corner in corners])
    core.value("cell", layout.cell)
    core.value("gap", layout.gap)
    core.value("height", layout.height)
    core.value("frames", [[mark.x, mark.y, mark.width, mark.height] for mark in layout.marks if isinstance(mark, Rect)])
    core.value("labels", [[mark.x, mark.y, safe(mark.text), mark.css] for mark in layout.marks if isinstance(mark, Text)])


def _facts(estate: Estate, switch: EstateSwitch) -> str:
    above = " + ".join(estate.switches[number].name for number in switch.above)
    read = f"read {switch.taken_at:%Y-%m-%d %H:%M} UTC" if switch.taken_at else "" if switch.read else "not read"
    return " · ".join(filter(None, (f"{switch.platform} {switch.software}".strip(), switch.site, f"below {above}" if above else "", read)))


def _modules(core: Block, estate: Estate) -> None:
    modules = estate.modules
    core.differences("moduleSwitch", [module.switch for module in modules])
    core.texts("moduleId", [module.id for module in modules])
    core.words("moduleModel", [f"{module.model} {module.status}".strip() for module in modules])
    core.numbers("modulePlaces", [max(module.places, 0) for module in modules])


def _places(core: Block, estate: Estate, order: Sequence[int]) -> None:
    phones, last = estate.phones, len(estate.modules)
    modules = [phones.module[phone] for phone in order]
    core.differences("module", [last if module < 0 else module for module in modules])
    core.differences("position", [max(phones.position[phone], 0) for phone in order])


def _losses(core: Block, ids: Block, estate: Estate, order: Sequence[int], base: int) -> None:
    """Every loss, by phone in the order of the page: for the map and its counts; its moments and its reason, for the list."""
    losses, place = estate.losses, _places_of(order)
    rows = sorted(range(len(losses)), key=lambda row: place[losses.phone[row]])
    core.differences("lossPhone", [place[losses.phone[row]] for row in rows])
    core.numbers("lossIncident", [losses.incident[row] for row in rows])
    core.numbers("lossCause", [losses.cause[row] for row in rows])
    core.numbers("lossState", [losses.state[row] for row in rows])
    ids.numbers("lostAt", [_since(base, losses.lost_at[row]) for row in rows])
    ids.numbers("backAt", [_since(base, losses.back_at[row]) + 1 if losses.state[row] == PhoneState.BACK else 0 for row in rows])
    ids.words("reason", [losses.reason[row] for row in rows])


def _places_of(order: Sequence[int]) -> list[int]:
    """Where each phone stands on the page."""
    place = [0] * len(order)
    for number, phone in enumerate(order):
        place[phone] = number
    return place


def _identities(block: Block, estate: Estate, order: Sequence[int]) -> None:
    """Names, addresses and ports."""
    phones = estate.phones
    _names(block, [phones.name[phone] for phone in order])
    _addresses(block, [phones.ip[phone] for phone in order])
    block.words("node", [phones.node[phone] for phone in order])
    block.words("vlan", ["" if phones.vlan[phone] < 0 else str(phones.vlan[phone]) for phone in order])
    block.words("interface", _stems([phones.interface[phone] for phone in order], [phones.position[phone] for phone in order]))


def _names(block: Block, names: Sequence[str]) -> None:
    """Names that end in a MAC as what stands before it, its first and its last three bytes; the others as texts."""
    prefixes, vendors, rest, odd = list[str](), list[str](), list[int](), list[str]()
    for name in names:
        mac = _MAC_NAME.fullmatch(name)
        prefixes.append("=" + mac[1] if mac else "")
        vendors.append(mac[2] if mac else "")
        rest.append(int(mac[3], 16) if mac else len(odd))
        if not mac:
            odd.append(name)
    block.words("prefix", prefixes)
    block.words("vendor", vendors)
    block.numbers("mac", rest)
    block.value("odd", one_line(odd))


def _addresses(block: Block, addresses: Sequence[str]) -> None:
    """The last byte of an address apart from what stands before it; 256 where the text is whole."""
    nets, hosts = list[str](), list[int]()
    for address in addresses:
        net, _, last = address.rpartition(".")
        host = _BYTES.get(last, 256) if net else 256
        nets.append(net if host < 256 else address)
        hosts.append(host)
    block.words("net", nets)
    block.numbers("host", hosts)


def _stems(interfaces: Sequence[str], positions: Sequence[int]) -> list[str]:
    """Interfaces as ``+`` and what stands before their positions, or ``=`` and all of them."""
    known: dict[str, tuple[int, str]] = {}
    found = []
    for interface, position in zip(interfaces, positions, strict=True):
        same = known.get(interface)
        if same is None or same[0] != position:
            number = str(position)
            word = "+" + interface[: -len(number)] if position > 0 and interface.endswith(number) else f"={interface}"
            same = known[interface] = position, word
        found.append(same[1])
    return found


def _words(block: Block, estate: Estate, order: Sequence[int]) -> None:
    phones = estate.phones
    _numbered(block, "head", "tail", [phones.description[phone] for phone in order])
    _numbered(block, "line", "lineTail", [phones.extension[phone] for phone in order])
    block.words("model", [phones.model[phone] for phone in order])
    block.words("firmware", [phones.firmware[phone] for phone in order])
    unplaced = [phone for phone in order if phones.module[phone] < 0]
    block.words("why", [phones.why_unplaced[phone] for phone in unplaced])


def _numbered(block: Block, before: str, number: str, texts: Sequence[str]) -> None:
    """The number at the end of a description or an extension, plus one, apart from what stands before it; 0 where there is none.

    Of what stands before it the first word is apart too: there are fewer first names and last names than people.
    """
    heads, tails = list[str](), list[int]()
    for text in texts:
        head = text.rstrip(_DIGITS)
        tail = text[len(head) :].lstrip("0")
        if 0 < len(tail) <= _MOST_DIGITS:
            heads.append(text[: -len(tail)])
            tails.append(int(tail) + 1)
        else:
            heads.append(text)
            tails.append(0)
    parts = {head: head.partition(" ") for head in dict.fromkeys(heads)}
    firsts = {head: first + blank for head, (first, blank, _) in parts.items()}
    rests = {head: rest for head, (_, _, rest) in parts.items()}
    block.words(f"{before}First", list(map(firsts.__getitem__, heads)))
    block.words(before, list(map(rests.__getitem__, heads)))
    block.numbers(number, tails)


def _ports(block: Block, estate: Estate) -> None:
    """Ports that were read, by module; uplinks are those of the switch's own uplinks."""
    modules = sorted(estate.ports)
    ports = [port for module in modules for port in estate.ports[module]]
    positions = [port.position if port.position > 0 else 0 for port in ports]
    ups = [{uplink.interface for uplink in switch.uplinks} for switch in estate.switches]
    block.differences("portModule", [module for module in modules for _ in estate.ports[module]])
    block.differences("portPosition", positions)
    block.numbers("portState", [_PORT_STATES[port.state] for port in ports])
    block.numbers("portErrors", [0 if port.errors is None else min(port.errors + 1, 0xFFFFFFFF) if port.errors else 1 for port in ports])
    up = [port.interface in own for module in modules for own in (ups[estate.modules[module].switch],) for port in estate.ports[module]]
    block.numbers("portUp", up)
    block.words("portInterface", _stems([port.interface for port in ports], positions))
    block.words("portCounter", [port.counter for port in ports])
    block.numbers("portGrown", [port.grown for port in ports])


def _events(block: Block, estate: Estate, order: Sequence[int], base: int) -> None:
    log = estate.log
    if len(log) > MOST_EVENTS:
        _binned(block, estate, base)
        return
    place = _places_of(order)
    rows = [row for row, phone in enumerate(log.phone) if phone >= 0]
    block.value("bin", 0)
    block.differences("time", [_since(base, log.time[row]) for row in rows])
    block.numbers("phone", [place[log.phone[row]] for row in rows])
    block.numbers("kind", [log.kind[row] for row in rows])


def _binned(block: Block, estate: Estate, base: int) -> None:
    """Losses counted by time and module."""
    counts: dict[tuple[int, int], int] = {}
    last = len(estate.modules)
    for time, phone, kind in zip(estate.log.time, estate.log.phone, estate.log.kind, strict=True):
        if kind == LogKind.LOST and phone >= 0:
            module = estate.phones.module[phone]
            key = _since(base, time) // BIN_SECONDS, last if module < 0 else module
            counts[key] = counts.get(key, 0) + 1
    rows = sorted(counts)
    block.value("bin", BIN_SECONDS)
    block.differences("time", [time * BIN_SECONDS for time, _ in rows])
    block.numbers("binModule", [module for _, module in rows])
    block.numbers("count", [counts[row] for row in rows])


def span_note(estate: Estate) -> str:
    """What the page says of events that it holds only as counts; empty if it holds each."""
    if len(estate.log) <= MOST_EVENTS:
        return ""
    return f"{counted(len(estate.log), 'event')} from {full_time(estate.start)} on: counted by module in steps of {BIN_SECONDS} s, not listed one by one."
