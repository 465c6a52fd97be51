"""What the answer rests on, as the page and the terminal show it: what was read, what was not, what was assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from switchcorr.model.event import EventFileAccount
from switchcorr.model.incident import Coverage
from switchcorr.model.snapshot import OutputAccount, OutputState
from switchcorr.text import counted, first_few

FILES_SHOWN = 200
_NO_PROBLEM = (OutputState.PARSED, OutputState.EMPTY, OutputState.NOT_NEEDED)
_CLEAR_NO = (OutputState.INVALID, OutputState.FEATURE_OFF)
"""A switch that has no such part or feature says so: told once a command, with the devices."""
_DEVICES_NAMED = 3
_COMMANDS_NAMED = 3
_SAMPLE = 70


@dataclass(frozen=True, slots=True)
class CoverageView:
    """What the answer rests on: rows of a table, then what could not be used.

    Attributes:
        problems: file, what became of it, why; behind them command, what all these devices said to it, which devices.
        event_files: file, formats, events of lines, what was left over.
    """

    numbers: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    unread: tuple[str, ...]
    problems: tuple[tuple[str, str, str], ...]
    problems_left_out: int
    event_files: tuple[tuple[str, str, str, str], ...]


def coverage_view(coverage: Coverage) -> CoverageView:
    """The coverage block, every number with its words."""
    problems = _problems(coverage.outputs) + _clear_noes(coverage.outputs)
    beside = {warning for file in coverage.event_files for warning in file.warnings if warning.startswith(f"{file.file}: ")}
    return CoverageView(
        numbers=(
            ("Phones known", f"{coverage.phones_known:,}"),
            ("placed", f"{coverage.placed:,}"),
            ("not placed", f"{coverage.unplaced:,}"),
            ("Devices read", f"{coverage.devices_read:,} of {coverage.devices_expected:,} named" if coverage.devices_expected else "none"),
            *_outputs(coverage),
            ("Events read", f"{coverage.events_read:,}"),
            ("Lines not recognised", f"{coverage.lines_unrecognised:,}"),
        ),
        assumptions=tuple(sentence for sentence in coverage.assumptions if sentence not in beside),  # a file's own are told beside it
        unread=coverage.devices_unread,
        problems=tuple(problems[:FILES_SHOWN]),
        problems_left_out=max(0, len(problems) - FILES_SHOWN),
        event_files=tuple(_event_file(file) for file in coverage.event_files),
    )


def _outputs(coverage: Coverage) -> list[tuple[str, str]]:
    """One row for each state that a captured text came to; quarantined always, so that a zero is seen."""
    if not coverage.outputs and coverage.devices_read:
        return []  # they were read, but what each of them answered is not told here
    if not coverage.outputs:
        return [("Command outputs", "none")]
    states = Counter(output.state for output in coverage.outputs)
    shown = [state for state in OutputState if states[state] and state is not OutputState.QUARANTINED]
    rows = [("Command outputs", f"{len(coverage.outputs):,}"), *((state.value, f"{states[state]:,}") for state in shown)]
    return [*rows, ("quarantined", f"{coverage.outputs_quarantined:,}")]


def _event_file(file: EventFileAccount) -> tuple[str, str, str, str]:
    left_over = [
        f"{file.unrecognised:,} not recognised",
        f"the first, line {file.samples[0].line}: {_cut(file.samples[0].text)}" if file.samples else "",
        f"{file.ignored:,} {'tells' if file.ignored == 1 else 'tell'} of something else" if file.ignored else "",
        f"{file.duplicates:,} told twice" if file.duplicates else "",
        file.problem,
    ]
    left_over += [warning.removeprefix(f"{file.file}: ").rstrip(".") for warning in file.warnings]
    return (
        file.file,
        ", ".join(file.formats) or "no known format",
        f"{counted(file.events, 'event')} in {counted(file.lines, file.unit)}",
        "; ".join(filter(None, left_over)),
    )


def _cut(sample: str) -> str:
    """So much of a line that it is found again and fits on a terminal's."""
    return sample if len(sample) <= _SAMPLE else f"{sample[: _SAMPLE - 1]}…"


def _is_problem(output: OutputAccount) -> bool:
    return output.state not in (*_NO_PROBLEM, *_CLEAR_NO) or output.bad_line_count > 0


def _clear_noes(outputs: Iterable[OutputAccount]) -> list[tuple[str, str, str]]:
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for output in outputs:
        if output.state in _CLEAR_NO and not output.bad_line_count:
            groups.setdefault((output.command, output.state.value), {})[output.device] = None
    return [(command, state, _named(sorted(devices))) for (command, state), devices in sorted(groups.items())]


def _named(devices: Sequence[str]) -> str:
    return f"said by {first_few(devices, _DEVICES_NAMED)}"


def _problems(outputs: Iterable[OutputAccount]) -> list[tuple[str, str, str]]:
    """One row for each text; commands of which the same is said of one file (those that a visit never asked) are named in one."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for output in outputs:
        if _is_problem(output):
            groups.setdefault(_problem(output), []).append(output.command)
    return [
        (file, state, why if len(commands) == 1 else f"{why}: {first_few(commands, _COMMANDS_NAMED)}")
        for (file, state, why), commands in groups.items()
    ]


def _problem(output: OutputAccount) -> tuple[str, str, str]:
    lines = f"{output.bad_line_count} line{'s' if output.bad_line_count > 1 else ''} not used" if output.bad_line_count else ""
    first = f"first: line {output.bad_lines[0].line}: {output.bad_lines[0].text}" if output.bad_lines else ""
    return output.file, output.state.value, "; ".join(filter(None, (output.reason, lines, first)))
