"""The outputs of one device to its tables: which answer counts, and what became of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.model.snapshot import DeviceCapture, DeviceFacts, OutputState, RawOutput
from switchcorr.parse.facts import parse_capture
from switchcorr.parse.whole import whole_tables

_HEAD = "Port      Name               Status       Vlan       Duplex  Speed Type\n"


def _status(*names: str) -> str:
    return _HEAD + "".join(f"{name:10}desk               connected    10         a-full a-1000 10/100/1000BaseTX\n" for name in names)


def _output(
    text: str, *, command: str = "show interfaces status", part: str = "", state: OutputState = OutputState.PARSED, reason: str = ""
) -> RawOutput:
    return RawOutput(command, text, "log", 1, part, state, reason)


def _facts(*outputs: RawOutput, platform: str = "cisco_ios") -> DeviceFacts:
    return parse_capture(DeviceCapture("acc-1", platform, outputs))


def _names(facts: DeviceFacts) -> list[str]:
    return [str(row.name).removeprefix("GigabitEthernet1/0/") for row in facts.tables.status]


def _states(facts: DeviceFacts) -> list[OutputState]:
    return [account.state for account in facts.outputs]


def test_a_clock_keeps_when_it_was_asked_else_when_the_visit_began() -> None:
    began, asked = datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 8, 1, 12, tzinfo=UTC)
    clock = _output("*09:01:13.250 CET Sun Nov 22 2026\n", command="show clock")
    for output, at, within in ((clock, began, None), (replace(clock, asked_at=asked, seconds=1.5), asked, timedelta(seconds=1.5))):
        (row,) = parse_capture(DeviceCapture("acc-1", "cisco_ios", (output,), taken_at=began)).tables.clock
        assert (row.text, row.time, row.at, row.within) == ("09:01:13.250 CET Sun Nov 22 2026", None, at, within)
    assert _facts(clock).tables.clock[0].at is None
    guessed = DeviceCapture("acc-1", "cisco_ios", (clock,), taken_at=began, is_guessed=True)
    assert parse_capture(guessed).tables.clock[0].at is None


_PARSED, _CUT, _UNUSED = OutputState.PARSED, OutputState.TRUNCATED, OutputState.NOT_NEEDED


def test_of_two_whole_answers_the_later_counts() -> None:
    facts = _facts(_output(_status("Gi1/0/1")), _output(_status("Gi1/0/2")))
    assert (_names(facts), _states(facts)) == (["2"], [_UNUSED, _PARSED])
    assert facts.outputs[0].reason == "another capture of the same command counts: the last whole one"


def test_an_answer_that_gave_rows_counts_more_than_a_later_one_without() -> None:
    facts = _facts(_output(_status("Gi1/0/1")), _output("% Invalid input detected at '^' marker."))
    assert (_names(facts), _states(facts)) == (["1"], [_PARSED, OutputState.INVALID])


def test_a_whole_answer_counts_more_than_a_later_one_that_is_cut() -> None:
    facts = _facts(_output(_status("Gi1/0/1", "Gi1/0/2")), _output(_status("Gi1/0/1"), state=_CUT, reason="cut"))
    assert (_names(facts), _states(facts)) == (["1", "2"], [_PARSED, _UNUSED])


@pytest.mark.parametrize("text", [_HEAD, "\n"])
def test_a_cut_answer_without_rows_does_not_say_that_there_are_none(text: str) -> None:
    facts = _facts(_output(text, state=_CUT, reason="recorded as timeout"))
    assert _states(facts) == [_CUT]
    assert facts.outputs[0].reason.startswith("recorded as timeout; ")
    assert whole_tables(facts) == frozenset()


def test_a_cut_answer_alone_gives_its_rows_and_is_marked() -> None:
    facts = _facts(_output(_status("Gi1/0/1"), state=_CUT, reason="recorded as timeout"))
    assert (_names(facts), _states(facts)) == (["1"], [_CUT])
    assert facts.outputs[0].reason == "recorded as timeout"


def test_a_cut_answer_without_rows_keeps_both_reasons() -> None:
    facts = _facts(_output("nonsense\n" * 9, state=_CUT, reason="recorded as timeout"))
    assert _states(facts) == [OutputState.QUARANTINED]
    assert facts.outputs[0].reason.startswith("recorded as timeout; ")


def test_parts_count_together_where_there_is_no_whole() -> None:
    parts = [_output(_status(name), part=f"sh int {name} stat") for name in ("Gi1/0/1", "Gi1/0/2")]
    facts = _facts(*parts)
    assert all(output.is_part for output in facts.outputs)
    assert facts.partial == {"status"}
    assert (_names(facts), _states(facts)) == (["1", "2"], [_PARSED, _PARSED])
    assert [account.command for account in facts.outputs] == ["sh int Gi1/0/1 stat", "sh int Gi1/0/2 stat"]


def test_a_part_never_replaces_the_whole() -> None:
    facts = _facts(_output(_status("Gi1/0/1", "Gi1/0/2")), _output(_status("Gi1/0/1"), part="sh int Gi1/0/1 stat"))
    assert [output.is_part for output in facts.outputs] == [False, True]
    assert facts.partial == frozenset()
    assert (_names(facts), _states(facts)) == (["1", "2"], [_PARSED, _UNUSED])


def test_the_last_answer_about_a_part_counts() -> None:
    facts = _facts(_output(_status("Gi1/0/1"), part="sh int 1"), _output(_status("Gi1/0/2"), part="sh int 1"))
    assert (_names(facts), _states(facts)) == (["2"], [_UNUSED, _PARSED])


def test_the_last_answer_about_a_part_counts_only_if_it_has_rows() -> None:
    facts = _facts(_output(_status("Gi1/0/1"), part="sh int 1"), _output("% Invalid input detected", part="sh int 1"), _output(_HEAD))
    assert (_names(facts), _states(facts)) == (["1"], [_PARSED, OutputState.INVALID, OutputState.EMPTY])
    assert [account.command for account in facts.outputs] == ["sh int 1", "sh int 1", "show interfaces status"]


def test_a_part_counts_where_the_whole_gave_nothing() -> None:
    facts = _facts(_output("% Invalid input detected"), _output(_status("Gi1/0/1"), part="sh int 1"))
    assert (_names(facts), _states(facts)) == (["1"], [OutputState.INVALID, _PARSED])


def test_parts_without_rows_are_told_as_they_are() -> None:
    facts = _facts(_output("% Invalid input detected", part="sh int 1"), _output(_HEAD, part="sh int 2"))
    assert _states(facts) == [OutputState.INVALID, OutputState.EMPTY]


def test_several_commands_fill_one_table() -> None:
    status = _output(_status("Gi1/0/1"))
    disabled = _output(
        "Port      Name               Status       Reason               Err-disabled Vlans\nGi1/0/9   desk               err-disabled bpduguard\n",
        command="show interfaces status err-disabled",
    )
    assert _names(_facts(status, disabled)) == ["1", "9"]


@pytest.mark.parametrize("state", [OutputState.DENIED, OutputState.QUARANTINED, OutputState.NOT_NEEDED, OutputState.INVALID])
def test_what_reading_has_judged_already_is_not_parsed(state: OutputState) -> None:
    facts = _facts(_output(_status("Gi1/0/1"), state=state, reason="because"))
    assert (_names(facts), _states(facts), facts.outputs[0].reason) == ([], [state], "because")


def test_a_command_of_no_use_and_an_unknown_platform_are_told() -> None:
    assert _facts(_output("x", command="show frobnication")).outputs[0].reason == "switchcorr has no use for this command"
    unknown = _facts(_output("x"), platform="").outputs[0]
    assert unknown.state is OutputState.QUARANTINED
    assert unknown.reason.startswith("the platform of this device is unknown: no text of it names one. Put its files into a folder")
    assert '{"platform": "cisco_ios"}' in unknown.reason


def test_bad_lines_have_the_number_of_the_file() -> None:
    text = _status("Gi1/0/1") + "a line that nobody knows\n"
    output = RawOutput("show interfaces status", text, "log", first_line=41, gaps=(2,))
    (line,) = _facts(output).outputs[0].bad_lines
    assert (line.line, line.text) == (44, "a line that nobody knows")


def test_what_is_known_of_the_visit_stays() -> None:
    capture = DeviceCapture("acc-1", "cisco_ios", (), address="192.0.2.1")
    facts = parse_capture(capture)
    assert (facts.device, facts.platform, facts.address, facts.outputs) == ("acc-1", "cisco_ios", "192.0.2.1", ())
