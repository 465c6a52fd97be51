"""One cause where it is: call servers or core on top, distribution, access switches with their modules; the cause drawn thick.

At most 10 access switches are drawn: the one in question with its neighbors on the same distribution switches, or those whose phones the
cause has lost most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from switchcorr.model.incident import Cause
from switchcorr.report.draw.chassis import chassis_marks
from switchcorr.report.draw.shapes import WIDTH, Mark, Path, Picture, line, name_text, num, rect, text, text_width
from switchcorr.report.estate import Estate, EstateUplink
from switchcorr.report.estate_switches import natural, short_interface
from switchcorr.report.tally import Tally
from switchcorr.text import counted

MOST_SWITCHES = 10
_MOST_ABOVE = 4
_MOST_NODES = 6
_BOX_WIDTH, _BOX_HEIGHT = 172, 36
_BOLD = 14.5
"""Pixels that a name counts for: it is 13 high and, being bold, wider than other text."""
_BOX_GAP, _NODE_GAP = 40, 12
_PITCH, _WIDEST_PITCH = 114, 240
"""Room of an access switch; as wide as the longest of their names where there is room for all."""
_CHASSIS_WIDTH, _CHASSIS_HEIGHT = 94, 78
_TIER = 40
"""Room between two tiers for their links."""
_LINK_KINDS = ("uplink", "uplink_bundle")
_SWITCH_KINDS = ("switch", "chassis", "chain")
_ABOVE_KINDS = ("distribution", "block", "core")
_SERVER_KINDS = ("node", "cluster")


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is drawn: indices of switches in each tier, and what is thick.

    Attributes:
        left_out: access switches that lost phones of the cause too and are not drawn.
        hot_module, hot_switch, hot_above: indices; -1 for none.
        hot_link: switch below and interface of the link.
    """

    core: tuple[int, ...]
    above: tuple[int, ...]
    access: tuple[int, ...]
    left_out: int = 0
    hot_module: int = -1
    hot_switches: frozenset[int] = frozenset()
    hot_above: frozenset[int] = frozenset()
    hot_links: frozenset[tuple[int, str]] = frozenset()
    hot_nodes: frozenset[str] = frozenset()
    nodes: tuple[str, ...] = ()


def cause_drawing(estate: Estate, cause: Cause, lost: Tally, own: Tally) -> Picture | None:
    """The drawing of a cause; None where no place of its phones is known.

    Args:
        estate: the network.
        cause: what is drawn thick.
        lost: the phones of its incident.
        own: those that were lost for this cause; without any, where it is open which cause it was, all of the incident count.
    """
    scene = _scene(estate, cause, lost, own if own.lost_at else lost)
    if scene is None:
        return None
    marks: list[Mark] = []
    y = 4.0
    pitch = _pitch(estate, scene)
    width = _width(scene, pitch)
    middle = width / 2
    centres: dict[int, float] = {}
    if scene.nodes:
        marks += _nodes(estate, cause, scene, lost, (middle, y))
        y += _BOX_HEIGHT + _TIER
    for tier, role in ((scene.core, "core"), (scene.above, "distribution")):
        if tier:
            marks += _boxes(estate, tier, role, (middle, y), scene, centres)
            y += _BOX_HEIGHT + _TIER
    for number, switch in enumerate(scene.access):
        centres[switch] = middle + pitch * (number - (len(scene.access) - 1) / 2)
    marks = _links(estate, scene, centres, y) + marks
    for switch in scene.access:
        x = centres[switch] - _CHASSIS_WIDTH / 2
        marks += _access(estate, switch, (x, y, pitch), scene, lost)
    y += _CHASSIS_HEIGHT + 40
    if scene.left_out:
        marks.append(text(middle, y + 12, f"{counted(scene.left_out, 'more access switch')} lost phones for it", "ts", "middle"))
        y += 20
    return Picture(num(width), num(y), _sentence(estate, cause, scene), tuple(marks))


def _pitch(estate: Estate, scene: _Scene) -> float:
    longest = max(text_width(estate.short(estate.switches[switch].name), _BOLD) for switch in scene.access)
    return max(_PITCH, min(longest + 10, _WIDEST_PITCH, (WIDTH - 160) / len(scene.access)))


def _width(scene: _Scene, pitch: float) -> float:
    """As wide as the widest tier needs, so that a small drawing fits a small window; room for the name of a thick link is kept."""
    boxes = max(len(scene.core), len(scene.above)) * (_BOX_WIDTH + _BOX_GAP) - _BOX_GAP
    nodes = len(scene.nodes) * (_BOX_WIDTH + _NODE_GAP) - _NODE_GAP
    return max(pitch * len(scene.access) + (100 if scene.hot_links else 0), boxes + 8, nodes + 8)


def _scene(estate: Estate, cause: Cause, lost: Tally, own: Tally) -> _Scene | None:
    kind, id_ = cause.component.kind, cause.component.id
    module = estate.module_index.get(id_ if kind == "module" else id_.rpartition("/")[0] if kind == "asic" else "", -1)
    switch = estate.modules[module].switch if module >= 0 else _switch_of(estate, kind, id_)
    if kind in _ABOVE_KINDS:
        hot_above = frozenset(estate.switch_index[name] for name in (id_, *id_.split("+")) if name in estate.switch_index)
    else:
        hot_above = frozenset()
    access, left_out = _access_row(estate, switch, hot_above, lost, own)
    if not access:
        return None
    above = tuple(_most_common((up for one in access for up in estate.switches[one].above), hot_above))
    core = tuple(_most_common((up for one in above for up in estate.switches[one].above), hot_above))
    servers = kind in _SERVER_KINDS
    return _Scene(
        core=core,
        above=above,
        access=access,
        left_out=left_out,
        hot_module=module if kind in ("module", "asic") else -1,
        hot_switches=frozenset((switch,)) if kind in _SWITCH_KINDS and switch >= 0 else frozenset(),
        hot_above=hot_above,
        hot_links=_hot_links(estate, switch, id_.partition(":")[2]) if kind in _LINK_KINDS and switch >= 0 else frozenset(),
        hot_nodes=frozenset((id_,)) if kind == "node" else frozenset(estate.nodes) if servers else frozenset(),
        nodes=_shown_nodes(estate, lost) if servers else (),
    )


def _switch_of(estate: Estate, kind: str, id_: str) -> int:
    """The switch that a component is a part of; -1 where it is none's."""
    if kind in _LINK_KINDS or kind == "port":
        id_ = id_.partition(":")[0]
    elif kind == "chassis":
        id_ = id_.rpartition("/")[0] or id_
    return estate.switch_index.get(id_, -1) if kind in (*_LINK_KINDS, *_SWITCH_KINDS, "port") else -1


def _access_row(estate: Estate, switch: int, hot_above: frozenset[int], lost: Tally, own: Tally) -> tuple[tuple[int, ...], int]:
    """The switches to draw, in order of their names; and how many more lost phones of the cause."""
    left_out = 0
    if switch >= 0:
        above = estate.switches[switch].above
        kin = [n for n, one in enumerate(estate.switches) if one.above == above and one.phones and n != switch] if above else []
        chosen = [switch, *_worst(kin, lost, MOST_SWITCHES - 1)]
    else:
        below = [n for n, one in enumerate(estate.switches) if hot_above & set(one.above) and one.phones]
        chosen = _worst(below or list(own.by_switch), own, MOST_SWITCHES)
        left_out = len(own.by_switch.keys() - chosen)
    return tuple(sorted(chosen, key=lambda number: natural(estate.switches[number].name))), left_out


def _worst(switches: Sequence[int], lost: Tally, most: int) -> list[int]:
    return sorted(switches, key=lambda number: (-lost.by_switch[number], number))[:most]


def _most_common(above: Iterable[int], hot: frozenset[int]) -> list[int]:
    """The devices above that most lead to, those in question first of all; by number."""
    counts = Counter(above)
    chosen = sorted(counts, key=lambda number: (number not in hot, -counts[number], number))[:_MOST_ABOVE]
    return sorted(chosen)


def _hot_links(estate: Estate, switch: int, interface: str) -> frozenset[tuple[int, str]]:
    own = [uplink for uplink in estate.switches[switch].uplinks if interface in (uplink.interface, uplink.bundle)]
    return frozenset((switch, uplink.interface) for uplink in own)


def _shown_nodes(estate: Estate, lost: Tally) -> tuple[str, ...]:
    worst = sorted(estate.nodes, key=lambda node: (-lost.by_node[node], natural(node)))[:_MOST_NODES]
    return tuple(sorted(worst, key=natural))


def _nodes(estate: Estate, cause: Cause, scene: _Scene, lost: Tally, place: tuple[float, float]) -> list[Mark]:
    """Call servers, and below them the way to the switches; the node in question has the numbers of its card."""
    middle, y = place
    marks: list[Mark] = []
    phones = _phones_of_nodes(estate, cause, scene)
    for number, node in enumerate(scene.nodes):
        centre = middle + (number - (len(scene.nodes) - 1) / 2) * (_BOX_WIDTH + _NODE_GAP)
        count = f"{lost.by_node[node]:,} of {phones[node]:,} lost" if phones[node] else f"{lost.by_node[node]:,} lost"
        if (cause.component.kind, cause.component.id) == ("node", node):
            count = f"{cause.affected:,} of {cause.exposed:,} lost"
        marks += _box(centre, y, (node, node), count, "box hot-server" if node in scene.hot_nodes else "box")
    foot = y + _BOX_HEIGHT
    if scene.above:
        return [*marks, line(((middle, foot + 6), (middle, foot + _TIER - 2)), "wire dashed")]
    stub = foot + _TIER / 2
    return [
        *marks,
        line(((middle, foot + 6), (middle, stub)), "wire dashed"),
        line(((middle - 8, stub), (middle + 8, stub)), "wire"),
        text(middle + 14, stub + 4, "links not read", "ts"),
    ]


def _phones_of_nodes(estate: Estate, cause: Cause, scene: _Scene) -> Counter[str]:
    """The phones of each node as far as they are known; none where the cause has others too, whose node is taken for granted."""
    phones = Counter(node for node in estate.phones.node if node) if estate.whole else Counter[str]()
    return phones if sum(phones[node] for node in scene.hot_nodes) >= cause.exposed else Counter()


def _boxes(
    estate: Estate, tier: Sequence[int], role: str, place: tuple[float, float], scene: _Scene, centres: dict[int, float]
) -> list[Mark]:
    middle, y = place
    marks: list[Mark] = []
    for number, switch in enumerate(tier):
        centres[switch] = middle + (number - (len(tier) - 1) / 2) * (_BOX_WIDTH + _BOX_GAP)
        shown = estate.switches[switch]
        words = role if shown.read else f"{role}, not read"
        marks += _box(
            centres[switch], y, (estate.short(shown.name), shown.name), words, "box hot-link" if switch in scene.hot_above else "box"
        )
    return marks


def _box(centre: float, y: float, names: tuple[str, str], words: str, css: str) -> list[Mark]:
    return [
        rect(centre - _BOX_WIDTH / 2, y, _BOX_WIDTH, _BOX_HEIGHT, css),
        name_text(centre, y + 17, names, (_BOX_WIDTH - 12, _BOLD), "tb", "middle"),
        text(centre, y + 30, words, "ts", "middle"),
    ]


def _links(estate: Estate, scene: _Scene, centres: dict[int, float], access_y: float) -> list[Mark]:
    """Links between the tiers: a stub up from each lower device, a bus for each upper device, and its stub up. Thick ones last."""
    plain: list[Path] = []
    thick: list[Mark] = []
    above_y = access_y - _TIER - _BOX_HEIGHT
    tiers = [(scene.access, scene.above, access_y)]
    if scene.above and scene.core:
        tiers.append((scene.above, scene.core, above_y))
    for lower, upper, y in tiers:
        for switch in lower:
            for uplink in _one_each(estate.switches[switch].uplinks, scene.hot_links, switch):
                if uplink.above not in upper:
                    continue
                points = _route(centres[switch], centres[uplink.above], y, upper.index(uplink.above), len(upper))
                hot = (switch, uplink.interface) in scene.hot_links
                if hot:
                    thick.append(line(points, "wire hot-wire"))
                    crossed = centres[uplink.above] > centres[switch]  # the link goes on over the words: they stand above it
                    above = y - 17 - 7 * (len(upper) - 1) if crossed else y - 6
                    thick.append(text(centres[switch] + 5 * len(upper) + 4, above, short_interface(uplink.interface), "tb link halo"))
                else:
                    plain.append(line(points, "wire" if uplink.active else "wire dashed"))
    return [*plain, *thick]


def _one_each(uplinks: Iterable[EstateUplink], hot: frozenset[tuple[int, str]], switch: int) -> list[EstateUplink]:
    """One link to each device above: the one in question, else one that carries traffic."""
    chosen: dict[int, EstateUplink] = {}
    for uplink in sorted(uplinks, key=lambda one: ((switch, one.interface) not in hot, not one.active)):
        chosen.setdefault(uplink.above, uplink)
    return list(chosen.values())


def _route(low: float, high: float, y: float, number: int, of: int) -> list[tuple[float, float]]:
    shift = (number - (of - 1) / 2) * 10
    bus = y - 12 - number * 7
    return [(low + shift, y), (low + shift, bus), (high, bus), (high, y - _TIER)]


def _access(estate: Estate, switch: int, place: tuple[float, float, float], scene: _Scene, lost: Tally) -> list[Mark]:
    x, y, pitch = place
    shown = estate.switches[switch]
    count = f"{lost.by_switch[switch]:,} of {shown.phones:,}" if estate.whole else f"{lost.by_switch[switch]:,} lost"
    hot = switch in scene.hot_switches
    centre = x + _CHASSIS_WIDTH / 2
    return [
        *chassis_marks(estate, switch, (x, y, _CHASSIS_WIDTH, _CHASSIS_HEIGHT), lost, hot_module=scene.hot_module, hot=hot),
        name_text(centre, y + _CHASSIS_HEIGHT + 17, (estate.short(shown.name), shown.name), (pitch - 8, _BOLD), "tb", "middle"),
        text(centre, y + _CHASSIS_HEIGHT + 33, count, "ts", "middle"),
    ]


def _sentence(estate: Estate, cause: Cause, scene: _Scene) -> str:
    name = cause.component.label or cause.component.id
    above = ", ".join(estate.switches[number].name for number in scene.above) or "no switch that is known"
    return f"{name} lost {cause.affected} of {counted(cause.exposed, 'phone')}. Drawn: {counted(len(scene.access), 'access switch')} below {above}, with the share of lost phones of each module."
