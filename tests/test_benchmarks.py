"""The benchmark of small sites draws what it says, and judges answers as it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.small_site_cases import FALL_BACK, START, Fault, Mix, Phone, Site, drawn_site
from benchmarks.small_sites import ANOTHER_FIRST, TRUTH_FIRST, by_script, judge, main, told, truth_of
from switchcorr.model.campus import Component
from switchcorr.model.incident import Cause, Incident, Suspect, Verdict

_AT = datetime.fromtimestamp(START, UTC)
_TWINS = (Component("block", "block-1"),)


def _site(kind: str, part: str, *columns: str) -> Site:
    """Two blocks of two switches with five phones each; block 1 is all of node cm1, the rest at cm2."""
    phones = tuple(
        Phone(f"SEP00AA0000000{number:X}", f"cm{1 + number // 8}", _parts(number // 4, 1 + number // 8, f"cm{1 + number // 8}"))
        for number in range(16)
    )
    fault = Fault(kind, part, START, 60.0, 0.9, Mix((13,), (1.0,)))
    hit = [phone for phone in phones if kind == "everything" or phone.parts[kind] == part]
    events = tuple((START + place, phone.name, "unregistered", 13, phone.home) for place, phone in enumerate(hit))
    table = {phone.name: {column: phone.parts[column] for column in columns} for phone in phones}
    return Site(0, phones, fault, table, events, frozenset(phone.name for phone in hit), 1.0, "")


def _parts(switch: int, block: int, node: str) -> dict[str, str]:
    return {"module": f"acc-{switch}/1", "switch": f"acc-{switch}", "vlan": "110", "block": f"block-{block}", "node": node}


def _told(verdict: Verdict, *causes: tuple[str, str, float], twins: tuple[Component, ...] = (), unlocated: float = 0.0) -> Incident:
    suspects = tuple(Suspect(Component(kind, id_), p, equivalent=twins) for kind, id_, p in causes)
    named = tuple(Cause(s.component, s.probability, 3, 4, _AT, _AT, s.equivalent) for s in suspects if s.probability >= 0.5)
    return Incident("i", _AT, _AT, 3, 3, 0, verdict, 0.0, named, suspects, (), p_unlocated=unlocated)


def test_a_seed_is_one_site_and_another_seed_another() -> None:
    assert drawn_site(7) == drawn_site(7)
    assert drawn_site(7).events != drawn_site(8).events


def test_sites_are_as_small_as_is_said_and_only_phones_on_the_fault_drop_for_it() -> None:
    for site in map(drawn_site, range(1, 41)):
        sizes = [
            sum(phone.parts["module"] == module for phone in site.phones) for module in {phone.parts["module"] for phone in site.phones}
        ]
        assert 6 <= min(sizes) <= max(sizes) <= 30
        assert list(site.events) == sorted(site.events)
        assert site.dropped <= site.hit_by_fault()
        assert all(START <= event[0] <= START + site.days * 86_400 for event in site.events)


def test_phones_come_back_elsewhere_after_a_node_and_where_they_were_after_the_network() -> None:
    elsewhere: dict[str, list[bool]] = {"node": [], "network": []}
    for site in map(drawn_site, range(1, 121)):
        home = {phone.name: phone.home for phone in site.phones}
        if site.fault.kind == "node" and not site.fault.after.startswith("over"):
            continue
        first: dict[str, bool] = {}
        for at, name, kind, _, node in site.events:
            if kind == "registered" and name in site.dropped and at > site.fault.at:
                first.setdefault(name, node != home[name])
        elsewhere["node" if site.fault.kind == "node" else "network"] += first.values()
    assert sum(elsewhere["node"]) > 0.9 * len(elsewhere["node"]) > 0
    assert 0 < sum(elsewhere["network"]) < 0.15 * len(elsewhere["network"])


def test_going_home_is_told_with_its_own_reason_and_never_as_a_drop_of_the_fault() -> None:
    homewards = [(site, event) for site in map(drawn_site, range(1, 61)) for event in site.events if event[3] == FALL_BACK]
    assert homewards
    assert all(event[4] != {phone.name: phone.home for phone in site.phones}[event[1]] for site, event in homewards)


@pytest.mark.parametrize(
    ("site", "incident", "outcome"),
    [
        (_site("switch", "acc-1", "switch"), _told(Verdict.NETWORK, ("switch", "acc-1", 0.9)), "right"),
        (_site("switch", "acc-1", "switch"), _told(Verdict.NETWORK, ("switch", "acc-2", 0.9)), "wrong"),
        (
            _site("switch", "acc-1", "switch"),
            _told(Verdict.NETWORK, ("switch", "acc-1", 0.9), ("node", "cm1", 0.6)),
            "right, others beside",
        ),
        (
            _site("switch", "acc-1", "switch"),
            replace(_told(Verdict.NETWORK, ("switch", "acc-1", 0.9)), summary="With 70 % another part has failed beside it."),
            "right, others beside",
        ),
        (_site("switch", "acc-1", "switch"), _told(Verdict.NOT_PROVEN, ("switch", "acc-1", 0.4)), TRUTH_FIRST),
        (_site("switch", "acc-1", "switch"), _told(Verdict.NETWORK, ("switch", "acc-1", 0.4)), "right"),
        (_site("switch", "acc-1", "switch"), _told(Verdict.NOT_PROVEN, ("switch", "acc-2", 0.4)), ANOTHER_FIRST),
        (_site("switch", "acc-1", "switch"), _told(Verdict.NOT_PROVEN, ("switch", "acc-1", 0.1), unlocated=0.8), ANOTHER_FIRST),
        (_site("block", "block-1", "switch", "block"), _told(Verdict.CALL_SERVER, ("node", "cm1", 0.9), twins=_TWINS), "wrong"),
        (_site("block", "block-1", "switch", "block"), _told(Verdict.NOT_PROVEN, ("node", "cm1", 0.9), twins=_TWINS), TRUTH_FIRST),
        (_site("module", "acc-1/1", "block"), _told(Verdict.NETWORK, ("block", "block-1", 0.9)), "right"),
        (_site("block", "block-1", "switch"), _told(Verdict.NETWORK, ("switch", "acc-0", 0.9), ("switch", "acc-1", 0.9)), "in parts"),
        (_site("block", "block-1", "switch"), _told(Verdict.NOT_PROVEN, ("switch", "acc-0", 0.1), unlocated=0.8), "right"),
        (_site("everything", "", "switch"), _told(Verdict.CALL_SERVER, ("cluster", "not named", 0.9)), "wrong"),
        (_site("everything", "", "switch"), _told(Verdict.NOT_PROVEN, ("cluster", "not named", 0.9)), TRUTH_FIRST),
    ],
)
def test_an_answer_is_worth_what_the_benchmark_says(site: Site, incident: Incident, outcome: str) -> None:
    assert judge(truth_of(site), incident).outcome == outcome


def test_a_fault_is_told_by_what_the_table_names_of_it() -> None:
    assert truth_of(_site("module", "acc-1/1", "module", "switch")).parts == {("module", "acc-1/1"), ("switch", "acc-1")}
    assert truth_of(_site("module", "acc-1/1", "block")).row == "not in the table"
    assert truth_of(_site("vlan", "110", "switch")).row == "everything"
    assert truth_of(_site("vlan", "110", "vlan")).row == "vlan"


def test_the_usual_script_names_the_part_with_the_least_likely_drops() -> None:
    site = _site("block", "block-1", "switch", "block")
    assert by_script(site, truth_of(site)).outcome == "right"
    other = _site("everything", "", "switch", "block")
    assert by_script(other, truth_of(other)).outcome == ANOTHER_FIRST


def test_a_case_is_told_so_that_one_can_go_on_from_there() -> None:
    site = _site("switch", "acc-1", "switch")
    lines = told(site, truth_of(site), [_told(Verdict.NETWORK, ("switch", "acc-2", 0.9))])
    assert "fault: switch acc-1 at 2026-11-16T00:00:00Z, 60 s, 4 of 4 phones (13: 100%)" in lines
    assert "true: switch acc-1\n" in lines
    assert "network: switch acc-2 0.9000 (0 of 4)" in lines


def test_it_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main(["--seed", "11", "--sites", "3", "--verbose", "--keep", str(tmp_path)])
    printed = capsys.readouterr().out
    assert printed.count("| all | ") == 2
    assert "ECE of the leading suspect" in printed
    assert sorted(path.name for path in tmp_path.glob("12/*")) == ["events.csv", "locations.csv"]
