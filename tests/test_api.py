"""The door for Python: the same answers as the command line, in a few lines."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import switchcorr as sc
from switchcorr.captures.sweep_folder import SweepManifest, manifest_text
from switchcorr.errors import InputFileError
from switchcorr.lab.demo import END, DemoSite
from switchcorr.model.campus import Campus
from switchcorr.model.incident import Verdict
from switchcorr.model.sweep import SweepState


@pytest.fixture(scope="module")
def campus(small_site: DemoSite) -> Campus:
    return sc.read_captures(*small_site.captures)


def test_captures_and_a_log_give_the_planted_causes(campus: Campus, small_site: DemoSite) -> None:
    result = sc.correlate(campus, sc.read_events(small_site.log, now=END), now=END)
    named = {(incident.verdict, incident.causes[0].component.id) for incident in result.incidents if incident.causes}
    assert {(planted.verdict, planted.component) for planted in small_site.planted} <= named
    assert result.generated_at == END
    assert result.coverage.placed == len(campus.placements) == 420


def test_since_and_until_bound_where_incidents_are_sought(campus: Campus, small_site: DemoSite) -> None:
    log = sc.read_events(small_site.log, now=END)
    bounds = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
    result = sc.correlate(campus, log, now=END, since=bounds[0], until=bounds[1])
    assert [incident.verdict for incident in result.incidents] == [Verdict.NETWORK]
    assert all(bounds[0] <= incident.start <= bounds[1] for incident in result.incidents)


def test_the_graph_holds_devices_modules_links_and_phones(campus: Campus) -> None:
    graph = sc.to_networkx(campus)
    kinds = [data["kind"] for _, data in graph.nodes(data=True)]
    assert (kinds.count("device"), kinds.count("phone")) == (9, 420)
    assert graph.nodes["acc-003/5"]["kind"] == "module"
    assert [(far, data["kind"]) for _, far, data in graph.edges("SEP00005E200631", data=True)] == [("acc-003/1", "at")]
    links = {far: data["active"] for _, far, data in graph.edges("acc-002", data=True) if data["kind"] == "link"}
    assert links == {"dist-01a": True, "dist-01b": False}


def test_locations_from_elsewhere_are_a_campus_too(tmp_path: Path) -> None:
    (tmp_path / "phones.csv").write_text("phone,switch,floor\nSEP00005E005301,acc-1,2\nSEP00005E005302,acc-1,3\nSEP00005E005303,acc-2,3\n")
    campus = sc.read_locations(tmp_path / "phones.csv", kinds=("switch", "floor"))
    assert campus.risk.kinds == ("switch", "floor")
    assert [str(placement.phone) for placement in campus.placements] == ["SEP00005E005301", "SEP00005E005302", "SEP00005E005303"]


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="is no directory"):
        sc.read_captures(tmp_path / "nowhere")
    with pytest.raises(InputFileError, match="nowhere"):
        sc.read_locations(tmp_path / "nowhere.csv")
    with pytest.raises(InputFileError, match="nowhere"):
        sc.read_events(tmp_path / "nowhere.log")


def test_one_of_several_captures_may_be_missing(small_site: DemoSite, tmp_path: Path) -> None:
    assert len(sc.read_captures(small_site.captures[0], tmp_path / "nowhere").placements) == 420


def test_one_bad_file_of_many_costs_itself_only(small_site: DemoSite, tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    shutil.copytree(small_site.captures[0], folder)
    (folder / "notes.txt").write_text("nothing that a switch says\n")
    assert len(sc.read_captures(folder).placements) == 420


def test_a_folder_of_sweeps_of_which_one_cannot_be_used_is_read(small_site: DemoSite, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(manifest_text(SweepManifest(name, END, SweepState.DONE, {})))
    shutil.copytree(small_site.captures[0], tmp_path / "one", dirs_exist_ok=True)
    assert len(sc.read_captures(tmp_path).placements) == 420


def test_captures_that_give_nothing_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing that a switch says\n")
    with pytest.raises(InputFileError, match=r"notes\.txt"):
        sc.read_captures(tmp_path)
    with pytest.raises(InputFileError, match="no directory was given"):
        sc.read_captures()


def test_drops_that_tell_an_address_only_are_those_of_the_phone_that_had_it(tmp_path: Path) -> None:
    (tmp_path / "phones.csv").write_text("phone,switch\n" + "".join(f"SEP00005E0053{n:02X},acc-{1 + n // 20}\n" for n in range(40)))
    known = "".join(f"2026-11-17T08:00:00Z,SEP00005E0053{n:02X},192.0.2.{n},registered\n" for n in range(40))
    drops = "".join(f"2026-11-17T09:00:{n:02}Z,,192.0.2.{n},unregistered\n" for n in range(20))
    (tmp_path / "events.csv").write_text(f"time,phone,ip,event\n{known}{drops}")
    result = sc.correlate(sc.read_locations(tmp_path / "phones.csv"), sc.read_events(tmp_path / "events.csv", now=END), now=END)
    assert [incident.causes[0].component.id for incident in result.incidents] == ["acc-1"]
    assert any(told.startswith("20 drops tell an address but no device; 20 of them") for told in result.coverage.assumptions)


def test_only_the_names_of_the_interface_are_offered() -> None:
    assert set(sc.__all__) == {"__version__", "correlate", "read_captures", "read_events", "read_locations", "to_networkx"}
    assert all(hasattr(sc, name) for name in sc.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'sweep'"):
        sc.sweep  # noqa: B018


@pytest.mark.parametrize("first", ["switchcorr.correlate", "switchcorr.jobs.correlate", "switchcorr.api", "switchcorr"])
def test_the_function_wins_over_the_subpackage_of_its_name_whatever_was_loaded_first(first: str) -> None:
    script = f"import {first}\nimport switchcorr as sc\nfrom switchcorr.correlate import CorrelateOptions\nprint(sc.correlate.__module__, sc.correlate.__name__)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == "switchcorr.api correlate\n"
