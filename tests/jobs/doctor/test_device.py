"""Each step of ``doctor DEVICE``, with small servers on 127.0.0.1 and a session that says what it is told to."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.collect.door import Question
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.probe import Offer, probe
from switchcorr.collect.session import Deadline, OpenSession, Session, Target
from switchcorr.errors import AuthenticationError, ConnectError
from switchcorr.jobs.doctor.checks import Check, CheckState, Checkup, failed
from switchcorr.jobs.doctor.device import Tools, examine_device
from switchcorr.jobs.inputs.request import say_nothing
from switchcorr.model.inventory import AlgorithmProfile, Driver, InventoryDevice, JumpHop, Login
from switchcorr.model.visit import Answer, AnswerStatus, Failure, FailureKind
from switchcorr.platforms import Platform
from switchcorr.platforms.cisco_ios import PLATFORM as CISCO_IOS
from switchcorr.secret import Masker, Secret

_MODERN = Offer("SSH-2.0-Cisco-1.25", ("curve25519-sha256",), ("ssh-ed25519",), ("aes128-ctr",), ("hmac-sha2-256",))
_OLD = Offer("SSH-1.99-Cisco-1.25", ("diffie-hellman-group1-sha1",), ("ssh-rsa",), ("aes128-cbc",), ("hmac-sha1",))
_STRANGE = replace(_OLD, kex=("kex-of-mars",))
_PASSWORD = "Zq7-canary-of-it"
_ORDER = ["name", "connection", "banner", "algorithms", "host key", "login", "prompt", "privilege", "paging", "clock"]


def _key(number: int) -> HostKey:
    name = b"ssh-ed25519"
    data = len(name).to_bytes(4, "big") + name + (32).to_bytes(4, "big") + bytes([number]) * 32
    return HostKey("ssh-ed25519", base64.b64encode(data).decode())


@dataclass
class _Session:
    """A session that knows the time, and ends after a number of answers."""

    ends_after: int = 99
    other: tuple[str, AnswerStatus] = ("% The feature is not enabled", AnswerStatus.FEATURE_OFF)
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None
    hostname: str = "acc-12"
    platform: Platform = CISCO_IOS
    profile: AlgorithmProfile | None = AlgorithmProfile.MODERN
    asked: list[str] = field(default_factory=list)
    closed: int = 0

    async def ask(self, question: Question, deadline: Deadline) -> Answer:
        self.asked.append(question.text)
        now = datetime.now(UTC)
        if len(self.asked) > self.ends_after:
            self.failure = Failure(FailureKind.SESSION_CLOSED, "the device ended the session", "")
            return Answer(question.text, b"half", AnswerStatus.PARTIAL, now, 0.1)
        if question.text == "show clock":
            return Answer(question.text, now.strftime("%H:%M:%S UTC %a %b %d %Y").encode(), AnswerStatus.OK, now, 0.1, pages=2)
        return Answer(question.text, self.other[0].encode(), self.other[1], now, 0.1)

    def interrupt(self) -> None:
        raise AssertionError("nobody interrupts")

    async def close(self) -> None:
        self.closed += 1


def _opener(outcome: Session | AuthenticationError) -> Callable[[Driver], OpenSession]:
    async def opened(target: Target, deadline: Deadline) -> Session:
        if isinstance(outcome, AuthenticationError):
            raise outcome
        return outcome

    return lambda driver: opened


async def _shown(device: InventoryDevice) -> HostKey:
    return _key(1)


def _offering(offer: Offer) -> Callable[[InventoryDevice], Awaitable[Offer]]:
    async def ask(device: InventoryDevice) -> Offer:
        return offer

    return ask


@pytest.fixture
def device() -> InventoryDevice:
    return InventoryDevice("acc-12", "127.0.0.1", platform="cisco_ios", username="u", source="hosts.yaml: acc-12")


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(
        probe=_offering(_MODERN),
        fetch_key=_shown,
        keys=HostKeys(tmp_path / "known_hosts"),
        target=Target("acc-12", "127.0.0.1", 22, Login("u"), CISCO_IOS),
        open_session=_opener(_Session()),
        masker=Masker([Secret(_PASSWORD)]),
        connect_s=2,
        visit_s=60,
        progress=say_nothing,
    )


def _examine(device: InventoryDevice, tools: Tools, *, record: HostKey | None = None) -> Checkup:
    """Examine a device at a port that accepts connections."""

    async def run() -> Checkup:
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            if record is not None:
                tools.keys.record("127.0.0.1", port, record)
            return await examine_device(replace(device, port=port), tools)

    return asyncio.run(run())


def _one(checkup: Checkup, name: str) -> Check:
    (check,) = [check for check in checkup.checks if check.name == name]
    return check


def _ended_at(checkup: Checkup, name: str) -> Check:
    """The check that ended the visit: all before it passed, none after it was made."""
    place = [check.name for check in checkup.checks].index(name)
    assert not any(check.state is CheckState.FAILED for check in checkup.checks[:place])
    assert {check.state for check in checkup.checks[place + 1 :]} == {CheckState.NOT_REACHED}
    assert checkup.checks[place].state is CheckState.FAILED
    return checkup.checks[place]


def test_a_healthy_device_has_every_check_and_no_finding(device: InventoryDevice, tools: Tools) -> None:
    session = _Session()
    checkup = _examine(device, replace(tools, open_session=_opener(session)), record=_key(1))
    assert checkup.findings == ()
    commands = [command.text for command in CISCO_IOS.commands if command.sweep]
    assert [check.name for check in checkup.checks] == [*_ORDER, *commands]
    assert (session.asked, session.closed) == (commands, 1)
    assert _one(checkup, "paging").found == "answered 2 times"
    assert _one(checkup, "prompt").found == "acc-12, cisco_ios"


def test_a_name_that_leads_nowhere_ends_it(device: InventoryDevice, tools: Tools) -> None:
    checkup = _examine(replace(device, host="no-such-name.invalid"), tools)
    assert "leads to no address" in _ended_at(checkup, "name").found
    assert not checkup.reached


def test_a_refused_connection_ends_it(device: InventoryDevice, tools: Tools) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        checkup = asyncio.run(examine_device(replace(device, port=taken.getsockname()[1]), tools))
    assert "refused the connection" in _ended_at(checkup, "connection").found
    assert not checkup.reached


def test_what_is_no_ssh_server_ends_it(device: InventoryDevice, tools: Tools) -> None:
    async def web(device: InventoryDevice) -> Offer:
        return await probe(device.host, device.port, limit_s=2)

    async def run() -> Checkup:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError):
                await reader.readline()
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            return await examine_device(replace(device, port=server.sockets[0].getsockname()[1]), replace(tools, probe=web))

    checkup = asyncio.run(run())
    assert "HTTP/1.1 400" in _ended_at(checkup, "banner").found
    assert not checkup.reached


def test_old_algorithms_end_it_with_the_setting_that_would_reach_it(device: InventoryDevice, tools: Tools) -> None:
    old = replace(tools, probe=_offering(_OLD))
    check = _ended_at(_examine(device, old, record=_key(1)), "algorithms")
    assert "diffie-hellman-group1-sha1" in check.found
    assert "\n  switchcorr sweep --limit acc-12 --algorithms acc-12=legacy\n" in check.remedy
    assert check.remedy.endswith("\n  switchcorr_algorithms: legacy")
    elsewhere = _ended_at(_examine(replace(device, source="switches.csv: line 2"), old), "algorithms")
    assert elsewhere.remedy.endswith("\n  algorithms: legacy")
    strange = _ended_at(_examine(device, replace(tools, probe=_offering(_STRANGE))), "algorithms")
    assert "kex-of-mars" in strange.found


def test_old_algorithms_that_are_permitted_are_a_warning(device: InventoryDevice, tools: Tools) -> None:
    permitted = replace(device, algorithms=AlgorithmProfile.LEGACY)
    checkup = _examine(permitted, replace(tools, probe=_offering(_OLD)), record=_key(1))
    assert [check.name for check in checkup.findings] == ["algorithms"]
    assert "only legacy ones" in _one(checkup, "algorithms").found


def test_a_key_that_is_unknown_or_another_ends_it_before_any_login(device: InventoryDevice, tools: Tools) -> None:
    session = _Session()
    guarded = replace(tools, open_session=_opener(session))
    unknown = _ended_at(_examine(device, guarded), "host key")
    assert unknown.remedy.endswith("\n  switchcorr trust acc-12")
    changed = _ended_at(_examine(device, guarded, record=_key(2)), "host key")
    assert changed.found == f"CHANGED: recorded is ssh-ed25519 {_key(2).fingerprint}, it shows ssh-ed25519 {_key(1).fingerprint}"
    assert "do not log in" in changed.remedy
    assert session.asked == []


def test_the_first_key_is_recorded_where_the_settings_say_so_and_a_revoked_one_never(
    device: InventoryDevice, tools: Tools, tmp_path: Path
) -> None:
    accepting = replace(tools, keys=HostKeys(tmp_path / "accepting", "accept-new"))
    first = _examine(device, accepting)
    assert (_one(first, "host key").state, _one(first, "login").state) == (CheckState.WARNING, CheckState.OK)
    assert "accept-new" in _one(first, "host key").found
    (tmp_path / "revoked").write_text(f"@revoked * {_key(1)}\n")
    revoked = replace(tools, keys=HostKeys(tmp_path / "revoked", "accept-new"))
    assert _ended_at(_examine(device, revoked), "host key").found.endswith(" is revoked")


def test_a_refused_login_ends_it_and_the_device_was_reached(device: InventoryDevice, tools: Tools) -> None:
    error = AuthenticationError("acc-12: refused.", kind=FailureKind.AUTHENTICATION, hint="Check the password.")
    checkup = _examine(device, replace(tools, open_session=_opener(error)), record=_key(1))
    assert (_ended_at(checkup, "login").found, checkup.reached) == ("acc-12: refused.", True)


def test_without_a_secret_nobody_logs_in(device: InventoryDevice, tools: Tools) -> None:
    missing = replace(tools, target=failed("login", "nothing was sent: env:X: not set."))
    assert _ended_at(_examine(device, missing, record=_key(1)), "login").found.startswith("nothing was sent")


def test_a_session_that_ends_early_is_told_and_closed(device: InventoryDevice, tools: Tools) -> None:
    session = _Session(ends_after=2, warnings=("enable was refused", "the name differs"))
    checkup = _examine(device, replace(tools, open_session=_opener(session)), record=_key(1))
    assert session.closed == 1
    assert len(session.asked) == 3
    states = [check.state for check in checkup.checks if check.name.startswith("show ")]
    assert checkup.checks[12].found.endswith(": the device ended the session")
    assert states[:3] == [CheckState.OK, CheckState.OK, CheckState.FAILED]
    assert set(states[3:]) == {CheckState.NOT_REACHED}
    assert _one(checkup, "privilege").state is CheckState.WARNING
    assert "the name differs" in _one(checkup, "prompt").found


@pytest.mark.parametrize(("status", "found"), [(AnswerStatus.INVALID, "too low: "), (AnswerStatus.DENIED, "are denied")])
def test_a_login_that_may_not_ask_is_told_as_such_and_what_to_do_once(
    status: AnswerStatus, found: str, device: InventoryDevice, tools: Tools
) -> None:
    low = _Session(other=("% Invalid input", status))
    checkup = _examine(device, replace(tools, open_session=_opener(low)), record=_key(1))
    privilege = _one(checkup, "privilege")
    assert (privilege.state, found in privilege.found, "enable" in privilege.remedy) == (CheckState.WARNING, True, True)
    assert sum("privilege exec" in check.remedy for check in checkup.checks) == (1 if status is AnswerStatus.DENIED else 0)


def test_secrets_in_what_the_device_says_are_masked(device: InventoryDevice, tools: Tools) -> None:
    text = f"% your password is {_PASSWORD}\r\nsnmp-server community Pr1vate RO\r\n"
    telling = _Session(other=(text, AnswerStatus.FEATURE_OFF), warnings=(f"it said {_PASSWORD}",))
    checkup = _examine(device, replace(tools, open_session=_opener(telling)), record=_key(1))
    assert "your password is ***\\x0asnmp-server community *** RO" in _one(checkup, "show version").found
    assert "it said ***" in _one(checkup, "prompt").found


def test_telnet_and_hosts_on_the_way_are_looked_at_as_far_as_that_goes(device: InventoryDevice, tools: Tools) -> None:
    telnet = _examine(replace(device, driver=Driver.TELNET), tools)
    assert _one(telnet, "host key").state is CheckState.WARNING
    assert _one(telnet, "login").state is CheckState.OK

    async def run() -> Checkup:
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        async with server:
            hop = JumpHop("127.0.0.1", server.sockets[0].getsockname()[1])
            return await examine_device(replace(device, host="192.0.2.1", jumps=(hop,)), tools)

    behind = asyncio.run(run())
    assert "(the host on the way) accepts" in _one(behind, "connection").found
    assert _one(behind, "banner").state is CheckState.OK


def test_a_key_that_cannot_be_fetched_ends_it(device: InventoryDevice, tools: Tools) -> None:
    async def fail(device: InventoryDevice) -> HostKey:
        raise ConnectError("acc-12: reset.", kind=FailureKind.RESET)

    assert _ended_at(_examine(device, replace(tools, fetch_key=fail)), "host key").found == "acc-12: reset."
