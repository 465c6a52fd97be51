"""Servers that are slow, hostile or broken in ways that no switch of the lab is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncssh
import pytest

from switchcorr.collect.door import Door
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.session import Deadline, SessionLimits, Target
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.errors import CollectError
from switchcorr.model.inventory import Login
from switchcorr.model.visit import AnswerStatus, FailureKind
from switchcorr.platforms import platform_named
from switchcorr.secret import Secret

_IOS = platform_named("cisco_ios")
_LIMITS = SessionLimits(connect_s=60, login_s=60, idle_s=60, close_s=2)


def _run(act: Callable[[], object]) -> None:
    async def run() -> None:
        await asyncio.wait_for(act(), 20)  # type: ignore[arg-type]  # a coroutine
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


@contextlib.asynccontextmanager
async def _tcp(says: bytes, *, stays: bool = True) -> AsyncIterator[int]:
    """A server that says something to everybody and then listens, or leaves."""
    guests: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(says)
            while stays and await reader.read(4096):
                pass
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.add(asyncio.ensure_future(serve(reader, writer)))

    server = await asyncio.start_server(serving, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*guests)


class _Server(asyncssh.SSHServer):
    """Lets everybody in; what the shell does is a parameter."""

    def __init__(self, slow: asyncio.Event | None = None, *, sessions: bool = True) -> None:
        self._slow = slow
        self._sessions = sessions

    def password_auth_supported(self) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return False

    async def validate_password(self, username: str, password: str) -> bool:
        if self._slow is not None:
            await self._slow.wait()
        return True

    def session_requested(self) -> bool:
        return self._sessions


@contextlib.asynccontextmanager
async def _ssh(
    directory: Path, shell: Callable[..., object] | None = None, *, kind: type[_Server] = _Server, **about: object
) -> AsyncIterator[tuple[SshOpener, Target]]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: kind(**about),  # type: ignore[arg-type]  # what it takes
        server_host_keys=[key],
        process_factory=shell,
        encoding=None,
        line_editor=False,
    )
    keys = HostKeys(directory / "known_hosts")
    keys.record("127.0.0.1", server.get_port(), HostKey.parse(key.export_public_key("openssh").decode()))
    yield SshOpener(keys), Target("sw1", "127.0.0.1", server.get_port(), Login("lab", Secret("x")), platform=_IOS, limits=_LIMITS)
    server.close()
    await server.wait_closed()


async def _fails(opener: SshOpener, target: Target, **limits: float) -> FailureKind:
    wanted = SessionLimits(**{"connect_s": 60, "login_s": 60, "idle_s": 60, **limits})  # type: ignore[arg-type]  # seconds
    aim = Target(target.name, target.host, target.port, target.login, platform=target.platform, limits=wanted)
    with pytest.raises(CollectError) as caught:
        await opener(aim, Deadline(60))
    assert caught.value.message.isprintable()
    return FailureKind(caught.value.kind)


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (b"SSH-2.0-x\r\n", FailureKind.CONNECT_TIMEOUT),
        (b"", FailureKind.CONNECT_TIMEOUT),
        (b"SSH-2.0-x\r\n" + b"\x00\x00\x00\x0c\x0a\x15" + b"\x00" * 10, FailureKind.NOT_SSH),
        (b"SSH-2.0-x\r\n" + b"\xff" * 64, FailureKind.NOT_SSH),
        (b"SSH-1.5-old\r\n", FailureKind.NOT_SSH),
        (b"220 mail.example ESMTP\r\n" * 3, FailureKind.CONNECT_TIMEOUT),
        (b"\x00" * 70_000, FailureKind.NOT_SSH),
    ],
    ids=["silent in the exchange", "silent", "short packet", "garbage", "version 1", "mail", "zeros"],
)
def test_half_a_server_is_told_by_what_it_says(tmp_path: Path, says: bytes, kind: FailureKind) -> None:
    async def act() -> None:
        async with _tcp(says) as port:
            aim = Target("sw1", "127.0.0.1", port, Login("lab", Secret("x")), platform=_IOS)
            assert await _fails(SshOpener(HostKeys(tmp_path / "known_hosts")), aim, connect_s=0.5) is kind

    _run(act)


def test_a_server_that_leaves_at_once_was_reset(tmp_path: Path) -> None:
    async def act() -> None:
        async with _tcp(b"", stays=False) as port:
            aim = Target("sw1", "127.0.0.1", port, Login("lab", Secret("x")), platform=_IOS)
            assert await _fails(SshOpener(HostKeys(tmp_path / "known_hosts")), aim) is FailureKind.RESET

    _run(act)


def test_a_login_that_nobody_decides_on_ends_at_its_limit(tmp_path: Path) -> None:
    async def act() -> None:
        never = asyncio.Event()
        async with _ssh(tmp_path, slow=never) as (opener, target):
            assert await _fails(opener, target, login_s=0.5) is FailureKind.TIMEOUT
            never.set()

    _run(act)


def test_a_device_that_opens_no_session_says_so(tmp_path: Path) -> None:
    async def act() -> None:
        async with _ssh(tmp_path, sessions=False) as (opener, target):
            assert await _fails(opener, target) is FailureKind.SESSION_CLOSED

    _run(act)


def test_a_device_that_ends_the_session_after_the_login_is_noticed_at_once(tmp_path: Path) -> None:
    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"% No more lines available\r\n")
        process.exit(1)

    async def act() -> None:
        async with _ssh(tmp_path, shell) as (opener, target):
            assert await _fails(opener, target) is FailureKind.SESSION_CLOSED

    _run(act)


async def _commands(process: asyncssh.SSHServerProcess[bytes], typed: list[bytes], say: Callable[[bytes], bytes | None]) -> None:
    """A shell that echoes; answers end with the prompt."""
    process.stdout.write(b"\r\nsw1#")
    line = b""
    while byte := await process.stdin.read(1):
        if byte != b"\r":
            line += byte
            continue
        typed.append(line)
        if line == b"exit":
            break
        answer = say(line)
        if answer is not None:
            process.stdout.write(line + b"\r\n" + answer + b"\r\nsw1#")
        line = b""
    process.exit(0)


@pytest.mark.parametrize(
    "question", [b"Proceed with reload? [confirm]", b"Destination filename [x]? ", b"Continue (y/n)? ", b"Password: ", b"New password: "]
)
def test_a_question_of_the_device_is_never_answered(tmp_path: Path, question: bytes) -> None:
    typed: list[bytes] = []

    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        def say(line: bytes) -> bytes | None:
            if line != b"show version":
                return b""
            process.stdout.write(b"show version\r\nhalf\r\n" + question)
            return None

        await _commands(process, typed, say)

    async def act() -> None:
        async with _ssh(tmp_path, shell) as (opener, target):
            aim = Target(target.name, target.host, target.port, target.login, platform=_IOS, limits=SessionLimits(idle_s=0.4, close_s=1))
            session = await opener(aim, Deadline(60))
            answer = await session.ask(Door(session.platform).question("show version"), Deadline(60))
            assert answer.status is AnswerStatus.NO_PROMPT
            assert answer.raw.endswith(question)
            assert session.failure is not None
            assert session.failure.kind is FailureKind.NO_PROMPT
            await session.close()

    _run(act)
    assert typed[-1] == b"show version"


@pytest.mark.parametrize("late_s", [0.6, 0.1])
def test_a_prompt_that_got_lost_is_fetched_by_an_empty_line_and_the_session_goes_on(tmp_path: Path, late_s: float) -> None:
    typed: list[bytes] = []

    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        def say(line: bytes) -> bytes | None:
            if line == b"show version":
                process.stdout.write(b"show version\r\nVersion 1\r\n")
                return None
            return b"rows" if line.startswith(b"show") else b""

        await _commands(process, typed, say)

    async def act() -> None:
        async with _ssh(tmp_path, shell) as (opener, target):
            aim = Target(target.name, target.host, target.port, target.login, platform=_IOS, limits=SessionLimits(idle_s=late_s, close_s=1))
            session = await opener(aim, Deadline(60))
            door = Door(session.platform)
            lost = await session.ask(door.question("show version"), Deadline(60))
            found = await session.ask(door.question("show interfaces"), Deadline(60))
            assert (lost.status, found.status) == (AnswerStatus.NO_PROMPT, AnswerStatus.OK)
            assert lost.raw.startswith(b"Version 1\r\n")
            assert found.raw == b"rows\r\n"
            assert session.failure is None
            await session.close()

    _run(act)


def test_a_device_that_ignores_the_goodbye_is_left_in_time(tmp_path: Path) -> None:
    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"\r\nsw1#")
        while await process.stdin.read(1):
            process.stdout.write(b"\r\nsw1#")
        process.exit(0)

    async def act() -> None:
        async with _ssh(tmp_path, shell) as (opener, target):
            session = await opener(
                Target(target.name, target.host, target.port, target.login, platform=_IOS, limits=SessionLimits(close_s=1)), Deadline(60)
            )
            async with asyncio.timeout(3):
                await session.close()

    _run(act)


def test_a_session_takes_every_byte_in_a_packet_of_its_own(tmp_path: Path) -> None:
    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        def dribble(data: bytes) -> None:
            for number in range(len(data)):
                process.stdout.write(data[number : number + 1])

        dribble(b"\r\n## welcome >> \r\nsw1#")
        line = b""
        while byte := await process.stdin.read(1):
            line = line + byte if byte != b"\r" else b""
            dribble(byte if byte != b"\r" else b"\r\nline sw1# one\r\nline two#\r\n> three\r\nsw1#")
        process.exit(0)

    async def act() -> None:
        async with _ssh(tmp_path, shell) as (opener, target):
            session = await opener(target, Deadline(60))
            for command in ("show version", "show interfaces"):
                answer = await session.ask(Door(session.platform).question(command), Deadline(60))
                assert answer.status is AnswerStatus.OK
                assert answer.raw == b"line sw1# one\r\nline two#\r\n> three\r\n"
            session.interrupt()
            await session.close()

    _run(act)


def test_what_a_device_says_cannot_write_on_the_terminal_of_the_user(tmp_path: Path) -> None:
    evil = b"\x1b]0;owned\x07\x9b31m\xe2\x80\xae"

    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"\r\nno prompt here " + evil)
        while await process.stdin.read(1):
            pass
        process.exit(0)

    async def act() -> None:
        async with _ssh(tmp_path, shell) as (opener, target):
            assert await _fails(opener, target, login_s=0.3) is FailureKind.NO_PROMPT

    _run(act)


def test_an_enable_secret_that_is_asked_for_again_is_not_typed_again(tmp_path: Path) -> None:
    secrets: list[bytes] = []

    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        asks = 0
        process.stdout.write(b"\r\nsw1>")
        line = b""
        while byte := await process.stdin.read(1):
            if byte != b"\r":
                line += byte
                continue
            if asks:
                secrets.append(line)
                asks = (asks + 1) % 4
                process.stdout.write(b"\r\nPassword: " if asks else b"\r\n% Bad secrets\r\n\r\nsw1>")
            elif line == b"enable":
                asks = 1
                process.stdout.write(line + b"\r\nPassword: ")
            elif line == b"exit":
                break
            else:
                process.stdout.write(line + b"\r\nsw1>")
            line = b""
        process.exit(0)

    async def act() -> None:
        async with _ssh(tmp_path, shell) as (opener, target):
            login = Login("lab", Secret("x"), Secret("lab-enable"))
            session = await opener(Target("sw1", target.host, target.port, login, platform=_IOS, limits=_LIMITS), Deadline(60))
            assert session.warnings == ("The enable secret was refused: only what may be asked without privileges is answered.",)
            answer = await session.ask(Door(session.platform).question("show version"), Deadline(60))
            assert answer.status is AnswerStatus.OK
            await session.close()

    _run(act)
    assert secrets == [b"lab-enable", b"", b""]


@pytest.mark.parametrize(
    ("login", "asked"),
    [
        (Login("lab", Secret("x"), agent=True), False),
        (Login("lab", Secret("x"), agent=False), False),
        (Login("lab", agent=False), False),
        (Login("lab", agent=True), True),
    ],
    ids=["password", "password only", "not permitted", "permitted"],
)
def test_the_agent_is_asked_only_where_it_may_and_there_is_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: Login, asked: bool
) -> None:
    calls: list[bytes] = []

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(await reader.read(5))
        writer.write(b"\x00\x00\x00\x05\x0c\x00\x00\x00\x00")  # no keys
        with contextlib.suppress(OSError):
            await reader.read()
        writer.close()

    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        await _commands(process, [], lambda _: b"")

    async def act() -> None:
        server = await asyncio.start_unix_server(agent, tmp_path / "agent")
        async with server, _ssh(tmp_path, shell) as (opener, target):
            aim = Target("sw1", target.host, target.port, login, platform=_IOS, limits=_LIMITS)
            if login.password is None:
                with pytest.raises(CollectError) as caught:
                    await opener(aim, Deadline(60))
                assert caught.value.kind == FailureKind.AUTHENTICATION
            else:
                await (await opener(aim, Deadline(60))).close()
        while len(asyncio.all_tasks()) > 2:
            await asyncio.sleep(0.01)

    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    _run(act)
    assert bool(calls) is asked


def _knows(mine: asyncssh.SSHKey) -> type[_Server]:
    class Knows(_Server):
        def password_auth_supported(self) -> bool:
            return False

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return key.public_data == mine.public_data

    return Knows


def test_a_key_of_the_agent_logs_in_and_the_agent_is_left_alone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = asyncssh.generate_private_key("ssh-ed25519")
    left = asyncio.Event()

    def packet(*parts: bytes) -> bytes:
        return len(b"".join(parts)).to_bytes(4, "big") + b"".join(parts)

    def string(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                request = await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))
                if request[0] == 11:  # which keys are there
                    writer.write(packet(b"\x0c", (1).to_bytes(4, "big"), string(mine.public_data), string(b"mine")))
                else:  # sign
                    rest = request[1 + 4 + len(mine.public_data) :]
                    writer.write(packet(b"\x0e", string(mine.sign(rest[4 : 4 + int.from_bytes(rest[:4], "big")], b"ssh-ed25519"))))
        left.set()
        writer.close()

    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        await _commands(process, [], lambda _: b"")

    async def act() -> None:
        server = await asyncio.start_unix_server(agent, tmp_path / "agent")
        async with server, _ssh(tmp_path, shell, kind=_knows(mine)) as (opener, target):
            aim = Target("sw1", target.host, target.port, Login("lab", agent=True), platform=_IOS, limits=_LIMITS)
            session = await opener(aim, Deadline(60))
            await asyncio.wait_for(left.wait(), 5)
            await session.close()

    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    _run(act)


def test_a_key_of_the_inventory_logs_in_without_any_password(tmp_path: Path) -> None:
    mine = asyncssh.generate_private_key("ssh-ed25519")
    mine.write_private_key(str(tmp_path / "id"))

    async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
        await _commands(process, [], lambda _: b"")

    async def act() -> None:
        async with _ssh(tmp_path, shell, kind=_knows(mine)) as (opener, target):
            login = Login("lab", keys=(tmp_path / "id",))
            session = await opener(Target("sw1", target.host, target.port, login, platform=_IOS, limits=_LIMITS), Deadline(60))
            await session.close()

    _run(act)
