"""The list of the verdict: what is worst now first, one line for a part that failed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.model.campus import Component
from switchcorr.model.incident import Incident, Recurring, Verdict
from switchcorr.report.overview import OverviewLine, overview_lines
from switchcorr.report.views import result_view
from tests.report.results import correlation


def _incident(part: str, hours: int, *, lost: int = 6, down: int = 0, probability: float = 0.97) -> Incident:
    (incident,) = correlation(phones=lost).incidents
    later = timedelta(hours=hours)
    phones = tuple(
        replace(phone, phone=f"SEP{part}{n:04}", back_at=None if n < down else phone.time + later)
        for n, phone in enumerate(incident.phones)
    )
    causes = (replace(incident.causes[0], component=Component("module", part), probability=probability),)
    start, end = incident.start + later, incident.end + later
    return replace(incident, start=start, end=end, causes=causes, phones=phones, endpoints=lost, still_down=down)


def _lines(*incidents: Incident) -> list[OverviewLine]:
    result = replace(correlation(), incidents=incidents)
    return list(overview_lines(result, result_view(result).incidents))


def test_what_is_not_back_stands_first_then_what_lost_most_then_what_was_first() -> None:
    lines = _lines(
        _incident("a/1", 0, lost=40),
        _incident("b/1", 1),
        _incident("c/1", 2),
        _incident("d/1", 3, down=5),
        _incident("e/1", 4, down=5, lost=9),
    )
    assert [line.last.number for line in lines] == [5, 4, 1, 2, 3]
    assert [line.back for line in lines] == ["5 not back", "5 not back", "all back", "all back", "all back"]


def test_incidents_of_one_part_are_one_line_that_counts_different_phones_and_is_as_sure_as_the_least() -> None:
    first, other, last = _incident("acc-3/4", 0, probability=0.94), _incident("acc-5/1", 1), _incident("acc-3/4", 48, down=2)
    line, single = _lines(first, other, last)
    assert [one.number for one in line.incidents] == [1, 3]
    assert (line.again, line.endpoints, line.sure, line.back) == (", twice", "6", "at least 94 % sure", "2 not back")
    assert (single.again, single.sure) == ("", "97 % sure")


def test_what_is_not_proven_is_never_the_same_part() -> None:
    one, other = (replace(_incident("acc-3/4", hours), verdict=Verdict.NOT_PROVEN) for hours in (0, 1))
    assert [line.again for line in _lines(one, other)] == ["", ""]


def test_phones_that_are_not_listed_are_added_up() -> None:
    one, other = (replace(_incident("acc-3/4", hours), phones=(), endpoints=7, still_down=3) for hours in (0, 1))
    listed = _incident("acc-9/1", 2)
    line, _ = _lines(one, other, listed)
    assert (line.endpoints, line.back) == ("14", "6 not back")


def test_a_log_without_any_return_tells_nothing_of_what_is_back() -> None:
    (line,) = _lines(_incident("acc-3/4", 0, lost=6, down=6))
    assert line.back == ""


def test_the_headline_says_what_failed_again_and_again() -> None:
    (again,) = correlation().recurring
    rare, likely = (
        replace(again, component=Component("switch", "acc-9"), probability=0.3),
        replace(again, component=Component("module", "acc-3/4"), bursts=3),
    )
    more = replace(again, component=Component("vlan", "9"), probability=0.6)

    def headline(*recurring: Recurring) -> str:
        return result_view(replace(correlation(), recurring=recurring)).headline

    assert headline(rare).endswith(": the network.")
    assert headline(rare, likely).endswith(": the network. Again and again: module acc-3/4, 3 times.")
    assert headline(more, likely).endswith("Again and again: module acc-3/4, 3 times, and 1 other part.")
