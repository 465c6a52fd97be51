"""No password before the host key is right, none twice, no answer to other questions, and the same through jump hosts."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.errors import CollectError
from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.jump_host import LabJumpHost
from switchcorr.lab.ssh_server import LabServer
from switchcorr.model.inventory import AlgorithmProfile, Hop, Login
from switchcorr.model.visit import FailureKind
from switchcorr.platforms import platform_named
from switchcorr.secret import Secret
from tests.collect.ssh_visits import LIMITS, TEXTS, ask, switch, target, trusting, with_lab
from tests.labs import canned, running_lab

_IOS = platform_named("cisco_ios")
_JUMP_LOGIN = Login("jump", Secret("jump-password"))


def _new_key(kind: str = "ssh-ed25519") -> HostKey:
    return HostKey.parse(asyncssh.generate_private_key(kind).export_public_key("openssh").decode())


@pytest.mark.parametrize("profile", AlgorithmProfile)
@pytest.mark.parametrize(
    ("recorded", "policy"),
    [
        ("unknown", "strict"),
        *((recorded, policy) for recorded in ("changed", "other type", "revoked") for policy in ("strict", "accept-new")),
    ],
)
def test_no_credential_leaves_before_the_host_key_is_right(tmp_path: Path, profile: AlgorithmProfile, policy: str, recorded: str) -> None:
    async def visit(lab: LabServer) -> None:
        keys = HostKeys(tmp_path / "known_hosts", policy)
        host, port = lab.address("acc-001")
        shown = HostKey.parse(lab.host_key("acc-001"))
        if recorded == "changed":
            keys.record(host, port, _new_key("ssh-ed25519" if profile is AlgorithmProfile.MODERN else "ssh-rsa"))
        elif recorded == "other type":
            keys.record(host, port, _new_key("ecdsa-sha2-nistp256"))
        elif recorded == "revoked":
            keys.path.write_text(f"@revoked * {shown}\n")
        with pytest.raises(CollectError) as caught:
            await SshOpener(keys)(target(lab, profiles=tuple(AlgorithmProfile)), Deadline(60))
        assert caught.value.kind == (FailureKind.HOST_KEY_UNKNOWN if recorded == "unknown" else FailureKind.HOST_KEY_CHANGED)
        assert shown.fingerprint in caught.value.message
        assert "switchcorr trust acc-001" in caught.value.hint

    lab = with_lab(switch(algorithms=profile), visit)
    assert (lab.journal.passwords_received(), lab.journal.count(Kind.AUTH_BEGUN)) == (0, 0)


def test_accept_new_lets_the_first_key_in_and_records_it(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        keys = HostKeys(tmp_path / "known_hosts", "accept-new")
        session = await SshOpener(keys)(target(lab), Deadline(60))
        await session.close()
        assert keys.known(*lab.address("acc-001")) == (HostKey.parse(lab.host_key("acc-001")),)

    with_lab(switch(), visit)


def test_a_key_is_fetched_for_trust_without_any_login(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        opener = SshOpener(HostKeys(tmp_path / "known_hosts"))
        assert await opener.fetch_host_key(target(lab, profiles=tuple(AlgorithmProfile)), Deadline(60)) == HostKey.parse(
            lab.host_key("acc-001")
        )

    for profile in AlgorithmProfile:
        lab = with_lab(switch(algorithms=profile), visit)
        assert lab.journal.count(Kind.AUTH_BEGUN) == lab.journal.passwords_received() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_fetched_says_why(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(HostKeys(tmp_path / "known_hosts")).fetch_host_key(target(lab), Deadline(60))
        assert caught.value.kind == FailureKind.ALGORITHMS
        assert "acc-001=legacy" in caught.value.hint

    with_lab(switch(algorithms=AlgorithmProfile.LEGACY), visit)


class _Asking(asyncssh.SSHServer):
    """A server that takes keyboard-interactive only and asks what it likes."""

    def __init__(self, questions: list[list[str]], heard: list[list[str]]) -> None:
        self._questions = questions
        self._heard = heard

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [(text, False) for text in self._questions[0]]

    def validate_kbdint_response(self, username: str, responses: object) -> bool | tuple[str, str, str, list[tuple[str, bool]]]:
        assert isinstance(responses, list | tuple)
        self._heard.append(list(responses))
        if len(self._heard) < len(self._questions):
            return "", "", "", [(text, False) for text in self._questions[len(self._heard)]]
        return False


@pytest.mark.parametrize(
    ("questions", "heard", "kind"),
    [
        ([["Password: "]], [["lab-password"]], FailureKind.AUTHENTICATION),
        ([["Password for lab@sw1:"]], [["lab-password"]], FailureKind.AUTHENTICATION),
        ([["lab's password: "]], [["lab-password"]], FailureKind.AUTHENTICATION),
        ([["(lab@192.0.2.1) Password: "]], [["lab-password"]], FailureKind.AUTHENTICATION),
        ([["Password: "], ["Password: "]], [["lab-password"]], FailureKind.AUTHENTICATION),
        ([["Password: "], ["New password: "]], [["lab-password"]], FailureKind.PASSWORD_EXPIRED),
        ([["Password: "], ["New password: ", "Retype new password: "]], [["lab-password"]], FailureKind.PASSWORD_EXPIRED),
        ([["Password: "], []], [["lab-password"], []], FailureKind.AUTHENTICATION),
        ([["New password: "]], [], FailureKind.AUTHENTICATION),
        ([["Old password: "]], [], FailureKind.AUTHENTICATION),
        ([["Enter PASSCODE: "]], [], FailureKind.AUTHENTICATION),
        ([["Token password: "]], [], FailureKind.AUTHENTICATION),
        ([["Username: "]], [], FailureKind.AUTHENTICATION),
        ([["Password: ", "Second password: "]], [], FailureKind.AUTHENTICATION),
        ([["Password: ", " "]], [], FailureKind.AUTHENTICATION),
        ([["What is your password hint?"]], [], FailureKind.AUTHENTICATION),
        ([["Please type the password of the administrator of all other switches:"]], [], FailureKind.AUTHENTICATION),
    ],
    ids=str,
)
def test_only_the_one_question_for_the_password_is_answered(
    tmp_path: Path, questions: list[list[str]], heard: list[list[str]], kind: FailureKind
) -> None:
    received: list[list[str]] = []

    async def run() -> None:
        key = asyncssh.generate_private_key("ssh-ed25519")
        server = await asyncssh.listen("127.0.0.1", 0, server_factory=lambda: _Asking(questions, received), server_host_keys=[key])
        port = server.get_port()
        keys = HostKeys(tmp_path / "known_hosts")
        keys.record("127.0.0.1", port, HostKey.parse(key.export_public_key("openssh").decode()))
        aim = Target("acc-001", "127.0.0.1", port, Login("lab", Secret("lab-password")), platform=_IOS, limits=LIMITS)
        with pytest.raises(CollectError) as caught:
            await SshOpener(keys)(aim, Deadline(60))
        assert caught.value.kind == kind
        assert "lab-password" not in str(caught.value)
        server.close()
        await server.wait_closed()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert received == heard


def test_a_refused_password_is_sent_once_by_one_method(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError):
            await SshOpener(trusting(lab, tmp_path))(target(lab, profiles=tuple(AlgorithmProfile)), Deadline(60))

    lab = with_lab(switch(Fault.WRONG_PASSWORD), visit)
    assert (lab.journal.auth_attempts(), lab.journal.connections()) == (1, 1)


def test_the_users_ssh_configuration_keys_and_agent_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / ".ssh"
    home.mkdir(parents=True)
    (home / "config").write_text("Host *\n  User somebody\n  ProxyCommand touch /nowhere\n  StrictHostKeyChecking no\n  Port 1\n")
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(home / "id_ed25519"))
    (home / "known_hosts").write_text("* " + key.export_public_key("openssh").decode())
    monkeypatch.setenv("HOME", str(home.parent))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "no-agent"))

    async def visit(lab: LabServer) -> None:
        session = await SshOpener(trusting(lab, tmp_path))(target(lab), Deadline(60))
        await session.close()
        with pytest.raises(CollectError) as caught:
            await SshOpener(HostKeys(tmp_path / "empty"))(target(lab), Deadline(60))
        assert caught.value.kind == FailureKind.HOST_KEY_UNKNOWN

    assert with_lab(switch(), visit).journal.auth_attempts() == 1


@pytest.mark.parametrize("content", [None, "no key at all", "encrypted"])
def test_a_key_file_that_cannot_be_used_is_named_before_anything_is_sent(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "id"
    if content == "encrypted":
        asyncssh.generate_private_key("ssh-rsa", key_size=1024).write_private_key(str(path), "pkcs1-pem", "hunter2-hunter2")
    elif content is not None:
        path.write_text(content)

    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(target(lab, login=Login("lab", keys=(path,))), Deadline(60))
        assert caught.value.kind == FailureKind.CREDENTIALS
        assert str(path) in caught.value.message

    assert with_lab(switch(), visit).journal.auth_attempts() == 0


@contextlib.asynccontextmanager
async def _behind_a_jump(
    directory: Path, *names: str, knows_jump: bool = True, **about: object
) -> AsyncIterator[tuple[LabServer, LabJumpHost, HostKeys]]:
    switches = [canned(TEXTS, name) for name in names]
    async with running_lab(switches) as lab, LabJumpHost(lab, **about) as jump:  # type: ignore[arg-type]  # what it takes
        keys = HostKeys(directory / "known_hosts")
        if knows_jump:
            keys.record(*jump.address, HostKey.parse(jump.host_key))
        for name in names:
            keys.record(*lab.address(name), HostKey.parse(lab.host_key(name)))
        yield lab, jump, keys


def _aim(lab: LabServer, jump: LabJumpHost, name: str, login: Login = _JUMP_LOGIN) -> Target:
    host, port = lab.address(name)
    return Target(name, host, port, Login("lab", Secret("lab-password")), platform=_IOS, limits=LIMITS, hops=(Hop(*jump.address, login),))


def _run(act: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await asyncio.wait_for(act(), 20)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_targets_behind_a_jump_host_share_one_connection_to_it(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001", "acc-002", "acc-003") as (lab, jump, keys):
            opener = SshOpener(keys)
            sessions = await asyncio.gather(*(opener(_aim(lab, jump, name), Deadline(60)) for name in ("acc-001", "acc-002", "acc-003")))
            assert (jump.journal.count(Kind.CONNECTED), jump.journal.count(Kind.AUTH_ATTEMPT)) == (1, 1)
            answers = await asyncio.gather(*(ask(session) for session in sessions))
            assert [[answer.status for answer in some] for some in answers] == [["ok"] * 3] * 3
            await sessions[0].close()
            assert (await ask(sessions[1]))[0].status == "ok"
            await asyncio.gather(*(session.close() for session in sessions[1:]))
            async with asyncio.timeout(5):
                while jump.journal.count(Kind.CLOSED) < 1:
                    await asyncio.sleep(0.01)
            again = await opener(_aim(lab, jump, "acc-001"), Deadline(60))
            await again.close()
            assert jump.journal.count(Kind.CONNECTED) == 2

    _run(act)


def test_a_jump_host_that_lies_about_the_target_gets_no_password_for_it(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001", "acc-002", lies={"acc-001": "acc-002"}) as (lab, jump, keys):
            with pytest.raises(CollectError) as caught:
                await SshOpener(keys)(_aim(lab, jump, "acc-001"), Deadline(60))
            assert caught.value.kind == FailureKind.HOST_KEY_CHANGED
            assert caught.value.message.startswith("acc-001: ")
            assert lab.journal.passwords_received() == 0

    _run(act)


def test_an_unknown_jump_host_gets_no_password_either(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001", knows_jump=False) as (lab, jump, keys):
            with pytest.raises(CollectError) as caught:
                await SshOpener(keys)(_aim(lab, jump, "acc-001"), Deadline(60))
            assert caught.value.kind == FailureKind.HOST_KEY_UNKNOWN
            assert caught.value.message.startswith("jump host 127.0.0.1:")
            assert caught.value.hint.endswith("switchcorr trust acc-001")
            assert (jump.journal.passwords_received(), lab.journal.connections()) == (0, 0)

    _run(act)


def test_a_password_that_a_jump_host_refused_is_not_tried_for_the_next_target(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001", "acc-002", "acc-003") as (lab, jump, keys):
            opener, wrong = SshOpener(keys), Login("jump", Secret("wrong"))
            both = await asyncio.gather(
                *(opener(_aim(lab, jump, name, wrong), Deadline(60)) for name in ("acc-001", "acc-002")), return_exceptions=True
            )
            with pytest.raises(CollectError) as third:
                await opener(_aim(lab, jump, "acc-003", wrong), Deadline(60))
            for error in (*both, third.value):
                assert isinstance(error, CollectError)
                assert error.kind == FailureKind.AUTHENTICATION
                assert error.message.startswith("jump host ")
            assert (jump.journal.count(Kind.AUTH_ATTEMPT), lab.journal.connections()) == (1, 0)

    _run(act)


def test_a_jump_host_that_is_down_is_named(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001") as (lab, jump, keys):
            aim = _aim(lab, jump, "acc-001")
        with pytest.raises(CollectError) as caught:
            await SshOpener(keys)(aim, Deadline(60))
        assert caught.value.kind == FailureKind.REFUSED
        assert caught.value.message.startswith("jump host 127.0.0.1:")

    _run(act)


def test_a_target_that_a_jump_host_cannot_reach_is_named_as_the_target(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001") as (lab, jump, keys):
            aim = Target(
                "acc-009", "127.0.0.1", 9, Login("lab", Secret("x")), platform=_IOS, limits=LIMITS, hops=_aim(lab, jump, "acc-001").hops
            )
            with pytest.raises(CollectError) as caught:
                await SshOpener(keys)(aim, Deadline(60))
            assert caught.value.kind in {FailureKind.REFUSED, FailureKind.UNREACHABLE}
            assert caught.value.message.startswith("acc-009: the jump host opened no connection")

    _run(act)


def test_a_jump_host_that_dies_ends_the_sessions_behind_it_at_once(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001") as (lab, jump, keys):
            session = await SshOpener(keys)(_aim(lab, jump, "acc-001"), Deadline(60))
            await jump.__aexit__(None, None, None)
            answers = await ask(session)
            assert session.failure is not None
            assert session.failure.kind in {FailureKind.RESET, FailureKind.SESSION_CLOSED}
            assert all(answer.status == "partial" for answer in answers)
            await session.close()

    _run(act)


def test_a_visit_cancelled_while_the_jump_host_is_opened_does_not_harm_the_others(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001", "acc-002") as (lab, jump, keys):
            opener = SshOpener(keys)
            first = asyncio.ensure_future(opener(_aim(lab, jump, "acc-001"), Deadline(60)))
            second = asyncio.ensure_future(opener(_aim(lab, jump, "acc-002"), Deadline(60)))
            await asyncio.sleep(0)
            first.cancel()
            session = await second
            assert (await ask(session))[1].status == "ok"
            await session.close()
            assert first.cancelled()

    _run(act)


def test_a_key_and_an_offer_are_fetched_through_a_jump_host(tmp_path: Path) -> None:
    async def act() -> None:
        async with _behind_a_jump(tmp_path, "acc-001") as (lab, jump, keys):
            opener = SshOpener(keys)
            assert await opener.fetch_host_key(_aim(lab, jump, "acc-001"), Deadline(60)) == HostKey.parse(lab.host_key("acc-001"))
            assert "curve25519-sha256" in (await opener.probe(_aim(lab, jump, "acc-001"), Deadline(60))).kex
            assert (lab.journal.passwords_received(), lab.journal.count(Kind.AUTH_BEGUN)) == (0, 0)
            assert jump.journal.count(Kind.AUTH_ATTEMPT) == 2

    _run(act)


class _Relay(asyncssh.SSHServer):
    """A jump host that leads anywhere on this machine."""

    def begin_auth(self, username: str) -> bool:
        return False

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        return dest_host == "127.0.0.1"


def test_a_chain_of_jump_hosts_is_walked_and_closed_to_its_beginning(tmp_path: Path) -> None:
    async def act() -> None:
        key = asyncssh.generate_private_key("ssh-ed25519")
        async with _behind_a_jump(tmp_path, "acc-001", "acc-002") as (lab, jump, keys):
            relay = await asyncssh.listen("127.0.0.1", 0, server_factory=_Relay, server_host_keys=[key])
            keys.record("127.0.0.1", relay.get_port(), HostKey.parse(key.export_public_key("openssh").decode()))
            first = Hop("127.0.0.1", relay.get_port(), Login("anybody"))
            aims = [replace(aim, hops=(first, *aim.hops)) for aim in (_aim(lab, jump, name) for name in ("acc-001", "acc-002"))]
            opener = SshOpener(keys)
            sessions = await asyncio.gather(*(opener(aim, Deadline(60)) for aim in aims))
            assert jump.journal.count(Kind.CONNECTED) == 1
            assert [(await ask(session))[1].status for session in sessions] == ["ok", "ok"]
            for session in sessions:
                await session.close()
            relay.close()
            async with asyncio.timeout(5):
                await relay.wait_closed()
                while jump.journal.count(Kind.CLOSED) < 1:
                    await asyncio.sleep(0.01)

    _run(act)


def test_a_jump_host_that_says_nothing_takes_no_longer_than_the_visit(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        aim = target(lab, hops=(Hop(*lab.address("acc-001"), _JUMP_LOGIN),))
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(aim, Deadline(0.5))
        assert caught.value.kind == FailureKind.DEADLINE

    with_lab(switch(Fault.SILENT), visit, limit_s=10)


@pytest.mark.parametrize("secret", ["x\rreload", "x\nreload", "x\x03", "\x1bx"])
def test_an_enable_secret_cannot_type_a_command(tmp_path: Path, secret: str) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(target(lab, login=Login("lab", Secret("lab-password"), Secret(secret))), Deadline(60))
        assert caught.value.kind == FailureKind.CREDENTIALS

    assert b"enable" not in with_lab(switch(Fault.NEEDS_ENABLE), visit).journal.lines()


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.WRONG_PASSWORD, Fault.PASSWORD_EXPIRED, Fault.ENABLE_REFUSED, Fault.RESET_MID_OUTPUT])
def test_no_secret_stands_in_a_log_or_an_error(tmp_path: Path, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    canaries = ("canary-Pa55w0rd-7f3a", "canary-enable-91bd")
    said: list[str] = []

    async def visit(lab: LabServer) -> None:
        login = Login("lab", Secret(canaries[0]), Secret(canaries[1]))
        try:
            session = await SshOpener(trusting(lab, tmp_path))(target(lab, login=login), Deadline(60))
        except CollectError as error:
            said.extend(traceback.format_exception(error))
            return
        said.extend(map(repr, await ask(session)))
        said.extend((repr(session.failure), repr(session.warnings)))
        await session.close()

    with caplog.at_level(logging.DEBUG):
        with_lab(canned(TEXTS, "acc-001", fault=fault, password=canaries[0], enable=canaries[1]), visit)
    everything = "\n".join((caplog.text, *said, *(repr(record.__dict__) for record in caplog.records)))
    pieces = {canary[start : start + 8] for canary in canaries for start in range(len(canary) - 7)}
    encoded = {base64.b64encode(canary.encode()).decode() for canary in canaries}
    assert [piece for piece in pieces | encoded if piece in everything] == []
    assert caplog.records
