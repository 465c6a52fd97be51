"""Laws of the text that getters are kept as: everything that is written can be read, and nothing that is read can raise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.snapshot import OutputState
from switchcorr.parse.tables import parse_output
from switchcorr.platforms.declaration import Command
from switchcorr.platforms.napalm_getters import NOT_IMPLEMENTED, PLATFORM, getter_text

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_COMMANDS = pytest.mark.parametrize("command", PLATFORM.commands, ids=lambda command: command.text)


@given(_VALUES)
def test_what_is_written_is_one_line_an_entry_and_can_be_read(value: object) -> None:
    text = getter_text(value)
    assert text.isascii()
    assert text.endswith("\n")
    assert set(text) >= {"\n"}
    assert json.dumps(json.loads(text), sort_keys=True) == json.dumps(value, sort_keys=True)
    if isinstance(value, list | dict) and value:
        assert text.count("\n") == len(value) + 2


@_COMMANDS
@given(value=_VALUES)
def test_nothing_that_a_getter_returns_can_raise(command: Command, value: object) -> None:
    parse_output(PLATFORM, command, getter_text(value))


@_COMMANDS
@given(text=st.text())
def test_no_text_can_raise(command: Command, text: str) -> None:
    parse_output(PLATFORM, command, text)


@_COMMANDS
@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"{NOT_IMPLEMENTED}\n", OutputState.INVALID),
        ("show interfaces\nCommand authorization failed.\n\nacc-001#", OutputState.DENIED),
        ("show interfaces\n    ^\n% Invalid input detected at '^' marker.\n", OutputState.INVALID),
        ("{}\n", OutputState.EMPTY),
        ("[]\n", OutputState.EMPTY),
        ("[" * 100_000 + "\n", OutputState.QUARANTINED),
    ],
)
def test_a_refusal_is_no_table(command: Command, text: str, state: OutputState) -> None:
    assert parse_output(PLATFORM, command, text).state is state


def test_words_of_refusal_in_a_description_are_data() -> None:
    command = next(command for command in PLATFORM.commands if command.text == "get_interfaces")
    parsed = parse_output(
        PLATFORM, command, getter_text({"Ethernet1": {"is_up": True, "description": "Access denied, authorization failed"}})
    )
    assert parsed.state is OutputState.PARSED
    assert len(parsed.rows) == 1
