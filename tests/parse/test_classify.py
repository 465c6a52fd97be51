"""What kind of answer a text is."""

from __future__ import annotations

import pytest

from switchcorr.model.snapshot import OutputState
from switchcorr.parse.classify import classify
from switchcorr.platforms.cisco_ios import PLATFORM


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("", OutputState.EMPTY, "no text"),
        (" \n\t\n", OutputState.EMPTY, "no text"),
        ("show cdp\n         ^\n% Invalid input detected at '^' marker.\n", OutputState.INVALID, "^"),
        ("% Incomplete command.", OutputState.INVALID, "% Incomplete command."),
        ('% Ambiguous command:  "show i"', OutputState.INVALID, '% Ambiguous command:  "show i"'),
        ("% Unrecognized command", OutputState.INVALID, "% Unrecognized command"),
        ("Command authorization failed.", OutputState.DENIED, "Command authorization failed."),
        ("% Authorization failed.", OutputState.DENIED, "% Authorization failed."),
        ("% This command is not authorized", OutputState.DENIED, "% This command is not authorized"),
        ("% CDP is not enabled", OutputState.FEATURE_OFF, "% CDP is not enabled"),
        ("% LLDP is not enabled", OutputState.FEATURE_OFF, "% LLDP is not enabled"),
        ("%No inline power card on switch", OutputState.EMPTY, "%No inline power card on switch"),
        ("No spanning tree instance exists.", OutputState.EMPTY, "No spanning tree instance exists."),
        ("GigabitEthernet1/0/1 is up, line protocol is up", OutputState.PARSED, ""),
    ],
)
def test_sentence_of_the_device_is_told_from_data(text: str, state: OutputState, words: str) -> None:
    assert classify(PLATFORM, text) == (state, words)


def test_first_sentence_decides() -> None:
    assert classify(PLATFORM, "% CDP is not enabled\n% Invalid input detected")[0] is OutputState.FEATURE_OFF


def test_long_text_with_such_a_sentence_in_it_is_data() -> None:
    rows = [f"GigabitEthernet1/0/{port} is up, line protocol is up" for port in range(6)]

    assert classify(PLATFORM, "\n".join([*rows, "% Invalid input detected at '^' marker."])) == (OutputState.PARSED, "")
    assert classify(PLATFORM, "\n".join([*rows[:5], "% Invalid input detected at '^' marker."]))[0] is OutputState.INVALID
    assert classify(PLATFORM, "\n".join([*rows[:5], *("",) * 9, "% Invalid input detected at '^' marker."]))[0] is OutputState.INVALID
