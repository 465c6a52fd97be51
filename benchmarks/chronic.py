"""Parts whose phones drop one by one, more often than others: how many are named, and how often healthy sites have one named.

    python benchmarks/chronic.py [--phones 4000] [--sites 20] [--days 7] [--seed 31]

Each site is a campus of ``correlate_scale.py`` with a week of drops and no burst: a phone's rate is a quarter of a drop a day, times its own
factor (gamma, shape 1.5) and those of its module, its switch and its node (lognormal; the standard deviation is that of the table's row).
On sick sites the phones of one part drop so many times as often. ``correlate`` reads the whole log and is told nothing. Beside it on the
same logs stands the usual script: it counts drops by ASIC, module, switch, distribution switch and node and lists whatever has more than the average explains by a
Poisson test at one false listing in a hundred sites, the least likely first. *named* is the sick part, or one with the same phones, standing
first; *others* are listed parts that share no phone with it. Intervals are 95 % (Wilson). Fails if one healthy site in ten has a part named.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from correlate_scale import DAY_S, START, Floats, Ints, Plan, log_of, observed, plan_campus
from detection import wilson
from scipy.stats import poisson

from switchcorr import __version__
from switchcorr.correlate import CorrelateOptions, correlate
from switchcorr.model.incident import Coverage

LATER = datetime(2027, 1, 1, tzinfo=UTC)
A_DAY, SHAPE = 0.25, 1.5
UNLIKE = ("module", "switch", "node")
COUNTED = ("asic", "module", "switch", "distribution", "node")
SCATTERS = (0.0, 0.15, 0.3)
SICK = (
    ("asic", 6.0),
    ("module", 2.0),
    ("module", 3.0),
    ("module", 5.0),
    ("switch", 2.0),
    ("switch", 3.0),
    ("distribution", 2.0),
    ("node", 2.0),
)
LEAST_PHONES = 6
LISTED_BY_CHANCE = 0.01
MOST_HEALTHY = 0.1


@dataclass(frozen=True, slots=True)
class Site:
    """A campus with what is planted in it: a kind and the number of a part, or nothing."""

    plan: Plan
    names: list[str]
    sick: tuple[str, int] | None

    def phones(self) -> Ints:
        """Rows of the sick part's phones."""
        return self.plan.phones_of(*self.sick) if self.sick else np.zeros(0, dtype=np.int64)


def made(phones: int, kind: str, random_: np.random.Generator) -> Site:
    """A site of which a part of a kind with some phones is sick; of an empty kind none."""
    plan = plan_campus(phones, random_)
    names = [f"SEP{number:012X}" for number in range(phones)]
    if not kind:
        return Site(plan, names, None)
    column = plan.columns[kind]
    size = np.bincount(column[column >= 0], minlength=plan.counts[kind])
    return Site(plan, names, (kind, int(random_.choice(np.flatnonzero(size >= LEAST_PHONES)))))


def drops_of(site: Site, scatter: float, times: float, days: float, random_: np.random.Generator) -> tuple[Ints, Floats, Ints]:
    """Phone, time and reason of each drop."""
    count = len(site.names)
    rate = A_DAY * days * random_.gamma(SHAPE, 1 / SHAPE, count)
    for kind in UNLIKE:
        factor = np.append(random_.lognormal(0.0, scatter, site.plan.counts[kind]), 1.0)  # the last one is for -1: no such part
        rate *= factor[site.plan.columns[kind]]
    rate[site.phones()] *= times
    phone = np.repeat(np.arange(count), random_.poisson(rate))
    return phone, START + random_.random(len(phone)) * days * DAY_S, random_.choice([6, 8, 10, 13], len(phone))


def by_script(site: Site, phone: Ints) -> list[Ints]:
    """The phones of each part that the usual script lists, the least likely first."""
    found: list[tuple[float, Ints]] = []
    for kind in COUNTED:
        column, parts = site.plan.columns[kind], site.plan.counts[kind]
        size, own = (np.bincount(of[of >= 0], minlength=parts) for of in (column, column[phone]))
        tail = poisson.sf(own - 1, size * len(phone) / len(column))
        found += [
            (float(tail[number]), np.flatnonzero(column == number))
            for number in np.flatnonzero(tail * parts * len(COUNTED) < LISTED_BY_CHANCE)
        ]
    return [phones for _, phones in sorted(found, key=lambda part: part[0])]


def by_switchcorr(site: Site, drops: tuple[Ints, Floats, Ints], random_: np.random.Generator) -> list[Ints]:
    """The phones of each part in ``chronic``."""
    campus = observed(site.plan, site.names, random_)
    answer = correlate(log_of([drops], site.names), campus, options=CorrelateOptions(now=LATER), coverage=Coverage())
    rows = {name: row for row, name in enumerate(campus.risk.phones)}
    found = []
    for part in answer.chronic:
        kind = part.component.kind
        number = campus.risk.components[kind].index(part.component)
        column = np.frombuffer(campus.risk.columns[kind], dtype=np.int32)
        found.append(np.array([row for name, row in rows.items() if column[row] == number], dtype=np.int64))
    return found


def same(one: Ints, other: Ints) -> bool:
    """Whether two parts have nearly the same phones: some places are not known or wrong."""
    both = len(np.intersect1d(one, other))
    return both > 0.7 * max(len(one), len(other))


def row(listed: Sequence[list[Ints]], sites: Sequence[Site]) -> tuple[int, int, int]:
    """On how many sites the sick part stands first, on how many anything is listed, and how many parts are listed that share no phone with it."""
    named = sum(bool(found) and same(found[0], site.phones()) for found, site in zip(listed, sites, strict=True))
    others = sum(not len(np.intersect1d(part, site.phones())) for found, site in zip(listed, sites, strict=True) for part in found)
    return named, sum(map(bool, listed)), others


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--phones", type=int, default=4000)
    options.add_argument("--sites", type=int, default=20, help="sites of each row")
    options.add_argument("--days", type=float, default=7.0)
    options.add_argument("--seed", type=int, default=31)
    given = options.parse_args()
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {datetime.now(UTC):%Y-%m-%d}"
    )
    print(f"{given.sites} sites of {given.phones:,} phones a row, {given.days:g} days, seed {given.seed}")
    print(
        "\n| parts differ by | sick part | times as often | named by switchcorr | others | by the script | others |\n|---|---|---|---|---|---|---|"
    )
    random_, healthy = np.random.default_rng(given.seed), [0, 0]
    for scatter in SCATTERS:
        for kind, times in (("", 1.0), *SICK):
            sites, ours, theirs = [], [], []
            for _ in range(given.sites):
                site = made(given.phones, kind, random_)
                drops = drops_of(site, scatter, times, given.days, random_)
                sites.append(site)
                ours.append(by_switchcorr(site, drops, random_))
                theirs.append(by_script(site, drops[0]))
            told = [row(listed, sites) for listed in (ours, theirs)]
            if kind:
                cells = [f"{wilson(named, given.sites)} | {others}" for named, _, others in told]
            else:
                healthy = [healthy[0] + told[0][1], healthy[1] + given.sites]
                cells = [f"on {some} of {given.sites} sites a part is named | {others}" for _, some, others in told]
            print(f"| {scatter:g} | {kind or 'none'} | {times:g} | {' | '.join(cells)} |", flush=True)
    if healthy[0] > MOST_HEALTHY * healthy[1]:
        sys.exit(f"{healthy[0]} of {healthy[1]} healthy sites have a part named")


if __name__ == "__main__":
    main()
