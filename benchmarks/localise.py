"""Does the correlation name the right component? Simulated campuses with planted faults, the windows given.

    python benchmarks/localise.py --tier hard --seed 1000 --campuses 20 --opponents

Each campus has one case of every class: twelve kinds of single fault, pairs, repeats in 3 to 10 bursts, and three kinds of quiet
windows. Each case goes through ``correlate`` as a whole, and its JSON is scored by the benchmark's own rules (see its README),
opponents beside it on the same cases, intervals by drawing campuses with replacement. The oracle knows the hit rate of the very case;
``ceiling`` knows the simulation's laws and not the case (``localise_ceiling.py``), and answers single faults only. ``--evidence`` also supplies error counters
and server alerts, ``--repeats`` measures one small part that fails again and again. The generator, the opponents and the rules are
imported from a folder beside the checkout (``--bench``); where it is absent the benchmark says so and ends.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import localise_ceiling
import numpy as np
from localise_cases import Bench, Case, Site, load

from switchcorr import __version__
from switchcorr.correlate import CorrelateOptions, correlate
from switchcorr.model.incident import Coverage
from switchcorr.report.to_json import correlation_json

OURS = "switchcorr"
TIERS = ("standard", "hard", "stress", "small", "large")
METHODS = ("naive_module", "share_rank", "fisher_bh", "score_greedy", "vote_007", "flock_fixed", "flock_grid", "sherlock_beam", "proposed")
ORACLES = {"oracle": False, "oracle_null": True}
CEILING = "ceiling"
NOT_ASKED = (None, np.nan, np.nan)
DRAWS = 300
Record = dict[str, Any]
Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and what it should reach per tier; ``least`` tells whether it is a least or a most."""

    label: str
    standard: float
    hard: float
    stress: float
    least: bool = True


GOALS = (
    Goal("single faults, top-1 exact %", 98, 95, 96), Goal("network faults, >= 6 events, exact %", 99, 99, 99),
    Goal("network faults, 3-5 events, exact %", 91, 80, 80), Goal("precision", 0.97, 0.96, 0.95), Goal("pair: both found %", 90, 86, 95),
    Goal("quiet windows that accuse %", 1, 1, 5, least=False), Goal("network accused on server faults %", 0.5, 0.5, 0.5, least=False),
    Goal("ECE", 0.025, 0.025, 0.025, least=False), Goal("90 % set: mean size", 1.4, 1.4, 1.4, least=False),
    Goal("right at p >= .95, %", 99.5, 99.5, 99.5), Goal("answered at p >= .95, %", 80, 80, 80),
)  # fmt: skip


def ask_ours(bench: Bench, case: Case) -> tuple[Any, float]:
    """The answer of the whole correlation as the benchmark reads it from the JSON, and CPU seconds."""
    began = time.process_time()
    options = CorrelateOptions(now=case.windows[-1][1], windows=case.windows, observations=case.observations)
    result = correlate(case.log, case.campus, options=options, coverage=Coverage(phones_known=len(case.campus.risk.phones)))
    took = time.process_time() - began
    return bench.score_cases.answer_of(correlation_json(result, phones=False), case.truth, case.table), took


def ask_method(bench: Bench, case: Case, *, method: Callable[..., Any]) -> tuple[Any, float]:
    """The answer of one of the benchmark's methods, and CPU seconds."""
    context, table = case.site.context(case.observed), case.site.clean
    began = time.process_time()
    result = method(case.observed, context)
    took = time.process_time() - began
    accused = sorted(result.accused, key=lambda c: -result.post.get(table.rep[c], 0)) if result.top is not None else []
    ranking = [(frozenset(table.equal(c).tolist()), p) for c, p in sorted(result.post.items(), key=lambda x: -x[1])[:30]]
    named = [frozenset(table.equal(c).tolist()) for c in accused]
    return bench.score_cases.Answer(named, result.prob, ranking, result.p_none), took


def ask_oracle(bench: Bench, case: Case, *, null: bool) -> tuple[Any, float]:
    """The answer of the benchmark's oracle, which knows everything but the component."""
    began = time.process_time()
    world, table = case.site.world, case.site.clean
    world.__dict__.pop("_xo", None)
    named, p = bench.baselines.oracle(case.observed, case.planted, world, null=null)
    return bench.score_cases.Answer([frozenset(table.equal(c).tolist()) for c in named if c >= 0], p), time.process_time() - began


def ask_ceiling(bench: Bench, case: Case) -> tuple[Any, float]:
    """The answer of one who knows the laws of the simulation, and CPU seconds."""
    began = time.process_time()
    named, p, nothing = localise_ceiling.answer(bench, case)
    return bench.score_cases.Answer([named] if named else [], p, p_none=nothing), time.process_time() - began


def methods(bench: Bench, *, opponents: bool, evidence: bool, ceiling: bool = False) -> dict[str, Callable[[Case], tuple[Any, float]]]:
    """Everybody who is asked, by name."""
    asked: dict[str, Callable[[Case], tuple[Any, float]]] = {OURS: partial(ask_ours, bench)}
    if ceiling or opponents:
        asked[CEILING] = partial(ask_ceiling, bench)
    if not opponents:
        return asked
    for name in (*METHODS, "proposed+evid") if evidence else METHODS:
        asked[name] = partial(ask_method, bench, method=bench.baselines.METHODS[name])
    for name, null in ORACLES.items():
        asked[name] = partial(ask_oracle, bench, null=null)
    return asked


def is_asked(bench: Bench, name: str, case: Case) -> bool:
    """Whether somebody can answer a case: the oracle needs something planted, the ceiling a single fault in one burst."""
    if name == CEILING:
        return case.truth["kind"] in bench.generator.FAULTS
    return name not in ORACLES or bool(case.truth["components"])


def measure(bench: Bench, cases: Iterator[Case], asked: Mapping[str, Callable[[Case], tuple[Any, float]]], *, errors: bool) -> list[Record]:
    """One record per case, as the benchmark's own scripts make them."""
    records = []
    for case in cases:
        answers = {}
        for name, ask in asked.items():
            if not is_asked(bench, name, case):
                continue
            answer, seconds = ask(case)
            answer.extra["t"] = seconds
            answers[name] = answer
        record = bench.score_cases.record(CaseName(case.truth["case"]), case.truth, case.table, answers)
        records.append(record)
        if errors and not record["m"][OURS]["ok"]:
            print(told(case, answers[OURS]))
    return records


@dataclass(frozen=True, slots=True)
class CaseName:
    """What a record needs of a case's folder."""

    name: str


def told(case: Case, answer: Any) -> str:
    """One error: what was planted, with k of n as observed, and what was answered."""
    table, dropped = case.site.clean, np.unique(np.concatenate([burst[0] for burst in case.observed.bursts]))

    def counts(component: int) -> str:
        members = table.members(component)
        return f"{'/'.join(table.kind_id[component])} {np.isin(members, dropped).sum()}/{len(members)}"

    true = ", ".join(counts(c) for c in case.planted.comps) or "nothing"
    first = [f"{counts(min(s))} p {p:.2f}" for s, p in answer.ranking[:3] if s]
    accused = [counts(min(s)) for s in answer.accused if s]
    return (
        f"{case.truth['case']}: true {true} ({case.truth['fault_events']} events of {sum(len(b[0]) for b in case.observed.bursts)}); "
        f"accused {accused}; nothing {answer.p_none}; ranking {first}"
    )


def figures(bench: Bench, records: Sequence[Record], name: str) -> dict[str, float | None]:
    """The benchmark's figures, and those by size of evidence and by class."""
    found: dict[str, float | None] = dict(bench.score_cases.figures(records, name)) if name != CEILING else {}
    single = [r for r in records if r["kind"] in bench.generator.FAULTS and name in r["m"]]
    network = [r for r in single if r["kind"] not in ("node", "cluster")]

    def exact(chosen: Sequence[Record]) -> float | None:
        return 100 * float(np.mean([r["m"][name]["ok"] for r in chosen])) if chosen else None

    found["single faults, top-1 exact %"] = exact(single)
    found["network faults, 3-5 events, exact %"] = exact([r for r in network if r["nf"] < 6])
    found["network faults, >= 6 events, exact %"] = exact([r for r in network if r["nf"] >= 6])
    for kind in bench.generator.FAULTS:
        found[f"{kind}, exact %"] = exact([r for r in single if r["kind"] == kind])
    return found


def intervals(bench: Bench, records: Sequence[Record], name: str) -> dict[str, tuple[float | None, float, float]]:
    """Each figure with its 95 % interval from drawing campuses with replacement."""
    campuses: dict[int, list[Record]] = {}
    for record in records:
        campuses.setdefault(record["campus"], []).append(record)
    groups, random = list(campuses.values()), np.random.default_rng(0)
    drawn = [[r for i in random.integers(len(groups), size=len(groups)) for r in groups[i]] for _ in range(DRAWS if len(groups) > 1 else 0)]
    found = [figures(bench, records_, name) for records_ in drawn]
    result = {}
    for label, value in figures(bench, records, name).items():
        values = [f for one in found if (f := one.get(label)) is not None]
        low, high = np.percentile(values, [2.5, 97.5]).tolist() if values else (np.nan, np.nan)
        result[label] = value, low, high
    return result


def report(bench: Bench, tier: str, records: Sequence[Record]) -> dict[str, Any]:
    """Print the tables of one tier; the same as plain data."""
    names = list(dict.fromkeys(name for record in records for name in record["m"]))
    result = {name: intervals(bench, records, name) for name in names}
    print(f"\n## {tier}: {len(records)} cases on {len({r['campus'] for r in records})} campuses\n")
    print("| figure | goal | " + " | ".join(names) + " |\n|---|---|" + "---|" * len(names))
    goals = {goal.label: goal for goal in GOALS}
    for label in dict.fromkeys([*goals, *result[OURS]]):
        cells = [shown(bench, label, *result[name].get(label, NOT_ASKED)) for name in names]
        if any(cell != "-" for cell in cells):
            print(f"| {label} | {wanted(goals.get(label), tier, result[OURS][label][0])} | " + " | ".join(cells) + " |")
    bins = bench.score_cases.reliability(records, OURS)
    print(
        "\nreliability: "
        + "; ".join(f"p {b['p']}: {100 * b['right']:.0f} % right, {100 * b['mean_p']:.0f} % said, of {b['n']}" for b in bins)
    )
    return {name: {label: list(value) for label, value in figures_.items()} for name, figures_ in result.items()}


def wanted(goal: Goal | None, tier: str, value: float | None) -> str:
    """A goal as text, and whether it was reached."""
    if goal is None or value is None:
        return ""
    bound = getattr(goal, tier, goal.standard)
    reached = value >= bound if goal.least else value <= bound
    return f"{'>=' if goal.least else '<='} {bound:g} {'yes' if reached else '**no**'}"


def shown(bench: Bench, label: str, value: float | None, low: float, high: float) -> str:
    """A figure with its interval."""
    if value is None:
        return "-"
    texts = [bench.score.show(label, x) for x in (value, low, high)]
    return f"{texts[0]} ({texts[1]}-{texts[2]})" if np.isfinite(low) else texts[0]


def repeats(bench: Bench, options: argparse.Namespace) -> None:
    """One small part that fails again and again: 8 % of its phones in each of 4 or 8 bursts, background doubled."""
    bench.export.TIERS["repeat"] = ("medium", {"bg": 2.0})
    asked = methods(bench, opponents=options.opponents, evidence=False)
    print("\n| hit | bursts | n | " + " | ".join(asked) + " |\n|---|---|---|" + "---|" * len(asked))
    for rate, bursts in ((0.04, 8), (0.08, 4), (0.08, 8), (0.15, 4)):
        seeds = range(options.seed, options.seed + options.campuses)
        cases = (case for seed in seeds for case in Site(bench, "repeat", seed).repeats(rate, bursts))
        records = measure(bench, cases, asked, errors=options.errors)
        right = [f"{100 * np.mean([r['m'][name]['ok'] for r in records]):.0f}" for name in asked]
        print(f"| {rate} | {bursts} | {len(records)} | " + " | ".join(right) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", action="append", choices=TIERS, help="may be given several times; all but small and large if not given")
    parser.add_argument("--seed", type=int, default=1000, help="of the first campus")
    parser.add_argument("--campuses", type=int, default=10)
    parser.add_argument("--kinds", help="classes of cases, comma separated")
    parser.add_argument("--evidence", action="store_true", help="supply error counters and server alerts")
    parser.add_argument("--opponents", action="store_true", help="ask the benchmark's methods and its oracle on the same cases")
    parser.add_argument("--ceiling", action="store_true", help="ask beside switchcorr who knows the laws only, without the opponents")
    parser.add_argument("--repeats", action="store_true", help="only one small part that fails again and again")
    parser.add_argument("--errors", action="store_true", help="print every case that went wrong")
    parser.add_argument("--bench", type=Path, help="folder of the benchmark, if not beside the checkout")
    parser.add_argument("--json", type=Path, help="write figures and records to this file")
    options = parser.parse_args()
    bench = load(options.bench)
    if bench is None:
        print("skipped: the localisation benchmark (generator.py ...) is not there; give its folder with --bench.")
        return
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, seeds from {options.seed}: {' '.join(sys.argv[1:])}"
    )
    if options.repeats:
        repeats(bench, options)
        return
    asked, kinds = (
        methods(bench, opponents=options.opponents, evidence=options.evidence, ceiling=options.ceiling),
        (options.kinds or ",".join(bench.generator.KINDS)).split(","),
    )
    written = {}
    for tier in options.tier or TIERS[:3]:
        sites = (Site(bench, tier, seed) for seed in range(options.seed, options.seed + options.campuses))
        records = measure(
            bench, (case for site in sites for case in site.cases(kinds, evidence=options.evidence)), asked, errors=options.errors
        )
        written[tier] = {"figures": report(bench, tier, records), "records": records}
    if options.json:
        options.json.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    main()
