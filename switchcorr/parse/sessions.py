"""One file in which several devices of one name were visited, to the captures of each.

Prompts tell devices apart by their names; two that are called ``Switch`` look like one that was asked everything twice. So where a file holds
a command twice that tells the device (``show version``, neighbors, MAC table), what was asked from there on is looked at by itself: if its
device is another one for sure, or nothing that hangs at the ports of one does so at the other, each part of the file is a capture of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from switchcorr.model.snapshot import CONSOLE_MESSAGES, DeviceCapture, DeviceFacts, OutputState, RawOutput
from switchcorr.model.tables import Table
from switchcorr.parse.facts import parse_capture
from switchcorr.parse.sameness import marks_of
from switchcorr.platforms import platform_named

_TELLING = frozenset((Table.VERSION, Table.NEIGHBORS, Table.MAC))
_OF_EITHER = "the file holds outputs of several devices of this name, and nothing tells of which this is"


def parse_sessions(capture: DeviceCapture) -> tuple[DeviceFacts, ...]:
    """The facts of a capture, or of each session in it where these are of several devices; the last session first, as it is the newest."""
    platform = platform_named(capture.platform)
    telling = frozenset(command.text for command in platform.commands if command.table in _TELLING) if platform else frozenset()
    parts = list(_sessions(capture.outputs, telling))
    if len(parts) < 2:
        return (parse_capture(capture),)
    found = [parse_capture(replace(capture, outputs=tuple(part))) for part in reversed(parts)]
    marks = [marks_of(facts) for facts in found]
    if any(one.is_other(other) or (one.contradicts(other) and not one.shares(other)) for one, other in combinations(marks, 2)):
        return tuple(found)
    return (parse_capture(capture),)


def _sessions(outputs: tuple[RawOutput, ...], telling: frozenset[str]) -> Iterator[list[RawOutput]]:
    """Outputs in order, anew from each command that a file held before; parts of tables may be asked again and again."""
    current: list[RawOutput] = []
    seen: set[tuple[str, str]] = set()
    started = False
    for output in outputs:
        mark = output.file, output.command
        if output.command in telling and not output.part and output.state is OutputState.PARSED:
            if mark in seen:
                yield current
                current, seen, started = [], set(), True
            seen.add(mark)
        of_any = started and output.part == CONSOLE_MESSAGES
        current.append(replace(output, state=OutputState.QUARANTINED, reason=_OF_EITHER) if of_any else output)
    yield current
