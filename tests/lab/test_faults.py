"""The faults that need a wire: what a client sees of each, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Journal, Kind
from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.switch import LabSwitch
from tests.labs import canned, check_journal, running_lab

_LONG = "".join(f"line {number}\n" for number in range(2000))
_TEXTS = {"show version": "Version 1\n", "show interfaces": _LONG, "show clock": "12:00\n"}
_DOCS = Path(__file__).parents[2] / "docs" / "lab.md"


def _faulty(fault: Fault, **about: object) -> LabSwitch:
    return canned(_TEXTS, "acc-001", fault=fault, **about)


def _with_lab(switch: LabSwitch, visit: Callable[[LabServer], Awaitable[None]]) -> LabServer:
    async def run() -> LabServer:
        async with running_lab([switch]) as lab:
            await asyncio.wait_for(visit(lab), 20)
        return lab

    return asyncio.run(run())


@asynccontextmanager
async def _connected(lab: LabServer, **options: object) -> AsyncIterator[asyncssh.SSHClientConnection]:
    host, port = lab.address("acc-001")
    known = asyncssh.import_known_hosts(f"[{host}]:{port} {lab.host_key('acc-001')}\n")
    login = {"username": "lab", "password": "lab-password", "known_hosts": known, "client_keys": None, "config": None}
    async with asyncssh.connect(host, port, **{**login, **options}) as connection:
        yield connection


async def _opened(connection: asyncssh.SSHClientConnection) -> tuple[asyncssh.SSHWriter[bytes], asyncssh.SSHReader[bytes]]:
    writer, reader, _ = await connection.open_session(term_type="vt100", encoding=None)
    writer.write(b"terminal length 0\n")
    await reader.readuntil(b"length 0\r\nacc-001#")
    return writer, reader


async def _tcp(lab: LabServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(*lab.address("acc-001"))


def test_every_fault_is_described() -> None:
    rows = [line.split("|")[1].strip().strip("`") for line in _DOCS.read_text().splitlines() if line.startswith("| `")]
    described = [row for row in rows if row in set(Fault)]
    assert sorted(described) == sorted(fault for fault in Fault if fault is not Fault.NONE)


def test_a_refused_connection_is_refused_at_once() -> None:
    async def visit(lab: LabServer) -> None:
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                await _tcp(lab)

    assert _with_lab(_faulty(Fault.CONNECTION_REFUSED), visit).journal.entries == []


def test_a_dropped_syn_is_answered_by_nothing() -> None:
    async def visit(lab: LabServer) -> None:
        client = socket.socket()
        client.settimeout(0)
        with client, pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(client, lab.address("acc-001")), 1)

    assert _with_lab(_faulty(Fault.SYN_DROPPED), visit).journal.entries == []


def test_a_silent_switch_says_nothing_and_stays() -> None:
    async def visit(lab: LabServer) -> None:
        reader, writer = await _tcp(lab)
        writer.write(b"SSH-2.0-test\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.3)
        writer.close()
        await writer.wait_closed()

    assert _with_lab(_faulty(Fault.SILENT), visit).journal.connections("acc-001") == 1


def test_something_else_than_ssh() -> None:
    async def visit(lab: LabServer) -> None:
        reader, writer = await _tcp(lab)
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
        await writer.wait_closed()
        with pytest.raises((asyncssh.Error, OSError)):
            async with _connected(lab):
                pass

    assert _with_lab(_faulty(Fault.NOT_SSH), visit).journal.passwords_received() == 0


def test_only_the_first_connection_is_reset() -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises((ConnectionResetError, asyncssh.ConnectionLost)):
            async with _connected(lab):
                pass
        async with _connected(lab) as connection:
            await _opened(connection)

    assert _with_lab(_faulty(Fault.FIRST_CONNECTION_RESET), visit).journal.connections() == 2


@pytest.mark.parametrize("about", [{}, {"algorithms": "sha1"}], ids=["modern", "sha1"])
def test_a_changed_host_key_is_another_of_the_same_type(about: dict[str, object]) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(asyncssh.HostKeyNotVerifiable):
            async with _connected(lab, kex_algs="*", mac_algs="*"):
                pass
        assert (lab.journal.passwords_received(), lab.journal.count(Kind.AUTH_BEGUN)) == (0, 0)
        async with _connected(lab, known_hosts=None, kex_algs="*", mac_algs="*") as connection:
            seen = connection.get_server_host_key()
        assert seen is not None
        assert seen.export_public_key().decode().split()[0] == lab.host_key("acc-001").split()[0]
        assert seen.export_public_key().decode().split()[1] != lab.host_key("acc-001").split()[1]

    _with_lab(_faulty(Fault.CHANGED_HOST_KEY, **about), visit)


def test_a_login_that_is_never_right() -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(asyncssh.PermissionDenied):
            async with _connected(lab):
                pass

    journal = _with_lab(_faulty(Fault.WRONG_PASSWORD), visit).journal
    assert journal.count(Kind.AUTH_FAILED) == journal.auth_attempts() >= 1


@pytest.mark.parametrize("methods", ["keyboard-interactive", "password"])
def test_an_expired_password_leads_to_the_question_for_a_new_one(methods: str) -> None:
    asked: list[str] = []

    class Client(asyncssh.SSHClient):
        def kbdint_auth_requested(self) -> str:
            return ""

        def kbdint_challenge_received(self, name: str, instructions: str, lang: str, prompts: object) -> list[str] | None:
            assert isinstance(prompts, list)
            asked.extend(text for text, _ in prompts)
            return None if any("New" in text for text, _ in prompts) else ["lab-password"] * len(prompts)

        def password_auth_requested(self) -> str:
            return "lab-password"

    async def visit(lab: LabServer) -> None:
        with pytest.raises(asyncssh.PermissionDenied):
            async with _connected(lab, client_factory=Client, preferred_auth=methods, password=None):
                pass

    journal = _with_lab(_faulty(Fault.PASSWORD_EXPIRED), visit).journal
    assert asked == (["Password: ", "New password: "] if methods == "keyboard-interactive" else [])
    assert (journal.auth_attempts(), journal.count(Kind.NEW_PASSWORD), journal.count(Kind.AUTH_OK)) == (1, 0, 0)


@pytest.mark.parametrize("fault", [Fault.RESET_MID_OUTPUT, Fault.CLOSED_MID_OUTPUT])
@pytest.mark.parametrize("round_trip_s", [0.0, 0.02])
def test_a_dropped_connection_leaves_half_an_answer(fault: Fault, round_trip_s: float) -> None:
    async def visit(lab: LabServer) -> None:
        async with _connected(lab) as connection:
            writer, reader = await _opened(connection)
            writer.write(b"show interfaces\n")
            seen = bytearray()
            with contextlib.suppress(asyncssh.Error, OSError):
                while data := await reader.read(65_536):
                    seen += data
            assert seen.count(b"line") in range(900, 1200)
            await connection.wait_closed()

    _with_lab(_faulty(fault, round_trip_s=round_trip_s), visit)


def test_a_hanging_answer_leaves_the_connection_open() -> None:
    async def visit(lab: LabServer) -> None:
        async with _connected(lab) as connection:
            writer, reader = await _opened(connection)
            writer.write(b"show interfaces\n")
            await reader.readuntil(b"line 990\r\n")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.readuntil(b"acc-001#"), 0.3)
            assert not connection.is_closed()
            writer.write(b"exit\n")
            while not lab.journal.count(Kind.REST):
                await asyncio.sleep(0.01)

    journal = _with_lab(_faulty(Fault.HANG_MID_OUTPUT), visit).journal
    assert [entry.data for entry in journal.entries if entry.kind is Kind.REST] == [b"exit\n"]


def test_a_switch_ends_the_session_as_it_should_be_ended() -> None:
    async def visit(lab: LabServer) -> None:
        async with _connected(lab) as connection:
            writer, reader = await _opened(connection)
            writer.write(b"show clock\n")
            assert (await reader.read()).endswith(b"12:00\r\nacc-001#")
            await connection.wait_closed()

    _with_lab(_faulty(Fault.SESSION_CLOSED), visit)


def test_a_slow_line_is_slow() -> None:
    async def visit(lab: LabServer) -> None:
        async with _connected(lab) as connection:
            writer, reader = await _opened(connection)
            before = time.monotonic()
            writer.write(b"show interfaces\n")
            await reader.readexactly(4000)
            assert time.monotonic() - before > 0.5  # the fault is that it lasts: 4,000 bytes a second

    _with_lab(_faulty(Fault.SLOW_VTY), visit)


def test_a_flood_waits_for_its_reader() -> None:
    async def visit(lab: LabServer) -> None:
        async with _connected(lab) as connection:
            writer, reader = await _opened(connection)
            writer.write(b"show interfaces\n")
            for _ in range(200):
                assert len(await reader.readexactly(100_000)) == 100_000

    _with_lab(_faulty(Fault.FLOOD), visit)


def test_channels_that_a_switch_asks_for_are_refused_by_a_client_that_knows_of_none() -> None:
    async def visit(lab: LabServer) -> None:
        async with _connected(lab, agent_path=None) as connection:
            await _opened(connection)
            while lab.journal.count(Kind.CHANNEL) < 3:
                await asyncio.sleep(0.01)

    journal = _with_lab(_faulty(Fault.OPENS_CHANNEL), visit).journal
    assert all(b"refused" in entry.data for entry in journal.entries if entry.kind is Kind.CHANNEL)


def test_what_a_client_should_not_ask_for_is_refused_and_written_down() -> None:
    async def visit() -> LabServer:
        async with LabServer([_faulty(Fault.NONE)]) as lab:
            asks: tuple[Callable[[asyncssh.SSHClientConnection], Awaitable[object]], ...] = (
                lambda connection: connection.open_connection("127.0.0.1", 22),
                lambda connection: connection.start_sftp_client(),
                lambda connection: connection.create_process("show version"),
            )
            for ask in asks:
                async with _connected(lab) as connection:
                    with pytest.raises(asyncssh.ChannelOpenError):
                        await ask(connection)
        return lab

    journal = asyncio.run(visit()).journal
    assert [entry.data for entry in journal.entries if entry.kind in {Kind.CHANNEL, Kind.LINE}] == [
        b"direct-tcpip to 127.0.0.1:22 refused",
        b"subsystem sftp refused",
        b"show version",
    ]
    with pytest.raises(AssertionError, match="direct-tcpip"):
        check_journal(journal, [_faulty(Fault.NONE)])


def test_a_client_that_opens_whatever_it_is_asked_for_is_found_out(tmp_path: Path) -> None:
    agent = str(tmp_path / "agent")

    async def visit() -> LabServer:
        server = await asyncio.start_unix_server(lambda _, writer: writer.close(), agent)
        async with (
            server,
            asyncio.timeout(10),
            LabServer([_faulty(Fault.OPENS_CHANNEL)]) as lab,
            _connected(lab, agent_path=None, agent_forwarding=agent) as connection,
        ):
            await _opened(connection)
            while lab.journal.count(Kind.CHANNEL) < 3:
                await asyncio.sleep(0.01)
        return lab

    journal = asyncio.run(visit()).journal
    assert [entry.data for entry in journal.entries if entry.kind is Kind.CHANNEL][-1] == b"agent opened"
    with pytest.raises(AssertionError, match="agent opened"):
        check_journal(journal, [_faulty(Fault.OPENS_CHANNEL)])


@pytest.mark.parametrize(
    ("kind", "data", "well"),
    [
        (Kind.LINE, b"show version", True),
        (Kind.LINE, b"show  version", False),
        (Kind.LINE, b"show running-config", False),
        (Kind.LINE, b"reload", False),
        (Kind.LINE, b"terminal length 0", True),
        (Kind.LINE, b"", True),
        (Kind.KEY, b" ", True),
        (Kind.KEY, b"q", False),
        (Kind.REST, b"show ver", True),
        (Kind.REST, b"conf", False),
        (Kind.REST, b"\nexit\nshow clock\r\n ", True),
        (Kind.REST, b"reload\nexit", False),
        (Kind.CONTROL, b"\x03", False),
        (Kind.NEW_PASSWORD, b"", False),
        (Kind.SECRET, b"", True),
    ],
)
def test_the_journal_is_held_to_what_the_door_lets_through(kind: Kind, data: bytes, *, well: bool) -> None:
    journal = Journal()
    journal.add("acc-001", kind, data)
    with contextlib.nullcontext() if well else pytest.raises(AssertionError, match="acc-001 received"):
        check_journal(journal, [_faulty(Fault.NONE)])


@pytest.mark.parametrize("fault", Fault)
def test_a_lab_with_any_fault_leaves_nothing_behind(fault: Fault) -> None:
    """Clients that come and leave at once; unclosed sockets and tasks are errors here."""

    async def visit(lab: LabServer) -> None:
        for _ in range(2):
            try:
                async with asyncio.timeout(0.3), _connected(lab) as connection:
                    writer, _, _ = await connection.open_session(term_type="vt100", encoding=None)
                    writer.write(b"show interfaces\n ")
            except (asyncssh.Error, OSError, TimeoutError):
                continue

    async def run() -> None:
        with socket.socket() as stays:
            stays.settimeout(0)
            async with asyncio.timeout(10), LabServer([_faulty(fault)]) as lab:
                await visit(lab)
                stays.connect_ex(lab.address("acc-001"))
                await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not {task for task in left if not task.done()}

    asyncio.run(run())
