"""The end of a sweep: what was reached, what was not and why, and what to type next; as text and as JSON."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence

from switchcorr.cli.again import as_given
from switchcorr.cli.output import WIDTH, wrapped
from switchcorr.cli.sweep.visit_lines import kilobytes, visit_line
from switchcorr.collect.failures import NextStep
from switchcorr.jobs.sweep.request import SweepOutcome
from switchcorr.model.sweep import SweepState, VisitAccount, old_algorithms
from switchcorr.model.visit import FailureKind, VisitStatus
from switchcorr.report.to_json import iso
from switchcorr.text import clean, counted, first_few

SWEEP_SCHEMA = "switchcorr/sweep-summary/1"
MOST_LISTED = 40
"""Of more devices than this no list of visits is printed on a terminal."""
_NAMED_IN_TEXT = 6
_NAMED_IN_JSON = 20


def summary_document(outcome: SweepOutcome) -> dict[str, object]:
    """A sweep as JSON, without the list of its visits: those were printed as they ended, and stand in ``manifest.json``."""
    parsed = [visit.parse for visit in outcome.visits if visit.parse is not None]
    return {
        "schema": SWEEP_SCHEMA,
        "sweep": outcome.sweep,
        "state": outcome.state.value,
        "folder": str(outcome.folder),
        "started_at": iso(outcome.started_at),
        "ended_at": iso(outcome.ended_at),
        "seconds": round(outcome.seconds, 3),
        "devices": len(outcome.visits),
        "visits": {status.value: count for status, count in _counts(outcome.visits).items()},
        "bytes": sum(visit.size for visit in outcome.visits),
        "rows": sum(parse.rows for parse in parsed),
        "bad_lines": sum(parse.bad_lines for parse in parsed),
        "quarantined": sum(parse.quarantined for parse in parsed),
        "failures": [_step_document(step) for step in outcome.steps],
        "old_algorithms": {profile.value: list(devices) for profile, devices in old_algorithms(outcome.visits).items()},
        "warnings": list(outcome.warnings),
        "next": next_command(outcome),
    }


def _step_document(step: NextStep) -> dict[str, object]:
    return {
        "kind": step.kind.value,
        "title": step.title,
        "devices": len(step.devices),
        "first": list(step.devices[:_NAMED_IN_JSON]),
        "advice": as_given(step.advice),
        "details": [as_given(detail) for detail in step.details],
    }


def summary_text(outcome: SweepOutcome) -> str:
    """A sweep in a block of at most 80 columns; commands are never broken."""
    lines = [headline(outcome)]
    lines += wrapped(f"{_told_counts(outcome.visits)}; {kilobytes(sum(visit.size for visit in outcome.visits))} received.")
    lines += wrapped(_told_parse(outcome.visits))
    for step in outcome.steps:
        lines += ["", *_step_lines(step, is_listed=len(outcome.visits) <= MOST_LISTED)]
    for warning in outcome.warnings:
        lines += ["", *wrapped(f"note: {clean(warning)}", indent="")]
    lines += ["", f"captures: {outcome.folder}", f"next: {next_command(outcome)}"]
    return "".join(f"{line}\n" for line in lines)


def visits_text(visits: Sequence[VisitAccount], *, width: int = WIDTH) -> str:
    """The visits as lines of at most ``width`` columns; empty if there are more than a screen can use."""
    if len(visits) > MOST_LISTED:
        return ""
    name_width = max((min(len(clean(visit.device)), 40) for visit in visits), default=0)
    lines = [visit_line(visit, name_width=name_width) for visit in visits]
    return "".join(f"{line if len(line) <= width else f'{line[: width - 1]}…'}\n" for line in lines)


def next_command(outcome: SweepOutcome) -> str:
    """What to type next: go on where the sweep ended, else use what it brought."""
    folder = shlex.quote(str(outcome.folder))
    if outcome.state in (SweepState.INTERRUPTED, SweepState.RUNNING):
        return as_given(f"switchcorr sweep --resume {folder}")
    if not any(visit.commands for visit in outcome.visits if visit.status is not VisitStatus.FAILED):
        example = next((step.devices[0] for step in outcome.steps), "")
        return as_given(f"switchcorr doctor {shlex.quote(example)}".rstrip())
    return as_given(f"switchcorr correlate --captures {folder} --events FILE")


def named(devices: Sequence[str]) -> str:
    """Names for a sentence: the first few, and how many more there are.

    >>> named(["a", "b"]), named([f"acc-{n}" for n in range(9)])
    ('a, b', 'acc-0, acc-1, acc-2, acc-3, acc-4, acc-5 and 3 more')
    """
    return first_few([clean(device) for device in devices], _NAMED_IN_TEXT)


def short_lines(outcome: SweepOutcome) -> list[str]:
    """A sweep in a few lines: how many answered, why the others did not, and which devices are old."""
    lines = [headline(outcome), *(f"  {step.title}: {named(step.devices)}" for step in outcome.steps)]
    return lines + [f"  Old SSH algorithms ({profile.value}): {named(names)}" for profile, names in old_algorithms(outcome.visits).items()]


def headline(outcome: SweepOutcome) -> str:
    """How many devices answered, and how the sweep ended."""
    answered = sum(visit.status is VisitStatus.ANSWERED for visit in outcome.visits)
    how = {
        SweepState.DONE: "",
        SweepState.RUNNING: ", not ended",
        SweepState.INTERRUPTED: ", interrupted",
        SweepState.STOPPED: ", stopped because logins were refused",
    }[outcome.state]
    return f"{answered:,} of {counted(len(outcome.visits), 'device')} answered in {outcome.seconds:.1f} s{how}."


def _told_counts(visits: Sequence[VisitAccount]) -> str:
    counts = _counts(visits)
    return ", ".join(f"{count:,} {status.value}" for status, count in counts.items() if count or status in _ALWAYS_TOLD)


_ALWAYS_TOLD = (VisitStatus.ANSWERED, VisitStatus.PARTIAL, VisitStatus.FAILED)


def _counts(visits: Iterable[VisitAccount]) -> dict[VisitStatus, int]:
    counts = Counter(visit.status for visit in visits)
    return {status: counts[status] for status in VisitStatus}


def _told_parse(visits: Iterable[VisitAccount]) -> str:
    parsed = [visit.parse for visit in visits if visit.parse is not None]
    if not parsed:
        return ""
    bad, unusable = sum(parse.bad_lines for parse in parsed), sum(parse.quarantined for parse in parsed)
    failed = sum(bool(parse.failure) for parse in parsed)
    odd = [f"{counted(bad, 'line')} that no template knows"] if bad else []
    odd += [f"{counted(unusable, 'output')} that cannot be used"] if unusable else []
    odd += [f"{counted(failed, 'device')} whose text was not parsed"] if failed else []
    return f"{counted(sum(parse.rows for parse in parsed), 'row')} read{''.join(f', {words}' for words in odd)}."


def _step_lines(step: NextStep, *, is_listed: bool) -> list[str]:
    """What to do about one kind of failure; of refused connections the list of visits, if there is one, has said everything already."""
    lines = wrapped(f"{step.title}, {counted(len(step.devices), 'device')}: {named(step.devices)}", indent="")
    lines += wrapped(f"Next: {step.advice}")
    details = () if is_listed and step.kind is FailureKind.REFUSED else step.details
    return lines + [line for detail in details for line in wrapped(clean(detail), indent="    ")]
