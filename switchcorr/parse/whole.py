"""What was read whole of a device: from what its tables do not show, nothing may be concluded unless they are."""

from __future__ import annotations

from collections.abc import Iterable

from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState
from switchcorr.model.tables import Table
from switchcorr.parse.classify import NO_TEXT
from switchcorr.platforms import platform_named

_WHOLE = frozenset({OutputState.PARSED, OutputState.EMPTY})
_NOTHING_THERE = frozenset({OutputState.FEATURE_OFF, OutputState.INVALID, OutputState.NOT_NEEDED})
"""The device has no such table, or another capture of the command counts: nothing is missing."""


def misses_nothing(facts: DeviceFacts) -> bool:
    """Whether every command was answered with data, or with the word that there is none."""
    return all(output.state in _WHOLE | _NOTHING_THERE for output in facts.outputs)


def whole_tables(facts: DeviceFacts, *, unanswered: Iterable[str] = ()) -> frozenset[Table]:
    """Tables of which everything was read: each command for them that was asked answered to its end, and no line of it was lost.

    An answer that says that nothing is there is whole; one without any text may as well have been cut off.

    Args:
        unanswered: commands that a sweep was to ask and that have no answer at all, for the visit ended before.
    """
    platform = platform_named(facts.platform)
    tables_of = {command.text: (command.table, *command.also) for command in platform.commands} if platform is not None else {}
    whole: set[Table] = set()
    lacking: set[Table] = set()
    for output in facts.outputs:
        tables = tables_of.get(output.command, ())
        if _is_whole(output):
            whole.update(tables)
        elif output.state not in _NOTHING_THERE:
            lacking.update(tables)
    lacking.update(table for command in unanswered for table in tables_of.get(command, ()))
    return frozenset(whole - lacking)


def _is_whole(output: OutputAccount) -> bool:
    """The reason of an empty answer says why it is; that of one with rows says what is wrong with it."""
    said = output.reason != NO_TEXT if output.state is OutputState.EMPTY else not output.reason
    return output.state in _WHOLE and said and not output.bad_line_count
