"""Does the program, run as a command on files, find and name at least as much as the benchmark's reference? Both on the same cases.

    python benchmarks/black_box.py --tier hard --seed 71001 --campuses 3 [--windows] [--kinds module,noise] [--rate 0.3] [--keep DIR]

The benchmark beside the checkout writes the cases (one of every class a campus) as files, runs ``switchcorr correlate`` and its reference
command on each, one process a case, and scores what they print by its own rules. Without ``--windows`` both search the whole week by
themselves; with it both are told the bursts. ``--rate`` sets how many false alarms a day switchcorr may give (``false_alarms_per_day``); the
reference knows no such thing. Figures in which switchcorr is behind are in bold. Few campuses make wide intervals: the
line below the table counts the cases in which only one of the two is right. Probabilities and verdicts are scored where a program reports an
incident, so one that finds fewer answers the easier questions: the last line has those figures where both report one. With ``--keep`` the
cases and what both said stay in a folder, to be looked at. Where the benchmark is absent this says so and ends. Fails if
switchcorr is behind in a figure, or has more than one false alarm a day in the standard or hard tier.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shlex
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from localise_cases import PLACES

from switchcorr import __version__

TIERS = ("standard", "hard", "stress")
OURS, REFERENCE = "switchcorr", "reference"
LESS_IS_BETTER = (
    "quiet windows that accuse", "network accused on server faults", "ECE", "Brier", "90 % set: mean size", "burst without an incident",
    "named in single bursts", "recurring named without", "false alarms a day", "incidents elsewhere a day", "runs without",
)  # fmt: skip
UNJUDGED = ("time ", "answered at", "90 % set: coverage")
"""Wall time lies on a busy machine; how often one is sure is no merit where the other is right more often."""
MOST_ALARMS = {"standard": 1.0, "hard": 1.0}
Scored = dict[str, Any]


def folder_of(given: Path | None) -> Path | None:
    """Where the benchmark is, if it is anywhere."""
    places = (given,) if given else PLACES
    return next((place.resolve() for place in places if (place / "score_cases.py").is_file()), None)


def commands(bench: Path, *, windows: bool, settings: Path | None) -> dict[str, str]:
    """The two command lines, as the benchmark fills them in."""
    rest = "correlate --locations {locations} --events {events} --format json" + (" --windows {windows}" if windows else "")
    python = shlex.quote(sys.executable)
    own = rest + (f" --config {shlex.quote(str(settings))}" if settings else "")
    return {OURS: f"{python} -m switchcorr {own}", REFERENCE: f"{python} {shlex.quote(str(bench / 'reference_cli.py'))} {rest}"}


def script(bench: Path, name: str, *arguments: str) -> None:
    """Run one of the benchmark's scripts; its tables are not shown, its complaints are."""
    subprocess.run([sys.executable, str(bench / name), *arguments], check=True, stdout=subprocess.DEVNULL)


def measure(bench: Path, cases: Path, *, windows: bool, settings: Path | None) -> dict[str, Scored]:
    """What the benchmark says about both on the cases of one tier."""
    scored = {}
    for name, command in commands(bench, windows=windows, settings=settings).items():
        result = cases / f"{name}.json"
        script(bench, "score_cases.py", str(cases), "--cmd", command, "--json", str(result))
        for answer in cases.glob("*/answer.*"):
            answer.rename(answer.with_name(f"{name}{answer.suffix}"))
        scored[name] = json.loads(result.read_text())
    return scored


def figures(scored: Scored, tier: str) -> dict[str, list[float | None]]:
    """Each figure with its 95 % interval by campus."""
    found: dict[str, list[float | None]] = scored["result"][tier]["program"]["metrics"]
    return found


def behind(label: str, ours: float, reference: float) -> bool:
    """Whether the first is worse."""
    if label.startswith(UNJUDGED):
        return False
    return ours > reference if label.startswith(LESS_IS_BETTER) else ours < reference


def shown(label: str, value: list[float | None]) -> str:
    """A figure with its interval."""
    middle, low, high = (0.0 if number is None else number for number in value)
    digits = 1 if "%" in label.replace("90 % set: mean", "") or "ms" in label else 3
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def compared(pairs: list[tuple[Scored, Scored]]) -> str:
    """ECE (ten bins), Brier, set size and right verdicts of both, in the cases in which both report an incident."""
    both = [pair for pair in pairs if all("p" in one for one in pair)]
    if not both:
        return "no case in which both report an incident"
    told = []
    for name, records in zip((OURS, REFERENCE), zip(*both, strict=True), strict=True):
        gaps: dict[int, float] = {}
        for one in records:
            place = math.ceil(10 * one["p"])
            gaps[place] = gaps.get(place, 0.0) + one["p"] - one["ok"]
        ece = sum(map(abs, gaps.values())) / len(records)
        brier = fmean((one["p"] - one["ok"]) ** 2 for one in records)
        sizes, verdicts = ([one[key] for one in records if key in one] for key in ("set_n", "verdict_ok"))
        held = [f"{label} {fmean(values):.3f}" for label, values in (("set", sizes), ("verdict right", verdicts)) if values]
        told.append(f"{name} ECE {ece:.3f}, Brier {brier:.3f}, {', '.join(held)}")
    return f"in the {len(both)} cases with an incident of both: {'; '.join(told)}"


def report(tier: str, scored: dict[str, Scored]) -> int:
    """Print one tier's table; how many goals are missed."""
    ours, reference = (figures(scored[name], tier) for name in (OURS, REFERENCE))
    missed = 0
    print(f"\n| {tier} | better | {OURS} | {REFERENCE} |\n|---|---|---|---|")
    for label, mine in ours.items():
        theirs = reference[label]
        if mine[0] is None or theirs[0] is None:
            continue
        worse = behind(label, mine[0], theirs[0])
        worse |= label == "false alarms a day" and mine[0] > MOST_ALARMS.get(tier, float("inf"))
        better = "-" if label.startswith(UNJUDGED) else "less" if label.startswith(LESS_IS_BETTER) else "more"
        text = shown(label, mine)
        print(f"| {label} | {better} | {f'**{text}**' if worse else text} | {shown(label, theirs)} |")
        missed += worse
    pairs = [(one["m"]["program"], other["m"]["program"]) for one, other in zip(*(scored[n]["cases"] for n in scored), strict=True)]
    only = sum(a["ok"] and not b["ok"] for a, b in pairs), sum(b["ok"] and not a["ok"] for a, b in pairs)
    print(f"\n{tier}: {len(pairs)} cases; only {OURS} right in {only[0]}, only the {REFERENCE} in {only[1]}; behind in {missed} figures")
    print(f"{tier}: {compared(pairs)}", flush=True)
    return missed


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tier", action="append", choices=TIERS, help="may be given several times; all three if not given")
    options.add_argument("--seed", type=int, default=71001, help="of the first campus")
    options.add_argument("--campuses", type=int, default=3)
    options.add_argument("--kinds", help="classes of cases, comma separated")
    options.add_argument("--windows", action="store_true", help="tell both where the bursts are")
    options.add_argument("--rate", type=float, help="false alarms a day that switchcorr may give, if not its default")
    options.add_argument("--keep", type=Path, help="folder in which the cases and answers of each tier stay")
    options.add_argument("--bench", type=Path, help="folder of the benchmark, if not beside the checkout")
    given = options.parse_args()
    bench = folder_of(given.bench)
    if bench is None:
        print("skipped: the localisation benchmark (score_cases.py ...) is not there; give its folder with --bench.")
        return
    told = "told the bursts" if given.windows else "searching the week"
    print(f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {datetime.now(UTC):%Y-%m-%d}")
    print(f"{given.campuses} campuses a tier, seeds from {given.seed}, {told}; in brackets 95 % by drawing campuses")
    missed = 0
    for tier in given.tier or TIERS:
        with tempfile.TemporaryDirectory() as place:
            kinds = ("--kinds", given.kinds) if given.kinds else ()
            cases = given.keep.resolve() / tier if given.keep else Path(place)
            cases.mkdir(parents=True, exist_ok=True)
            settings = Path(place) / "switchcorr.toml" if given.rate else None
            if settings is not None:
                settings.write_text(f"[correlate]\nfalse_alarms_per_day = {given.rate}\n")
            script(bench, "export.py", "--tier", tier, "--seed", str(given.seed), "--n", str(given.campuses), *kinds, str(cases))
            missed += report(tier, measure(bench, cases, windows=given.windows, settings=settings))
    if missed:
        sys.exit(f"behind the reference, or over the limit of false alarms, in {missed} figures")


if __name__ == "__main__":
    main()
