"""What ``doctor`` makes of a device's answers: its clock against ours, and every command with its rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from switchcorr.captures.cleaning import clean_capture, split_messages
from switchcorr.captures.commands import find_command
from switchcorr.jobs.doctor.checks import Check, failed, ok, warning
from switchcorr.model.moments import DAY_S
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import Clock, Table
from switchcorr.model.visit import Answer, AnswerStatus
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import Command, Platform
from switchcorr.text import clean, counted
from switchcorr.topology.clocks.devices import read_shown
from switchcorr.topology.clocks.zones import told_zone

CLOCK = "clock"
DENIED = "denied"
CLOCK_TOLERANCE_S = 5
_MARKED = re.compile(r"^\s*\*\d", re.MULTILINE)
"""The mark before a time that the device itself does not trust. A dot there says only that it lost its time server."""
_MANY_S = 2 * DAY_S
_CLOCK_REMEDY = "Give it a time server (`ntp server ADDRESS`); the times in its log are wrong by as much."


def text_of(answer: Answer, command: Command | None = None) -> str:
    """The text of an answer, as a capture of it would be read."""
    return split_messages(command, clean_capture(answer.raw))[0]


def clock_command(platform: Platform) -> Command | None:
    """The command that tells the time; None if the platform has none."""
    return next((command for command in platform.commands if command.table is Table.CLOCK and command.sweep), None)


def check_clock(platform: Platform, text: str, asked_at: datetime, within: timedelta) -> Check:
    """A device's clock against ours when it answered, in the zone that is taken for its own everywhere (``topology.clocks.zones``).

    Args:
        text: its answer.
        asked_at: when the command was sent.
        within: how long after that the answer was there.
    """
    command = clock_command(platform)
    rows = parse_output(platform, command, text).rows if command is not None else ()
    read = (read_shown(replace(row, at=asked_at, within=within)) for row in rows if isinstance(row, Clock))
    shown = next((one for one in read if one is not None), None)
    if shown is None:
        return warning(CLOCK, f"no time in the answer: {clean(text, limit=60)!r}")
    error = (shown.off - within).total_seconds()
    size = f"{abs(error):,.0f} s" if abs(error) < _MANY_S else counted(round(abs(error) / DAY_S), "day")
    found = f"{size} {'ahead of' if error > 0 else 'behind'} ours"
    if told_zone(shown.zone_name) is None:
        found += f", if its zone{f' {shown.zone_name}' if shown.zone_name else ', which it does not name,'} is UTC{_offset(shown.zone)}"
    is_unsure = _MARKED.search(text) is not None
    if is_unsure:
        found += "; the device itself does not trust its clock (*)"
    if abs(error) > CLOCK_TOLERANCE_S or is_unsure:
        return warning(CLOCK, found, _CLOCK_REMEDY)
    return ok(CLOCK, found)


def _offset(zone: timedelta) -> str:
    sign, minutes = ("-" if zone < timedelta() else "+"), abs(zone) // timedelta(minutes=1)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def check_answer(platform: Platform, answer: Answer) -> Check:
    """One command: how it was answered, how much came, and what the parser made of it."""
    took = f"{len(answer.raw) / 1000:,.1f} kB in {answer.seconds:.1f} s"
    match answer.status:
        case AnswerStatus.OK:
            return _check_rows(platform, answer, took)
        case AnswerStatus.INVALID:
            return ok(answer.command, "not known to this device")
        case AnswerStatus.FEATURE_OFF:
            return ok(answer.command, f"switched off on this device: {clean(text_of(answer), limit=80)}")
        case AnswerStatus.DENIED:
            return warning(
                answer.command,
                f"{DENIED}: {clean(text_of(answer), limit=80)}",
                f"Permit the account to ask it: at the AAA server, or on the device:\n  privilege exec level 1 {answer.command}",
            )
        case _:
            what, remedy = _CUT_SHORT[answer.status]
            return failed(answer.command, f"{what}, after {took}", remedy)


_CUT_SHORT: Mapping[AnswerStatus, tuple[str, str]] = {
    AnswerStatus.TIMEOUT: ("the answer stopped coming", "A busy device may need more patience: idle_s in the settings."),
    AnswerStatus.PARTIAL: ("the session ended in the middle of the answer", "Look at the device's log."),
    AnswerStatus.NO_PROMPT: ("no prompt behind the answer", "Please report it with what the device shows there."),
    AnswerStatus.TRUNCATED: ("cut, for it is longer than an answer may be", "Permit more: answer_mib in the settings."),
}


def _check_rows(platform: Platform, answer: Answer, took: str) -> Check:
    command = find_command(platform, answer.command)
    if command is None:
        return ok(answer.command, f"{took}, kept as text")
    parsed = parse_output(platform, command, text_of(answer, command))
    return _judged(answer.command, platform, parsed, took)


def _judged(name: str, platform: Platform, parsed: ParsedOutput, took: str) -> Check:
    found = f"{took}, {len(parsed.rows):,} row{'' if len(parsed.rows) == 1 else 's'}"
    report = f'Please report it with the output that this prints:\n  switchcorr parse --platform {platform.name} --command "{name}" FILE'
    if parsed.state is OutputState.QUARANTINED:
        return failed(name, f"{took}, cannot be used: {parsed.reason}", report)
    if parsed.bad_line_count:
        return warning(name, f"{found}, {counted(parsed.bad_line_count, 'line')} not understood, the first: {_first_bad(parsed)}", report)
    if parsed.state is OutputState.TRUNCATED:
        return warning(name, f"{found}; {parsed.reason}", report)
    return ok(name, f"{found}{f' ({clean(parsed.reason, limit=60)})' if parsed.reason else ''}")


def _first_bad(parsed: ParsedOutput) -> str:
    return repr(clean(parsed.bad_lines[0].text, limit=60)) if parsed.bad_lines else "?"
