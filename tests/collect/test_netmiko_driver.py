"""Visits by netmiko of real SSH servers: whole answers, every fault, host keys before passwords, and nothing left behind."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchcorr.collect.door import Door
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.netmiko_driver import NetmikoOpener
from switchcorr.collect.paramiko_login import CheckedClient
from switchcorr.collect.session import Deadline, SessionLimits
from switchcorr.collect.undeclared import undeclared
from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.jump_host import LabJumpHost
from switchcorr.lab.misbehaviour import GARBAGE
from switchcorr.lab.ssh_server import LabServer
from switchcorr.model.inventory import AlgorithmProfile, Hop, Login
from switchcorr.model.visit import AnswerStatus, FailureKind
from switchcorr.platforms import PLATFORMS
from switchcorr.secret import Secret
from tests.collect.driving import COMMANDS, LIMITS, LINES, NAME, QUICK, Visited, on_wire, run, switch, target_of, trusting, visit
from tests.collect.ssh_visits import NOT_OPENED
from tests.labs import running_lab

_OK, _PARTIAL = AnswerStatus.OK, AnswerStatus.PARTIAL


def _visit(tmp_path: Path, *, about: Mapping[str, Any] | None = None, also: tuple[str, ...] = (), **faults: Any) -> Visited:
    """A visit of one switch whose key is known; its journal is checked."""

    async def work() -> Visited:
        one = switch(**faults)
        async with running_lab([one], also) as lab:
            target = target_of(lab, one, **(about or {}))
            platform = target.platform or (PLATFORMS[0] if not target.netmiko else undeclared(target.netmiko))
            commands = [command for command in COMMANDS if command in {known.text for known in platform.commands}]
            return await visit(NetmikoOpener(trusting(tmp_path, lab)), target, lab, [*commands, *also], also)

    return run(work)


@pytest.mark.parametrize("platform", [platform.name for platform in PLATFORMS if platform.dialogue is not None])
def test_answers_are_whole(tmp_path: Path, platform: str) -> None:
    visited = _visit(tmp_path, platform=platform)
    assert visited.error is None
    assert set(visited.statuses) == {_OK}
    assert (visited.hostname, visited.platform, visited.failure, visited.warnings) == (NAME, platform, None, ())
    assert visited.profile is AlgorithmProfile.MODERN
    assert [answer.raw for answer in visited.answers if answer.command == "show interfaces"] == [on_wire(LINES)] * (platform == "cisco_ios")
    assert visited.lab.journal.auth_attempts(NAME) == 1
    assert visited.lab.journal.lines(NAME)[-1] == b"exit"


def test_a_platform_is_found_out(tmp_path: Path) -> None:
    assert _visit(tmp_path, about={"platform": None}).platform == "cisco_ios"


_ENDS: Mapping[Fault, tuple[list[AnswerStatus], FailureKind]] = {
    Fault.HANG_MID_OUTPUT: ([_OK, AnswerStatus.TIMEOUT, _PARTIAL], FailureKind.TIMEOUT),
    Fault.RESET_MID_OUTPUT: ([_OK, _PARTIAL, _PARTIAL], FailureKind.RESET),
    Fault.CLOSED_MID_OUTPUT: ([_OK, _PARTIAL, _PARTIAL], FailureKind.SESSION_CLOSED),
    Fault.SESSION_CLOSED: ([_OK, _OK, _PARTIAL], FailureKind.SESSION_CLOSED),
    Fault.FLOOD: ([_OK, AnswerStatus.TRUNCATED, _PARTIAL], FailureKind.NO_PROMPT),
    Fault.LONG_LINE: ([_OK, AnswerStatus.TRUNCATED, _PARTIAL], FailureKind.NO_PROMPT),
    Fault.ENDLESS_PAGER: ([_OK, AnswerStatus.TRUNCATED, _PARTIAL], FailureKind.NO_PROMPT),
}


@pytest.mark.parametrize("fault", _ENDS)
def test_what_has_arrived_of_a_broken_answer_is_kept(tmp_path: Path, fault: Fault) -> None:
    limits = replace(LIMITS, idle_s=1 if fault is Fault.HANG_MID_OUTPUT else 30, answer_bytes=2_000_000, pages=100)
    visited = _visit(tmp_path, about={"limits": limits}, fault=fault)
    statuses, kind = _ENDS[fault]
    assert visited.statuses == statuses
    assert visited.failure is not None
    assert visited.failure.kind is kind
    assert len(visited.answers[1].raw) > len(LINES) // 3


@pytest.mark.parametrize("fault", [Fault.RESET_MID_OUTPUT, Fault.CLOSED_MID_OUTPUT, Fault.SESSION_CLOSED])
def test_an_ended_session_is_noticed_at_once(tmp_path: Path, fault: Fault) -> None:
    async def work() -> None:
        one = switch(fault=fault)
        async with running_lab([one]) as lab, asyncio.timeout(10):
            target = target_of(lab, one, limits=replace(LIMITS, idle_s=60))
            visited = await visit(NetmikoOpener(trusting(tmp_path, lab)), target, lab)
            assert visited.failure is not None

    run(work)


@pytest.mark.parametrize(
    ("fault", "statuses", "warning"),
    [
        (Fault.SLOW_VTY, [_OK] * 3, ""),
        (Fault.HOSTNAME_CHANGES, [_OK] * 3, "prompt changed from acc-001# to acc-001-new#"),
        (Fault.PAGING_STAYS_ON, [_OK] * 3, "Paging could not be turned off"),
        (Fault.AUTHORIZATION_FAILED, [AnswerStatus.DENIED] * 3, "Paging could not be turned off"),
        (Fault.COMMAND_DENIED, [_OK, AnswerStatus.DENIED, _OK], ""),
        (Fault.NEEDS_ENABLE, [AnswerStatus.INVALID] * 3, ""),
        (Fault.BANNER_PROMPTS, [_OK] * 3, ""),
        (Fault.NO_ECHO, [_OK] * 3, ""),
        (Fault.CONSOLE_LINE, [_OK] * 3, ""),
        (Fault.PROMPT_IN_DESCRIPTION, [_OK] * 3, ""),
        (Fault.PROMPT_LINE_IN_OUTPUT, [_OK] * 3, ""),
        (Fault.OPENS_CHANNEL, [_OK] * 3, ""),
    ],
)
def test_a_session_goes_on(tmp_path: Path, fault: Fault, statuses: list[AnswerStatus], warning: str) -> None:
    visited = _visit(tmp_path, fault=fault)
    assert visited.error is None
    assert visited.statuses == statuses
    assert visited.failure is None
    assert (warning in " ".join(visited.warnings)) if warning else visited.warnings == ()
    if fault in {Fault.SLOW_VTY, Fault.BANNER_PROMPTS, Fault.NO_ECHO, Fault.HOSTNAME_CHANGES}:
        assert visited.answers[1].raw == on_wire(LINES)
    if fault is Fault.OPENS_CHANNEL:
        channels = [entry.data for entry in visited.lab.journal.entries if entry.kind is Kind.CHANNEL]
        assert channels
        assert [data for data in channels if b"opened" in data] == []


def test_bytes_are_kept_as_received(tmp_path: Path) -> None:
    visited = _visit(tmp_path, fault=Fault.GARBAGE)
    assert GARBAGE in visited.answers[1].raw
    assert visited.answers[1].raw.replace(GARBAGE, b"") == on_wire(LINES)


def test_enable_is_answered_once(tmp_path: Path) -> None:
    visited = _visit(tmp_path, enable="s3cret")
    assert visited.statuses == [_OK] * 3
    assert visited.lab.journal.count(Kind.SECRET, NAME) == 1
    refused = _visit(tmp_path / "again", fault=Fault.ENABLE_REFUSED, enable="s3cret")
    assert refused.lab.journal.count(Kind.SECRET, NAME) == 1
    assert "enable secret was refused" in " ".join(refused.warnings)


@pytest.mark.parametrize("fault", NOT_OPENED)
def test_what_prevents_a_session_is_named(tmp_path: Path, fault: Fault) -> None:
    visited = _visit(tmp_path, about={"limits": QUICK}, fault=fault)
    assert visited.error is not None
    assert visited.error.kind == NOT_OPENED[fault]
    assert visited.error.message.startswith(f"{NAME}: ")
    journal = visited.lab.journal
    asked = fault in {Fault.WRONG_PASSWORD, Fault.PASSWORD_EXPIRED, Fault.NO_PROMPT, Fault.ODD_PROMPT}
    assert journal.passwords_received(NAME) == (1 if asked else 0)
    if fault is Fault.ODD_PROMPT:
        assert "[acc-001] $" in visited.error.message


def _other_key(kind: AlgorithmProfile = AlgorithmProfile.MODERN) -> str:
    async def work() -> str:
        async with LabServer([switch(algorithms=kind)]) as lab:
            return lab.host_key(NAME)

    return asyncio.run(work())


@pytest.mark.parametrize("profile", AlgorithmProfile)
@pytest.mark.parametrize("recorded", ["nothing", "another key", "a key of another type", "revoked"])
def test_no_password_goes_to_an_unproven_host(tmp_path: Path, profile: AlgorithmProfile, recorded: str) -> None:
    other = _other_key(
        AlgorithmProfile.SHA1 if (recorded == "a key of another type") == (profile is AlgorithmProfile.MODERN) else AlgorithmProfile.MODERN
    )

    async def work() -> Visited:
        one = switch(algorithms=profile)
        async with running_lab([one]) as lab:
            keys = HostKeys(tmp_path / "known_hosts")
            host, port = lab.address(NAME)
            if recorded == "revoked":
                keys.path.write_text(f"[{host}]:{port} {lab.host_key(NAME)}\n@revoked * {lab.host_key(NAME)}\n")
            elif recorded != "nothing":
                keys.record(host, port, HostKey.parse(other))
            before = keys.path.read_bytes() if keys.path.exists() else b""
            visited = await visit(NetmikoOpener(keys), target_of(lab, one), lab)
            assert (keys.path.read_bytes() if keys.path.exists() else b"") == before
            shown = HostKey.parse(lab.host_key(NAME)).fingerprint
            assert visited.error is not None
            assert shown in visited.error.message
            if recorded.startswith("a"):
                assert HostKey.parse(other).fingerprint in visited.error.message
            return visited

    visited = run(work)
    assert visited.error is not None
    assert visited.error.kind == (FailureKind.HOST_KEY_UNKNOWN if recorded == "nothing" else FailureKind.HOST_KEY_CHANGED)
    assert visited.lab.journal.passwords_received(NAME) == 0
    assert visited.lab.journal.auth_attempts(NAME) == 0


def test_the_first_key_is_recorded_only_where_that_is_set(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch()
        async with running_lab([one]) as lab:
            keys = HostKeys(tmp_path / "known_hosts", "accept-new")
            assert (await visit(NetmikoOpener(keys), target_of(lab, one), lab)).error is None
            assert [str(key) for key in keys.known(*lab.address(NAME))] == [lab.host_key(NAME)]

    run(work)


@pytest.mark.parametrize("permitted", AlgorithmProfile)
@pytest.mark.parametrize("offered", AlgorithmProfile)
def test_old_algorithms_are_used_only_with_permission(tmp_path: Path, offered: AlgorithmProfile, permitted: AlgorithmProfile) -> None:
    profiles = tuple(profile for profile in AlgorithmProfile if permitted.allows(profile))
    visited = _visit(tmp_path, about={"profiles": profiles}, algorithms=offered)
    if permitted.allows(offered):
        assert visited.error is None
        assert visited.profile is offered
    else:
        assert visited.error is not None
        assert visited.error.kind == FailureKind.ALGORITHMS
        assert f"algorithms: {offered}" in visited.error.hint
        assert visited.lab.journal.passwords_received(NAME) == 0


def test_what_is_offered_holds_nothing_older_than_permitted(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch()
        async with LabServer([one]) as lab:
            offers = {}
            for profile in AlgorithmProfile:
                client = CheckedClient(NAME, "192.0.2.1", 22, host_keys=HostKeys(tmp_path / "known_hosts"), profile=profile)
                reader, writer = await asyncio.open_connection(*lab.address(NAME))
                connection = writer.get_extra_info("socket")
                made = client.transport(connection._sock if hasattr(connection, "_sock") else connection)
                options = made.get_security_options()
                offers[profile] = {*made.preferred_keys, *made.preferred_pubkeys, *options.kex, *options.ciphers, *options.digests}
                made.sock.close()
                writer.close()
                del reader
            old = [name for name in offers[AlgorithmProfile.MODERN] if name == "ssh-rsa" or name.endswith(("sha1", "md5", "-96", "cbc"))]
            assert old == []
            assert {"ssh-rsa", "diffie-hellman-group14-sha1", "hmac-sha1"} <= offers[AlgorithmProfile.SHA1]
            assert not {"diffie-hellman-group1-sha1", "aes128-cbc", "hmac-md5"} & offers[AlgorithmProfile.SHA1]
            assert {"diffie-hellman-group1-sha1", "aes128-cbc", "3des-cbc", "hmac-md5"} <= offers[AlgorithmProfile.LEGACY]

    asyncio.run(work())


def test_interrupting_keeps_what_there_is(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch(fault=Fault.HANG_MID_OUTPUT)
        async with running_lab([one]) as lab, asyncio.timeout(20):
            session = await NetmikoOpener(trusting(tmp_path, lab))(target_of(lab, one, limits=replace(LIMITS, idle_s=60)), Deadline(60))
            question = Door(session.platform).question("show interfaces")
            asking = asyncio.ensure_future(session.ask(question, Deadline(60)))
            while b"show interfaces" not in lab.journal.lines(NAME):
                await asyncio.sleep(0.01)
            session.interrupt()
            answer = await asking
            assert answer.status is _PARTIAL
            assert session.failure is not None
            assert session.failure.kind is FailureKind.INTERRUPTED
            await session.close()

    run(work)


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.NO_PROMPT])
def test_opening_can_be_cancelled(tmp_path: Path, fault: Fault) -> None:
    async def work() -> None:
        one = switch(fault=fault)
        async with running_lab([one]) as lab, asyncio.timeout(20):
            limits = SessionLimits(connect_s=60, login_s=60)
            opening = asyncio.ensure_future(NetmikoOpener(trusting(tmp_path, lab))(target_of(lab, one, limits=limits), Deadline(60)))
            while not lab.journal.count(Kind.AUTH_OK if fault is Fault.NO_PROMPT else Kind.CONNECTED, NAME):
                await asyncio.sleep(0.01)
            opening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await opening

    run(work)


def test_the_deadline_ends_a_drip(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch(fault=Fault.DRIP)
        async with running_lab([one]) as lab, asyncio.timeout(20):
            session = await NetmikoOpener(trusting(tmp_path, lab))(target_of(lab, one), Deadline(60))
            answer = await session.ask(Door(session.platform).question("show interfaces"), Deadline(1.5))
            assert answer.status is AnswerStatus.TIMEOUT
            assert session.failure is not None
            assert session.failure.kind is FailureKind.DEADLINE
            await session.close()

    run(work)


def test_many_sessions_at_once_leave_nothing(tmp_path: Path) -> None:
    async def work() -> list[Visited]:
        faults = [Fault.NONE, Fault.WRONG_PASSWORD, Fault.RESET_MID_OUTPUT, Fault.NOT_SSH, Fault.CHANGED_HOST_KEY] * 3
        switches = [replace(switch(fault=fault), name=f"acc-{number:03}") for number, fault in enumerate(faults)]
        async with running_lab(switches) as lab:
            opener = NetmikoOpener(trusting(tmp_path, lab, [one.name for one in switches]))
            return list(await asyncio.gather(*(visit(opener, target_of(lab, one, limits=LIMITS), lab) for one in switches)))

    visited = run(work)
    assert [one.error is None for one in visited] == [True, False, True, False, False] * 3


@pytest.mark.parametrize("lies", [False, True])
def test_a_jump_host_is_no_proof_of_the_switch_behind_it(tmp_path: Path, lies: bool) -> None:
    async def work() -> None:
        switches = [switch(), replace(switch(), name="acc-002")]
        async with running_lab(switches) as lab, LabJumpHost(lab, lies={NAME: "acc-002"} if lies else {}) as jump:
            keys = trusting(tmp_path, lab, ["acc-001", "acc-002"])
            keys.record(*jump.address, HostKey.parse(jump.host_key))
            hop = Hop(*jump.address, Login("jump", Secret("jump-password")))
            visited = await visit(NetmikoOpener(keys), target_of(lab, switches[0], hops=(hop,)), lab)
            if lies:
                assert visited.error is not None
                assert visited.error.kind == FailureKind.HOST_KEY_CHANGED
                assert lab.journal.passwords_received() == 0
            else:
                assert visited.statuses == [_OK] * 3
            assert jump.journal.passwords_received() == 1

    run(work)


def test_an_unknown_jump_host_gets_no_password(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch()
        async with running_lab([one]) as lab, LabJumpHost(lab) as jump:
            hop = Hop(*jump.address, Login("jump", Secret("jump-password")))
            visited = await visit(NetmikoOpener(trusting(tmp_path, lab)), target_of(lab, one, hops=(hop,)), lab)
            assert visited.error is not None
            assert visited.error.kind == FailureKind.HOST_KEY_UNKNOWN
            assert "jump host" in visited.error.message
            assert jump.journal.passwords_received() == lab.journal.connections() == 0

    run(work)


def test_netmiko_prepares_what_is_not_declared(tmp_path: Path) -> None:
    visited = _visit(tmp_path, about={"platform": None, "netmiko": "cisco_xr"}, also=("show interfaces", "show controllers summary"))
    assert visited.error is None
    assert (visited.platform, visited.hostname, visited.failure) == ("cisco_xr", NAME, None)
    assert visited.statuses == [_OK, AnswerStatus.INVALID]
    assert visited.answers[0].raw == on_wire(LINES)


def test_a_platform_nobody_knows_is_refused(tmp_path: Path) -> None:
    visited = _visit(tmp_path, about={"platform": None, "netmiko": "nobodys_os"})
    assert visited.error is not None
    assert visited.error.kind == FailureKind.PLATFORM
    assert visited.lab.journal.connections() == 0


def test_prompts_of_undeclared_platforms() -> None:
    prompt = undeclared("arista_eos").prompt
    for line, host in (
        ("acc-21#", "acc-21"),
        ("acc-21>", "acc-21"),
        ("[acc-21]$ ", "acc-21"),
        ("<acc-21>", "acc-21"),
        ("admin@acc-21> ", "admin@acc-21"),
    ):
        found = prompt.fullmatch(line)
        assert found is not None, line
        assert (found["host"], found["command"]) == (host, "")


def test_a_login_without_anything_to_log_in_with(tmp_path: Path) -> None:
    keys = tmp_path / "id_missing"
    for login, kind in (
        (Login("lab"), FailureKind.AUTHENTICATION),
        (Login("", Secret("x")), FailureKind.CREDENTIALS),
        (Login("lab", None, None, (keys,)), FailureKind.AUTHENTICATION),
    ):
        visited = _visit(tmp_path / f"{kind}{login.username}{len(login.keys)}", about={"login": login})
        assert visited.error is not None
        assert visited.error.kind == kind
        assert visited.lab.journal.passwords_received(NAME) == 0


def test_secrets_reach_no_log(tmp_path: Path) -> None:
    canary, enable = "Canary-7f3a9c51-login", "Canary-7f3a9c51-enable"
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("<%(name)s> %(message)s"))
    loggers = [logging.getLogger(name) for name in ("", "netmiko", "paramiko", "paramiko.transport")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    try:
        for number, (fault, secret) in enumerate([(Fault.NONE, enable), (Fault.WRONG_PASSWORD, enable), (Fault.ENABLE_REFUSED, enable)]):
            visited = _visit(tmp_path / str(number), fault=fault, password=canary, enable=secret)
            assert canary not in f"{visited.error} {visited.error!r} {visited.answers} {visited.warnings}"
        prepared = _visit(
            tmp_path / "eos", about={"platform": None, "netmiko": "cisco_xr"}, also=("show version",), password=canary, enable=enable
        )
        assert prepared.error is None
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
            logger.removeHandler(handler)
    logged = stream.getvalue()
    forms = [form for secret in (canary, enable) for form in (secret, base64.b64encode(secret.encode()).decode(), secret.encode().hex())]
    assert [form for form in forms if form in logged] == []
    assert "7f3a9c51" not in logged
    assert [name for name in ("netmiko", "paramiko") if f"<{name}" in logged] == [], (
        "records of the libraries, which hold all that is typed"
    )
