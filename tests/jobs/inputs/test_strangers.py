"""Names in tables that the network does not have are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from switchcorr.lab.demo import DemoSite

Call = Callable[..., Any]


@pytest.mark.parametrize("source", ["captures", "locations"])
def test_devices_and_parts_that_nothing_else_names_are_told(call: Call, small_site: DemoSite, tmp_path: Path, source: str) -> None:
    (tmp_path / "devices.csv").write_text("device,power\nACC-003,ups-1\nacc-033,ups-1\n")
    (tmp_path / "counters.csv").write_text("kind,id,delta\nmodule,acc-003/5,100\nmodule,acc-003/55,100\n")
    rows = "".join(f"SEP00005E2006F{port},acc-003,5\n" for port in range(1, 7))
    (tmp_path / "phones.csv").write_text(f"phone,switch,module\n{rows}")
    place = small_site.captures[1] if source == "captures" else tmp_path / "phones.csv"
    tables = ("--devices", tmp_path / "devices.csv", "--counters", tmp_path / "counters.csv")
    called = call("correlate", f"--{source}", place, "--events", small_site.log, *tables, "--no-phones", "--workers", "1", "-q")
    told = json.loads(called.out)["coverage"]["assumptions"]
    assert f"{tmp_path}/devices.csv: 1 of 2 devices are named by nothing else: acc-033." in told
    assert f"{tmp_path}/counters.csv: 1 of 2 components carry no phone that is known: module acc-003/55." in told


def test_tables_of_this_network_need_no_word(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    (tmp_path / "devices.csv").write_text("device,power\nacc-003,ups-1\ncore-1,ups-1\n")
    (tmp_path / "counters.csv").write_text("kind,id,delta\nmodule,acc-003/5,100\n")
    tables = ("--devices", tmp_path / "devices.csv", "--counters", tmp_path / "counters.csv")
    called = call(
        "correlate", "--captures", small_site.captures[1], "--events", small_site.log, *tables, "--no-phones", "--workers", "1", "-q"
    )
    assert not any(".csv: " in told for told in json.loads(called.out)["coverage"]["assumptions"])
