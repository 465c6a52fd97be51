"""What changed between two looks: from folders and from the store, with what could not be seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.errors import UsageError
from switchcorr.jobs.diff import DiffRequest, changes_page, compare, growth_between, looks, stored_look
from switchcorr.jobs.inputs.network import read_network
from switchcorr.jobs.inputs.request import CampusRequest, Times, say_nothing
from switchcorr.lab.faults import Fault
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison
from switchcorr.model.event import EventLog
from switchcorr.settings import Settings
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.url import parse_url
from tests.audit.changing import campus, moved, uncabled, write
from tests.e2e.sweeping import Site, campus_switches
from tests.labs import lab_thread

Call = Callable[..., Any]
FIRST = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SECOND = FIRST + timedelta(hours=6)
TIMES = Times(datetime(2026, 11, 28, tzinfo=UTC))
ONE = Settings(parse_workers=1)


def compared(before: Path, after: Path) -> Comparison:
    request = DiffRequest(str(before), str(after), TIMES, settings=ONE)
    return compare(*looks(request), request.campus)


def of(found: Comparison, kind: ChangeKind) -> list[Change]:
    return [change for change in found.changes if change.kind is kind]


def test_nothing_changed_is_nothing(tmp_path: Path) -> None:
    found = compared(write(campus(), tmp_path / "a", FIRST), write(campus(), tmp_path / "b", SECOND))
    assert found.changes == ()
    assert found.unseen == ()


def test_phones_that_moved_and_went_and_came(tmp_path: Path) -> None:
    after, mover, loser = moved(campus())
    first, second = write(campus(), tmp_path / "a", FIRST), write(after, tmp_path / "b", SECOND)
    found = compared(first, second)
    assert [(one.phone, one.device) for one in of(found, ChangeKind.PHONE_MOVED)] == [(mover, "acc-002")]
    assert [(one.phone, one.device, one.after) for one in of(found, ChangeKind.PHONE_LOST)] == [(loser, "acc-002", "")]
    assert len(found.changes) == 2
    assert compared(second, first) == found, "the earlier look goes first"


def test_the_page_counts_a_device_of_which_only_older_things_are_known_as_not_read(tmp_path: Path) -> None:
    first, second = write(campus(), tmp_path / "a", FIRST), write(campus(), tmp_path / "b", SECOND)
    (second / "notes.txt").write_text("nothing that a switch says\n")
    before, after = looks(DiffRequest(str(first), str(second), TIMES, settings=ONE))
    known = len(after.campus.devices)
    after = replace(after, unread={"acc-002": "last read yesterday", "gone": "refused"})
    page = changes_page(compare(before, after, CampusRequest()), after, TIMES.now)
    assert f"{known - 1} of {known + 1} named" in page
    assert "acc-002, gone" in page
    assert 'class="part">quarantined<td>1' in page


def test_ids_do_not_change_from_one_comparison_to_the_next(tmp_path: Path) -> None:
    after, _, _ = moved(campus())
    first = write(campus(), tmp_path / "a", FIRST)
    ids = [one.id for one in compared(first, write(after, tmp_path / "b", SECOND)).changes]
    assert [one.id for one in compared(first, write(after, tmp_path / "c", SECOND + timedelta(days=1))).changes] == ids
    assert len(set(ids)) == len(ids) == 2


def test_a_switch_that_was_not_read_loses_nothing(tmp_path: Path) -> None:
    first = write(campus(), tmp_path / "a", FIRST)
    found = compared(first, write(campus(), tmp_path / "b", SECOND, without=("acc-003",)))
    assert found.changes == ()
    assert "1 device could not be compared" in found.unseen[0]
    assert "acc-003" in found.unseen[0]


def test_a_cable_that_was_pulled_and_put_back(tmp_path: Path) -> None:
    after, interface = uncabled(campus(), "acc-004")
    first, second = write(campus(), tmp_path / "a", FIRST), write(after, tmp_path / "b", SECOND)
    (gone,) = of(compared(first, second), ChangeKind.UPLINK)
    assert gone.state is ChangeState.GONE
    assert "acc-004" in gone.words
    assert interface in gone.words or "dist" in gone.subject
    third = write(campus(), tmp_path / "c", SECOND + timedelta(hours=1))
    (back,) = of(compared(second, third), ChangeKind.UPLINK)
    assert back.state is ChangeState.NEW
    assert back.id == gone.id


def test_software_errors_and_a_sick_module_are_seen(tmp_path: Path) -> None:
    first = write(campus(), tmp_path / "a", FIRST)
    second = write(campus(), tmp_path / "b", SECOND, visit=2)
    version = second / "acc-004" / "show_version.txt"
    text = version.read_text()
    old = next(one.software for one in _devices(first) if one.name == "acc-004")
    version.write_text(text.replace(old, "15.9(9)X9"))
    found = compared(first, second)
    (software,) = of(found, ChangeKind.SOFTWARE)
    assert (software.before, software.after) == (old, "15.9(9)X9")
    assert of(found, ChangeKind.ERRORS)
    assert all(one.state is ChangeState.NEW for one in of(found, ChangeKind.ERRORS))


def _devices(folder: Path) -> Any:
    return read_network(CampusRequest(captures=(folder,)), ONE, EventLog(), say_nothing).campus.devices


@pytest.fixture
def stored(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SWITCHCORR_PARSE_WORKERS", "1")
    after, _, _ = moved(campus())
    path = tmp_path / "x.db"
    for folder in (write(campus(), tmp_path / "a", FIRST), write(after, tmp_path / "b", SECOND, without=("acc-003",))):
        assert call("store", "import", folder, "--store", path, "-q").code == 0
    return path


def test_two_sweeps_of_the_store(stored: Path, call: Call) -> None:
    told = call("diff", "last-1", "last", "--store", stored)
    document = json.loads(told.out)
    assert told.code == 4
    assert document["schema"] == "switchcorr/diff/1"
    kinds = [(one["kind"], one["state"]) for one in document["changes"]]
    assert ("phone_moved", "new") in kinds
    assert ("phone_lost", "new") in kinds
    assert document["before_at"] == "2026-11-20T06:00:00Z"
    same = json.loads(call("diff", "2026-11-20T07:00", "2026-11-20T13:00", "--store", stored).out)
    assert [one["id"] for one in same["changes"]] == [one["id"] for one in document["changes"]]
    table = call("diff", "last-1", "last", "--store", stored, terminal=True).out
    assert "Phones that moved: 1" in table
    assert max(map(len, table.splitlines())) <= 80
    assert call("diff", "last-1", "last", "--store", stored, "--format", "csv").out.startswith("id,kind,state,")
    page = stored.with_name("page.html")
    assert f"report: {page}" in call("diff", "last", "last-1", "--store", stored, "--report", page).err
    assert "SEP" in page.read_text()
    assert "What changed" in page.read_text()
    assert call("diff", "last", "last", "--store", stored).code in (0, 3)


def test_of_moments_between_which_nobody_was_visited_the_network_is_made_once(stored: Path) -> None:
    asked, hour = CampusRequest(), timedelta(hours=1)
    with open_store(parse_url(str(stored)), OpenOptions(write=False)) as store:
        first = stored_look(store, FIRST + hour, asked)
        again = stored_look(store, FIRST + 2 * hour, asked, [first])
        later = stored_look(store, SECOND + hour, asked, [first, again])
        assert again.campus is first.campus
        assert again == stored_look(store, FIRST + 2 * hour, asked) != first
        assert later.campus is not first.campus
        assert later == stored_look(store, SECOND + hour, asked)
        assert growth_between(first, later, asked) == growth_between(again, later, asked)


def test_operands_that_are_no_looks(stored: Path, call: Call, tmp_path: Path) -> None:
    for operand, words in (("last-9", "2 sweeps"), ("yesterday", "neither a folder nor a time"), ("2020-01-01", "no visit up to")):
        told = call("diff", operand, "last", "--store", stored)
        assert told.code in (1, 2)
        assert words in told.err
    with pytest.raises(UsageError, match="there is no store"):
        looks(DiffRequest("2026-11-20", "last", TIMES))
    (tmp_path / "empty").mkdir()
    assert call("diff", tmp_path / "empty", "last", "--store", stored).code == 1


def test_answers_that_were_cut_off_in_one_sweep_are_no_news_in_the_next(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """acc-001 stops in the middle of what tells its phones in the first sweep, acc-002 in the second."""
    site = Site(tmp_path)
    config = tmp_path / "s.toml"
    config.write_text('host_keys = "accept-new"\nidle_s = 1\nparse_workers = 1\n')
    for hangs in ("acc-001", "acc-002", ""):
        switches = [
            replace(one, fault=Fault.HANG_MID_OUTPUT, fault_at="show cdp neighbors detail") if one.name == hangs else one
            for one in campus_switches(3)
        ]
        with lab_thread(switches) as lab:
            site.write(lab, [switch.name for switch in switches])
            for name, value in site.full_environment.items():
                monkeypatch.setenv(name, value)
            call("audit", "--inventory", site.inventory, "--config", config)
    for before, after, cut in (("last-2", "last-1", "acc-001, acc-002"), ("last-1", "last", "acc-002"), ("last-2", "last", "acc-001")):
        document = json.loads(call("diff", before, after).out)
        kinds = {one["kind"] for one in document["changes"]} - {"errors"}
        assert kinds == set(), document["changes"]
        assert any("in part only" in sentence and f": {cut}." in sentence for sentence in document["unseen"]), document["unseen"]


def test_phones_of_an_extender_did_not_move_where_one_look_reached_one_parent_only(tmp_path: Path) -> None:
    fex = """  FEX         FEX           FEX                       FEX
Number    Description      State            Model            Serial
------------------------------------------------------------------------
101        FEX0101                Online    N2K-C2248TP-E-1GE   SSI133707PQ
"""
    cdp = """Capability Codes: R - Router, T - Trans-Bridge, B - Source-Route-Bridge
                  S - Switch, H - Host, I - IGMP, r - Repeater,
                  V - VoIP-Phone, D - Remotely-Managed-Device,
                  s - Supports-STP-Dispute

Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID
SEP00005E005301       Eth101/1/1     150    H P M     IP Phone      Port 1
"""
    for folder, names in (("before", ("n5k-1", "n5k-2")), ("after", ("n5k-2",))):
        for name in names:
            device = tmp_path / folder / name
            device.mkdir(parents=True)
            (device / "show_fex.txt").write_text(fex)
            (device / "show_cdp_neighbors.txt").write_text(cdp)
            (device / "capture.json").write_text('{"platform": "cisco_nxos"}')
    before, after = looks(DiffRequest(str(tmp_path / "before"), str(tmp_path / "after"), TIMES, settings=ONE))

    assert [placement.module for look in (before, after) for placement in look.campus.placements] == ["n5k-1+n5k-2/fex101"] * 2
    assert ChangeKind.PHONE_MOVED not in {change.kind for change in compare(before, after, CampusRequest()).changes}
