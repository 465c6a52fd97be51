"""The report page as a job: of a correlation, of a window, of the network alone; redacted and packed."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.captures.sweep_folder import SweepManifest, manifest_text
from switchcorr.errors import UsageError
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.jobs.report import PageRequest, estate_of, make_page, write_page, write_report
from switchcorr.lab.demo import START, DemoSite
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import Failure, FailureKind, VisitStatus
from switchcorr.settings import Settings

_NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _source(site: DemoSite, *, events: bool = True) -> CorrelateRequest:
    logs = (site.log,) if events else ()
    return CorrelateRequest(Times(_NOW), CampusRequest(captures=site.captures), logs, settings=Settings(parse_workers=1))


def test_the_page_is_that_of_the_correlation(small_site: DemoSite, tmp_path: Path) -> None:
    source = CorrelateRequest(
        Times(_NOW), CampusRequest(captures=small_site.captures), (small_site.log,), ports=True, settings=Settings(parse_workers=1)
    )
    write_report(correlate(source), tmp_path / "r.html")
    made = make_page(PageRequest(_source(small_site)))
    assert made.page == (tmp_path / "r.html").read_text()
    assert made.missing == ()
    assert "Errors grew between the visits on" in made.page


def test_a_window_is_all_that_is_judged_and_drawn(small_site: DemoSite) -> None:
    window = START + timedelta(days=4), START + timedelta(days=5)
    made = make_page(PageRequest(_source(small_site), window=window))
    assert len(made.result.incidents) == 1
    assert "2026-11-17" not in made.page


def test_a_redacted_page_names_no_phone(small_site: DemoSite) -> None:
    made = make_page(PageRequest(_source(small_site), redact=True))
    assert "SEP00005E" not in made.page
    assert "phone-" in made.page
    assert "127.0.0.1" not in made.page


def test_the_network_alone_needs_no_log(small_site: DemoSite) -> None:
    made = make_page(PageRequest(_source(small_site, events=False), inventory=True))
    assert made.result.incidents == ()
    assert "phones on" in made.page
    told = make_page(PageRequest(_source(small_site), inventory=True, redact=True))
    assert "SEP00005E" not in told.page
    assert told.result.coverage.events_read > 0


def test_the_network_alone_rests_on_what_the_correlation_rests_on(small_site: DemoSite, tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    shutil.copytree(small_site.captures[1], folder)
    devices: dict[str, VisitAccount | None] = {path.name: VisitAccount(path.name, VisitStatus.ANSWERED) for path in folder.iterdir()}
    shutil.rmtree(folder / "acc-003")
    devices["acc-003"] = VisitAccount("acc-003", VisitStatus.FAILED, failure=Failure(FailureKind.REFUSED, "acc-003: refused."))
    (folder / "manifest.json").write_text(manifest_text(SweepManifest("s", _NOW, SweepState.DONE, devices)))
    (folder / "notes.txt").write_text("nothing that a switch says\n")
    source = replace(_source(small_site), campus=CampusRequest(captures=(folder,)))
    made = make_page(PageRequest(source, inventory=True))
    alone = made.result.coverage
    assert (alone.devices_read, alone.devices_expected, alone.devices_unread) == (8, 9, ("acc-003",))
    assert alone.outputs_quarantined == 1
    assert made.page.count("8 of 9 named") == 1
    assert '<dd>8 <span class="small">of 9 named</span></dd>' in made.page
    whole = correlate(source).result.coverage
    assert replace(alone, assumptions=()) == replace(whole, assumptions=())


def test_nothing_to_read_is_said(small_site: DemoSite) -> None:
    with pytest.raises(UsageError, match="nothing to read"):
        make_page(PageRequest(CorrelateRequest(Times(_NOW)), inventory=True))


def test_a_packed_page_is_the_same_page_in_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_page("<p>é</p>", tmp_path / name / "r.html", packed=True) for name in (".", "."))
    assert first == second == tmp_path / "r.zip"
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["r.html"]
        assert archive.read("r.html").decode() == "<p>é</p>"
    before = first.read_bytes()
    assert write_page("<p>é</p>", tmp_path / "r.zip", packed=True).read_bytes() == before
    assert write_page("x", tmp_path / "r.html").read_text() == "x"


def test_an_estate_without_a_log_has_the_answer_alone(small_site: DemoSite) -> None:
    outcome = correlate(_source(small_site))
    assert len(estate_of(outcome).log) > 0
