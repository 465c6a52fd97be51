"""Pictures: every mark inside, every phone counted once, every sentence true."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchcorr.model.campus import Component, ModuleFacts
from switchcorr.model.incident import Cause, Verdict
from switchcorr.model.ports import PortState
from switchcorr.report.clock import clock_time, full_time
from switchcorr.report.draw.cause import cause_drawing
from switchcorr.report.draw.estate_map import MOST_NAMED, EstateMap, MapNames, estate_map, map_layout
from switchcorr.report.draw.faceplate import CELL_HEIGHT, CELL_WIDTH, errors_sentence, faceplate, key_of_states
from switchcorr.report.draw.matrix import grid_of, matrix, matrix_table
from switchcorr.report.draw.path import Band, path_picture, path_table
from switchcorr.report.draw.recurring import recurring_row
from switchcorr.report.draw.shapes import Mark, Path, Picture, Rect, Sign, Text, Texts, compact, fitted, rect, text, text_width
from switchcorr.report.draw.timeline import Marked, Span, loss_curve, losses_in, span_around, timeline, timeline_table
from switchcorr.report.estate import Estate, ServerReading, ServerSign
from switchcorr.report.estate_build import make_estate
from switchcorr.report.exposed import exposed_phones
from switchcorr.report.page import PageView, page_view
from switchcorr.report.tally import Tally, tally_of_all, tally_of_cause, tally_of_incident
from switchcorr.text import counted
from tests.report.campuses import FAILED, START, made_campus, made_result
from tests.report.results import CASES, DRAWN, correlation, estate

_MODULE = Component("module", "s01-acc01/2")


def _points(d: str) -> Iterator[tuple[float, float]]:
    """Absolute points of path data that begin a part or are its corners; a part that begins with ``m`` counts from where the last one began."""
    x = y = 0.0
    for found in re.finditer(r"([MmLHV])(-?[0-9.]+)(?: ?(-?[0-9.]+))?", d):
        first = float(found[2])
        if found[1] == "V":
            y = first
        elif found[1] == "m":
            x, y = x + first, y + float(found[3])
        else:
            x, y = first, float(found[3]) if found[3] else y
        yield x, y


def _texts(picture: Picture) -> Iterator[Text]:
    """Every text, those that were put together one by one."""
    for mark in picture.marks:
        if isinstance(mark, Text):
            yield mark
        elif isinstance(mark, Texts):
            css, _, anchor = mark.classes.rpartition(" ")
            name = {"m": "middle", "e": "end"}.get(anchor)
            y = 0.0
            for x, at, words in mark.lines:
                y = y if at is None else at
                yield Text(x, y, words, css if name else mark.classes, name or "start")


def _check(picture: Picture) -> None:
    assert picture.label.endswith(".") or "losses within" in picture.label
    for mark in picture.marks:
        match mark:
            case Rect():
                assert mark.width > 0, mark
                assert mark.height > 0, mark
                corners = [(mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height)]
            case Path():
                corners = list(_points(mark.d))
            case Sign():
                corners = [(mark.x, mark.y), (mark.x + CELL_WIDTH, mark.y + CELL_HEIGHT)]
            case Text() | Texts():
                continue
        for x, y in corners:
            assert -3 <= x <= picture.width + 3, mark
            assert -3 <= y <= picture.height + 3, mark
    for one in _texts(picture):
        room = {"start": picture.width - one.x, "end": one.x, "middle": 2 * min(one.x, picture.width - one.x)}[one.anchor]
        assert text_width(one.text, 11) <= room + 12, one
        assert -3 <= one.x <= picture.width + 3, one
        assert -3 <= one.y <= picture.height + 3, one


def _pictures(page: PageView) -> Iterator[Picture]:
    yield from filter(None, (page.overview, page.path, page.map))
    for one in page.incidents:
        yield from filter(None, (one.timeline, one.matrix))
        for cause in one.causes:
            yield from filter(None, (cause.drawing, cause.curve and cause.curve.picture))
            yield from (plate.picture for plate in cause.plates)
    yield from (item.row for item in page.recurring if item.row)


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_nothing_is_drawn_outside_of_its_picture(name: str) -> None:
    pictures = list(_pictures(page_view(*DRAWN[name]())))
    assert pictures
    for picture in pictures:
        _check(picture)


@pytest.mark.parametrize("name", sorted(CASES))
def test_nor_where_the_answer_is_all_that_is_known(name: str) -> None:
    result = CASES[name]()
    for picture in _pictures(page_view(result, make_estate(result))):
        _check(picture)


@settings(max_examples=30)
@given(st.integers(1, 30), st.integers(1, 9), st.integers(1, 3))
def test_maps_of_any_size_hold_every_switch(sites: int, switches: int, phones: int) -> None:
    made = made_campus(sites=sites, switches=switches, modules=1, phones=phones, ports=False)
    shown = make_estate(made_result(made), campus=made.campus)
    drawn = estate_map(shown, tally_of_all(shown))
    assert drawn is not None
    _check(drawn.picture)
    assert drawn.picture.label.startswith(f"{counted(sites * switches, 'switch')} in {counted(sites, 'block')};")


def _numbers(drawn: EstateMap) -> list[str]:
    return [mark.text for mark in drawn.picture.marks if isinstance(mark, Text) and mark.text.isdigit()]


def test_dense_maps_name_the_switches_that_were_hit() -> None:
    made = made_campus(sites=40, switches=11, modules=1, phones=4, ports=False)
    shown = make_estate(made_result(made, Component("distribution", "s07-dista"), share=1.0), campus=made.campus)
    drawn = estate_map(shown, tally_of_all(shown), (shown.switch_index["s09-acc03"],))
    assert drawn is not None
    _check(drawn.picture)
    hit = [mark.title for mark in drawn.picture.marks if isinstance(mark, Rect) and mark.css == "r4"]
    assert hit == [f"s07-acc{number:02}: 4 of 4 phones lost" for number in range(1, 12)]
    named = [shown.switches[number].name for number in drawn.names.switches]
    assert named == [*(f"s07-acc{number:02}" for number in range(1, 12)), "s09-acc03"]
    assert _numbers(drawn) == ["1", "11", "12"]  # ten cells in a line, so the eleventh begins one
    assert drawn.names.left_out == 0


@pytest.mark.slow
@settings(max_examples=15)
@given(st.sets(st.integers(1, 40), max_size=20), st.integers(5, 14))
def test_numbers_of_a_map_follow_its_lines_and_leave_out_the_least_hit(sites: set[int], switches: int) -> None:
    made = made_campus(sites=40, switches=switches, modules=1, phones=4, ports=False)
    components = [Component("distribution", f"s{site:02}-dista") for site in sorted(sites)]
    shown = make_estate(made_result(made, *components, share=1.0), campus=made.campus)
    drawn = estate_map(shown, tally_of_all(shown))
    assert drawn is not None
    _check(drawn.picture)
    names, layout = drawn.names, map_layout(shown)
    assert len(names.switches) + names.left_out == len(sites) * switches
    assert len(names.switches) <= MOST_NAMED
    assert not names.left_out or len(names.switches) > MOST_NAMED - 10
    assert _numbers(drawn) == [str(number) for _, number in names.starts]
    lines: dict[tuple[str, float], list[float]] = {}
    for number in names.switches:
        lines.setdefault((shown.switches[number].site, layout.corners[number][1]), []).append(layout.corners[number][0])
    assert all(places == sorted(places) for places in lines.values())
    at = [sum(map(len, list(lines.values())[:place])) + 1 for place in range(len(lines))]
    assert [number for _, number in names.starts] == at
    assert [layout.corners[first][1] for first, _ in names.starts] == [y for _, y in lines]


def test_what_a_server_said_shortly_before_a_picture_is_told_in_words() -> None:
    result, shown = estate(Component("node", "cm-sub1"))
    (incident,) = result.incidents
    span = span_around(incident.start.timestamp(), incident.end.timestamp())

    def words(*seconds: float) -> list[str]:
        said = tuple(ServerReading(span.start + at, "cm-sub1", "LowHeartbeat", "rate 19", ServerSign.HEARTBEAT) for at in seconds)
        changed = replace(shown, signs=said)
        picture = timeline(changed, losses_in(changed, span, ()), ())
        _check(picture)
        assert (f" raised {counted(sum(at >= 0 for at in seconds), 'alert')} in" in picture.label) is bool(seconds)
        return [mark.text for mark in _texts(picture) if mark.css == "ts halo" and mark.anchor == "start"]

    assert words(-601) == []
    (one,) = words(-60)
    assert one == f"← {clock_time(span.start - 60)} LowHeartbeat rate 19"
    (two,) = words(-400, -60)
    assert two == f"{one}, and 1 more before"
    assert words(-60, 2) == ["LowHeartbeat rate 19"]  # no room before the sign
    assert words(-60, 90) == [one, "LowHeartbeat rate 19"]


def test_maps_that_show_names_number_nothing() -> None:
    drawn = estate_map(*_lost(estate(Component("switch", "s01-acc01"))[1]))
    assert drawn is not None
    assert drawn.names == MapNames()
    assert _numbers(drawn) == []


def _lost(shown: Estate) -> tuple[Estate, Tally]:
    return shown, tally_of_all(shown)


def test_no_switch_no_map() -> None:
    shown = make_estate(CASES["not_proven"]())
    assert estate_map(shown, tally_of_all(shown)) is None


def _drawing(component: Component) -> tuple[Picture, Estate]:
    result, shown = estate(component)
    (incident,) = result.incidents
    picture = cause_drawing(shown, incident.causes[0], tally_of_incident(shown, incident), tally_of_cause(shown, incident, 0))
    assert picture is not None
    return picture, shown


@pytest.mark.parametrize(
    ("component", "css"),
    [
        (_MODULE, "hot-row"), (Component("switch", "s01-acc02"), "chassis hot-box"), (Component("distribution", "s01-dista"), "box hot-link"),
        (Component("uplink", "s02-acc01:TenGigabitEthernet1/1/1"), "wire hot-wire"), (Component("node", "cm-sub1"), "box hot-server"),
    ],
)  # fmt: skip
def test_the_cause_is_drawn_thick_and_once(component: Component, css: str) -> None:
    picture, _ = _drawing(component)
    assert sum(getattr(mark, "css", "") == css for mark in picture.marks) == 1


def test_a_site_has_its_switches_and_nothing_thick() -> None:
    picture, _ = _drawing(Component("site", "Site 1"))
    assert [mark for mark in picture.marks if "hot" in getattr(mark, "css", "")] == []
    assert "Drawn: 3 access switches below s01-dista, s01-distb" in picture.label


def test_of_causes_at_once_each_is_drawn_with_the_switches_of_its_own_phones() -> None:
    result, shown = estate(Component("site", "Site 1"), Component("site", "Site 2"))
    first, second = result.incidents
    others = tuple(replace(phone, cause=1) for phone in second.phones)
    both = replace(first, causes=(*first.causes, *second.causes), phones=(*first.phones, *others))
    lost = tally_of_incident(shown, both)
    labels = []
    for place, cause in enumerate(both.causes):
        picture = cause_drawing(shown, cause, lost, tally_of_cause(shown, both, place))
        assert picture is not None
        labels.append({mark.text for mark in picture.marks if isinstance(mark, Text) and "acc" in mark.text})
    assert labels == [{f"s{site:02}-acc{switch:02}" for switch in (1, 2, 3)} for site in (1, 2)]


def test_access_switches_that_are_not_drawn_are_counted() -> None:
    made = made_campus(sites=1, switches=12, modules=1, phones=4, ports=False)
    for component in (Component("site", "Site 1"), Component("distribution", "s01-dista")):
        result = made_result(made, component, share=1.0)
        shown = make_estate(result, campus=made.campus, log=made.log)
        (incident,) = result.incidents
        picture = cause_drawing(shown, incident.causes[0], tally_of_incident(shown, incident), tally_of_cause(shown, incident, 0))
        assert picture is not None
        (words,) = [mark for mark in picture.marks if isinstance(mark, Text) and "more" in mark.text]
        assert words.text == "2 more access switches lost phones for it"
        assert words.y < picture.height


def test_a_part_without_phones_is_hatched_so_that_the_chassis_reads_right() -> None:
    made = made_campus(sites=1, switches=1, modules=2, phones=3)
    devices = tuple(
        replace(device, modules=(*device.modules, ModuleFacts(f"{device.name}/3", "WS-X45-SUP8-E"))) if device.modules else device
        for device in made.campus.devices
    )
    result = made_result(made, _MODULE)
    shown = make_estate(result, campus=replace(made.campus, devices=devices), log=made.log)
    picture = cause_drawing(
        shown, result.incidents[0].causes[0], tally_of_incident(shown, result.incidents[0]), tally_of_cause(shown, result.incidents[0], 0)
    )
    assert picture is not None
    assert [mark.title for mark in picture.marks if isinstance(mark, Rect) and mark.css == "row-none"] == ["s01-acc01/3 WS-X45-SUP8-E"]
    assert [mark for mark in picture.marks if getattr(mark, "css", "") == "hatch"]


def test_no_more_than_four_switches_are_drawn_above() -> None:
    picture, shown = _drawing_of_sites(6)
    boxes = [
        mark.text
        for mark in picture.marks
        if isinstance(mark, Text) and mark.text in {switch.name for switch in shown.switches if switch.level == 1}
    ]
    assert len(boxes) == 4


def _drawing_of_sites(sites: int) -> tuple[Picture, Estate]:
    made = made_campus(sites=sites, switches=2, modules=1, phones=3)
    result = made_result(made, Component("cluster", "x"), share=1.0, verdict=Verdict.CALL_SERVER)
    shown = make_estate(result, campus=made.campus, log=made.log)
    picture = cause_drawing(
        shown, result.incidents[0].causes[0], tally_of_incident(shown, result.incidents[0]), tally_of_cause(shown, result.incidents[0], 0)
    )
    assert picture is not None
    return picture, shown


def test_the_parts_of_a_module_and_the_twin_kinds_lead_to_their_switch() -> None:
    result, shown = estate(_MODULE)
    (incident,) = result.incidents
    lost = tally_of_incident(shown, incident)
    for kind, id_ in (
        ("asic", "s01-acc01/2/0"),
        ("chassis", "s01-acc01/1"),
        ("port", "s01-acc01:GigabitEthernet2/0/1"),
        ("block", "s01-dista+s01-distb"),
    ):
        cause = replace(incident.causes[0], component=Component(kind, id_))
        picture = cause_drawing(shown, cause, lost, lost)
        assert picture is not None
        assert "s01-acc01" in [mark.text for mark in picture.marks if isinstance(mark, Text)]
    nowhere = tally_of_incident(shown, replace(incident, phones=()))
    assert cause_drawing(shown, replace(incident.causes[0], component=Component("vlan", "7")), nowhere, nowhere) is None


def test_every_lost_phone_is_on_its_port_with_a_name() -> None:
    result, shown = estate(_MODULE)
    lost = tally_of_incident(shown, result.incidents[0])
    picture = faceplate(shown, shown.module_index[_MODULE.id], lost)
    told = [
        re.fullmatch(r"port \d+: (not seen to come back|lost and back), (SEP\w+), \d\d:\d\d:\d\d, [\d,]+ crc", mark.label)
        for mark in picture.marks
        if isinstance(mark, Sign)
    ]
    assert sorted(found[2] for found in told if found) == sorted(phone.phone for phone in result.incidents[0].phones)
    assert len({mark.name for mark in picture.marks if isinstance(mark, Sign)}) == 2
    assert picture.role == "group"
    assert [mark for mark in picture.marks if isinstance(mark, Rect) and mark.css == "frame"]


def test_ports_without_news_say_whether_they_were_read() -> None:
    result, shown = estate(_MODULE)
    module = shown.module_index["s01-acc02/1"]
    lost = tally_of_all(shown)
    read = {mark.css for mark in faceplate(shown, module, lost).marks if isinstance(mark, Path)}
    assert {"p-reg", "p-up", "p-none"} <= read
    blind = replace(shown, ports={})
    assert {mark.css for mark in faceplate(blind, module, lost).marks if isinstance(mark, Path)} == {"p-reg", "p-unk"}
    assert result.incidents


def test_the_legend_of_panels_has_what_is_on_them() -> None:
    for ports in (True, False):
        made = made_campus(sites=1, switches=1, modules=2, phones=20, ports=ports)
        result = made_result(made, _MODULE, share=1.0)
        shown = make_estate(result, campus=made.campus, log=made.log, ports=made.ports)
        (cause,) = page_view(result, shown).incidents[0].causes
        assert set(cause.states) == {"p-down", "p-back", *({"p-up", "p-none", "err"} if ports else {"p-unk"})}
        assert set(cause.states) < set(key_of_states())


def test_a_timeline_names_incidents_that_are_near_and_no_line_crosses_its_ticks() -> None:
    _, shown = estate(_MODULE)
    hours = [Marked(str(number), shown.start + at, shown.start + at + 60, {}) for number, at in ((1, 3000), (2, 3400), (3, 3410))]
    picture = timeline(shown, losses_in(shown, Span(shown.start, shown.end), hours), hours)
    names = [mark for mark in _texts(picture) if mark.text in ("1", "2", "3") and mark.css == "ts halo"]
    assert [mark.text for mark in names] == ["1", "2"]
    lines = [number for number, mark in enumerate(picture.marks) if getattr(mark, "css", "") == "onset"]
    ticks = [number for number, mark in enumerate(picture.marks) if isinstance(mark, Text) and mark.anchor == "middle"]
    assert max(lines) < min(ticks)
    assert all("halo" in picture.marks[number].css for number in ticks)  # type: ignore[union-attr]


def test_the_error_counters_are_told_in_a_sentence() -> None:
    _, shown = estate()
    module, sick = shown.module_index["s01-acc02/1"], shown.module_index["s01-acc01/2"]
    assert errors_sentence(shown, module) == "No error counter of its 48 ports grew between the visits."
    assert (
        errors_sentence(shown, sick) == "Errors grew between the visits on 48 of 48 ports; the most, 1,920 crc, on GigabitEthernet2/0/48."
    )
    once = {
        sick: tuple(replace(port, grown=False) for port in shown.ports[sick]),
        module: tuple(replace(port, grown=False) for port in shown.ports[module]),
    }
    single = replace(shown, ports=once)
    assert errors_sentence(single, sick).startswith("Errors stand since the last clearing on 48")
    assert errors_sentence(single, module) == "No error counter of its 48 ports is above 0."
    assert errors_sentence(replace(shown, ports={}), sick) == "No error counter of its ports was read."


def test_an_uplink_that_is_down_is_drawn_empty() -> None:
    _, shown = estate()
    module, twin = shown.module_index["s01-acc02/1"], shown.module_index["s01-acc02/1.nm"]
    (uplink,) = shown.ports[twin]
    down = replace(shown, ports={twin: (replace(uplink, state=PortState.DOWN, errors=None),)})
    picture = faceplate(down, module, tally_of_all(shown))
    titles = [mark.title for mark in picture.marks if isinstance(mark, Rect) and mark.title.startswith("uplink")]
    assert titles == ["uplink TenGigabitEthernet1/1/1: down"]


@given(st.lists(st.floats(0, 5000), max_size=60))
def test_the_loss_curve_is_inside_and_says_when_nine_of_ten_were_lost(times: list[float]) -> None:
    curve = loss_curve(times, "c-hw")
    if len(times) < 2:
        assert curve is None
        return
    assert curve is not None
    _check(curve.picture)


def test_two_steps_are_told_as_two() -> None:
    curve = loss_curve([*range(10), *range(1000, 1010)], "c-hw")
    even = loss_curve([float(second) for second in range(1000)], "c-hw")
    assert curve is not None
    assert even is not None
    assert curve.steps == "lost in two steps, 17 min apart: two faults may be mixed here"
    assert even.steps == ""
    assert even.ninety == "15 min"


def test_a_loss_has_the_colour_of_its_cause_only_in_the_time_of_its_incident() -> None:
    result, shown = estate(_MODULE)
    phone = shown.phone_index[result.incidents[0].phones[0].phone]
    marked = Marked("", FAILED.timestamp(), (FAILED + timedelta(minutes=1)).timestamp(), {phone: "c-hw"})
    span = span_around(marked.start, marked.end)
    assert sum(int(count) for _, count, css in timeline_table(losses_in(shown, span, (marked,))) if css == "c-hw") == 1
    bars = [mark for mark in timeline(shown, losses_in(shown, span, (marked,)), (marked,)).marks if isinstance(mark, Rect)]
    assert len(bars) == len(timeline_table(losses_in(shown, span, (marked,))))
    late = replace(marked, start=0.0, end=1.0)
    assert all(
        mark.css != "c-hw"
        for mark in timeline(shown, losses_in(shown, span_around(marked.start, marked.end), (late,)), (late,)).marks
        if isinstance(mark, Rect)
    )


def test_a_quiet_span_says_so() -> None:
    _, shown = estate()
    start = START.timestamp()
    picture = timeline(shown, losses_in(shown, Span(start + 5, start + 10), ()), ())
    assert picture.label == "No loss between 2026-11-22 08:00:05 and 2026-11-22 08:00:10 UTC."


@pytest.mark.parametrize("days", [0.01, 0.5, 3, 40, 900])
def test_ticks_are_few_at_any_scale(days: float) -> None:
    _, shown = estate()
    picture = timeline(shown, losses_in(shown, Span(START.timestamp(), START.timestamp() + days * 86400), ()), ())
    ticks = [mark for mark in picture.marks if isinstance(mark, Text) and re.search(r"\d\d[:-]\d\d", mark.text)]
    assert 1 <= len(ticks) <= 9
    _check(picture)


def test_the_matrix_is_in_order_of_the_first_loss() -> None:
    result, shown = estate(Component("distribution", "s01-dista"))
    lost = tally_of_incident(shown, result.incidents[0])
    grid = grid_of(shown, lost)
    assert grid is not None
    picture = matrix(shown, lost, grid)
    names = [mark.text.split()[0] for mark in picture.marks if isinstance(mark, Text)][2:]
    first = {
        name: min(moment for phone, moment in lost.lost_at.items() if shown.switches[shown.phones.switch[phone]].name == name)
        for name in names
    }
    assert names == sorted(names, key=first.__getitem__)
    one = tally_of_incident(shown, replace(result.incidents[0], phones=result.incidents[0].phones[:1]))
    assert grid_of(shown, one) is None
    rows = matrix_table(shown, lost, grid)
    assert [name for name, _, _ in rows] == names
    assert [int(count) for _, count, _ in rows] == [sum(int(part.split()[1]) for part in times.split(", ")) for _, _, times in rows]


def test_a_table_of_days_tells_the_date_of_each_step() -> None:
    _, shown = estate(_MODULE)
    start = START.timestamp()
    for hours, time in ((23.9, r"\d\d:\d\d:\d\d"), (24, r"2026-11-22 \d\d:\d\d:\d\d")):
        times = [told for told, _, _ in timeline_table(losses_in(shown, Span(start, start + hours * 3600), ()))]
        assert [re.fullmatch(time, told) is not None for told in times] == [True, True]


def test_the_path_counts_every_phone_in_every_column() -> None:
    result, shown = estate(_MODULE, Component("uplink", "s02-acc02:TenGigabitEthernet1/1/1"))
    lost = tuple(tally_of_all(shown).lost_at)
    picture = path_picture(shown, [Band("a", "c-hw", lost[:5]), Band("", "c-none", lost[5:]), Band("b", "c-link", ())])
    assert picture is not None
    columns = {mark.x for mark in picture.marks if isinstance(mark, Rect)}
    named = [(mark.x, int(mark.text.rpartition(" ")[2])) for mark in picture.marks if isinstance(mark, Text) and mark.css == "halo"]
    for column in columns:
        assert sum(count for x, count in named if column < x < column + 30) == len(lost)
    assert len(columns) == 4
    assert result.incidents
    rows = path_table(shown, [Band("a", "c-hw", lost[:5]), Band("", "c-none", lost[5:])])
    assert {what for what, _, _ in rows} == {"Module", "Access switch", "Distribution switch", "CallManager node"}
    assert sum(int(count) for what, _, count in rows if what == "Access switch") == len(lost)
    nowhere = [Band("a", "c-hw", (shown.phone_index["CTI-1"],))]
    assert path_picture(shown, nowhere) is None
    assert path_table(shown, nowhere) == ()


def test_endpoints_without_a_place_are_no_module_and_no_switch() -> None:
    _, shown = estate(_MODULE)
    modules = {shown.phones.module[phone]: phone for phone in range(len(shown.phones)) if shown.phones.module[phone] >= 0}
    placed = tuple(modules.values())[:2]
    rows = path_table(shown, [Band("a", "c-server", (*placed, shown.phone_index["CTI-1"]))])
    assert [(node, count) for what, node, count in rows if what == "Module"] == [("2 modules", "2"), ("not known", "1")]
    assert ("Access switch", "not known", "1") in rows


def test_the_way_of_one_phone_is_no_wall_of_colour() -> None:
    _, shown = estate(_MODULE)
    picture = path_picture(shown, [Band("a", "c-hw", tuple(tally_of_all(shown).lost_at)[:1])])
    assert picture is not None
    assert max(mark.height for mark in picture.marks if isinstance(mark, Rect)) == 24.0


def test_many_switches_of_one_cause_are_put_together() -> None:
    made = made_campus(sites=3, switches=12, modules=1, phones=3, ports=False)
    shown = make_estate(made_result(made, Component("cluster", "x"), share=1.0), campus=made.campus, log=made.log)
    picture = path_picture(shown, [Band("x", "c-server", tuple(tally_of_all(shown).lost_at))])
    assert picture is not None
    _check(picture)
    assert [mark.text for mark in picture.marks if isinstance(mark, Text) and "more" in mark.text] == ["28 more switches 84"]


def test_a_recurring_component_has_its_losses_over_the_days() -> None:
    _, shown = estate(_MODULE)
    phones = exposed_phones(shown, _MODULE)
    row = recurring_row(shown, phones, "c-hw")
    assert row is not None
    _check(row)
    assert recurring_row(shown, frozenset(), "c-hw") is None


def test_moments_that_are_not_known_are_empty() -> None:
    assert clock_time(math.nan) == full_time(math.nan) == ""


@given(st.text(max_size=60), st.integers(20, 300))
def test_a_fitted_text_fits(words: str, width: int) -> None:
    assert text_width(fitted(words, width)) <= max(width, 14)


def test_more_than_what_is_shown_is_counted() -> None:
    result = correlation(phones=700)
    page = page_view(result, make_estate(result))
    assert (page.phones_affected, page.phones_left_out) == (700, 200)


def test_a_short_picture_keeps_lines_above_the_areas_they_cross() -> None:
    hatched: list[Rect | Path] = [
        rect(0, 0, 9, 9, "row-none", "slot 1"),
        Path("M1 9L1 0", "hatch"),
        rect(10, 0, 9, 9, "row-none", "slot 2"),
        Path("M11 9L11 0", "hatch"),
    ]
    marks = compact(Picture(20, 10, "Two.", (rect(0, 0, 20, 10, "chassis"), *hatched, rect(1, 1, 2, 2, "chassis")))).marks
    assert [mark.css for mark in marks if isinstance(mark, Rect | Path)] == ["chassis", "row-none", "row-none", "hatch"]
    assert marks[-1] == Path("M1 9V0M11 9V0", "hatch")


_NUMBER = st.integers(-400, 400).map(lambda value: value / 10)


@given(
    st.lists(st.tuples(_NUMBER, _NUMBER, st.sampled_from(("p-up", "p-none"))), max_size=8),
    st.lists(st.tuples(_NUMBER, _NUMBER), max_size=8),
)
def test_a_compact_picture_has_every_area_and_text_where_it_was(
    areas: list[tuple[float, float, str]], texts: list[tuple[float, float]]
) -> None:
    marks: list[Mark] = [*(rect(x, y, 3, 2, css) for x, y, css in areas), *(text(x, y, f"{x} {y}", "ts", "end") for x, y in texts)]
    picture = compact(Picture(99, 99, "All.", tuple(marks)))
    for css in ("p-up", "p-none"):
        found = [point for mark in picture.marks if isinstance(mark, Path) and mark.css == css for point in _points(mark.d)]
        assert found == [pytest.approx((x, y)) for x, y, own in areas if own == css]
    assert list(_texts(picture)) == marks[len(areas) :]
    assert len(picture.marks) <= 3


def test_the_numbers_beside_a_timeline_stand_at_their_height() -> None:
    _, shown = estate(_MODULE)
    picture = timeline(shown, losses_in(shown, Span(shown.start, shown.end), ()), ())
    scale = {mark.text: mark.y for mark in picture.marks if isinstance(mark, Text) and mark.anchor == "end" and mark.text.isdigit()}
    peak = max(map(int, scale))
    tall = [mark.height for mark in picture.marks if isinstance(mark, Rect)]
    assert set(scale) == {"0", str(peak // 2), str(peak)}
    for count in (peak // 2, peak):
        assert scale["0"] - scale[str(count)] == pytest.approx(max(tall) * count / peak, abs=0.2)


def _node_words(cause: Cause, shown: Estate, lost: Tally) -> list[str]:
    picture = cause_drawing(shown, cause, lost, lost)
    assert picture is not None
    return [mark.text for mark in picture.marks if isinstance(mark, Text)]


def test_a_node_has_the_numbers_of_its_card_and_others_no_share_where_nodes_are_assumed() -> None:
    result, shown = estate(Component("node", "cm-sub1"), share=0.8)
    (incident,) = result.incidents
    (cause,) = incident.causes
    lost = tally_of_incident(shown, incident)
    words = _node_words(cause, shown, lost)
    assert f"{cause.affected} of {cause.exposed} lost" in words
    assert sum(bool(re.fullmatch(r"\d+ of \d+ lost", text)) for text in words) == 3
    more = replace(cause, exposed=cause.exposed + 9)
    assumed = _node_words(more, shown, lost)
    assert [text for text in assumed if re.fullmatch(r"\d+ of \d+ lost", text)] == [f"{cause.affected} of {cause.exposed + 9} lost"]
    assert assumed.count("0 lost") == 2


def test_a_way_down_that_nobody_read_ends_in_a_stub_that_says_so() -> None:
    result, shown = estate(Component("node", "cm-sub1"), share=0.8)
    (incident,) = result.incidents
    lost = tally_of_incident(shown, incident)
    assert "links not read" not in _node_words(incident.causes[0], shown, lost)
    alone = replace(shown, switches=tuple(replace(switch, above=(), uplinks=()) for switch in shown.switches))
    assert "links not read" in _node_words(incident.causes[0], alone, lost)


def test_a_column_of_which_nothing_is_known_is_not_drawn() -> None:
    _, shown = estate(_MODULE)
    bare = replace(
        shown,
        switches=tuple(replace(switch, above=(), uplinks=()) for switch in shown.switches),
        phones=replace(shown.phones, node=("",) * len(shown.phones)),
    )
    bands = [Band("a", "c-hw", tuple(tally_of_all(bare).lost_at))]
    picture = path_picture(bare, bands)
    assert picture is not None
    assert [mark.text for mark in picture.marks if isinstance(mark, Text) and mark.css == "ts"] == ["Module", "Access switch"]
    assert {what for what, _, _ in path_table(bare, bands)} == {"Module", "Access switch"}


def test_what_is_not_known_is_a_stub_for_each_way_to_it() -> None:
    made = made_campus(sites=1, switches=3, modules=1, phones=6, ports=False)
    shown = make_estate(made_result(made, Component("distribution", "s01-dista"), share=1.0), campus=made.campus, log=made.log)
    known = next(switch.name for switch in shown.switches if switch.phones)
    some = replace(shown, switches=tuple(one if one.name == known else replace(one, above=(), uplinks=()) for one in shown.switches))
    bands = [Band("a", "c-link", tuple(tally_of_all(some).lost_at))]
    picture = path_picture(some, bands)
    assert picture is not None
    _check(picture)
    assert [mark.css for mark in picture.marks if isinstance(mark, Rect)].count("row-unk") == 2
    assert ("Distribution switch", "not known", "12") in path_table(some, bands)


def test_nothing_goes_from_what_is_not_known_to_what_is_not_known() -> None:
    made = made_campus(sites=1, switches=3, modules=1, phones=6, ports=False)
    shown = make_estate(made_result(made, Component("distribution", "s01-dista"), share=1.0), campus=made.campus, log=made.log)
    known = next(number for number, switch in enumerate(shown.switches) if switch.phones)
    some = replace(
        shown,
        switches=tuple(one if number == known else replace(one, above=(), uplinks=()) for number, one in enumerate(shown.switches)),
        phones=replace(
            shown.phones,
            node=tuple(node if switch == known else "" for node, switch in zip(shown.phones.node, shown.phones.switch, strict=True)),
        ),
    )
    bands = [Band("a", "c-link", tuple(tally_of_all(some).lost_at))]
    picture = path_picture(some, bands)
    assert picture is not None
    _check(picture)
    ways = [mark.title.partition(":")[0] for mark in picture.marks if isinstance(mark, Path) and mark.title]
    assert any(way.endswith(" to not known") for way in ways)
    assert "not known to not known" not in ways


def test_the_first_port_of_each_group_has_its_number_above_the_bars_of_errors() -> None:
    result, shown = estate(Component("module", "s01-acc01/2"))
    picture = faceplate(shown, shown.module_index["s01-acc01/2"], tally_of_incident(shown, result.incidents[0]))
    numbers = [(mark.x, mark.text) for mark in picture.marks if isinstance(mark, Text) and mark.y == 10]
    assert [words for _, words in numbers] == ["1", "13", "25", "37"]
    assert [x for x, _ in numbers] == sorted({x for x, _ in numbers})
