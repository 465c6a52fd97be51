"""Which tables count as read whole: what a look, or a stored visit, may conclude from what a device does not show."""

from __future__ import annotations

import pytest

from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState
from switchcorr.model.tables import DeviceTables, Table
from switchcorr.parse.whole import misses_nothing, whole_tables

_MAC, _LLDP, _CDP = "show mac address-table", "show lldp neighbors detail", "show cdp neighbors detail"


def _answer(command: str, state: OutputState, reason: str = "", *, bad: int = 0) -> OutputAccount:
    return OutputAccount("acc-001", command, "x.txt", state, 4, reason, bad_line_count=bad)


def _facts(*answers: OutputAccount, platform: str = "cisco_ios") -> DeviceFacts:
    return DeviceFacts("acc-001", platform, DeviceTables(), outputs=answers)


@pytest.mark.parametrize(
    ("state", "reason", "bad", "whole"),
    [
        (OutputState.PARSED, "", 0, True),
        (OutputState.PARSED, "the output says 4 entries, 5 were read", 0, False),
        (OutputState.PARSED, "", 1, False),
        (OutputState.EMPTY, "headers only", 0, True),
        (OutputState.EMPTY, "no text", 0, False),
        (OutputState.TRUNCATED, "timeout", 0, False),
        (OutputState.FEATURE_OFF, "% LLDP is not enabled", 0, False),
    ],
)
def test_when_an_answer_is_whole(state: OutputState, reason: str, bad: int, whole: bool) -> None:
    assert whole_tables(_facts(_answer(_MAC, state, reason, bad=bad))) == ({Table.MAC} if whole else set())


def test_a_table_of_two_commands_is_whole_if_no_one_of_them_lacks_anything() -> None:
    assert whole_tables(_facts(_answer(_LLDP, OutputState.PARSED), _answer(_CDP, OutputState.FEATURE_OFF))) == {Table.NEIGHBORS}
    assert whole_tables(_facts(_answer(_LLDP, OutputState.PARSED), _answer(_CDP, OutputState.TRUNCATED))) == set()


def test_what_a_sweep_did_not_come_to_is_lacking() -> None:
    facts = _facts(_answer(_CDP, OutputState.PARSED), _answer(_MAC, OutputState.PARSED))
    assert whole_tables(facts) == {Table.NEIGHBORS, Table.MAC}
    assert whole_tables(facts, unanswered=(_LLDP, "show something else")) == {Table.MAC}


def test_nothing_is_known_to_be_whole_of_commands_and_platforms_that_nobody_declared() -> None:
    assert whole_tables(_facts(_answer("show something else", OutputState.PARSED))) == set()
    assert whole_tables(_facts(_answer(_MAC, OutputState.PARSED), platform="abacus")) == set()


@pytest.mark.parametrize("state", OutputState)
def test_a_device_without_a_feature_misses_nothing(state: OutputState) -> None:
    said = {OutputState.PARSED, OutputState.EMPTY, OutputState.FEATURE_OFF, OutputState.INVALID, OutputState.NOT_NEEDED}
    assert misses_nothing(_facts(_answer(_MAC, OutputState.PARSED), _answer(_LLDP, state))) is (state in said)
