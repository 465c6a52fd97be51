"""Small sites with odd reasons: is the right part named where the model knows neither the plan nor the mix of reasons?

    python -m benchmarks.small_sites [--sites 500] [--seed 1] [--around MINUTES] [--verbose] [--keep DIRECTORY]

Each seed is a site of 1 to 15 switches with 1 to 4 modules of 6 to 30 phones, 1 to 3 blocks and 1 to 3 nodes, a log of 0.2 to 7 days with
innocent drops, and one fault of a module, switch, VLAN, block, node, of everything (what all phones cross and nothing names) or of nothing.
Reasons are one only, two, or any mix, of faults and of innocent drops; the table of locations has any of the columns module, switch, VLAN,
block and node, and of some phones no place. Files are written and go through the job of ``switchcorr correlate``, which searches the whole log.

True are the fault's part and those with exactly its phones, as far as the table tells. *right*: such a part leads, with the verdict of the
fault's side. *not proven*: the verdict leaves it open; the part that leads is true, or another. *others beside*: right, and a wrong part, or one that no location names, is said to have failed too. *wrong*: another part leads with that probability and
more, or the verdict is the other side's. Of everything, and of a part that the table does not name, it is right to say that nothing known names
it, or to name the smallest part that holds it (a switch, or one of several); *in parts*: several parts are named that together are it. Faults of fewer than
three drops do not count.

The usual script stands beside it: told the seconds of the burst, it tests each part (hypergeometric), and names the least likely one if its p
value times the number of parts is 0.01 at most. ``--around`` leaves of each log only the incident, ``--verbose`` prints what went wrong, ``--keep`` leaves the files of each site in a folder named after its seed.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scipy.stats import hypergeom

from benchmarks.small_site_cases import NETWORK, START, Site, drawn_site
from switchcorr import __version__
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.model.incident import NAMED_FROM, Cause, Incident, Suspect, Verdict
from switchcorr.model.moments import DAY_S

LEAST_DROPS = 3
SLACK_S = 60.0
SIGNIFICANT = 0.01
NEARLY_ALL = 0.8
ACCUSING = (Verdict.NETWORK, Verdict.CALL_SERVER, Verdict.WAN_OR_NAT, Verdict.ENDPOINT)
KINDS = (*NETWORK, "node", "everything", "not in the table", "none")
TRUTH_FIRST, ANOTHER_FIRST = "not proven, truth first", "not proven, another first"
OPEN = ("right", "in parts", "right, others beside", TRUTH_FIRST, ANOTHER_FIRST)
"""Answers that name nothing wrong in the first place."""
WRONG_FROM = (0.5, 0.95, 0.99)
ALL_PHONES = ("cluster", "core")
"""Kinds that no table here has: the correlation's own words for all phones."""
FAILED_BESIDE = " has failed beside "
"""What the summary says of a part that no location names beside one that is named, from one half on; no field tells it."""
Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is right to say of a site.

    Attributes:
        row: kind of the fault, or that the table does not name it.
        parts: parts with exactly the phones of the fault.
        holder: parts that hold it as closely as the table allows, where none is the fault itself.
        within: phones that are known to be on each part of which all are on what failed, where the table does not name that.
        verdicts: of the fault's side.
        unnamed: whether it is right that nothing known of the phones names it.
    """

    row: str
    parts: frozenset[Part]
    holder: frozenset[Part]
    verdicts: tuple[Verdict, ...]
    unnamed: bool
    within: Mapping[Part, frozenset[str]] = field(default_factory=dict)

    def holds(self, parts: Iterable[Part]) -> bool:
        """Whether one of some parts is right."""
        return any(part in self.parts or part in self.holder for part in parts)

    def is_told_in_parts(self, named: Sequence[Cause]) -> tuple[bool, bool]:
        """Whether parts of what failed, named together, are nearly all of it; and whether nothing else is named."""
        inside = [[part for part in names_of(cause) if part in self.within] for cause in named]
        found = frozenset[str]().union(*(self.within[part] for parts in inside for part in parts))
        whole = frozenset[str]().union(*self.within.values())
        return bool(found) and len(found) >= NEARLY_ALL * len(whole), all(inside)


@dataclass(frozen=True, slots=True)
class Scored:
    """One answer: what it is, the probability of what it names wrongly, and the first suspect's with whether it is right."""

    row: str
    outcome: str
    p: float = 0.0
    first: tuple[float, bool] | None = None


def phones_by_part(site: Site) -> dict[Part, frozenset[str]]:
    """The phones of each part that the table names; nodes are known from the log too."""
    found: dict[Part, set[str]] = {}
    for phone in site.phones:
        cells = {**site.table[phone.name], "node": phone.home}
        for kind, part in cells.items():
            if part:
                found.setdefault((kind, part), set()).add(phone.name)
    return {part: frozenset(names) for part, names in found.items()}


def truth_of(site: Site) -> Truth:
    """What is right to say."""
    kind, hit, parts = site.fault.kind, site.hit_by_fault(), phones_by_part(site)
    if kind == "none":
        return Truth(kind, frozenset(), frozenset(), (), unnamed=False)
    placed: dict[str, set[str]] = {}
    for (column, _), names in parts.items():
        placed.setdefault(column, set()).update(names)
    same = {part for part, names in parts.items() if names == hit & placed[part[0]]}
    verdicts = (Verdict.CALL_SERVER,) if kind == "node" else (Verdict.NETWORK, Verdict.WAN_OR_NAT)
    is_everything = len(hit) == len(site.phones)
    is_named = any((part[0] == "node") == (kind == "node") for part in same)
    if is_everything:
        same |= {(one, "") for one in ALL_PHONES}
        row = kind if is_named else "everything"
        return Truth(row, frozenset(same), frozenset(), verdicts, unnamed=kind != "node")
    if is_named:
        return Truth(kind, frozenset(same), frozenset(), verdicts, unnamed=False)
    around = {part: names for part, names in parts.items() if part[0] != "node" and names >= hit & placed[part[0]] and names & hit}
    least = min(map(len, around.values()), default=0)
    holder = {part for part, names in around.items() if len(names) == least}
    if all(part[0] != "switch" and len(around[part]) == len(placed[part[0]]) for part in holder):
        holder.clear()  # what all phones are on is no place to look at
    within = {part: names for part, names in parts.items() if part[0] != "node" and names <= hit}
    return Truth("not in the table", frozenset(same), frozenset(holder), verdicts, unnamed=True, within=within)


def ask(site: Site, folder: Path) -> tuple[Incident, ...]:
    """The incidents of the command's own job on files; a log without a line has none."""
    locations, events = site.write(folder)
    now = datetime.fromtimestamp(START, UTC) + timedelta(days=30)
    request = CorrelateRequest(Times(now=now), CampusRequest(locations=locations), events=(events,))
    return correlate(request).result.incidents if site.events else ()


def names_of(named: Cause | Suspect) -> list[Part]:
    """A component and those with the same phones as the table writes them."""
    return [(one.kind, "" if one.kind in ALL_PHONES else one.id) for one in (named.component, *named.equivalent)]


def of_burst(site: Site, incidents: Sequence[Incident]) -> list[Incident]:
    """Incidents at the time of the fault, the one with most of its phones first."""
    if site.fault.kind == "none":
        return []
    since, until = site.fault.at - SLACK_S, site.fault.at + site.fault.spread + SLACK_S
    here = [one for one in incidents if one.start.timestamp() <= until and one.end.timestamp() >= since]
    return sorted(here, key=lambda one: -len(site.dropped & {phone.phone for phone in one.phones}))


def judge(truth: Truth, incident: Incident) -> Scored:
    """What an incident's answer is worth."""
    named = [cause for cause in incident.causes if cause.probability >= NAMED_FROM]
    is_first_true = bool(incident.suspects) and truth.holds(names_of(incident.suspects[0]))
    is_other_side = incident.verdict in ACCUSING and incident.verdict not in truth.verdicts
    first = (incident.suspects[0].probability, is_first_true and not is_other_side) if incident.suspects else None
    if not named:
        return Scored(truth.row, _where_none_is_named(truth, incident, is_first_true=is_first_true), first=first)
    wrong = [cause.probability for cause in named if not (truth.holds(names_of(cause)) or truth.within.keys() & names_of(cause))]
    leads_wrongly = not truth.holds(names_of(named[0]))
    if incident.verdict not in ACCUSING:
        return Scored(truth.row, ANOTHER_FIRST if leads_wrongly else TRUTH_FIRST, first=first)
    in_parts, alone = truth.is_told_in_parts(named)
    if is_other_side or (leads_wrongly and not in_parts):
        return Scored(truth.row, "wrong", named[0].probability, first)
    if in_parts and alone:
        return Scored(truth.row, "in parts", first=first)
    if FAILED_BESIDE in incident.summary and not in_parts:
        wrong.append(NAMED_FROM)
    return Scored(truth.row, "right, others beside" if wrong else "right", max(wrong, default=0.0), first)


def _where_none_is_named(truth: Truth, incident: Incident, *, is_first_true: bool) -> str:
    """The outcome where no part has half of the probability."""
    leads = incident.suspects[0].probability if incident.suspects else 0.0
    unnamed = max(incident.p_unnamed, incident.p_unlocated)
    if unnamed > leads:
        said = truth.unnamed and unnamed >= NAMED_FROM
        return "right" if said else TRUTH_FIRST if truth.unnamed else ANOTHER_FIRST
    if is_first_true and leads > incident.p_nothing_shared:
        return "right" if incident.verdict in truth.verdicts else TRUTH_FIRST
    return ANOTHER_FIRST


def falsely(site: Site, truth: Truth, incidents: Sequence[Incident], main: Incident | None) -> list[float]:
    """The probabilities of what is accused wrongly elsewhere in the log, or beside the fault."""
    accused = []
    for incident in incidents:
        named = [cause for cause in incident.causes if cause.probability >= NAMED_FROM]
        if incident is main or not named or incident.verdict not in ACCUSING:
            continue
        late = site.fault.kind != "none" and incident.start.timestamp() > site.fault.at - SLACK_S
        if not (late and truth.holds(names_of(named[0]))):
            accused.append(named[0].probability)
    return accused


def by_script(site: Site, truth: Truth) -> Scored:
    """The usual script, told the seconds of the burst."""
    since, until = site.fault.at, site.fault.at + site.fault.spread
    names = {name for at, name, kind, _, _ in site.events if kind == "unregistered" and since <= at <= until}
    parts = phones_by_part(site)
    tail = {part: float(hypergeom.sf(len(on & names) - 1, len(site.phones), len(on), len(names))) for part, on in parts.items()}
    least = min(tail.values())
    right = truth.holds(part for part, p in tail.items() if p <= least * (1 + 1e-9))
    if least * len(parts) <= SIGNIFICANT:
        return Scored(truth.row, "right" if right else "wrong", 1.0 - least * len(parts))
    return Scored(truth.row, TRUTH_FIRST if right else ANOTHER_FIRST)


def told(site: Site, truth: Truth, incidents: Sequence[Incident]) -> str:
    """A case for a developer: what was planted, and what was answered."""
    parts = phones_by_part(site)
    lines = [
        f"  {site.plan}",
        f"  fault: {site.fault.kind} {site.fault.part} at {datetime.fromtimestamp(site.fault.at, UTC):%Y-%m-%dT%H:%M:%SZ}, {site.fault.spread:.0f} s, {len(site.dropped)} of {len(site.hit_by_fault())} phones ({site.fault.mix}), {site.fault.after}",
        f"  true: {', '.join(' '.join(part) for part in sorted(truth.parts | truth.holder)) or 'nothing that is named'}",
    ]
    for one in incidents:
        suspects = []
        for suspect in one.suspects[:4]:
            on = parts.get((suspect.component.kind, suspect.component.id), frozenset())
            suspects.append(
                f"{suspect.component.kind} {suspect.component.id} {suspect.probability:.4f} ({len(on & site.dropped)} of {len(on)})"
            )
        lines += [
            f"  {one.start:%Y-%m-%dT%H:%M:%SZ} {one.verdict.value}: {'; '.join(suspects)}; nothing {one.p_nothing_shared:.4f}, unlocated {one.p_unlocated:.4f}, unnamed {one.p_unnamed:.4f}",
            f"    {one.summary}",
        ]
    return "\n".join(lines)


@dataclass(slots=True)
class Tally:
    """All answers so far."""

    ours: list[Scored]
    script: list[Scored]
    false: list[float]
    too_few: int = 0
    days: float = 0.0


def measure(site: Site, folder: Path, tally: Tally, *, verbose: bool) -> None:
    """Ask about one site and count what is answered."""
    truth, incidents = truth_of(site), ask(site, folder)
    here = of_burst(site, incidents)
    counts = site.fault.kind == "none" or len(site.dropped) >= LEAST_DROPS
    false = falsely(site, truth, incidents, here[0] if here else None)
    tally.false += false
    tally.days += site.days
    tally.too_few += not counts
    wrong = ""
    if counts and site.fault.kind != "none":
        scored = judge(truth, here[0]) if here else Scored(truth.row, "no incident")
        tally.ours.append(scored)
        tally.script.append(by_script(site, truth))
        wrong = f"{scored.outcome} {scored.p:.4f}" if scored.outcome in ("wrong", "right, others beside") else ""
    if verbose and (wrong or false):
        elsewhere = f"accused elsewhere {', '.join(f'{p:.4f}' for p in false)}" if false else ""
        print(f"seed {site.seed}: {'; '.join(filter(None, (wrong, elsewhere)))}\n{told(site, truth, incidents)}", flush=True)


def around_fault(site: Site, seconds: float) -> Site:
    """A site of whose log only the time about its fault is left."""
    return replace(site, events=tuple(event for event in site.events if abs(event[0] - site.fault.at) <= seconds), days=2 * seconds / DAY_S)


def expected_error(answers: Sequence[Scored]) -> float:
    """ECE of the leading suspect in ten bins."""
    bins: dict[int, list[float]] = {}
    first = [one.first for one in answers if one.first]
    for p, right in first:
        bins.setdefault(min(9, int(10 * p)), []).append(p - right)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / max(1, len(first))


def table(title: str, answers: Sequence[Scored]) -> list[str]:
    """The rows of one who answers."""
    heads = [*OPEN, *(f"wrong >= {p:g}" for p in WRONG_FROM), "no incident"]
    lines = [f"| {title} | cases | {' | '.join(heads)} |", "|---|" + "---|" * (len(heads) + 1)]
    for row in (*KINDS[:-1], "all"):
        own = [one for one in answers if row in (one.row, "all")]
        count = Counter(one.outcome for one in own)
        wrong = [sum(one.outcome == "wrong" and one.p >= p for one in own) for p in WRONG_FROM]
        cells = [len(own), *(count[outcome] for outcome in OPEN), *wrong, count["no incident"]]
        lines.append(f"| {row} | {' | '.join(map(str, cells))} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=1, help="of the first site")
    options.add_argument("--sites", type=int, default=500)
    options.add_argument("--verbose", action="store_true", help="print every case in which something wrong was named")
    options.add_argument(
        "--around",
        type=float,
        metavar="MINUTES",
        help="of each log only so many minutes before and behind the fault's first moment, as one cuts out an incident",
    )
    options.add_argument("--keep", type=Path, help="folder in which the files of each site stay")
    given = options.parse_args(arguments)
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {datetime.now(UTC):%Y-%m-%d}"
    )
    print(f"{given.sites} sites, seeds from {given.seed}", flush=True)
    tally, began = Tally([], [], []), time.process_time()
    for seed in range(given.seed, given.seed + given.sites):
        with tempfile.TemporaryDirectory() as place:
            folder = given.keep / str(seed) if given.keep else Path(place)
            folder.mkdir(parents=True, exist_ok=True)
            site = drawn_site(seed)
            measure(around_fault(site, 60 * given.around) if given.around else site, folder, tally, verbose=given.verbose)
    for title, answers in (("switchcorr", tally.ours), ("the usual script", tally.script)):
        print("\n" + "\n".join(table(title, answers)))
    sure = [sum(p >= least for p in tally.false) for least in WRONG_FROM]
    print(
        f"\nelsewhere in {tally.days:.0f} days of log: {sure[0]} parts accused for nothing, {sure[1]} with 0.95 and more, {sure[2]} with 0.99 and more"
        f"\nECE of the leading suspect {expected_error(tally.ours):.3f}; {tally.too_few} faults of fewer than {LEAST_DROPS} drops do not count; "
        f"{time.process_time() - began:.0f} s of processor time"
    )


if __name__ == "__main__":
    main()
