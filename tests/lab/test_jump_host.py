"""The jump host leads to the lab and nowhere else, unless it lies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh
import pytest

from switchcorr.lab.journal import Kind
from switchcorr.lab.jump_host import LabJumpHost
from switchcorr.lab.ssh_server import LabServer
from tests.labs import canned, running_lab

_SWITCHES = [canned({"show version": f"I am {name}\n"}, name) for name in ("acc-001", "acc-002")]


@asynccontextmanager
async def _inside(jump: LabJumpHost, password: str = "jump-password") -> AsyncIterator[asyncssh.SSHClientConnection]:
    host, port = jump.address
    known = asyncssh.import_known_hosts(f"[{host}]:{port} {jump.host_key}\n")
    async with asyncssh.connect(host, port, username="jump", password=password, known_hosts=known, client_keys=None, config=None) as inside:
        yield inside


async def _shown(lab: LabServer, jump: LabJumpHost, name: str) -> bytes:
    host, port = lab.address(name)
    known = asyncssh.import_known_hosts(f"[{host}]:{port} {lab.host_key(name)}\n")
    login = {"username": "lab", "password": "lab-password", "known_hosts": known, "client_keys": None, "config": None}
    async with _inside(jump) as inside, asyncssh.connect(host, port, tunnel=inside, **login) as connection:
        writer, reader, _ = await connection.open_session(term_type="vt100", encoding=None)
        writer.write(b"show version\nexit\n")
        seen: bytes = await reader.read()
        return seen


def test_it_leads_to_every_switch_of_the_lab() -> None:
    async def visit() -> None:
        async with running_lab(_SWITCHES) as lab, LabJumpHost(lab) as jump:
            for name in ("acc-001", "acc-002"):
                assert f"I am {name}".encode() in await _shown(lab, jump, name)
        asked = [entry.data.split()[-1] for entry in jump.journal.entries if entry.kind is Kind.CHANNEL]
        assert asked == [b"(acc-001)", b"(acc-002)"]
        assert (jump.journal.count(Kind.CONNECTED), jump.journal.count(Kind.CLOSED), jump.journal.auth_attempts()) == (2, 2, 2)

    asyncio.run(visit())


def test_it_may_lie_and_the_key_of_the_switch_tells() -> None:
    async def visit() -> None:
        async with running_lab(_SWITCHES) as lab, LabJumpHost(lab, lies={"acc-001": "acc-002"}) as jump:
            with pytest.raises(asyncssh.HostKeyNotVerifiable):
                await _shown(lab, jump, "acc-001")
            assert (lab.journal.connections("acc-002"), lab.journal.passwords_received()) == (1, 0)

    asyncio.run(visit())


def test_it_leads_nowhere_else() -> None:
    async def visit() -> None:
        async with running_lab(_SWITCHES) as lab, LabJumpHost(lab) as jump:
            async with _inside(jump) as inside:
                with pytest.raises(asyncssh.ChannelOpenError):
                    await inside.open_connection(*jump.address)
                with pytest.raises(asyncssh.ChannelOpenError):
                    await inside.open_session()
            assert lab.journal.connections() == 0

    asyncio.run(visit())


def test_a_wrong_password_opens_no_gate() -> None:
    async def visit() -> None:
        async with running_lab(_SWITCHES) as lab, LabJumpHost(lab) as jump:
            with pytest.raises(asyncssh.PermissionDenied):
                async with _inside(jump, "lab-password"):
                    pass
            assert (jump.journal.auth_attempts(), jump.journal.count(Kind.AUTH_FAILED)) == (1, 1)

    asyncio.run(visit())


def test_it_ends_with_guests_inside() -> None:
    async def visit() -> None:
        async with running_lab(_SWITCHES) as lab:
            async with LabJumpHost(lab) as jump:
                inside = await asyncssh.connect(
                    *jump.address, username="jump", password="jump-password", known_hosts=None, client_keys=None, config=None
                )
                reader, writer = await inside.open_connection(*lab.address("acc-001"))
                assert (await reader.read(4)) == b"SSH-"
            await inside.wait_closed()
            writer.close()

    asyncio.run(visit())
