"""How much is found, and how often nothing is found that looks like something: detection power against false alarms.

    python benchmarks/detection.py [--phones 200000] [--hits 0.05,0.1,0.2,0.5] [--faults 98] [--days 7] [--rate 0.3] [--seed 11]

The campus is that of ``correlate_scale.py``, made by that script and nothing else: no file of another benchmark is used. First come quiet
logs without any fault: what becomes an incident there is a false alarm. Then come other logs, each with a new background and seven faults
of modules of at least 15 phones, about one a day, at each hit rate. Every log is searched as a whole by
``correlate`` with its default constants, but for the rate of false alarms a day that is allowed; nothing tells it where to look. The levels that a log is searched with are learned from that log
alone. A fault is found if an incident overlaps its burst and names a component that holds or is held by the module; intervals are 95 %
(Wilson). Fails if modules hit at 20 % are found in less than 80 %, or if there is more than one false alarm a day.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from correlate_scale import DAY_S, START, Plan, Planted, innocent, log_of, observed, plan_campus, struck

from switchcorr import __version__
from switchcorr.correlate import CorrelateOptions, correlate
from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.model.campus import Campus
from switchcorr.model.incident import Correlation, Coverage, Incident, Verdict

FAULTS_A_LOG = 7
LEAST_PHONES = 15
CLEAR_DROPS = 3
"""Two phones of one module within minutes are not rare on an ordinary day."""
WANTED = {0.2: 0.8}
SLACK_S = 60.0
LATER = datetime(2027, 1, 1, tzinfo=UTC)
ACCUSING = (Verdict.NETWORK, Verdict.CALL_SERVER, Verdict.WAN_OR_NAT)


@dataclass(frozen=True, slots=True)
class Tally:
    """Faults planted and found, false alarms, days searched; ``clear`` are faults that lost ``CLEAR_DROPS`` phones or more."""

    planted: int = 0
    seen: int = 0
    named: int = 0
    alarms: int = 0
    others: int = 0
    clear: int = 0
    clear_named: int = 0
    days: float = 0.0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, slot) + getattr(other, slot) for slot in self.__slots__))


def search(campus: Campus, names: list[str], parts: list, planted: list[Planted], plan: Plan, days: float, constants: Constants) -> Tally:  # type: ignore[type-arg]
    """Search one log and compare with what was planted."""
    result: Correlation = correlate(
        log_of(parts, names), campus, options=CorrelateOptions(now=LATER, constants=constants), coverage=Coverage()
    )
    at_fault: set[str] = set()
    seen = named = clear = clear_named = 0
    for fault in planted:
        here = [one for one in result.incidents if overlaps(one, fault)]
        at_fault |= {one.id for one in here}
        seen += bool(here)
        is_named = any(names_it(one, fault, plan) for one in here)
        named += is_named
        clear += fault.drops >= CLEAR_DROPS
        clear_named += is_named and fault.drops >= CLEAR_DROPS
    elsewhere = [one for one in result.incidents if one.id not in at_fault]
    accusing = sum(one.verdict in ACCUSING for one in elsewhere)
    return Tally(len(planted), seen, named, accusing, len(elsewhere) - accusing, clear, clear_named, days)


def overlaps(incident: Incident, fault: Planted) -> bool:
    """Whether an incident lies at a fault's burst."""
    return incident.start.timestamp() <= fault.at + 150 + SLACK_S and incident.end.timestamp() >= fault.at - SLACK_S


def names_it(incident: Incident, fault: Planted, plan: Plan) -> bool:
    """Whether a cause holds most phones of the module, or most of its phones are the module's."""
    mine = plan.phones_of(fault.kind, fault.number)
    for cause in incident.causes:
        for component in (cause.component, *cause.equivalent):
            theirs = plan.phones_of(component.kind, int(component.id.rsplit("-", 1)[1]))
            both = len(np.intersect1d(mine, theirs))
            if component.kind not in ("node", "cluster") and 2 * both > min(len(mine), len(theirs)):
                return True
    return False


def plant_modules(plan: Plan, hit: float, days: float, random_: np.random.Generator) -> tuple[list[Planted], list]:  # type: ignore[type-arg]
    """Faults of modules at random moments, at least an hour apart."""
    column = plan.columns["module"]
    large = np.flatnonzero(np.bincount(column[column >= 0], minlength=plan.counts["module"]) >= LEAST_PHONES)
    moments = START + (np.arange(FAULTS_A_LOG) + random_.uniform(0.2, 0.8, FAULTS_A_LOG)) / FAULTS_A_LOG * days * DAY_S
    planted, parts = [], []
    for number, at in zip(random_.choice(large, FAULTS_A_LOG, replace=False).tolist(), moments.tolist(), strict=True):
        parts.append(struck(plan, "module", number, hit * 0.95, at, random_))  # one report in twenty is lost
        planted.append(Planted("module", number, at, len(parts[-1][0])))
    return planted, parts


def wilson(found: int, of: int) -> str:
    """A share with its 95 % interval."""
    share, z = found / of, 1.96
    middle, width = share + z * z / (2 * of), z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = (middle - width) / (1 + z * z / of), (middle + width) / (1 + z * z / of)
    return f"{share:.0%} ({max(low, 0.0):.0%} to {high:.0%})"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--phones", type=int, default=200_000)
    options.add_argument("--hits", default="0.05,0.1,0.2,0.5")
    options.add_argument("--faults", type=int, default=98)
    options.add_argument("--days", type=float, default=7.0)
    options.add_argument("--quiet", type=int, default=4, help="quiet logs")
    options.add_argument("--rate", type=float, default=DEFAULT.false_alarms_per_day, help="false alarms a day that are allowed")
    options.add_argument("--seed", type=int, default=11)
    given = options.parse_args()
    random_ = np.random.default_rng(given.seed)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    print(f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {today}")
    constants = replace(DEFAULT, false_alarms_per_day=given.rate)
    plan = plan_campus(given.phones, random_)
    names = [f"SEP{number:012X}" for number in range(given.phones)]
    campus = observed(plan, names, random_)
    print(f"{given.phones:,} phones; logs of {given.days:g} days; {given.rate:g} false alarms a day allowed; the script's own campus")
    quiet = Tally()
    for _ in range(given.quiet):
        quiet = quiet.plus(search(campus, names, [innocent(given.phones, given.days, random_)], [], plan, given.days, constants))
    print(f"quiet logs: {quiet.alarms} false alarms and {quiet.others} other incidents in {quiet.days:g} days", flush=True)
    failed = quiet.days > 0 and quiet.alarms > quiet.days
    for hit in map(float, given.hits.split(",")):
        began, tally = time.process_time(), Tally()
        while tally.planted < given.faults:
            planted, parts = plant_modules(plan, hit, given.days, random_)
            background = innocent(given.phones, given.days, random_)
            tally = tally.plus(search(campus, names, [background, *parts], planted, plan, given.days, constants))
        print(
            f"module, {hit:.0%} of its phones: an incident at {wilson(tally.seen, tally.planted)}, named {wilson(tally.named, tally.planted)}"
            f" of {tally.planted}; of those with {CLEAR_DROPS} drops or more {wilson(tally.clear_named, tally.clear)} of {tally.clear}; {tally.alarms / tally.days:.2f} false alarms a day; {time.process_time() - began:.0f} s",
            flush=True,
        )
        failed |= tally.named < WANTED.get(hit, 0.0) * tally.planted or tally.alarms > tally.days
    if failed:
        sys.exit("less was found, or more was made up, than is wanted")


if __name__ == "__main__":
    main()
