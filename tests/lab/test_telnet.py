"""Simulated switches by Telnet: options, login, and the same command line."""

from __future__ import annotations

import asyncio

import pytest

from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.telnet_session import DO, DONT, ECHO, HELLO, IAC, SB, SE, WILL, WONT, Negotiation
from tests.labs import canned, running_lab

_TEXTS = {"show version": "Version 1 \xff\n", "show interfaces": "".join(f"line {number}\n" for number in range(300))}


async def _screen(lab: LabServer, typed: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*lab.address("acc-001"))
    writer.write(typed)
    try:
        return await asyncio.wait_for(reader.read(1_000_000), 10) + await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        await writer.wait_closed()


def _seen(typed: bytes, **about: object) -> tuple[bytes, LabServer]:
    async def visit() -> tuple[bytes, LabServer]:
        async with running_lab([canned(_TEXTS, "acc-001", telnet=True, **about)]) as lab:
            return await _screen(lab, typed), lab

    return asyncio.run(visit())


def test_a_session_by_telnet() -> None:
    seen, lab = _seen(bytes((IAC, DO, ECHO)) + b"lab\r\nlab-password\r\x00terminal length 0\r\nshow interfaces\r\nexit\r\n")
    assert seen.startswith(HELLO)
    assert b"Username: lab\r\nPassword: \r\n\r\nacc-001#terminal length 0\r\nacc-001#show interfaces\r\nline 0\r\n" in seen
    assert seen.endswith(b"line 299\r\nacc-001#exit\r\n")
    assert [entry.kind for entry in lab.journal.entries] == [
        Kind.CONNECTED, Kind.AUTH_BEGUN, Kind.AUTH_ATTEMPT, Kind.AUTH_OK, Kind.LINE, Kind.LINE, Kind.LINE, Kind.CLOSED,
    ]  # fmt: skip
    assert lab.journal.passwords_received("acc-001") == 1


def test_three_wrong_logins_and_the_line_is_closed() -> None:
    seen, lab = _seen(b"lab\nwrong\n" * 5)
    assert seen.endswith(b"% Bad passwords\r\n")
    assert (lab.journal.auth_attempts(), lab.journal.count(Kind.AUTH_FAILED)) == (3, 3)
    assert _seen(b"lab\nlab-password\n" * 3, fault=Fault.WRONG_PASSWORD)[1].journal.count(Kind.AUTH_OK) == 0


@pytest.mark.parametrize("fault", [Fault.CLOSED_MID_OUTPUT, Fault.SESSION_CLOSED])
def test_faults_of_an_answer_play_by_telnet_too(fault: Fault) -> None:
    seen, _ = _seen(b"lab\nlab-password\nterminal length 0\nshow interfaces\n", fault=fault)
    assert b"line 100\r\n" in seen
    assert seen.endswith(b"acc-001#") == (fault is Fault.SESSION_CLOSED)


def test_a_client_that_leaves_before_the_login_is_no_trouble() -> None:
    async def visit() -> None:
        async with running_lab([canned(_TEXTS, "acc-001", telnet=True, round_trip_s=0.01)]) as lab:
            _, writer = await asyncio.open_connection(*lab.address("acc-001"))
            writer.write(b"la")
            writer.close()
            await writer.wait_closed()
            while not lab.journal.count(Kind.CLOSED):
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(visit(), 10))


def test_options_are_taken_out_and_foreign_ones_declined() -> None:
    options = Negotiation()
    sent = bytes((IAC, WILL, 31, IAC, SB, 31, 0, 80, IAC, IAC, 24, IAC, SE, IAC, DO, ECHO, IAC, DO, 24, IAC, DONT, ECHO))
    typed = b"".join(options.text(bytes((byte,))) for byte in b"a" + sent + b"b\xff\xffc\r\x00d\r\ne\x00")
    assert typed == b"ab\xffc\rd\r\ne\x00"
    assert options.replies() == bytes((IAC, DONT, 31, IAC, WONT, 24))
    assert options.replies() == b""
