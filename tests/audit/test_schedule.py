"""When audits run, and the files by which the system runs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.audit.schedule import cron_line, next_slot, seconds_of, systemd_units
from switchcorr.errors import UsageError

Call = Callable[..., Any]


@given(st.integers(0, 1000), st.floats(60, 86400), st.floats(0, 1e6))
def test_runs_never_pile_up_and_each_is_counted(last: int, every: float, took: float) -> None:
    began = last * every
    slot = next_slot(last, every, began + took)
    assert slot.number > last
    assert slot.skipped == slot.number - last - 1
    assert 0 <= slot.wait_s <= every * (1 + 1e-9) + 1e-3
    assert slot.number * every >= began + took - 1e-3 or slot.wait_s == 0


def test_intervals() -> None:
    assert [seconds_of(text) for text in ("15m", "2h", "1d", "1 min")] == [900, 7200, 86400, 60]
    for text in ("", "15", "30s", "0m", "m", "-5m", "1.5h"):
        with pytest.raises(UsageError, match="--every"):
            seconds_of(text)


def test_cron_knows_what_divides_an_hour_or_a_day() -> None:
    command = ["/opt/x y/switchcorr", "audit", "--limit", "a%b"]
    assert "*/15 * * * * cd /srv/x && '/opt/x y/switchcorr' audit --limit a\\%b " in cron_line(command, 900, "/srv/x")
    assert "\n0 * * * * " in cron_line(command, 3600, "/srv/x")
    assert "\n0 */6 * * * " in cron_line(command, 6 * 3600, "/srv/x")
    assert "\n0 3 * * * " in cron_line(command, 86400, "/srv/x")
    for seconds in (7 * 60, 5 * 3600, 90 * 60, 2 * 86400):
        with pytest.raises(UsageError, match="cron cannot"):
            cron_line(command, seconds, "/srv/x")


def test_systemd_takes_findings_for_no_failure_and_runs_what_was_typed() -> None:
    text = systemd_units(["/usr/bin/switchcorr", "audit", "--site", "50%"], 900, "/srv/50% x")
    for line in (
        "SuccessExitStatus=3 4",
        "OnUnitActiveSec=900s",
        "ExecStart=/usr/bin/switchcorr audit --site 50%%",
        "WorkingDirectory=/srv/50%% x",
        "every 15 minutes",
    ):
        assert line in text


def test_the_unit_may_write_where_its_command_does(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "ReadWritePaths" not in call("audit", "--print-systemd").out
    files = ("--textfile=/var/lib/node_exporter/x.prom", "--tickets=out/t.json", "--reports=/srv/www/my reports", "--store=/srv/s/x.db")
    text = call("audit", "--print-systemd", *files).out
    told = [line.removeprefix("ReadWritePaths=") for line in text.splitlines() if line.startswith("ReadWritePaths=")]
    assert sorted(told) == sorted(["-/srv/s", '"-/srv/www/my reports"', "-/var/lib/node_exporter", f"-{tmp_path}/out"])
    assert "ReadWritePaths" not in call("audit", "--print-systemd", "--store", "postgresql://db.example/x").out
    assert 'ReadWritePaths="-/srv/50%% \\"x\\""' in systemd_units(["x"], 900, "/", writes=['/srv/50% "x"'])


def test_the_command_prints_both(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "OnUnitActiveSec=600s" in call("audit", "--every", "10m", "--print-systemd").out
    told = call("audit", "--print-cron")
    assert told.code == 0
    assert f"*/15 * * * * cd {tmp_path} && " in told.out
    assert call("audit", "--every", "7m", "--print-cron").code == 2
