"""The network without any incident, as values: where every phone is, how well modules are, what is mixed, what is not placed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from switchcorr import __version__
from switchcorr.model.campus import ObservationKind
from switchcorr.model.incident import Correlation
from switchcorr.report.clock import full_time
from switchcorr.report.coverage_view import CoverageView, coverage_view
from switchcorr.report.draw.estate_map import estate_map
from switchcorr.report.draw.faceplate import key_of_states
from switchcorr.report.draw.shapes import Picture, compact
from switchcorr.report.estate import Estate
from switchcorr.report.estate_switches import natural
from switchcorr.report.tally import tally_of_all
from switchcorr.text import counted

ROWS_SHOWN = 500
RANKED_SHOWN = 40
_MIX_SHOWN = 20
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ListView:
    """A table: its heading, its columns, its rows, and how many rows are left out.

    Attributes:
        numbers: columns whose cells are numbers.
        nothing: what is said where there is no row.
    """

    anchor: str
    title: str
    lead: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    left_out: int = 0
    nothing: str = "None."


@dataclass(frozen=True, slots=True)
class InventoryView:
    """The whole page."""

    version: str
    generated: str
    headline: str
    numbers: tuple[tuple[str, str, str], ...]
    map: Picture | None
    lists: tuple[ListView, ...]
    coverage: CoverageView
    states: Mapping[str, str]


def inventory_view(result: Correlation, estate: Estate) -> InventoryView:
    """The page of a network.

    Args:
        result: an answer without incidents; its coverage and its time are shown.
        estate: the network.
    """
    phones, unplaced = len(estate.phones), sum(bool(why) for why in estate.phones.why_unplaced)
    carrying = [switch for switch in estate.switches if switch.phones]
    modules = [module for module in estate.modules if module.phones]
    read = sum(switch.read for switch in estate.switches)
    drawn = estate_map(estate, tally_of_all(estate))
    words = f"{counted(phones - unplaced, 'phone')} on {counted(len(carrying), 'switch')}" + (
        f", {unplaced:,} not placed." if unplaced else "."
    )
    return InventoryView(
        version=__version__,
        generated=full_time(result.generated_at.timestamp()),
        headline=words if phones else "No phone is known.",
        numbers=(
            ("Phones placed", f"{phones - unplaced:,}", f"of {phones:,} known"),
            ("Switches read", f"{read:,}", f"of {len(estate.switches):,} named"),
            ("Modules with phones", f"{len(modules):,}", f"of {len(estate.modules):,}"),
            (
                "Parts that stand out",
                f"{len({item.component for item in estate.findings if item.kind is not ObservationKind.RELOAD}):,}",
                "besides restarts",
            ),
        ),
        map=compact(drawn.picture) if drawn else None,
        lists=(_findings(estate), _errors(estate), _modules(estate), _unplaced(estate), *_mixes(estate), _phones(estate)),
        coverage=coverage_view(result.coverage),
        states=key_of_states(),
    )


def _cut(rows: Sequence[tuple[str, ...]], most: int = ROWS_SHOWN) -> tuple[tuple[tuple[str, ...], ...], int]:
    return tuple(rows[:most]), max(0, len(rows) - most)


def _findings(estate: Estate) -> ListView:
    """What switches say of their own parts: status, failed tests, errors that stand out, power faults; restarts last, each once with its times."""
    moments: dict[tuple[bool, str, str, str], list[str]] = defaultdict(list)
    for item in estate.findings:
        key = item.kind is ObservationKind.RELOAD, item.component.id, item.kind.value.replace("_", " "), item.text
        moments[key] += [full_time(item.at.timestamp())] if item.at else []
    rows, left_out = _cut([(part, kind, words, ", ".join(sorted(times))) for (_, part, kind, words), times in sorted(moments.items())])
    return ListView(
        "findings", "What stands out", "As the switches themselves say it.", ("Part", "What", "In words", "When (UTC)"), rows, (), left_out,
        "No part of any switch that was read stands out.",
    )  # fmt: skip


def _errors(estate: Estate) -> ListView:
    """Error counters by module, against the median of the other modules of the switch."""
    totals = {number: sum(port.errors or 0 for port in ports) for number, ports in estate.ports.items()}
    by_switch: dict[int, list[int]] = defaultdict(list)
    for number in totals:
        by_switch[estate.modules[number].switch].append(number)
    rows = []
    for number, total in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        if not total:
            continue
        module = estate.modules[number]
        others = [totals[other] for other in by_switch[module.switch] if other != number]
        worst = max(estate.ports[number], key=lambda port: (port.errors or 0, port.interface))
        rows.append(
            (
                module.id,
                module.model,
                f"{total:,}",
                f"{median(others):,.0f}" if others else "no siblings",
                f"{worst.errors:,} {worst.counter} on {worst.interface}",
            )
        )
    shown, left_out = _cut(rows, RANKED_SHOWN)
    grown = any(port.grown for ports in estate.ports.values() for port in ports)
    lead = "Growth between the first and the last visit" if grown else "Totals since the last clearing: two visits tell more"
    return ListView(
        "errors", "Error counters", f"{lead}, worst first, beside the median of the other modules of the switch.",
        ("Module", "Model", "Errors", "Siblings", "Worst port"), shown, (2, 3), left_out, "No error counter was read, or none is above 0.",
    )  # fmt: skip


def _modules(estate: Estate) -> ListView:
    rows = [
        (
            estate.switches[module.switch].name,
            module.label or "all",
            module.model,
            module.serial,
            module.status,
            f"{module.phones:,}",
            f"{module.places:,}" if module.places else "",
        )
        for module in estate.modules
        if estate.switches[module.switch].phones
    ]
    shown, left_out = _cut(rows)
    columns = ("Switch", "Module", "Model", "Serial", "Status", "Phones", "Places")
    return ListView("modules", "Modules", "Every module of the switches that phones hang on.", columns, shown, (5, 6), left_out)


def _unplaced(estate: Estate) -> ListView:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name, why in zip(estate.phones.name, estate.phones.why_unplaced, strict=True):
        if why:
            by_reason[why].append(name)
    order = sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    rows, left_out = _cut([(why, f"{len(names):,}", _first(names)) for why, names in order])
    return ListView(
        "unplaced", "Phones that are not placed", "", ("Why", "Phones", "Which"), rows, (1,), left_out, "Every phone is placed."
    )


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more


def _mixes(estate: Estate) -> list[ListView]:
    """How many phones of each model and firmware, how many switches of each model and software."""
    phones = zip(estate.phones.model, estate.phones.firmware, strict=True)
    switches = ((switch.model, switch.software) for switch in estate.switches if switch.read)
    return [
        _mix(
            "phone-mix",
            "Phone models and firmware",
            ("Model", "Firmware", "Phones"),
            (pair for pair in phones if any(pair)),
            "No phone tells its model.",
        ),
        _mix("switch-mix", "Switch models and software", ("Model", "Software", "Switches"), switches, "No switch was read."),
    ]


def _mix(anchor: str, title: str, columns: tuple[str, str, str], pairs: Iterable[tuple[str, str]], nothing: str) -> ListView:
    counts = Counter(pairs)
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows, left_out = _cut([(model or "not told", version or "not told", f"{count:,}") for (model, version), count in order], _MIX_SHOWN)
    return ListView(anchor, title, "", columns, rows, (2,), left_out, nothing)


def _phones(estate: Estate) -> ListView:
    """Where phones are, in order of switch and panel."""
    phones = estate.phones
    extensions = any(phones.extension)
    placed = [number for number, switch in enumerate(phones.switch) if switch >= 0]
    placed.sort(
        key=lambda number: (natural(estate.switches[phones.switch[number]].name), phones.module[number], phones.position[number], number)
    )
    rows = [
        (
            phones.name[number], phones.description[number], *phones.extension[number : number + extensions], estate.switches[phones.switch[number]].name, phones.interface[number],
            str(phones.vlan[number]) if phones.vlan[number] >= 0 else "", phones.ip[number], phones.model[number],
        )
        for number in placed[:ROWS_SHOWN]
    ]  # fmt: skip
    columns = ("Phone", "Description", *("Extension",) * extensions, "Switch", "Port", "VLAN", "Address", "Model")
    return ListView("phones", "Where every phone is", "", columns, tuple(rows), (), max(0, len(placed) - ROWS_SHOWN), "No phone is placed.")
