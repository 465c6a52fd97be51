"""The command line of a simulated switch, without a server: bytes in, steps out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.captures.cleaning import clean_capture
from switchcorr.lab.campus import build_lab_campus
from switchcorr.lab.dialects import DIALECTS
from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.misbehaviour import FLOOD_BYTES, LONG_LINE_BYTES
from switchcorr.lab.shell import LONGEST_LINE, PAGE, Shell
from switchcorr.lab.site import Manners, site_switches
from switchcorr.lab.steps import Close, Cut, Hang, Say, Step, Wait
from switchcorr.lab.switch import LAB_ENABLE, LabSwitch
from switchcorr.platforms import platform_named
from tests.labs import canned

_LONG = "".join(f"line {number}\n" for number in range(60))
_TEXTS = {"show version": "Version 1\n", "show interfaces": _LONG, "show clock": "12:00\n", "show inventory": "a\nb\nc\nd\n"}
_AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
_CATOS = {"platform": "cisco_catos"}


class _Visit:
    """A client at a shell: what was said so far, and the other steps."""

    def __init__(self, switch: LabSwitch) -> None:
        self.heard: list[tuple[Kind, bytes]] = []
        self.shell = Shell(switch, visit=1, heard=lambda kind, data: self.heard.append((kind, data)))
        self.steps: list[Step] = []
        self.greeting = self._said(self.shell.greet())

    def type(self, text: bytes) -> str:
        return self._said(self.shell.receive(text))

    def _said(self, steps: Iterator[Step]) -> str:
        taken: list[Step] = []
        for step in steps:
            taken.append(step)
            if isinstance(step, Hang | Cut | Close):  # where a server stops
                break
        self.steps += [step for step in taken if not isinstance(step, Say)]
        return b"".join(step.data for step in taken if isinstance(step, Say)).decode("latin-1")


def _visit(**about: object) -> _Visit:
    return _Visit(canned(_TEXTS, "acc-001", **about))


def _quiet(**about: object) -> _Visit:
    """With paging off."""
    visit = _visit(**about)
    visit.type(b"terminal length 0\n")
    return visit


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_end_of_a_line_is_one(end: bytes) -> None:
    visit = _visit()
    assert visit.greeting == "\r\nacc-001#"
    assert visit.type(b"show version" + end) == "show version\r\nVersion 1\r\nacc-001#"
    assert visit.type(end * 2) == "\r\nacc-001#" * 2


def test_a_full_page_waits_for_a_key() -> None:
    visit = _visit()
    first = visit.type(b"show interfaces\n")
    assert first.endswith("line 22\r\n --More-- ")
    assert first.count("\r\n") == 1 + PAGE - 1
    line = visit.type(b"\r")
    assert re.fullmatch(r"\x08{9} {8}\x08{9}line 23\r\n --More-- ", line)
    assert visit.type(b" ").endswith("line 46\r\n --More-- ")
    assert visit.type(b" ").endswith("line 59\r\nacc-001#")
    assert visit.heard == [(Kind.LINE, b"show interfaces"), (Kind.KEY, b"\r"), (Kind.KEY, b" "), (Kind.KEY, b" ")]


def test_any_other_key_ends_a_paged_answer() -> None:
    visit = _visit()
    visit.type(b"show interfaces\n")
    assert visit.type(b"q") == "\x08" * 9 + " " * 8 + "\x08" * 9 + "acc-001#"
    assert visit.type(b"show version\n").endswith("Version 1\r\nacc-001#")


def test_an_answer_that_fills_the_page_exactly_has_no_pager() -> None:
    for lines, paged in ((PAGE - 1, False), (PAGE, True)):
        visit = _Visit(canned({"show clock": "x\n" * lines}))
        assert ("--More--" in visit.type(b"show clock\n")) == paged


@pytest.mark.parametrize("platform", DIALECTS)
def test_prompts_pagers_and_complaints_are_those_that_the_platform_declares(platform: str) -> None:
    declared = platform_named(platform)
    assert declared is not None
    assert declared.dialogue is not None
    visit = _visit(platform=platform, enable="secret")
    seen = visit.type(b"show interfaces\n")
    assert declared.pager.search(seen)
    visit.type(b"q")
    complaint, _, prompt = visit.type(b"show nonsense\n").partition("\r\n")[2].rpartition("\n")
    assert any(declared.invalid.search(line) for line in complaint.splitlines())
    found = declared.prompt.fullmatch(prompt)
    assert found
    assert (found["host"], found["command"], bool(declared.dialogue.privileged.search(prompt))) == ("acc-001", "", False)
    assert declared.dialogue.password.search(visit.type(b"enable\n"))
    prompt = visit.type(b"secret\n").rpartition("\n")[2]
    found = declared.prompt.fullmatch(prompt)
    assert found
    assert (found["host"], bool(declared.dialogue.privileged.search(prompt))) == ("acc-001", True)
    denied = _visit(platform=platform, fault=Fault.AUTHORIZATION_FAILED).type(b"show version\n")
    assert any(declared.denied.search(line) for line in denied.splitlines())
    for line in declared.dialogue.paging_off:
        assert visit.type(line.encode() + b"\n").count("\n") == 1
    assert ("ore--" in visit.type(b"show interfaces\n")) == (not declared.dialogue.paging_off)


def test_a_wrong_secret_leaves_things_as_they_are() -> None:
    visit = _visit(enable="secret")
    assert visit.type(b"enable\nwrong\n") == "enable\r\nPassword: \r\n% Access denied\r\n\r\nacc-001>"
    assert visit.type(b"show version\n").endswith("Version 1\r\nacc-001>")
    assert visit.type(b"enable\nsecret\n").endswith("acc-001#")
    assert visit.type(b"enable\n") == "enable\r\nacc-001#"
    assert (Kind.SECRET, b"") in visit.heard
    assert not any(b"wrong" in data or b"secret" in data for _, data in visit.heard)


def test_enable_without_a_secret_on_a_privileged_line_asks_for_nothing() -> None:
    assert _visit().type(b"enable\n") == "enable\r\nacc-001#"


def test_the_caret_stands_under_the_word_that_is_not_known() -> None:
    lines = _visit().type(b"show nonsense\n").split("\r\n")
    assert f"acc-001#{lines[0]}".index("nonsense") == lines[1].index("^")


def test_a_line_can_be_corrected_while_it_is_typed() -> None:
    visit = _visit()
    assert visit.type(b"show clocj\x7fk\x08k\n") == "show clocj\x08 \x08k\x08 \x08k\r\n12:00\r\nacc-001#"
    assert visit.type(b"\x7f") == ""
    assert visit.type(b"conf\x03show clock\n") == "conf\r\nacc-001#show clock\r\n12:00\r\nacc-001#"
    assert visit.heard == [(Kind.LINE, b"show clocj\x7fk\x08k"), (Kind.CONTROL, b"\x7fconf\x03"), (Kind.LINE, b"show clock")]


def test_what_was_typed_and_never_sent_is_in_the_journal() -> None:
    visit = _visit()
    visit.type(b"relo")
    visit.shell.end()
    visit.shell.end()
    assert visit.heard == [(Kind.REST, b"relo")]
    assert visit.type(b"ad\n") == ""


def test_a_secret_that_was_never_sent_is_in_no_journal() -> None:
    visit = _visit(enable="secret")
    visit.type(b"enable\nsecr\x03")
    visit.type(b"enable\nsecr")
    visit.shell.end()
    assert [data for _, data in visit.heard] == [b"enable", b"\x03", b"enable"]


def test_an_endless_line_is_cut() -> None:
    visit = _visit()
    visit.type(b"x" * (LONGEST_LINE + 100) + b"\n")
    assert [len(data) for _, data in visit.heard] == [LONGEST_LINE]


def test_leaving_ends_the_session_and_the_rest_is_not_heard() -> None:
    visit = _visit()
    assert visit.type(b"exit\nshow version\n") == "exit\r\n"
    assert visit.steps == [Close()]
    visit.shell.end()
    assert visit.heard == [(Kind.LINE, b"exit"), (Kind.REST, b"show version\n")]


def test_a_secret_that_comes_too_late_is_in_no_journal() -> None:
    visit = _visit(enable="s3cret", password="f1nd-me-not")
    visit.type(b"exit\ns3cret\nf1nd-me-not\n")
    visit.shell.end()
    assert visit.heard == [(Kind.LINE, b"exit"), (Kind.REST, b"***\n***\n")]


_TYPED = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from(
            [b"show interfaces\n", b"show version\r\n", b"terminal length 0\n", b"enable\n", b"secret\n", b" ", b"\r", b"q", b"\x7f"]
        ),
    ),
    max_size=12,
)


@given(typed=_TYPED, platform=st.sampled_from(sorted(DIALECTS)), enable=st.sampled_from(["", "secret"]))
def test_it_does_not_matter_how_bytes_are_cut_into_packets(typed: list[bytes], platform: str, enable: str) -> None:
    packets, bytewise = (_visit(platform=platform, enable=enable) for _ in range(2))
    seen = "".join(packets.type(piece) for piece in typed)
    assert seen == "".join(bytewise.type(bytes((byte,))) for piece in typed for byte in piece)
    for visit in (packets, bytewise):
        visit.shell.end()
    one, other = ([entry for entry in visit.heard if entry[0] is not Kind.REST] for visit in (packets, bytewise))
    assert one == other


@given(typed=_TYPED)
def test_every_byte_that_is_no_secret_is_in_the_journal(typed: list[bytes]) -> None:
    visit = _visit()
    for piece in typed:
        visit.type(piece)
    visit.shell.end()
    heard = b"".join(data for _, data in visit.heard)
    ends = b"\r\n"
    assert heard.translate(None, ends) == b"".join(typed).translate(None, ends)


def test_a_switch_thinks_before_it_answers() -> None:
    visit = _visit(think_s=0.25)
    visit.type(b"show version\nexit\n")
    assert visit.steps == [Wait(0.25), Close()]


def test_a_setting_of_the_session_takes_no_time() -> None:
    visit = _visit(think_s=0.25)
    visit.type(b"terminal length 0\nshow version\nexit\n")
    assert visit.steps == [Wait(0.25), Close()]


def test_a_terminal_of_no_sensible_size_is_refused() -> None:
    for line in (b"terminal length\n", b"terminal length many\n", b"terminal length 99999\n", b"terminal monitor\n"):
        assert "% Invalid" in _visit().type(line)
    visit = _visit()
    visit.type(b"terminal length 11\n")
    assert visit.type(b"show interfaces\n").endswith("line 9\r\n --More-- ")


@pytest.mark.parametrize("name", ["acc-001", "nex-001", "cat-001"])
def test_paged_answers_become_the_same_text_as_unpaged_ones(name: str) -> None:
    campus = build_lab_campus(switches=1, phones_a_module=20, others=True)
    switch = {switch.name: switch for switch in site_switches(campus, Manners(clock=lambda _: _AT))}[name]
    platform = platform_named(switch.platform)
    assert platform is not None
    paged = 0
    for command in (command.text for command in platform.commands if command.sweep):
        visit = _Visit(switch)
        text = switch.answers(command, 1)
        if text is None:
            continue
        seen = visit.type(command.encode() + b"\n").partition("\r\n")[2]
        while seen.rstrip(" ").endswith("--More--"):
            seen += visit.type(b" ")
            paged += 1
        body = seen.removesuffix(visit.shell.prompt)
        assert clean_capture(body.encode()).rstrip("\n") == clean_capture(text.encode()).rstrip("\n"), command
    assert paged > 50


# --- faults


def test_a_greeting_may_look_like_a_prompt() -> None:
    visit = _visit(fault=Fault.BANNER_PROMPTS)
    lines = visit.greeting.split("\r\n")
    assert lines.count("acc-001#") == 3
    assert lines[-1] == "acc-001#"
    assert visit.steps == [Wait(0.05)]


def test_no_prompt_and_an_odd_prompt() -> None:
    nothing = _visit(fault=Fault.NO_PROMPT)
    assert (nothing.greeting.endswith("Welcome.\r\n"), nothing.steps) == (True, [Hang()])
    odd = _visit(fault=Fault.ODD_PROMPT)
    ios = platform_named("cisco_ios")
    assert ios is not None
    assert odd.greeting == "\r\n[acc-001] $ "
    assert not ios.prompt.fullmatch("[acc-001] $ ")


def test_no_echo() -> None:
    assert _visit(fault=Fault.NO_ECHO).type(b"show version\n") == "Version 1\r\nacc-001#"


def test_faults_of_one_answer_play_once_behind_show_version() -> None:
    visit = _quiet(fault=Fault.CONSOLE_LINE)
    seen = [visit.type(command + b"\n") for command in (b"show version", b"show inventory", b"show inventory", b"show clock")]
    assert ["LINEPROTO" in text for text in seen] == [False, True, False, False]


def test_faults_of_one_answer_play_at_the_command_that_is_named() -> None:
    visit = _quiet(fault=Fault.GARBAGE, fault_at="show clock")
    assert "\x00" not in visit.type(b"show version\n") + visit.type(b"show inventory\n")
    assert "\x00" in visit.type(b"show clock\n")


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (Fault.HANG_MID_OUTPUT, Hang()),
        (Fault.RESET_MID_OUTPUT, Cut(reset=True)),
        (Fault.CLOSED_MID_OUTPUT, Cut(reset=False)),
    ],
)
def test_answers_that_stop_in_the_middle(fault: Fault, ending: Step) -> None:
    visit = _quiet(fault=fault)
    assert visit.type(b"show version\n").endswith("acc-001#")
    seen = visit.type(b"show interfaces\n").partition("\r\n")[2]
    whole = _LONG.replace("\n", "\r\n")
    assert visit.steps[0] == ending
    assert whole.startswith(seen)
    assert len(whole) // 2 - 2 <= len(seen) <= len(whole) // 2


def test_a_session_that_the_switch_ends_has_a_whole_last_answer() -> None:
    visit = _quiet(fault=Fault.SESSION_CLOSED)
    assert visit.type(b"show inventory\n").endswith("d\r\nacc-001#")
    assert visit.steps == [Close()]


def test_another_host_name() -> None:
    visit = _quiet(fault=Fault.HOSTNAME_CHANGES)
    assert visit.type(b"show version\n").endswith("acc-001#")
    assert visit.type(b"show clock\n").endswith("12:00\r\nacc-001-new#")
    assert visit.type(b"show version\n").endswith("Version 1\r\nacc-001-new#")


def test_enable_is_needed_for_anything() -> None:
    visit = _visit(fault=Fault.NEEDS_ENABLE)
    assert "% Invalid" in visit.type(b"show version\n")
    assert visit.type(f"enable\n{LAB_ENABLE}\nshow version\n".encode()).endswith("Version 1\r\nacc-001#")


def test_enable_is_refused() -> None:
    visit = _visit(fault=Fault.ENABLE_REFUSED, enable="secret")
    assert "% Access denied" in visit.type(b"enable\nsecret\n")
    assert visit.type(b"show version\n").endswith("Version 1\r\nacc-001>")


def test_one_command_or_every_command_is_denied() -> None:
    one = _quiet(fault=Fault.COMMAND_DENIED)
    assert ["authorization failed" in one.type(line) for line in (b"show version\n", b"show nonsense\n", b"show clock\n", b"show clock\n")] == [
        False, False, True, False,
    ]  # fmt: skip
    named = _quiet(fault=Fault.COMMAND_DENIED, fault_at="show clock")
    assert ["authorization failed" in named.type(line) for line in (b"show inventory\n", b"show clock\n", b"show clock\n")] == [
        False, True, True,
    ]  # fmt: skip
    every = _visit(fault=Fault.AUTHORIZATION_FAILED)
    assert all("authorization failed" in every.type(line) for line in (b"terminal length 0\n", b"show version\n", b"show nonsense\n"))


def test_paging_that_cannot_be_turned_off() -> None:
    visit = _visit(fault=Fault.PAGING_STAYS_ON)
    assert "% Invalid" in visit.type(b"terminal length 0\n")
    assert visit.type(b"show interfaces\n").endswith(" --More-- ")


def test_a_pager_without_an_end() -> None:
    visit = _quiet(fault=Fault.ENDLESS_PAGER)
    seen = visit.type(b"show inventory\n")
    for _ in range(500):
        assert seen.endswith("--More-- ")
        seen = visit.type(b" ")
    assert visit.type(b"q").endswith("acc-001#")


def test_look_alikes_of_the_prompt() -> None:
    described = _quiet(fault=Fault.PROMPT_IN_DESCRIPTION).type(b"show interfaces\n")
    assert "uplink of acc-001#\r\n" in described
    lines = _quiet(fault=Fault.PROMPT_LINE_IN_OUTPUT).type(b"show interfaces\n").split("\r\n")
    assert lines.count("acc-001#") == 2
    assert lines[-1] == "acc-001#"


def test_secrets_in_an_answer() -> None:
    seen = _quiet(fault=Fault.SECRETS_IN_OUTPUT, password="f1nd-me-not").type(b"show inventory\n")
    assert "f1nd-me-not" in seen
    assert "snmp-server community" in seen
    assert seen.endswith("d\r\nacc-001#")


def test_a_drip_never_ends() -> None:
    visit = _quiet(fault=Fault.DRIP)
    steps = list(itertools.islice(visit.shell.receive(b"show clock\n"), 1000))
    waits = [step for step in steps if isinstance(step, Wait)]
    assert len(waits) > 400
    assert set(waits) == {Wait(1.0)}
    assert all(len(step.data) == 1 for step in steps[20:] if isinstance(step, Say))


@pytest.mark.parametrize(("fault", "size"), [(Fault.FLOOD, FLOOD_BYTES), (Fault.LONG_LINE, LONG_LINE_BYTES)])
def test_floods_are_made_while_they_are_sent(fault: Fault, size: int) -> None:
    visit = _quiet(fault=fault)
    said = lines = largest = 0
    for step in visit.shell.receive(b"show clock\n"):
        if isinstance(step, Say):
            said, lines, largest = said + len(step.data), lines + step.data.count(b"\n"), max(largest, len(step.data))
    assert size <= said < size * 1.01
    assert largest < 200_000
    assert (lines < 4) == (fault is Fault.LONG_LINE)
    assert visit.type(b"show version\n").endswith("acc-001#")


def test_a_switch_of_catos_prints_in_pages_and_has_no_way_to_stop_it() -> None:
    visit = _visit(**_CATOS)
    assert visit.greeting == "\r\nacc-001> (enable) "
    assert "Unknown command" in visit.type(b"terminal length 0\n")
    assert visit.type(b"show interfaces\n").endswith("--More--")
