"""Incidents that were told before keep their ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.audit.identity import is_same, with_known_ids
from tests.report.results import correlation

RESULT = correlation()
FIRST = RESULT.incidents[0]


def test_an_incident_that_grew_or_has_another_suspect_keeps_its_id() -> None:
    grown = replace(FIRST, id="inc-other", start=FIRST.start - timedelta(seconds=30), phones=FIRST.phones[1:])
    settled = with_known_ids(replace(RESULT, incidents=(grown,)), [FIRST])
    assert [one.id for one in settled.incidents] == [FIRST.id]
    assert settled.incidents[0].start == grown.start


def test_an_id_is_given_once_and_its_owner_goes_first() -> None:
    part = replace(FIRST, id="inc-part", phones=FIRST.phones[:1])
    settled = with_known_ids(replace(RESULT, incidents=(part, FIRST)), [FIRST])
    assert [one.id for one in settled.incidents] == ["inc-part", FIRST.id]


def test_of_several_the_nearest_in_time_is_meant() -> None:
    older = replace(FIRST, id="inc-older", start=FIRST.start - timedelta(minutes=9))
    newer = replace(FIRST, id="inc-newer", start=FIRST.start - timedelta(minutes=1))
    asked = replace(RESULT, incidents=(replace(FIRST, id="inc-x"),))
    assert with_known_ids(asked, [older, newer]).incidents[0].id == "inc-newer"


def test_other_times_and_other_phones_are_other_incidents() -> None:
    later = replace(FIRST, start=FIRST.end + timedelta(seconds=1), end=FIRST.end + timedelta(minutes=1))
    assert not is_same(FIRST, later)
    assert not is_same(later, FIRST)
    assert not is_same(FIRST, replace(FIRST, phones=()))
    others = tuple(replace(phone, phone=f"{phone.phone}X") for phone in FIRST.phones)
    assert not is_same(FIRST, replace(FIRST, phones=others))
    asked = replace(RESULT, incidents=(replace(later, id="inc-later"),))
    assert with_known_ids(asked, [FIRST]).incidents[0].id == "inc-later"
