"""The page: everything is in it, and no text of a device can become markup."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import itertools
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from switchcorr.errors import ReportError
from switchcorr.model.campus import Component
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.report.estate_build import make_estate
from switchcorr.report.to_html import commands, render_html, write_html
from tests.report.campuses import START, made_campus, made_result
from tests.report.results import CASES, DRAWN, correlation, estate, nothing, quiet

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "javascript:alert(1)", "</script><script>alert(1)</script>",
    "{{7*7}}", "{% import os %}", "${7*7}", "<svg/onload=alert(1)>", "</style><style>*{display:none}", "<!--", "]]>", "&lt;script&gt;", "<iframe src=//192.0.2.1>",
    "\u202eevil", "\x00\x1b[2J", "<a href='http://192.0.2.1'>x</a>", "<base href=//192.0.2.1>", "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=//192.0.2.1>",
    "<object data=//192.0.2.1>", "<embed src=//192.0.2.1>", "<form action=//192.0.2.1><button>x</button></form>", "<details open ontoggle=alert(1)>", "<math><mi//xlink:href='data:x,alert(1)'>",
    "</title><script>alert(1)</script>", "</svg><script>alert(1)</script>", "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<style>@import '//192.0.2.1'</style>", "<template><script>alert(1)</script></template>",
    "</textarea><script>alert(1)</script>", "--><script>alert(1)</script>", "\" autofocus onfocus=alert(1) x=\"", "<input onfocus=alert(1) autofocus>", "<video><source onerror=alert(1)>", "data:text/html,<script>alert(1)</script>",
    "<noscript><p title='</noscript><script>alert(1)</script>'>", "%3Cscript%3Ealert(1)%3C/script%3E", "\ufeff<b>", "<b\u2028onclick=alert(1)>",
]  # fmt: skip


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attrs}


def tags_of(page: str) -> _Tags:
    """Tags and attributes of a page."""
    parser = _Tags()
    parser.feed(page)
    return parser


def test_a_template_that_is_broken_or_gone_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="report template"):
        render_html(correlation(), templates=tmp_path)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field_changes_no_tag(text: str) -> None:
    hostile, plain, short = (
        tags_of(render_html(correlation(text))),
        tags_of(render_html(correlation())),
        tags_of(render_html(correlation("a"))),
    )
    assert {tag for tag in plain.tags if plain.tags[tag] != short.tags[tag]} == {
        "title"
    }  # the tooltip of a name that a picture has no room for
    assert hostile.tags in (plain.tags, short.tags)
    assert hostile.attributes == plain.attributes
    assert hostile.tags["script"] == 6  # five blocks of data and the script of the page


class _Outline(html.parser.HTMLParser):
    """Ids, what refers to them, and the levels of the headings."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.references |= {given.get("aria-labelledby") or "", (given.get("href") or "").removeprefix("#")} - {""}
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


_PAGES = {**{name: (make, None) for name, make in CASES.items()}, **{name: (None, make) for name, make in DRAWN.items()}}


@pytest.mark.parametrize("name", sorted(_PAGES))
def test_headings_go_down_one_level_at_a_time_and_every_reference_leads_somewhere(name: str) -> None:
    alone, drawn = _PAGES[name]
    result, estate = drawn() if drawn else (alone(), None) if alone else (nothing(), None)
    outline = _Outline()
    outline.feed(render_html(result, estate=estate))
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(outline.levels))
    assert len(outline.ids) == len(set(outline.ids))
    to_the_script = {link for link in outline.references if link.startswith(("switch=", "phone="))}
    assert outline.references - to_the_script <= set(outline.ids)


def _hostile_network(text: str) -> str:
    """A page in which the text stands wherever a device, a log or a table of locations can put text."""
    made = made_campus(sites=1, switches=2, modules=2, phones=4)
    devices = tuple(
        replace(
            device, model=text, platform=text, software=text, addresses=(text,),
            modules=tuple(replace(module, model=text, serial=text, status=text) for module in device.modules),
        )
        for device in made.campus.devices
    )  # fmt: skip
    placements = tuple(replace(placement, ip=text, platform=text, reason=text) for placement in made.campus.placements)
    made.log.append(Event(START + timedelta(hours=1), EventKind.SERVER_ALERT, node=text, detail=EventDetail(text, {text: text}, text=text)))
    made.log.append(Event(START, EventKind.REGISTERED, f"{text}1", text, node=text, description=text))
    result = made_result(made, Component("module", "s01-acc01/2", text))
    ports = tuple(replace(port, counter=text) for port in made.ports)
    campus = replace(made.campus, devices=devices, placements=placements)
    return render_html(result, estate=make_estate(result, campus=campus, log=made.log, ports=ports))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_of_the_network_and_the_log_changes_no_tag(text: str) -> None:
    hostile, plain = tags_of(_hostile_network(text)), tags_of(_hostile_network("plain"))
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes


def test_pages_of_other_data_have_other_fingerprints() -> None:
    pages = [render_html(*made) for made in ((correlation(),), (correlation(phones=5),), (correlation(),))]
    first, second, third = (re.findall(r"data ([0-9a-f]{12})\.", page) for page in pages)
    assert len(first) == 1
    assert first == third != second


def test_the_policy_names_the_very_style_and_script_of_the_page() -> None:
    page = render_html(correlation())
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert script is not None
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert style is not None
    assert policy is not None
    digest, script_digest = (base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode() for found in (style, script))
    assert policy[1].split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{script_digest}'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_template_syntax_in_text_is_not_evaluated() -> None:
    assert str(7919 * 7919) not in render_html(correlation("{{7919*7919}}", phones=3))


def test_the_page_loads_nothing() -> None:
    page = render_html(correlation()).replace('"http://www.w3.org/2000/svg"', "")  # the name of SVG in the script, which nothing asks for
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|src=|@import|url\(", page)


def test_everything_a_reader_needs_is_on_the_page() -> None:
    page = render_html(correlation())
    for words in (
        "The network:",
        "31 of 46 (67\u00a0%)",
        "Speaks for it",
        "Speaks against it",
        "Next:",
        "The ranking",
        "What could not be seen",
        "What this rests on",
        "Again and again",
    ):
        assert words in page


def test_a_map_without_room_for_names_has_them_below() -> None:
    made = made_campus(sites=11, switches=9, modules=1, phones=4, ports=False)
    result = made_result(made, *(Component("distribution", f"s{site:02}-dista") for site in range(1, 9)), share=1.0)
    page = render_html(result, estate=make_estate(result, campus=made.campus, log=made.log))
    _, _, names = page.partition('<div class="names">')
    names, _, behind = names.partition("</ol>")
    assert re.findall(r"<li>(\S+): ", names) == [f"s{site:02}-acc{number:02}" for site in range(1, 7) for number in range(1, 10)]
    assert names.count(": 4 of 4\n") == 54
    assert behind.lstrip().startswith('<p class="small">And 18 more.</p>')


def test_a_long_list_of_phones_is_cut_visibly() -> None:
    assert "200 more: switchcorr correlate --format json" in render_html(correlation(phones=700))


def test_the_page_says_first_what_could_not_be_used() -> None:
    lacking = replace(quiet(), coverage=replace(quiet().coverage, unusable=("a&b.csv: no column 'phone'.",)))
    assert "<strong>Check input:</strong> a&amp;b.csv: no column &#39;phone&#39;." in render_html(lacking)


def test_a_quiet_week_and_an_empty_log_have_a_page_too() -> None:
    assert "No incident" in render_html(quiet())
    assert "No event was read" in render_html(nothing())


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    write_html(correlation(), tmp_path / "a.html")
    write_html(correlation(), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_commands_of_a_next_step_stand_as_code_and_stay_text() -> None:
    assert commands("Ask `show <x>` and `show y`.") == "Ask <code>show &lt;x&gt;</code> and <code>show y</code>."
    assert commands("One ` alone & none.") == "One ` alone &amp; none."
    result, shown = estate(Component("module", "s01-acc01/1"))
    incident = result.incidents[0]
    cause = replace(incident.causes[0], next_steps=("Ask `show <module>` first.",))
    page = render_html(replace(result, incidents=(replace(incident, causes=(cause,)),)), estate=shown)
    assert page.count("<strong>Next:</strong> Ask <code>show &lt;module&gt;</code> first.") == 1


def test_only_a_page_with_losses_offers_the_affected_ones() -> None:
    result, made = DRAWN["campus"]()
    assert "Affected only" in render_html(result, estate=made)
    calm, made = DRAWN["calm"]()
    assert "Affected only" not in render_html(calm, estate=made)
