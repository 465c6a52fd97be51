"""``trust`` at the command line: what is shown, asked and recorded, and that no password is ever sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest

from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer
from tests.e2e.sweeping import Site, campus_switches, run_in_terminal
from tests.labs import lab_thread

Call = Callable[..., Any]
"""The fixture ``call``: arguments in; ``code``, ``out`` and ``err`` out."""

_NAMES = ("acc-001", "acc-002", "acc-003")
_CHANGED, _DEAD = "acc-002", "acc-003"


@pytest.fixture
def lab() -> Iterator[LabServer]:
    fresh, changed, dead = campus_switches(3)
    with lab_thread([fresh, replace(changed, fault=Fault.CHANGED_HOST_KEY), replace(dead, fault=Fault.CONNECTION_REFUSED)]) as lab:
        yield lab
    assert lab.journal.auth_attempts() == 0


@pytest.fixture
def site(lab: LabServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The devices, of which the second once had another key."""
    site = Site(tmp_path)
    site.write(lab, _NAMES, password="env:NOT_SET")
    site.trust(lab, _CHANGED)
    site.enter(monkeypatch)
    return site


def _recorded(site: Site) -> str:
    return (site.state / "known_hosts").read_text()


def test_a_new_key_is_recorded_with_yes_and_then_known(call: Call, site: Site, lab: LabServer) -> None:
    first = call("trust", "acc-001", "--yes", "--format", "table")
    assert first.code == 0, first.err
    assert "  shows     ssh-ed25519 SHA256:" in first.out
    assert "Nothing is recorded yet" in first.out
    assert first.err == "1 recorded, 0 were recorded already, 0 not recorded\n"
    assert lab.host_key("acc-001") in _recorded(site)
    again = call("trust", "acc-001", "--yes", "--format", "table")
    assert (again.code, "This key is recorded already." in again.out) == (0, True)
    assert _recorded(site).count("\n") == 2


def test_a_changed_key_is_shown_with_both_fingerprints_and_never_replaced_by_yes_alone(call: Call, site: Site) -> None:
    before = _recorded(site)
    refused = call("trust", _CHANGED, "--yes", "--format", "table")
    assert refused.code == 1
    assert "THE KEY HAS CHANGED" in refused.out
    shown, recorded = (
        next(line.split()[-1] for line in refused.out.splitlines() if line.startswith(start)) for start in ("  shows", "  recorded")
    )
    assert shown != recorded
    assert f"not recorded: {_CHANGED}: its key has changed" in refused.err
    assert call("trust", _CHANGED, "--yes", "--fingerprint", recorded).code == 1
    assert _recorded(site) == before
    accepted = call("trust", _CHANGED, "--yes", "--fingerprint", shown)
    assert accepted.code == 0, accepted.err
    assert _recorded(site) != before
    assert call("trust", _CHANGED, "--yes").code == 0


def test_a_wrong_fingerprint_keeps_even_a_new_key_out(call: Call, site: Site) -> None:
    called = call("trust", "acc-001", "--fingerprint", "SHA256:AAAA")
    assert called.code == 1
    assert "and not the one given" in called.err
    assert _recorded(site).count("\n") == 1


def test_the_whole_inventory_is_one_table_and_each_failure_is_named(call: Call, site: Site) -> None:
    called = call("trust", "--all", "--yes", "--format", "table")
    assert called.code == 3
    rows = {line.split()[0]: line for line in called.out.splitlines()[1:]}
    assert list(rows) == [_CHANGED, _DEAD, "acc-001"]
    assert (" CHANGED " in rows[_CHANGED], "not seen" in rows[_DEAD], " new " in rows["acc-001"]) == (True, True, True)
    assert f"not recorded: {_CHANGED}: its key has changed" in called.err
    assert f"not recorded: {_DEAD}: " in called.err
    assert "refused" in called.err
    assert called.err.endswith("1 recorded, 0 were recorded already, 2 not recorded\n")


def test_the_document_holds_everything(call: Call, site: Site) -> None:
    called = call("trust", "--all", "--yes")
    document = json.loads(called.out)
    assert document["schema"] == "switchcorr/trust/1"
    devices = {device["device"]: device for device in document["devices"]}
    assert [devices[name]["key"] for name in _NAMES] == ["new", "changed", "unreached"]
    assert [devices[name]["recorded"] for name in _NAMES] == [True, False, False]
    assert devices[_CHANGED]["recorded_before"][0].startswith("ssh-ed25519 SHA256:")
    assert devices[_DEAD]["failure"]["kind"] == "refused"
    assert devices["acc-001"]["fingerprint"].startswith("SHA256:")


def test_where_nobody_can_be_asked_nothing_is_recorded(site: Site) -> None:
    before = _recorded(site)
    called = site.run("trust", "acc-001", "--format", "table")
    assert called.returncode == 1
    assert "SHA256:" in called.stdout
    assert "--yes" in called.stderr
    assert _recorded(site) == before


@pytest.mark.parametrize(
    ("device", "question", "answer", "code"),
    [
        ("acc-001", "Record it? [y/N]", "y", 0),
        ("acc-001", "Record it? [y/N]", "", 1),
        (_CHANGED, "Type yes in full", "y", 1),
        (_CHANGED, "Type yes in full", "yes", 0),
    ],
)
def test_on_a_terminal_somebody_is_asked(device: str, question: str, answer: str, code: int, site: Site) -> None:
    before = _recorded(site)
    typed: list[str] = []

    def type_answer(shown: str, terminal: IO[bytes]) -> None:
        if question in shown and not typed:
            typed.append(answer)
            terminal.write(f"{answer}\n".encode())

    screen = run_in_terminal(site, "trust", device, columns=80, act=type_answer)
    assert typed, screen.text
    assert screen.code == code, screen.text
    assert (_recorded(site) == before) is (code == 1)
    assert screen.before == screen.after


@pytest.mark.parametrize("columns", [80, 200])
def test_many_are_asked_about_once_and_changed_ones_not_at_all(columns: int, site: Site) -> None:
    typed: list[str] = []

    def type_answer(shown: str, terminal: IO[bytes]) -> None:
        if "Record the 1 new key? [y/N]" in shown and not typed:
            typed.append("y")
            terminal.write(b"y\n")

    screen = run_in_terminal(site, "trust", "--all", columns=columns, act=type_answer)
    assert typed, screen.text
    assert screen.code == 3
    table = re.split(r"\r?\n", screen.text[screen.text.index("device   address") :])
    assert max(map(len, table[: 8 if columns == 80 else 4])) <= columns
    assert f"look at it alone: switchcorr trust {_CHANGED}" in screen.text


def test_a_device_that_is_not_in_the_inventory_is_a_usage_error(call: Call, site: Site) -> None:
    called = call("trust", "acc-999")
    assert called.code == 2
    assert called.err.startswith("switchcorr: acc-999: no device of the inventory matches.")
