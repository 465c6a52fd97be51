"""All outputs of one device to its tables, with an account of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchcorr.model.snapshot import DeviceCapture, DeviceFacts, OutputAccount, OutputState, RawOutput
from switchcorr.model.tables import Clock, DeviceTables, Table, TableRow, table_of
from switchcorr.parse.budget import LONGEST_S, TooSlowError, limited
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import Command, Platform, platform_named

_READ = (OutputState.PARSED, OutputState.TRUNCATED)
_NO_PLATFORM = (
    "the platform of this device is unknown: no text of it names one. Put its files into a folder of their own, "
    'with a capture.json in it that says {"platform": "cisco_ios"}, "cisco_nxos" or "cisco_catos"'
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An output that was parsed, and its place among the outputs of its device."""

    place: int
    output: RawOutput
    command: Command
    parsed: ParsedOutput

    @property
    def worth(self) -> tuple[bool, int]:
        """What is sure to be whole counts more than what is not, and the later more than the earlier."""
        return self.output.state is OutputState.PARSED and self.parsed.state is not OutputState.TRUNCATED, self.place


def parse_capture(capture: DeviceCapture) -> DeviceFacts:
    """The facts of one device; never raises for anything in the text.

    Of a command that was captured several times as a whole, one answer counts: the last of those that gave rows and are
    complete, else the last that gave rows. Answers about parts (one interface, one VLAN, a filtered output) count together if
    there is no whole one.
    """
    platform = platform_named(capture.platform)
    answers = [answer for place, output in enumerate(capture.outputs) if (answer := _answer(place, output, platform)) is not None]
    used = {answer.place for command in {answer.command.text: answer.command for answer in answers} for answer in _used(answers, command)}
    rows: dict[Table, list[TableRow]] = {}
    for answer in answers:
        if answer.place in used:
            for row in answer.parsed.rows:
                rows.setdefault(table_of(row), []).append(_asked(row, answer.output, None if capture.is_guessed else capture.taken_at))
    tables = DeviceTables(**{table.value: tuple(found) for table, found in rows.items()})  # type: ignore[arg-type]  # a row's table is that of its type
    parsed = {answer.place: answer.parsed for answer in answers}
    accounts = [
        _account(capture.device, output, platform, parsed.get(place), used=place in used) for place, output in enumerate(capture.outputs)
    ]
    partial = _partial([answer for answer in answers if answer.place in used])
    return DeviceFacts(capture.device, capture.platform, tables, tuple(accounts), capture.taken_at, capture.address, partial)


def _partial(answers: Sequence[_Answer]) -> frozenset[str]:
    """Tables that the answers that count tell parts of only."""
    parts: set[str] = set()
    wholes: set[str] = set()
    for answer in answers:
        if answer.parsed.rows:
            (parts if answer.output.part else wholes).update(table.value for table in (answer.command.table, *answer.command.also))
    return frozenset(parts - wholes)


def _asked(row: TableRow, output: RawOutput, taken_at: datetime | None) -> TableRow:
    """A row as it is; a device's own time with the time of whoever asked for it, for the two to be compared."""
    if not isinstance(row, Clock):
        return row
    if output.asked_at is None:
        return replace(row, at=taken_at)
    return replace(row, at=output.asked_at, within=timedelta(seconds=output.seconds))


def _answer(place: int, output: RawOutput, platform: Platform | None) -> _Answer | None:
    if platform is None or output.state not in _READ:
        return None
    command = next((command for command in platform.commands if command.text == output.command), None)
    return _Answer(place, output, command, _parsed(platform, command, output.text)) if command is not None else None


def _parsed(platform: Platform, command: Command, text: str) -> ParsedOutput:
    """The rows of a text; none of one that keeps the parser too long."""
    try:
        with limited():
            return parse_output(platform, command, text)
    except TooSlowError:
        return ParsedOutput((), OutputState.QUARANTINED, f"the parser took longer than {LONGEST_S:g} s")


def _used(answers: Iterable[_Answer], command: str) -> Sequence[_Answer]:
    """The answers to a command that count."""
    mine = [answer for answer in answers if answer.command.text == command]
    wholes = [answer for answer in mine if not answer.output.part]
    best = max((answer for answer in wholes if answer.parsed.rows), key=lambda answer: answer.worth, default=None)
    if best is not None:
        return (best,)
    parts = {answer.output.part: answer for answer in mine if answer.output.part and answer.parsed.rows}
    return tuple(parts.values()) or (max(wholes or mine, key=lambda answer: answer.place),)


def _account(device: str, output: RawOutput, platform: Platform | None, parsed: ParsedOutput | None, *, used: bool) -> OutputAccount:
    shown = output.part or output.command
    if parsed is None:
        state, reason = _unread(output, platform)
        return OutputAccount(device, shown, output.file, state, reason=reason)
    bad = tuple(replace(line, line=output.file_line(line.line)) for line in parsed.bad_lines)
    state, reason = _outcome(output, parsed)
    if not used and parsed.rows:
        state, reason = OutputState.NOT_NEEDED, "another capture of the same command counts: the last whole one"
    return OutputAccount(device, shown, output.file, state, len(parsed.rows), reason, bad, parsed.bad_line_count, bool(output.part))


def _unread(output: RawOutput, platform: Platform | None) -> tuple[OutputState, str]:
    """Why an output was not parsed."""
    if output.state not in _READ:
        return output.state, output.reason
    if platform is None:
        return OutputState.QUARANTINED, _joined(_NO_PLATFORM, output.reason)
    return OutputState.NOT_NEEDED, "switchcorr has no use for this command"


def _outcome(output: RawOutput, parsed: ParsedOutput) -> tuple[OutputState, str]:
    """State and reason of a parsed output, with what reading it had told already. A cut text without rows does not say that there are none."""
    if output.state is OutputState.PARSED:
        return parsed.state, parsed.reason
    is_cut = bool(parsed.rows) or parsed.state is OutputState.EMPTY
    return (OutputState.TRUNCATED if is_cut else parsed.state), _joined(output.reason, parsed.reason)


def _joined(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))
