"""What changed between two looks: the words, the order, the links, and the two pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison
from switchcorr.report.changes_view import KIND_WORDS, ROWS_SHOWN, STATE_WORDS, changes_view
from switchcorr.report.to_html import render_changes, render_html, write_html
from tests.report.driven import Chromium, opened
from tests.report.results import correlation, estate
from tests.report.test_to_html import HOSTILE, tags_of

_AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
MOVED = Change(
    ChangeKind.PHONE_MOVED, ChangeState.NEW, "SEP00005E000020", "is on another port", _AT, "s01-acc01 Gi1/0/1", "s01-acc02 Gi1/0/2",
    "s01-acc02", "SEP00005E000020",
)  # fmt: skip
FAULTY = Change(ChangeKind.MODULE_STATUS, ChangeState.ONGOING, "s01-acc01/2", "status is faulty", _AT, "ok", "faulty", "s01-acc01")
BACK = Change(ChangeKind.DEVICE_UNREACHED, ChangeState.GONE, "s09-acc01", "answers again", device="s09-acc01")
COMPARISON = Comparison(
    "the sweep of yesterday", "this sweep", datetime(2026, 11, 21, 8, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC),
    (MOVED, FAULTY, BACK, replace(FAULTY, subject="s01-acc01/1", note="acknowledged by ada: the card is ordered")),
    ("s02-acc03 was not read: no answer",),
)  # fmt: skip


def test_every_kind_and_state_has_its_words() -> None:
    assert set(KIND_WORDS) == set(ChangeKind)
    assert set(STATE_WORDS) == set(ChangeState)


def test_the_headline_counts_what_nobody_knows_of() -> None:
    view = changes_view(COMPARISON)
    assert view.headline == "Since the sweep of yesterday: 1 new, 1 goes on, 1 ended, 1 known to somebody."
    assert view.span == "the sweep of yesterday (2026-11-21 08:00:00 UTC) against this sweep (2026-11-22 08:00:00 UTC)"
    assert dict(view.numbers)["could not be compared"] == "1"


def test_a_time_that_is_the_name_of_a_look_stands_once() -> None:
    view = changes_view(replace(COMPARISON, before="the network of 2026-11-21 08:00:00 UTC"))
    assert view.span == "the network of 2026-11-21 08:00:00 UTC against this sweep (2026-11-22 08:00:00 UTC)"


def test_words_that_are_what_is_new_or_gone_stand_once() -> None:
    words = "error counters of s01-acc01/2 grew by 10,132"
    for before, after, values in (("", words, ""), (words, "", ""), ("none", words, f"none → {words}"), ("", "up", "nothing → up")):
        (group,) = changes_view(replace(COMPARISON, changes=(replace(FAULTY, words=words, before=before, after=after),))).groups
        assert group.rows[0].values == values


def test_without_a_change_it_says_so_and_whether_all_was_compared() -> None:
    empty = replace(COMPARISON, changes=(), before_at=None)
    assert changes_view(empty).headline == "Nothing changed since the sweep of yesterday in what could be compared."
    assert changes_view(replace(empty, unseen=())).headline == "Nothing changed since the sweep of yesterday."
    assert changes_view(empty).span.startswith("the sweep of yesterday against this sweep (")


def test_kinds_that_lose_phones_stand_first_and_what_is_known_last_in_its_kind() -> None:
    groups = changes_view(COMPARISON).groups
    assert [group.title for group in groups] == ["Switches that could not be read", "Status of modules", "Phones that moved"]
    assert [row.subject for row in groups[1].rows] == ["s01-acc01/2", "s01-acc01/1"]
    assert groups[2].rows[0].values == "s01-acc01 Gi1/0/1 → s01-acc02 Gi1/0/2"
    assert (groups[0].rows[0].values, groups[0].rows[0].when) == ("", "")


def test_a_row_opens_what_the_page_has() -> None:
    groups = changes_view(COMPARISON, switches={"s01-acc01", "s01-acc02"}, phones={"SEP00005E000020"}).groups
    assert [row.link for group in groups for row in group.rows] == ["", "switch=s01-acc01", "switch=s01-acc01", "phone=SEP00005E000020"]
    assert changes_view(replace(COMPARISON, changes=(replace(FAULTY, device="a b/c"),)), switches={"a b/c"}).groups[0].rows[0].link == (
        "switch=a%20b%2Fc"
    )


def test_more_rows_than_shown_are_counted() -> None:
    many = tuple(replace(MOVED, subject=f"SEP{number:012X}", after="") for number in range(ROWS_SHOWN + 7))
    (group,) = changes_view(replace(COMPARISON, changes=many)).groups
    assert (len(group.rows), group.left_out, group.counts) == (ROWS_SHOWN, 7, f"{ROWS_SHOWN + 7} new")
    assert group.rows[0].values == "s01-acc01 Gi1/0/1 → nothing"
    assert "7 more." in render_changes(replace(COMPARISON, changes=many), correlation())


def test_an_incident_page_has_the_changes_as_a_section_and_without_them_none() -> None:
    result, shown = estate(Component("module", "s01-acc01/2"))
    page = render_html(result, estate=shown, changes=COMPARISON)
    assert page.index('id="causes"') < page.index('id="changes"') < page.index('id="coverage"')
    assert "What could not be compared" in page
    assert 'id="changes"' not in render_html(result, estate=shown)


def test_the_page_of_changes_alone_has_no_incident() -> None:
    result, shown = estate()
    page = render_changes(COMPARISON, result, estate=shown)
    assert re.findall(r'<section id="(\w+)"', page) == ["verdict", "changes", "where", "switch", "coverage"]
    nothing = render_changes(Comparison("a", "b"), result, estate=shown)
    assert "<p>Nothing.</p>" in nothing
    assert render_changes(COMPARISON, result, estate=shown) == page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_change_changes_no_tag(text: str) -> None:
    def made(words: str) -> dict[str, int]:
        change = Change(ChangeKind.ERRORS, ChangeState.NEW, words, words, _AT, words, words, words, words, words)
        return tags_of(render_changes(Comparison(words, words, changes=(change,), unseen=(words,)), correlation())).tags

    assert made(text) == made("plain")


@pytest.mark.browser
def test_the_pages_open_what_changed(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    result, shown = estate(Component("module", "s01-acc01/2"))
    for page in (render_changes(COMPARISON, result, estate=shown), ""):
        if page:
            file.write_text(page, encoding="utf-8", newline="\n")
        else:
            write_html(result, file, estate=shown, changes=COMPARISON)
        driven = opened(browser, file)
        driven.page.click("#changes a >> text=s01-acc01/2")
        driven.wait("document.querySelector('#switch-body h3')?.textContent === 's01-acc01'")
        assert driven.told == []
        driven.page.close()
