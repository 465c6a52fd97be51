"""The page as values: every number a word, every picture drawn, nothing left for the template to compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from switchcorr.model.campus import Component, Domain, risk_kind
from switchcorr.model.incident import Cause, Chronic, Correlation, Incident, Recurring
from switchcorr.model.wording import component_name
from switchcorr.report.chronic_view import LEAD, ChronicView
from switchcorr.report.chronic_view import TITLE as CHRONIC
from switchcorr.report.clock import full_time
from switchcorr.report.draw.cause import cause_drawing
from switchcorr.report.draw.estate_map import MapNames, estate_map
from switchcorr.report.draw.faceplate import key_of, key_of_states
from switchcorr.report.draw.matrix import grid_of, matrix, matrix_table
from switchcorr.report.draw.path import MOST_CAUSES, Band, path_picture, path_table
from switchcorr.report.draw.recurring import recurring_row
from switchcorr.report.draw.shapes import Picture, compact
from switchcorr.report.draw.timeline import LossCurve, Marked, Span, loss_curve, losses_in, span_around, timeline, timeline_table
from switchcorr.report.estate import Estate, LogKind
from switchcorr.report.exposed import exposed_phones
from switchcorr.report.flapping_view import TITLE, FlappingRow, FlappingView
from switchcorr.report.overview import OverviewLine, overview_lines
from switchcorr.report.page_data import span_note
from switchcorr.report.page_lists import (
    PanelView,
    PhoneGroup,
    SwitchRow,
    domain_note,
    fingerprint,
    hit_switch,
    missing_notes,
    page_numbers,
    panel_view,
    phone_groups,
    reasons_told,
    switch_rows,
)
from switchcorr.report.tally import Tally, tally_of_all, tally_of_cause, tally_of_incident
from switchcorr.report.to_markdown import incident_ticket
from switchcorr.report.views import CauseView, IncidentView, RecurringView, ResultView, result_view
from switchcorr.text import counted

INCIDENTS_DRAWN = 12
"""Incidents with pictures of their own, those with the most endpoints first; the others have their words and numbers."""
CAUSES_DRAWN = 6
"""Of one incident."""
PLATES_DRAWN = 4
FLAPPING_SHOWN = 100
_LINK_KINDS = ("uplink", "uplink_bundle", "distribution", "block", "core", "chain")
_PLACE_KINDS = ("port", "asic", "module", "chassis", "switch")


@dataclass(frozen=True, slots=True)
class CausePage:
    """A named cause with its pictures.

    Attributes:
        number: over all incidents, as in ``#cause-1``.
        css: class of its colour in every picture.
        states: class and words of each sign on its panels.
        counters: what the error counters say where there is no panel; empty for nothing.
        switch: the one that is in question; empty for none or several.
    """

    number: int
    anchor: str
    css: str
    view: CauseView
    drawing: Picture | None
    plates: tuple[PanelView, ...]
    states: Mapping[str, str]
    curve: LossCurve | None
    counters: str
    switch: str


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """An incident with its pictures, and the two on the clock as rows of a table: moment, losses, colour; switch, losses, when.

    Attributes:
        ticket: it as plain text for a ticket.
        timeline_css: the colour of all rows; empty if they differ.
    """

    view: IncidentView
    causes: tuple[CausePage, ...]
    ticket: str
    timeline: Picture | None = None
    matrix: Picture | None = None
    timeline_rows: tuple[tuple[str, str, str], ...] = ()
    timeline_css: str = ""
    matrix_rows: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RecurringPage:
    """A component that explains several bursts, with its row over the days."""

    view: RecurringView
    row: Picture | None


@dataclass(frozen=True, slots=True)
class ChronicPage:
    """A part whose phones drop one by one.

    Attributes:
        row: drops of its phones over the days.
        switch: the one that is in question; empty for none or several.
    """

    view: ChronicView
    css: str
    row: Picture | None
    switch: str


@dataclass(frozen=True, slots=True)
class FlappingPage:
    """The phones that drop again and again by themselves, those that are shown with the link that opens each; empty where the page lacks it."""

    title: str
    view: FlappingView
    rows: tuple[tuple[FlappingRow, str], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything on the page, section by section.

    Attributes:
        everybody: a sentence where practically every known phone was lost; else empty.
        fingerprint: of the network and the log it was made from.
        notes: what the page cannot show, and why.
        map_framed: whether switches of the map are framed, as a named cause is in them.
        map_names: name and losses of each switch that is numbered on the map, in the order of their numbers.
        map_names_left_out: how many more were hit.
        overview: losses over the whole log; None without any, or where the log is of one moment.
        no_overview: why there is none, in words.
        signs: whether any call server said something.
        reasons: the different ones of the list of phones, in words; empty for one that is not told.
        extensions: whether that of any phone is known.
        returns: whether the log tells when phones came back.
        colours: class and words of each colour that the pictures use.
    """

    result: ResultView
    verdicts: tuple[OverviewLine, ...]
    numbers: tuple[tuple[str, str, str], ...]
    everybody: str
    fingerprint: str
    notes: tuple[str, ...]
    incidents: tuple[IncidentPage, ...]
    overview: Picture | None
    no_overview: str
    path: Picture | None
    path_rows: tuple[tuple[str, str, str], ...]
    map: Picture | None
    map_framed: bool
    map_names: tuple[tuple[str, str], ...]
    map_names_left_out: int
    switch_rows: tuple[SwitchRow, ...]
    switch_rows_left_out: int
    phones: tuple[PhoneGroup, ...]
    reasons: tuple[str, ...]
    extensions: bool
    phones_affected: int
    phones_left_out: int
    recurring: tuple[RecurringPage, ...]
    chronic: tuple[ChronicPage, ...]
    chronic_title: str
    chronic_lead: str
    flapping: FlappingPage | None
    signs: bool
    states: Mapping[str, str]
    returns: bool
    colours: Mapping[str, str]


COLOURS = {
    "c-hw": "module, switch",
    "c-link": "uplink, distribution",
    "c-server": "call server",
    "c-other": "other",
    "c-none": "no named cause",
}


def page_view(result: Correlation, estate: Estate) -> PageView:
    """The whole page."""
    view = result_view(result)
    everyone = tally_of_all(estate)
    drawn = sorted(range(len(result.incidents)), key=lambda number: (-result.incidents[number].endpoints, number))[:INCIDENTS_DRAWN]
    numbers = _cause_numbers(result)
    marked = [_marked(estate, incident, str(number)) for number, incident in enumerate(result.incidents, start=1)]
    incidents = tuple(
        _incident(estate, incident, shown, numbers[place], marked[place], drawn=place in drawn)
        for place, (incident, shown) in enumerate(zip(result.incidents, view.incidents, strict=True))
    )
    bands = _bands(result, estate)
    drawn_map = estate_map(estate, everyone, sorted(cause_switches(result, estate))) if estate.whole else None
    named = drawn_map.names if drawn_map else MapNames()
    rows, left_out = switch_rows(estate, everyone)
    groups, phones_left_out = phone_groups(estate, _cause_names(result))
    return PageView(
        result=view,
        verdicts=overview_lines(result, view.incidents),
        numbers=page_numbers(result, estate, everyone),
        everybody=_everybody(estate, everyone),
        fingerprint=fingerprint(estate),
        notes=(*missing_notes(estate), *filter(None, (domain_note(estate), span_note(estate)))),
        incidents=incidents,
        overview=_overview(estate, marked),
        no_overview=_no_overview(estate),
        path=_compact(path_picture(estate, bands)),
        path_rows=path_table(estate, bands),
        map=compact(drawn_map.picture) if drawn_map else None,
        map_framed=drawn_map is not None and drawn_map.framed,
        map_names=tuple(hit_switch(estate, number, everyone) for number in named.switches),
        map_names_left_out=named.left_out,
        switch_rows=rows,
        switch_rows_left_out=left_out,
        phones=groups,
        reasons=reasons_told(estate),
        extensions=any(estate.phones.extension),
        phones_affected=len(everyone.lost_at),
        phones_left_out=phones_left_out,
        recurring=tuple(_recurring(estate, item, shown) for item, shown in zip(result.recurring, view.recurring, strict=True)),
        chronic=tuple(_chronic(estate, part, shown) for part, shown in zip(result.chronic, view.chronic, strict=True)),
        chronic_title=CHRONIC,
        chronic_lead=LEAD,
        flapping=_flapping(estate, view.flapping),
        signs=bool(estate.signs),
        states=key_of_states(returns=estate.returns),
        returns=estate.returns,
        colours={css: words for css, words in COLOURS.items() if css == "c-none" or css in _used(result)},
    )


def _compact(picture: Picture | None) -> Picture | None:
    return None if picture is None else compact(picture)


def colour_of(kind: str) -> str:
    """The class of a kind's colour: hardware, links, call servers, and all else."""
    if kind in _PLACE_KINDS:
        return "c-hw"
    if kind in _LINK_KINDS:
        return "c-link"
    return "c-server" if risk_kind(kind).domain is Domain.CALL_SERVER else "c-other"


def _used(result: Correlation) -> set[str]:
    return {colour_of(cause.component.kind) for incident in result.incidents for cause in incident.causes}


def _cause_numbers(result: Correlation) -> list[int]:
    """The number of the first cause of each incident, counted over all incidents from 1."""
    numbers, at = [], 1
    for incident in result.incidents:
        numbers.append(at)
        at += len(incident.causes)
    return numbers


def _cause_names(result: Correlation) -> list[str]:
    return [component_name(cause.component) for incident in result.incidents for cause in incident.causes]


def _marked(estate: Estate, incident: Incident, name: str) -> Marked:
    css = [colour_of(cause.component.kind) for cause in incident.causes]
    colours = {estate.phone_index[phone.phone]: css[phone.cause] for phone in incident.phones if phone.cause is not None}
    return Marked(name, incident.start.timestamp(), incident.end.timestamp(), colours)


def _incident(estate: Estate, incident: Incident, view: IncidentView, first: int, marked: Marked, *, drawn: bool) -> IncidentPage:
    lost = tally_of_incident(estate, incident)
    causes = tuple(
        _cause(estate, incident, place, view.causes[place], lost, number=first + place, drawn=drawn and place < CAUSES_DRAWN)
        for place in range(len(incident.causes))
    )
    ticket = incident_ticket(view, first=first)
    if not drawn:
        return IncidentPage(view, causes, ticket)
    span, alone = span_around(marked.start, marked.end), (replace(marked, name=""),)
    losses, grid = losses_in(estate, span, alone), grid_of(estate, lost)
    rows = timeline_table(losses)
    colours = {css for _, _, css in rows}
    return IncidentPage(
        view,
        causes,
        ticket,
        timeline=compact(timeline(estate, losses, alone)),
        matrix=compact(matrix(estate, lost, grid)) if grid else None,
        timeline_rows=rows,
        timeline_css=colours.pop() if len(colours) == 1 else "",
        matrix_rows=matrix_table(estate, lost, grid) if grid else (),
    )


def _cause(estate: Estate, incident: Incident, place: int, view: CauseView, lost: Tally, *, number: int, drawn: bool) -> CausePage:
    cause = incident.causes[place]
    css = colour_of(cause.component.kind)
    times = [phone.time.timestamp() for phone in incident.phones if phone.cause == place]
    modules = _modules_of(estate, cause)
    uplink = f"{view.name} " if not modules else ""
    plates = tuple(panel_view(estate, module, lost) for module in modules[:PLATES_DRAWN]) if drawn else ()
    return CausePage(
        number=number,
        anchor=f"cause-{number}",
        css=css,
        view=view,
        drawing=_compact(cause_drawing(estate, cause, lost, tally_of_cause(estate, incident, place))) if drawn else None,
        plates=plates,
        states=key_of(plate.picture for plate in plates),
        curve=loss_curve(times, css) if drawn else None,
        counters=_uplink_errors(estate, cause) if uplink else "",
        switch=_switch_in_question(estate, cause.component),
    )


def _modules_of(estate: Estate, cause: Cause) -> list[int]:
    """The modules whose panels show a cause: the module itself, that of an ASIC, those of a switch."""
    kind, id_ = cause.component.kind, cause.component.id
    if kind in ("module", "asic"):
        number = estate.module_index.get(id_ if kind == "module" else id_.rpartition("/")[0], -1)
        return [number] if number >= 0 else []
    if kind in ("switch", "chassis") and id_ in estate.switch_index:
        return [number for number in estate.switches[estate.switch_index[id_]].modules if estate.modules[number].phones]
    return []


def _uplink_errors(estate: Estate, cause: Cause) -> str:
    """What the error counters of an uplink's own end say; empty where none was read."""
    device, _, interface = cause.component.id.partition(":")
    number = estate.switch_index.get(device, -1)
    if number < 0 or not interface:
        return ""
    names = {uplink.interface for uplink in estate.switches[number].uplinks if interface in (uplink.interface, uplink.bundle)}
    ports = [
        port
        for module in estate.switches[number].modules
        for port in estate.ports.get(module, ())
        if port.interface in names and port.errors is not None
    ]
    parts = [f"{port.interface}: {port.errors:,} {port.counter}".rstrip() for port in ports]
    if not parts:
        return ""
    return (
        f"Error counters of its lower end {'grew between the visits' if ports[0].grown else 'since the last clearing'}: {', '.join(parts)}."
    )


def cause_switches(result: Correlation, estate: Estate) -> set[int]:
    """Switches that a named cause is a part of."""
    return {number for incident in result.incidents for cause in incident.causes for number in _switches_of(cause.component, estate)}


def _switches_of(component: Component, estate: Estate) -> set[int]:
    kind, id_ = component.kind, component.id
    if kind not in (*_PLACE_KINDS, *_LINK_KINDS):
        return set()
    names = (id_, id_.partition(":")[0], id_.rpartition("/")[0], id_.rpartition("/")[0].rpartition("/")[0])
    return {estate.switch_index[name] for name in names if name in estate.switch_index}


def _switch_in_question(estate: Estate, component: Component) -> str:
    """The one switch with phones that a component is a part of; empty for none or several."""
    names = [estate.switches[number].name for number in _switches_of(component, estate) if estate.switches[number].phones]
    return names[0] if len(names) == 1 else ""


def _overview(estate: Estate, marked: Sequence[Marked]) -> Picture | None:
    if _no_overview(estate):
        return None
    losses = losses_in(estate, Span(estate.start, estate.end), marked)
    return compact(timeline(estate, losses, marked, height=70.0), titles=False)


def _no_overview(estate: Estate) -> str:
    """Why losses cannot be drawn over the log; empty where they can."""
    if not len(estate.log):
        return "The log holds no losses with a time."
    if not estate.signs and LogKind.LOST not in estate.log.kind:
        return "No phone dropped in the time of this log."
    if estate.start == estate.end:
        return f"All events of the log are of one moment, {full_time(estate.start)} UTC."
    return ""


def _bands(result: Correlation, estate: Estate) -> list[Band]:
    """The lost phones by cause, most first, the smallest causes together, then those that no cause lost.

    A part that failed again is one cause and has each of its phones once; a phone that two parts lost is in the bands of both.
    """
    names, css = _cause_names(result), [colour_of(cause.component.kind) for incident in result.incidents for cause in incident.causes]
    first = _first_named(result)
    by_cause: dict[int, dict[int, None]] = {}
    for phone, cause in zip(estate.losses.phone, estate.losses.cause, strict=True):
        by_cause.setdefault(first[cause], {})[phone] = None
    named = {phone for cause, phones in by_cause.items() if cause for phone in phones}
    order = sorted((cause for cause in by_cause if cause), key=lambda cause: (-len(by_cause[cause]), cause))
    bands = [Band(names[cause - 1], css[cause - 1], tuple(by_cause[cause])) for cause in order[:MOST_CAUSES]]
    rest = dict.fromkeys(phone for cause in order[MOST_CAUSES:] for phone in by_cause[cause])
    more = counted(len(order) - MOST_CAUSES, "more cause")
    return [
        *bands,
        Band(more, "c-other", tuple(rest)),
        Band("", "c-none", tuple(phone for phone in by_cause.get(0, ()) if phone not in named)),
    ]


def _first_named(result: Correlation) -> list[int]:
    """By the number of a cause (0 for none), that of the first cause that names the same component."""
    numbers, found = [0], dict[tuple[str, str], int]()
    for incident in result.incidents:
        for cause in incident.causes:
            numbers.append(found.setdefault((cause.component.kind, cause.component.id), len(numbers)))
    return numbers


def _everybody(estate: Estate, everyone: Tally) -> str:
    known, lost = len(estate.phones), len(everyone.lost_at)
    if not estate.whole or known < 50 or lost < 0.9 * known:
        return ""
    return f"{lost:,} of {known:,} known phones were lost: no single access switch explains that. Look at what all of them share."


def _recurring(estate: Estate, item: Recurring, view: RecurringView) -> RecurringPage:
    return RecurringPage(view, recurring_row(estate, exposed_phones(estate, item.component), colour_of(item.component.kind)))


def _chronic(estate: Estate, part: Chronic, view: ChronicView) -> ChronicPage:
    css = colour_of(part.component.kind)
    row = recurring_row(estate, exposed_phones(estate, part.component), css)
    return ChronicPage(view, css, row, _switch_in_question(estate, part.component))


def _flapping(estate: Estate, view: FlappingView | None) -> FlappingPage | None:
    if view is None:
        return None
    shown = view.rows[:FLAPPING_SHOWN]
    links = (f"phone={quote(row.phone, safe='')}" if row.phone in estate.phone_index else "" for row in shown)
    return FlappingPage(TITLE, view, tuple(zip(shown, links, strict=True)), len(view.rows) - len(shown))
