"""Does a calibration that is fitted on simulated incidents make the benchmark's probabilities right as often as they say?

    python benchmarks/calibration.py --tier hard --seed 1000 --campuses 6 --rounds 3

For each campus a calibration is made as ``correlate --calibrate`` makes it, from the campus as observed and its week of innocent
drops; then the same cases are answered without and with it. The campuses and their faults are those of ``localise.py``, which the
calibration has never seen: only the locations and the log. Figures by the benchmark's own rules, intervals by drawing campuses.
Repeats are left out, as ``recurring`` is not calibrated.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from localise import TIERS, CaseName, intervals, shown
from localise_cases import Bench, Case, Site, load

from switchcorr.correlate import CorrelateOptions, correlate, ground_of
from switchcorr.correlate.calibration.fitting import CalibrateOptions, calibrate
from switchcorr.jobs.calibrate import FITTED, TESTED
from switchcorr.model.calibration import Calibration
from switchcorr.model.incident import Coverage
from switchcorr.report.to_json import correlation_json

PLAIN, CALIBRATED = "as stated", "calibrated"
SHOWN = (
    "ECE", "Brier", "right at p >= .95, %", "answered at p >= .95, %", "90 % set: coverage %", "90 % set: mean size",
    "single faults, top-1 exact %", "precision", "quiet windows that accuse %",
)  # fmt: skip
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def learn(case: Case) -> tuple[Calibration, float]:
    """The calibration of a case's campus, and the CPU seconds it took."""
    began = time.process_time()
    ground = ground_of(case.log, case.campus, CorrelateOptions(now=NOW, windows=case.windows))
    made = calibrate(ground, CalibrateOptions(NOW, FITTED, TESTED), lambda _: None)
    return made, time.process_time() - began


def ask(bench: Bench, case: Case, calibration: Calibration | None) -> Any:
    """The answer as the benchmark reads it from the JSON."""
    options = CorrelateOptions(now=NOW, windows=case.windows, calibration=calibration)
    result = correlate(case.log, case.campus, options=options, coverage=Coverage(phones_known=len(case.campus.risk.phones)))
    if calibration is not None and not (result.calibration and result.calibration.used):
        raise SystemExit(f"the calibration is not used: {result.calibration}")
    return bench.score_cases.answer_of(correlation_json(result, phones=False), case.truth, case.table)


def measure(bench: Bench, tier: str, seed: int, rounds: int) -> list[dict[str, Any]]:
    """The records of one campus."""
    site, made, records = Site(bench, tier, seed), None, []
    kinds = [kind for kind in bench.generator.KINDS if kind != "repeat"]
    for _ in range(rounds):
        for case in site.cases(kinds, evidence=False):
            if made is None:
                made, seconds = learn(case)
                told = (
                    f"simulated ECE {made.before.ece:.3f} to {made.after.ece:.3f}, Brier {made.before.brier:.3f} to {made.after.brier:.3f}"
                )
                print(f"{tier} {seed}: {seconds:.1f} s of processor, {told}", flush=True)
            answers = {PLAIN: ask(bench, case, None), CALIBRATED: ask(bench, case, made)}
            records.append(bench.score_cases.record(CaseName(case.truth["case"]), case.truth, case.table, answers))
    return records


def report(bench: Bench, tier: str, records: Sequence[dict[str, Any]]) -> None:
    """Print the figures of one tier, without and with."""
    columns = {name: intervals(bench, records, name) for name in (PLAIN, CALIBRATED)}
    print(f"\n## {tier}: {len(records)} cases on {len({record['campus'] for record in records})} campuses\n")
    print(f"| figure | {PLAIN} | {CALIBRATED} |\n|---|---|---|")
    for label in SHOWN:
        print(f"| {label} | " + " | ".join(shown(bench, label, *columns[name][label]) for name in columns) + " |")
    for name in columns:
        bins = bench.score_cases.reliability(records, name)
        print(
            f"{name}: " + "; ".join(f"p {b['p']}: {100 * b['right']:.0f} % of {b['n']} right, {100 * b['mean_p']:.0f} % said" for b in bins)
        )


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, help="folder of the benchmark; by default ../shared/bench/localise")
    parser.add_argument("--tier", choices=TIERS, nargs="+", default=["standard", "hard", "stress"])
    parser.add_argument("--seed", type=int, default=1000, help="of the first campus")
    parser.add_argument("--campuses", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2, help="cases of each class on each campus")
    options = parser.parse_args()
    bench = load(options.bench)
    if bench is None:
        print("the benchmark is not here (../shared/bench/localise, or --bench): nothing measured")
        return
    np.seterr(all="raise", under="ignore")
    for tier in options.tier:
        records = [
            r for seed in range(options.seed, options.seed + options.campuses) for r in measure(bench, tier, seed, options.rounds)
        ]  # fmt: skip
        report(bench, tier, records)


if __name__ == "__main__":
    main()
