"""The lists of the page: the four numbers, switches that were hit, phones that were lost, panels of modules."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.model.incident import Correlation
from switchcorr.model.moments import DAY_S
from switchcorr.report.clock import clock_time, full_time
from switchcorr.report.draw.faceplate import errors_sentence, faceplate
from switchcorr.report.draw.shapes import Picture, compact
from switchcorr.report.estate import Estate, LogKind, PhoneState
from switchcorr.report.estate_switches import natural, short_interface
from switchcorr.report.tally import LEAST_PHONES, Tally
from switchcorr.text import counted

PHONES_SHOWN = 500
SWITCHES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """One line of the map's twin table."""

    name: str
    lost: str
    share: str
    modules: str
    above: str


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One loss of a phone."""

    name: str
    description: str
    extension: str
    port: str
    lost: str
    reason: str
    node: str
    back: str


@dataclass(frozen=True, slots=True)
class PhoneGroup:
    """Losses of one cause on one switch on one day."""

    title: str
    rows: tuple[PhoneRow, ...]


@dataclass(frozen=True, slots=True)
class PanelView:
    """One module of an opened switch."""

    name: str
    picture: Picture
    errors: str


def page_numbers(result: Correlation, estate: Estate, lost: Tally) -> tuple[tuple[str, str, str], ...]:
    """The numbers of the first screen: label, value, of how many."""
    count, known = len(lost.lost_at), len(estate.phones)
    affected = ("Endpoints lost in incidents", f"{count:,}", f"of {known:,} known" if known > count else "")
    back = ("Not seen to come back", f"{len(lost.down):,}", f"of {count:,}" if count else "")
    if not estate.returns:
        back = "Not seen to come back", "not known", "the log holds no registrations"
    if not estate.whole:
        return affected, back
    modules = [number for number, module in enumerate(estate.modules) if module.phones >= LEAST_PHONES]
    half = sum(lost.by_module[number] * 2 > estate.modules[number].phones for number in modules)
    over_half = [("Modules over half lost", f"{half:,}", f"of {len(modules):,}")] if modules else []
    return (affected, back, *over_half, _elsewhere(result, estate))


def _elsewhere(result: Correlation, estate: Estate) -> tuple[str, str, str]:
    """The contrast: losses that no named cause explains, in the same minutes; of a quiet time, losses a day."""
    log, losses = estate.log, estate.losses
    if not result.incidents:
        days = max((estate.end - estate.start) / DAY_S, 1.0) if estate.start < estate.end else 1.0
        dropped = sum(kind == LogKind.LOST for kind in log.kind)
        return "Single losses a day", f"{dropped / days:,.1f}", f"of {counted(len(estate.phones), 'phone')}"
    named = {phone for phone, cause in zip(losses.phone, losses.cause, strict=True) if cause}
    others: set[int] = set()
    for incident in result.incidents:
        rows = range(bisect_left(log.time, incident.start.timestamp()), bisect_right(log.time, incident.end.timestamp()))
        others |= {log.phone[row] for row in rows if log.kind[row] == LogKind.LOST} - named
    rest = len(estate.phones) - len(named)
    share = f"{len(others) / rest * 100:.1f} %" if rest else "none left"
    label = "Others lost meanwhile" if any(incident.causes for incident in result.incidents) else "Lost in these minutes"
    return label, share, f"{len(others):,} of {rest:,}"


def fingerprint(estate: Estate) -> str:
    """Twelve hexadecimal digits of what the page was made from: two pages with the same ones show the same network and log."""
    phones, losses, log = estate.phones, estate.losses, estate.log
    digest = hashlib.sha256()
    for texts in (
        phones.name,
        phones.interface,
        phones.node,
        [switch.name for switch in estate.switches],
        [module.id for module in estate.modules],
    ):
        digest.update("\n".join(texts).encode(errors="surrogatepass"))
    for column in (phones.switch, phones.module, losses.phone, losses.cause, losses.lost_at, log.time, log.phone, log.kind):
        digest.update(column.tobytes())
    return digest.hexdigest()[:12]


def missing_notes(estate: Estate) -> tuple[str, ...]:
    """What the pictures cannot show, and what would show it."""
    notes = []
    if not estate.whole:
        notes.append(
            "Where the other phones are is not known: no captures of the switches and no table of locations were given, so the page shows lost phones only, and no shares and no map."
        )
    elif not estate.ports:
        notes.append("The state of single ports was not read: places without a phone are drawn dashed.")
    if not estate.signs:
        notes.append("No alert of a call server is in the log, so the timeline shows none: give --servers with the alerts of RTMT.")
    return tuple(notes)


def domain_note(estate: Estate) -> str:
    """What pictures and lists leave out of the names of switches; empty for nothing."""
    return f"The names of the switches end in {estate.domain}: pictures and the list of phones leave that out." if estate.domain else ""


def switch_rows(estate: Estate, lost: Tally) -> tuple[tuple[SwitchRow, ...], int]:
    """The worst hit switches, and how many more were hit."""
    order = sorted(lost.by_switch, key=lambda number: (-lost.by_switch[number], number))
    return tuple(_switch_row(estate, number, lost) for number in order[:SWITCHES_SHOWN]), max(0, len(order) - SWITCHES_SHOWN)


def hit_switch(estate: Estate, number: int, lost: Tally) -> tuple[str, str]:
    """A switch and how many of its phones were lost."""
    return estate.switches[number].name, f"{lost.by_switch[number]:,} of {estate.switches[number].phones:,}"


def _switch_row(estate: Estate, number: int, lost: Tally) -> SwitchRow:
    switch = estate.switches[number]
    count = lost.by_switch[number]
    hit = [module for module in switch.modules if lost.by_module[module]]
    parts = [
        f"{estate.modules[module].label or 'all'}: {lost.by_module[module]:,}"
        + (f"/{estate.modules[module].phones:,}" if estate.whole else "")
        for module in hit
    ]
    return SwitchRow(
        name=switch.name,
        lost=f"{count:,} of {switch.phones:,}" if estate.whole else f"{count:,}",
        share=f"{count / switch.phones * 100:.0f} %" if estate.whole and switch.phones else "",
        modules=", ".join(parts),
        above=", ".join(estate.switches[above].name for above in switch.above),
    )


def phone_groups(estate: Estate, causes: Sequence[str]) -> tuple[tuple[PhoneGroup, ...], int]:
    """Losses by cause, switch and day, in order of the panel, at most ``PHONES_SHOWN``; and how many more there are."""
    phones, losses = estate.phones, estate.losses

    def place(row: int) -> tuple[int, ...]:
        phone = losses.phone[row]
        cause = losses.cause[row] or len(causes) + 1
        return cause, phones.switch[phone] % (1 << 30), phones.module[phone], phones.position[phone], phone, row

    order = sorted(range(len(losses)), key=place)
    groups: dict[tuple[int, int, str], list[int]] = {}
    for row in order[:PHONES_SHOWN]:
        groups.setdefault((losses.cause[row], phones.switch[losses.phone[row]], full_time(losses.lost_at[row])[:10]), []).append(row)
    found = tuple(
        PhoneGroup(_group_title(estate, causes, *key), tuple(_phone(estate, row) for row in rows)) for key, rows in groups.items()
    )
    return found, max(0, len(order) - PHONES_SHOWN)


def reasons_told(estate: Estate) -> tuple[str, ...]:
    """The reasons of the list in words, each once; empty for one that is not told."""
    return tuple(sorted(set(estate.losses.reason), key=natural))


def _group_title(estate: Estate, causes: Sequence[str], cause: int, switch: int, day: str) -> str:
    where = estate.switches[switch].name if switch >= 0 else "place not known"
    return f"{where} · {day} · " + (f"cause {cause}: {causes[cause - 1]}" if cause else "no named cause")


def _phone(estate: Estate, row: int) -> PhoneRow:
    phones, losses = estate.phones, estate.losses
    phone, moment, back = losses.phone[row], losses.lost_at[row], losses.back_at[row]
    return PhoneRow(
        name=phones.name[phone],
        description=phones.description[phone],
        extension=phones.extension[phone],
        port=short_interface(phones.interface[phone]),
        lost=clock_time(moment),
        reason=losses.reason[row].partition(" ")[0],
        node=phones.node[phone],
        back=_back(losses.state[row], back),
    )


def _back(state: int, back: float) -> str:
    if state == PhoneState.NOT_LOGGED:
        return "not logged"
    return "not seen" if math.isnan(back) else clock_time(back)


def panel_view(estate: Estate, module: int, lost: Tally) -> PanelView:
    """The panel of one module."""
    shown = estate.modules[module]
    return PanelView(
        " ".join(filter(None, (shown.id, shown.model))), compact(faceplate(estate, module, lost)), errors_sentence(estate, module)
    )
