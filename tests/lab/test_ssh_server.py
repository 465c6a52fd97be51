"""The simulated switches over real SSH: they look and sound like switches, and write down what they receive."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import stat
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from switchcorr.lab.algorithms import OFFERS, permit_old_key_exchange
from switchcorr.lab.journal import Kind
from switchcorr.lab.ssh_server import LabServer, LabThread
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.inventory import AlgorithmProfile
from tests.labs import canned, lab_thread, running_lab

_LINES = "".join(f"line {number}\n" for number in range(60))
_TEXTS = {"show version": "Version 1\n", "show interfaces": _LINES}
_OLD = [profile for profile in AlgorithmProfile if profile is not AlgorithmProfile.MODERN]


@asynccontextmanager
async def _connected(lab: LabServer, switch: LabSwitch, **options: object) -> AsyncIterator[asyncssh.SSHClientConnection]:
    host, port = lab.address(switch.name)
    offer = OFFERS[switch.algorithms]
    permit_old_key_exchange(switch.algorithms)
    known = asyncssh.import_known_hosts(f"[{host}]:{port} {lab.host_key(switch.name)}\n")
    given = {"kex_algs": offer.kex, "encryption_algs": offer.encryption, "mac_algs": offer.mac, "server_host_key_algs": [offer.key]}
    login = {"username": switch.username, "password": switch.password, "known_hosts": known, "client_keys": None, "config": None}
    async with asyncssh.connect(host, port, **{**login, **given, **options}) as connection:
        yield connection


async def _typed(lab: LabServer, switch: LabSwitch, text: bytes) -> bytes:
    """Everything that comes back until the switch ends the session."""
    async with _connected(lab, switch) as connection:
        writer, reader, _ = await connection.open_session(term_type="vt100", encoding=None)
        writer.write(text)
        seen: bytes = await reader.read()
        return seen


def _screen(switches: Sequence[LabSwitch], text: bytes) -> bytes:
    async def visit() -> bytes:
        async with running_lab(switches) as lab:
            return await _typed(lab, switches[0], text)

    return asyncio.run(visit())


@pytest.mark.parametrize("profile", AlgorithmProfile)
@pytest.mark.parametrize("round_trip_s", [0.0, 0.01])
def test_a_session_looks_like_one_of_a_switch(profile: AlgorithmProfile, round_trip_s: float) -> None:
    seen = _screen(
        [canned(_TEXTS, algorithms=profile, round_trip_s=round_trip_s)], b"terminal length 0\nshow version\rshow interfaces\r\n\nexit\n"
    )
    assert seen == (
        b"\r\nacc-001#terminal length 0\r\nacc-001#show version\r\nVersion 1\r\nacc-001#show interfaces\r\n"
        + _LINES.replace("\n", "\r\n").encode()
        + b"acc-001#\r\nacc-001#exit\r\n"
    )


@pytest.mark.parametrize("profile", _OLD)
def test_an_old_switch_refuses_what_it_does_not_know_yet(profile: AlgorithmProfile) -> None:
    async def visit() -> None:
        async with running_lab([canned(_TEXTS, algorithms=profile)]) as lab:
            for options in ({"kex_algs": OFFERS[AlgorithmProfile.MODERN].kex}, {"server_host_key_algs": ["rsa-sha2-256"]}):
                with pytest.raises(asyncssh.KeyExchangeFailed):
                    async with _connected(lab, canned(_TEXTS, algorithms=profile), **options):
                        pass
            assert (lab.journal.connections("acc-001"), lab.journal.passwords_received()) == (2, 0)

    asyncio.run(visit())


def test_the_journal_holds_every_line_and_no_password() -> None:
    switch = canned(_TEXTS, enable="s3cret-enable", password="s3cret-login")

    async def visit() -> LabServer:
        async with running_lab([switch]) as lab:
            await _typed(lab, switch, b"enable\ns3cret-enable\nshow version\nexit\n")
        return lab

    journal = asyncio.run(visit()).journal
    assert journal.lines("acc-001") == [b"enable", b"show version", b"exit"]
    assert [entry.kind for entry in journal.entries] == [
        Kind.CONNECTED, Kind.AUTH_BEGUN, Kind.AUTH_ATTEMPT, Kind.AUTH_OK, Kind.LINE, Kind.SECRET, Kind.LINE, Kind.LINE, Kind.CLOSED,
    ]  # fmt: skip
    assert (journal.auth_attempts("acc-001"), journal.passwords_received("acc-001"), journal.connections("acc-001")) == (1, 2, 1)
    assert b"s3cret" not in b"".join(entry.data for entry in journal.entries)


def test_the_journal_is_written_down_while_it_grows_and_for_its_owner_only(tmp_path: Path) -> None:
    switch, file = canned(_TEXTS), tmp_path / "journal"

    async def visit() -> None:
        async with LabServer([switch], journal=file, keep=False) as lab:
            await _typed(lab, switch, b"show version\nexit\n")
            assert [json.loads(line)["data"] for line in file.read_text().splitlines() if '"line"' in line] == ["show version", "exit"]
            assert (lab.journal.entries, lab.journal.count(Kind.LINE)) == ([], 2)

    asyncio.run(visit())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_each_session_is_a_visit_where_visits_are_counted() -> None:
    switch = LabSwitch("acc-001", lambda command, visit: f"visit {visit}\n")

    async def visit() -> list[bytes]:
        async with LabServer([switch], count_visits=True) as lab:
            async with _connected(lab, switch):
                pass  # no session: no visit
            return [(await _typed(lab, switch, b"show version\nexit\n")).split(b"\r\n")[2] for _ in range(3)]

    assert asyncio.run(visit()) == [b"visit 1", b"visit 2", b"visit 3"]


def test_a_wrong_password_is_refused_and_counted() -> None:
    async def visit() -> LabServer:
        async with running_lab([canned(_TEXTS)]) as lab:
            with pytest.raises(asyncssh.PermissionDenied):
                async with _connected(lab, canned(_TEXTS), password="lab-password-and-more"):
                    pass
        return lab

    journal = asyncio.run(visit()).journal
    assert (journal.count(Kind.AUTH_FAILED), journal.count(Kind.AUTH_OK)) == (journal.auth_attempts(), 0)
    assert journal.auth_attempts() >= 1


def test_a_client_that_reads_nothing_does_not_fill_the_memory_of_the_server() -> None:
    produced = 0

    def answers(command: str, visit: int) -> str:
        nonlocal produced
        produced += 1_000_000
        return "x" * 999_999 + "\n"

    async def visit() -> None:
        switch = LabSwitch("acc-001", answers)
        async with running_lab([switch]) as lab, _connected(lab, switch) as connection:
            writer, reader, _ = await connection.open_session(term_type="vt100", encoding=None, window=65_536)
            writer.write(b"terminal length 0\n" + b"show version\n" * 200)
            assert await reader.readexactly(20_000)
            before = -1
            while produced != before:
                before = produced
                await asyncio.sleep(0.05)

    asyncio.run(visit())
    assert produced < 20_000_000


def test_a_lab_in_a_thread_serves_code_that_has_no_event_loop() -> None:
    switch = canned(_TEXTS)
    with lab_thread([switch]) as lab:
        seen = asyncio.run(_typed(lab, switch, b"show version\nexit\n"))
        assert b"Version 1" in seen
        assert lab.host_key("acc-001").startswith("ssh-ed25519 AAAA")


def test_a_lab_in_a_thread_that_is_left_by_an_error_ends_too() -> None:
    thread = LabThread([canned(_TEXTS)])
    with pytest.raises(RuntimeError, match="of the test"), thread:
        raise RuntimeError("of the test")


@pytest.mark.parametrize("turns", range(8))
@pytest.mark.parametrize("about", [{}, {"round_trip_s": 5.0}, {"telnet": True}], ids=["ssh", "far off", "telnet"])
def test_a_lab_that_ends_while_somebody_comes_leaves_no_socket(turns: int, about: dict[str, object]) -> None:
    async def visit() -> None:
        with socket.socket() as client:
            client.settimeout(5)
            async with LabServer([canned(_TEXTS, "acc-001", **about)]) as lab:
                client.connect(lab.address("acc-001"))
                for _ in range(turns):
                    await asyncio.sleep(0)
        for _ in range(3):
            await asyncio.sleep(0)

    gc.freeze()  # what was there before is not looked through each time
    try:
        asyncio.run(visit())
        gc.collect()
    finally:
        gc.unfreeze()


def test_two_switches_of_one_name_are_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="one name"):
        LabServer([canned(_TEXTS), canned(_TEXTS)])
