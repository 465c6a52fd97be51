"""``correlate --calibrate`` learns once, keeps one file, and later answers say that they use it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchcorr.errors import InputFileError
from switchcorr.jobs.calibrate import calibrate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from tests.correlate.scenes import NOON, below, burst, noise, rows_of

pytestmark = pytest.mark.slow

Call = Callable[..., Any]
_NOW = ("--now", "2026-11-28T09:00:00Z")
_ROWS = rows_of(4, 2, 10)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield tmp_path / "state"
    logging.getLogger("switchcorr").handlers.clear()


def _written(folder: Path, rows: dict[str, dict[str, str]] = _ROWS, name: str = "site") -> list[str | Path]:
    """Locations and a log of a week with one sick module, as options."""
    kinds = sorted({kind for row in rows.values() for kind in row})
    lines = [",".join(("phone", *kinds)), *(",".join((phone, *(row.get(kind, "") for kind in kinds))) for phone, row in rows.items())]
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    events = sorted([*noise(rows, a_day=0.1), *burst(below(rows, "module", "acc-2/1")[:6], NOON)], key=lambda event: event.time or NOON)
    told = [f"{event.time:%Y-%m-%dT%H:%M:%SZ},{event.name},unregistered,{event.reason.code if event.reason else ''}" for event in events]
    (folder / f"{name}-events.csv").write_text("\n".join(("time,phone,event,reason", *told)) + "\n")
    return ["--locations", folder / f"{name}.csv", "--events", folder / f"{name}-events.csv", *_NOW]


def test_a_site_is_calibrated_once_and_later_answers_say_that_they_use_it(call: Call, tmp_path: Path, state: Path) -> None:
    site = _written(tmp_path)
    before = json.loads(call("correlate", *site).out)
    made = call("correlate", *site, "--calibrate")
    file = state / "switchcorr" / "calibration.json"
    assert (made.code, made.err) == (0, f"calibration: {file}\n")
    assert made.out == file.read_text()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    document = json.loads(made.out)
    assert (document["schema"], document["made_at"]) == ("switchcorr/calibration/1", "2026-11-28T09:00:00Z")
    assert (document["fitted"], document["tested"]) == (600, 300)
    assert document["method"] == ("isotonic" if document["map"]["knots"] else "none")
    assert document["topology"]["phones"] == len(_ROWS)
    assert document["after"]["brier"] <= document["before"]["brier"]

    after = json.loads(call("correlate", *site).out)
    assert before["calibration"] is None
    assert after["calibration"] == {"made_at": "2026-11-28T09:00:00Z", "fitted": 600, "used": True, "why_not": ""}
    assert after["incidents"][0]["causes"][0]["component"] == before["incidents"][0]["causes"][0]["component"]
    assert after["incidents"][0]["causes"][0]["probability"] < 1.0 or document["method"] == "none"
    assert "probabilities are calibrated" in call("correlate", *site, terminal=True).out

    asked = call("correlate", *site, "--calibration", file)
    assert json.loads(asked.out) == after
    other = json.loads(call("correlate", *_written(tmp_path, rows_of(8, 2, 10), "other")).out)
    assert not other["calibration"]["used"]
    assert "another one (80 endpoints" in other["calibration"]["why_not"]
    assert any("is not used" in sentence for sentence in other["coverage"]["assumptions"])


def test_a_calibration_with_a_place_of_its_own_is_text_on_a_terminal(
    call: Call, tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchcorr.jobs.calibrate.FITTED", 20)  # thirty times as many take as many times as long and say nothing more
    monkeypatch.setattr("switchcorr.jobs.calibrate.TESTED", 10)
    shown = call("correlate", *_written(tmp_path), "--calibrate", "--calibration", tmp_path / "mine.json", "--quiet", terminal=True)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Calibrated on 20 incidents")
    document = json.loads((tmp_path / "mine.json").read_text())
    assert (document["schema"], document["fitted"], document["tested"]) == ("switchcorr/calibration/1", 20, 10)
    assert not state.exists()


def test_what_was_asked_for_and_is_no_calibration_is_missing_and_the_answer_comes_without(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    answer = call("correlate", *_written(tmp_path), "--calibration", tmp_path / "bad.json")
    assert answer.code == 3
    assert "bad.json: no calibration: schema is missing" in answer.err
    assert json.loads(answer.out)["calibration"] is None


def test_a_damaged_calibration_of_the_site_is_said_and_not_used(call: Call, tmp_path: Path, state: Path) -> None:
    (state / "switchcorr").mkdir(parents=True)
    (state / "switchcorr" / "calibration.json").write_text('{"schema": "switch')
    answer = call("correlate", *_written(tmp_path))
    assert answer.code == 0
    assert "the calibration of this site is not used" in json.loads(answer.out)["coverage"]["assumptions"][-1]


def test_the_job_needs_a_network_with_phones_and_makes_no_page(call: Call, tmp_path: Path, state: Path) -> None:
    site = _written(tmp_path)
    events = site[site.index("--events") : site.index("--events") + 2]
    lone, page, table = (
        call("correlate", "--calibrate", *words)
        for words in (events, [*site, "--report", tmp_path / "r.html"], [*site, "--format", "csv"])
    )  # fmt: skip
    assert (lone.code, page.code, table.code) == (2, 2, 2)
    assert "no network given" in lone.err
    assert "neither a table nor a report page" in page.err
    (tmp_path / "none").mkdir()
    nobody = call("correlate", "--calibrate", "--captures", tmp_path / "none")
    assert nobody.code == 1
    assert "no phone is known" in nobody.err
    assert not state.exists()


def test_an_interrupted_calibration_leaves_what_was_there(tmp_path: Path, state: Path) -> None:
    """The progress is the seam: Ctrl-C while incidents are simulated."""
    (state / "switchcorr").mkdir(parents=True)
    (state / "switchcorr" / "calibration.json").write_text("as it was")
    times = Times(now=NOON)
    request = CorrelateRequest(
        times=times, campus=CampusRequest(locations=Path(_written(tmp_path)[1])), learned=state / "switchcorr" / "calibration.json"
    )

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "simulated incidents" and done == 3:
            raise KeyboardInterrupt
        assert total in (0, 1, 900)

    with pytest.raises(KeyboardInterrupt):
        calibrate(request, interrupt)
    assert [path.name for path in (state / "switchcorr").iterdir()] == ["calibration.json"]
    assert (state / "switchcorr" / "calibration.json").read_text() == "as it was"


@pytest.mark.parametrize("own", [True, False])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_simulated(tmp_path: Path, own: bool) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / ("file" if own else "nowhere") / "deeper" / "calibration.json"
    campus = CampusRequest(locations=Path(_written(tmp_path)[1]))
    request = CorrelateRequest(times=Times(now=NOON), campus=campus)
    request = replace(request, learned=place) if own else replace(request, calibration=place)
    stages: list[str] = []
    with pytest.raises(InputFileError, match=r"calibration\.json: cannot be written") as told:
        calibrate(request, lambda stage, done, total: stages.append(stage))
    assert stages == []
    assert told.value.hint
