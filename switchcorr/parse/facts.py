"""All outputs of one device to its tables, with an account of each."""

from __future__ import annotations

from dataclasses import replace

from switchcorr.model.snapshot import DeviceCapture, DeviceFacts, OutputAccount, OutputState, RawOutput
from switchcorr.model.tables import DeviceTables, Table, TableRow, table_of
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import Command, Platform, platform_named


def parse_capture(capture: DeviceCapture) -> DeviceFacts:
    """The facts of one device; never raises for anything in the text.

    A command that was captured several times counts once: the last answer that gave rows.
    """
    platform = platform_named(capture.platform)
    accounts: list[OutputAccount] = []
    used: dict[str, tuple[int, Command, ParsedOutput]] = {}
    for output in capture.outputs:
        command = _command(platform, output.command)
        parsed = parse_output(platform, command, output.text) if platform and command else None
        if command is not None and parsed is not None and (parsed.rows or command.text not in used):
            if command.text in used:
                earlier = used[command.text][0]
                accounts[earlier] = replace(
                    accounts[earlier], state=OutputState.NOT_NEEDED, reason="a later capture of the same command counts"
                )
            used[command.text] = len(accounts), command, parsed
        accounts.append(_account(capture, output, platform, parsed))
    rows: dict[Table, list[TableRow]] = {}
    for _, _, parsed in used.values():
        for row in parsed.rows:
            rows.setdefault(table_of(row), []).append(row)
    tables = DeviceTables(**{table.value: tuple(found) for table, found in rows.items()})  # type: ignore[arg-type]  # a row's table is that of its type
    return DeviceFacts(capture.device, capture.platform, tables, tuple(accounts), capture.taken_at, capture.address)


def _command(platform: Platform | None, text: str) -> Command | None:
    return next((command for command in platform.commands if command.text == text), None) if platform else None


def _account(capture: DeviceCapture, output: RawOutput, platform: Platform | None, parsed: ParsedOutput | None) -> OutputAccount:
    if parsed is None:
        state, reason = OutputState.NOT_NEEDED, "switchcorr has no use for this command"
        if platform is None:
            state, reason = OutputState.QUARANTINED, "the platform of this device is unknown: no text of it names one"
        return OutputAccount(capture.device, output.command, output.file, state, reason=reason)
    bad = tuple(replace(line, line=line.line + output.first_line - 1) for line in parsed.bad_lines)
    return OutputAccount(
        capture.device, output.command, output.file, parsed.state, len(parsed.rows), parsed.reason, bad, parsed.bad_line_count
    )
