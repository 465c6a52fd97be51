"""Answers with a fault in them: what is sent instead of the right text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from switchcorr.lab.faults import Fault
from switchcorr.lab.steps import Cut, Hang, Say, Step, Wait
from switchcorr.lab.switch import LabSwitch

FLOOD_BYTES = 1_000_000_000
LONG_LINE_BYTES = 50_000_000
SLOW_VTY_BYTES_A_SECOND = 4000
GARBAGE = b"\xff\xfe\x00\x00\x80\xc3\x28\xed\xa0\x80\x9b31m\r\n"
"""Invalid UTF-8, NULs, half of a surrogate pair and a C1 control sequence."""
CONSOLE_LINE = b"*Nov 28 09:41:07.250: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/7, changed state to down\r\n"

Items = Iterator[bytes | Step]
_Play = Callable[[LabSwitch, bytes, str], Items]


def misbehave(switch: LabSwitch, text: str, prompt: str) -> Items | None:
    """The items of a faulty answer; None if the fault leaves the text as it is."""
    play = _PLAYS.get(switch.fault)
    return None if play is None else play(switch, text.replace("\n", "\r\n").encode(), prompt)


def _halves(data: bytes) -> tuple[bytes, bytes]:
    """Cut in the middle of a line if there is one."""
    middle = len(data) // 2
    if data[middle : middle + 1] in (b"\r", b"\n"):
        middle -= 2
    return data[:middle], data[middle:]


def _lines_before(data: bytes) -> tuple[bytes, bytes]:
    """Cut between two lines near the middle."""
    at = data.find(b"\n", len(data) // 2) + 1
    return data[:at], data[at:]


def _hang(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch, prompt
    yield Say(_halves(data)[0])
    yield Hang()


def _reset(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch, prompt
    yield Say(_halves(data)[0])
    yield Cut(reset=True)


def _closed(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch, prompt
    yield Say(_halves(data)[0])
    yield Cut(reset=False)


def _drip(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch, prompt
    while True:
        for number in range(max(1, len(data))):
            yield Say(data[number : number + 1] or b".")
            yield Wait(1.0)


def _inserted(what: bytes) -> _Play:
    def play(switch: LabSwitch, data: bytes, prompt: str) -> Items:
        del switch, prompt
        before, after = _lines_before(data)
        yield Say(before + what + after)

    return play


def _description(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch
    before, after = _lines_before(data)
    yield Say(before + f"  Description: uplink of {prompt}".encode())
    yield Wait(0.05)
    yield Say(b"\r\n" + after)


def _prompt_line(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch
    before, after = _lines_before(data)
    yield Say(before + prompt.encode() + b"\r\n" + after)


def _flood(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch, prompt
    block = (data or b"flood\r\n") * (1 + 65_536 // max(1, len(data)))
    for _ in range(FLOOD_BYTES // len(block) + 1):
        yield Say(block)


def _long_line(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch, data, prompt
    block = b"0123456789abcdef" * 4096
    for _ in range(LONG_LINE_BYTES // len(block) + 1):
        yield Say(block)
    yield Say(b"\r\n")


def _endless(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del switch, prompt
    lines = data.splitlines(keepends=True) or [b"more\r\n"]
    while True:
        yield from lines


def _secrets(switch: LabSwitch, data: bytes, prompt: str) -> Items:
    del prompt
    before, after = _lines_before(data)
    lines = (
        f"! password was {switch.password}",
        "username backup privilege 15 password 7 1042BADC0FFEE0DDF00D",
        "username admin secret 9 $9$LabLabLabLab01$LabHashLabHashLabHashLabHashLabHashLabHash0",
        "snmp-server community c0mmun1ty-l4b RO",
        "enable secret 5 $1$LaB0$LabHashLabHashLabHash0",
        "tacacs-server key 7 0815DEADBEEF4711",
    )
    yield Say(before + "\r\n".join(lines).encode() + b"\r\n" + after)


_PLAYS: Mapping[Fault, _Play] = {
    Fault.HANG_MID_OUTPUT: _hang,
    Fault.RESET_MID_OUTPUT: _reset,
    Fault.CLOSED_MID_OUTPUT: _closed,
    Fault.DRIP: _drip,
    Fault.GARBAGE: _inserted(GARBAGE),
    Fault.CONSOLE_LINE: _inserted(CONSOLE_LINE),
    Fault.PROMPT_IN_DESCRIPTION: _description,
    Fault.PROMPT_LINE_IN_OUTPUT: _prompt_line,
    Fault.FLOOD: _flood,
    Fault.LONG_LINE: _long_line,
    Fault.ENDLESS_PAGER: _endless,
    Fault.SECRETS_IN_OUTPUT: _secrets,
}
