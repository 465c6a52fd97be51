"""Thirty days of audits in accelerated time: real sweeps over SSH, real audits, and a clock that the test turns.

What recurs is found, and found more and more surely; what is no fault (carried phones, waves of firmware) is taken for none; files, rows and
memory stop growing when the first day that is no longer kept has gone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.jobs.lab import write_inventory
from switchcorr.lab.site import Manners
from switchcorr.lab.ssh_server import LabThread
from tests.audit.month import CARD_ID, Month
from tests.audit.month_run import FACT_DAYS
from tests.notify.receivers import Hook, web_hook

LOG_DAYS = 7
"""Days after which the site's own log rotation removes a file."""
GROWTH, GROWTH_OF_MEMORY = 1.15, 1.05
"""Most that files and memory may grow by once the oldest days go. Source: fault case 72."""


@dataclass(frozen=True)
class Account:
    """One audit: its day, from 1, and what it told (``month_run.account_of``)."""

    day: int
    at: datetime
    told: dict[str, Any]

    def recurring(self) -> dict[str, dict[str, Any]]:
        """What recurs, by the id of the component that leads."""
        return {one["components"][0][1]: one for one in self.told["recurring"]}


@dataclass(frozen=True)
class Run:
    """All audits of a month, the plan, and what people were sent."""

    month: Month
    accounts: list[Account]
    hook: Hook


@contextmanager
def _audits(directory: Path, hook: Hook) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "tests.audit.month_run", str(directory), hook.url]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def run_month(month: Month, directory: Path) -> Run:
    """Let the days pass: switches answer as they are then, the log grows and is rotated, audits run at their hours."""
    lines, done = month.lines(directory / "all.log"), 0
    logs = directory / "logs"
    logs.mkdir()
    accounts: list[Account] = []
    with web_hook() as hook, LabThread(month.switches()) as lab:
        write_inventory(directory, month.campus, Manners(), lab)
        with _audits(directory, hook) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for day, at in month.audits():
                month.now = at
                while done < len(lines) and lines[done][0] <= at:
                    with (logs / f"CiscoSyslog-{lines[done][0]:%Y%m%d}").open("a") as file:
                        file.write(lines[done][1])
                    done += 1
                for old in sorted(logs.glob("*")):
                    if old.name < f"CiscoSyslog-{at - timedelta(days=LOG_DAYS):%Y%m%d}":
                        old.unlink()
                process.stdin.write(f"{at.isoformat()}\n")
                process.stdin.flush()
                text = process.stdout.readline()
                with (directory / "accounts.jsonl").open("a") as told:  # to look at after a failure
                    told.write(text)
                accounts.append(Account(day, at, json.loads(text)))
    return Run(month, accounts, hook)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_month(Month(), tmp_path_factory.mktemp("month"))


pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]


def test_everything_was_read_and_nothing_went_wrong(run: Run) -> None:
    assert len(run.accounts) == 2 * run.month.days
    assert {one.told["read"] for one in run.accounts} == {len(run.month.campus.devices)}
    problems = [problem for one in run.accounts for problem in one.told["problems"]]
    assert all("the store has no events" in problem for problem in problems[:1])
    assert problems[1:] == []


def test_the_card_is_found_with_rising_certainty(run: Run) -> None:
    """Pooled over the days: from nothing, through probable, to sure, with more and more bursts behind it."""
    certainty = [one.recurring().get(CARD_ID, {"probability": 0.0, "bursts": 0}) for one in run.accounts]
    by_day = {one.day: (found["probability"], found["bursts"]) for one, found in zip(run.accounts, certainty, strict=True)}
    lines = [f"{day}: {p:.6f}, {1 - p:.1e}, {bursts}" for day, (p, bursts) in by_day.items()]
    print("\nday: probability of the card, doubt, bursts\n" + "\n".join(lines))
    first = next(day for day, (p, _) in by_day.items() if p > 0)
    assert 1 < first <= 10, "one burst proves nothing, ten days are enough"
    doubts = [1 - by_day[day][0] for day in range(first, first + 6)]
    assert doubts == sorted(doubts, reverse=True), "each day makes it surer"
    assert doubts[-1] < doubts[0] / 1000
    assert by_day[first][0] >= 0.5, "that two bursts are no chance is a part of the probability"
    assert all(p >= 0.9 for day, (p, _) in by_day.items() if day > first)
    most = [max(bursts for day, (_, bursts) in by_day.items() if day <= until) for until in (first, 10, 20)]
    assert most == sorted(most)
    assert most[0] < most[-1]
    assert most[-1] >= 5


def test_the_card_is_told_once_and_stays_a_finding(run: Run) -> None:
    states = [change for one in run.accounts for change in one.told["changes"] if change[0] == "recurring"]
    assert Counter(state for _, state, id_, words, _ in states if CARD_ID.replace("/", " module ") in words)["new"] == 1
    assert not [change for change in states if change[1] == "gone"]


def test_nothing_else_recurs(run: Run) -> None:
    others = {(one.day, name) for one in run.accounts for name in one.recurring() if name != CARD_ID}
    assert others == set()


def test_waves_of_firmware_are_nobodys_fault(run: Run) -> None:
    seen = 0
    for begin, end in run.month.waves:
        during = {
            incident["id"]: incident for one in run.accounts for incident in one.told["incidents"]
            if begin <= datetime.fromisoformat(incident["start"]) <= end
        }  # fmt: skip
        verdicts = Counter(incident["verdict"] for incident in during.values() if incident["endpoints"] >= 20)
        assert set(verdicts) == {"administrative"}, verdicts
        seen += verdicts.total()
    assert seen == 9, "three pools, six switches"


def test_carried_phones_are_changes_and_wake_nobody(run: Run) -> None:
    moved = [words for one in run.accounts for kind, state, _, words, _ in one.told["changes"] if kind == "phone_moved" and state == "new"]
    assert len(set(moved)) >= len(run.month.moves) * 0.8
    assert not [body for body in run.hook.bodies if "moved from" in body["message"]]


def test_false_alarms_stay_rare(run: Run) -> None:
    """Faults named that were none: fewer than the 0.3 a day that are taken into account when incidents are looked for."""
    told = {incident["id"]: incident for one in run.accounts for incident in one.told["incidents"] if incident["id"] in one.told["new"]}
    wrong = []
    for incident in told.values():
        start, end = (datetime.fromisoformat(incident[key]) for key in ("start", "end"))
        is_card = any(start - timedelta(minutes=3) <= at <= end for at in run.month.bursts)
        if incident["verdict"] in ("network", "call_server", "wan_or_nat") and not is_card:
            wrong.append(incident)
    print(f"\n{len(told)} incidents, {len(wrong)} of them name a fault that was none: {[one['causes'][:1] for one in wrong]}")
    assert len(wrong) <= 0.3 * run.month.days


def test_every_incident_is_told_once(run: Run) -> None:
    new = Counter(id_ for one in run.accounts for id_ in one.told["new"])
    assert set(new.values()) == {1}
    told = Counter(body["message"].splitlines()[-1] for body in run.hook.bodies if body["title"][0].isdecimal())
    assert told == Counter(f"Incident {id_}" for id_ in new)


def test_files_and_memory_level_off(run: Run) -> None:
    last = [one for one in run.accounts if one.day > run.month.days - 5]
    steady = [one for one in run.accounts if FACT_DAYS + 1 < one.day <= FACT_DAYS + 4]

    def mean(accounts: list[Account], value: str) -> float:
        values = [float(one.told["sizes"].get(value) or one.told[value]) for one in accounts]
        return sum(values) / len(values)

    for value, limit in (*((name, GROWTH) for name in last[0].told["sizes"]), ("rss_kb", GROWTH_OF_MEMORY)):
        before, after = mean(steady, value), mean(last, value)
        print(f"{value}: {before:,.0f} -> {after:,.0f} ({after / before - 1:+.1%})")
        assert after <= before * limit, f"{value} grows: {before:,.0f} to {after:,.0f}"
    assert last[-1].told["files"] <= run.accounts[3].told["files"]
