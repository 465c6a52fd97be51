"""Visits by Telnet, which nothing chooses by itself: the login's questions, one attempt, and a warning that it is open to all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchcorr.collect.host_keys import HostKey
from switchcorr.collect.netmiko_driver import NetmikoOpener
from switchcorr.collect.telnet_login import WARNING
from switchcorr.errors import CollectError
from switchcorr.lab.faults import Fault
from switchcorr.lab.jump_host import LabJumpHost
from switchcorr.model.inventory import Driver, Hop, Login
from switchcorr.model.visit import AnswerStatus, FailureKind
from switchcorr.platforms import platform_named
from switchcorr.secret import Secret
from tests.collect.driving import COMMANDS, LIMITS, LINES, NAME, QUICK, Visited, on_wire, run, switch, target_of, trusting, visit
from tests.labs import running_lab

_OK = AnswerStatus.OK


def _visit(tmp_path: Path, *, about: Mapping[str, Any] | None = None, **faults: Any) -> Visited:
    async def work() -> Visited:
        one = switch(telnet=True, **faults)
        async with running_lab([one]) as lab:
            target = target_of(lab, one, driver=Driver.TELNET, **(about or {}))
            platform = platform_named(one.platform)
            assert platform is not None
            commands = [command for command in COMMANDS if command in {known.text for known in platform.commands}]
            return await visit(NetmikoOpener(trusting(tmp_path, lab, ())), target, lab, commands)

    return run(work)


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos", "cisco_catos"])
def test_answers_are_whole_and_the_user_is_warned(tmp_path: Path, platform: str) -> None:
    visited = _visit(tmp_path, platform=platform)
    assert visited.error is None
    assert set(visited.statuses) == {_OK}
    assert (visited.hostname, visited.platform, visited.profile, visited.failure) == (NAME, platform, None, None)
    assert visited.warnings == (WARNING,)
    assert [answer.raw for answer in visited.answers if answer.command == "show interfaces"] == [on_wire(LINES)] * (platform == "cisco_ios")
    assert visited.lab.journal.passwords_received(NAME) == 1


def test_a_catos_switch_pages_and_becomes_privileged(tmp_path: Path) -> None:
    visited = _visit(tmp_path, platform="cisco_catos", enable="s3cret")
    assert visited.statuses == [_OK]
    assert visited.warnings == (WARNING,)


def test_a_platform_is_found_out(tmp_path: Path) -> None:
    visited = _visit(tmp_path, about={"platform": None})
    assert (visited.platform, visited.statuses) == ("cisco_ios", [_OK] * 3)


def test_a_jump_host_leads_there_too(tmp_path: Path) -> None:
    async def work() -> Visited:
        one = switch(telnet=True)
        async with running_lab([one]) as lab, LabJumpHost(lab) as jump:
            keys = trusting(tmp_path, lab, ())
            keys.record(*jump.address, HostKey.parse(jump.host_key))
            hop = Hop(*jump.address, Login("jump", Secret("jump-password")))
            return await visit(NetmikoOpener(keys), target_of(lab, one, driver=Driver.TELNET, hops=(hop,)), lab)

    visited = run(work)
    assert visited.error is None
    assert visited.statuses == [_OK] * 3
    assert visited.answers[1].raw == on_wire(LINES)


def test_a_refused_password_is_sent_once(tmp_path: Path) -> None:
    visited = _visit(tmp_path, fault=Fault.WRONG_PASSWORD)
    assert visited.error is not None
    assert visited.error.kind == FailureKind.AUTHENTICATION
    assert visited.lab.journal.passwords_received(NAME) == 1
    assert visited.lab.journal.connections(NAME) == 1


@pytest.mark.parametrize(
    ("fault", "statuses", "kind"),
    [
        (Fault.RESET_MID_OUTPUT, [_OK, AnswerStatus.PARTIAL, AnswerStatus.PARTIAL], FailureKind.RESET),
        (Fault.CLOSED_MID_OUTPUT, [_OK, AnswerStatus.PARTIAL, AnswerStatus.PARTIAL], FailureKind.SESSION_CLOSED),
        (Fault.HANG_MID_OUTPUT, [_OK, AnswerStatus.TIMEOUT, AnswerStatus.PARTIAL], FailureKind.TIMEOUT),
        (Fault.PAGING_STAYS_ON, [_OK, _OK, _OK], None),
        (Fault.HOSTNAME_CHANGES, [_OK, _OK, _OK], None),
        (Fault.BANNER_PROMPTS, [_OK, _OK, _OK], None),
    ],
)
def test_faults_of_answers(tmp_path: Path, fault: Fault, statuses: list[AnswerStatus], kind: FailureKind | None) -> None:
    visited = _visit(tmp_path, about={"limits": replace(LIMITS, idle_s=1 if fault is Fault.HANG_MID_OUTPUT else 30)}, fault=fault)
    assert visited.error is None
    assert visited.statuses == statuses
    assert (visited.failure.kind if visited.failure else None) is kind
    assert len(visited.answers[1].raw) > len(LINES) // 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.CONNECTION_REFUSED, FailureKind.REFUSED),
        (Fault.SILENT, FailureKind.NO_PROMPT),
        (Fault.FIRST_CONNECTION_RESET, FailureKind.RESET),
        (Fault.NO_PROMPT, FailureKind.NO_PROMPT),
    ],
)
def test_what_prevents_a_session_is_named(tmp_path: Path, fault: Fault, kind: FailureKind) -> None:
    visited = _visit(tmp_path, about={"limits": QUICK}, fault=fault)
    assert visited.error is not None
    assert visited.error.kind == kind


def _against(script: list[tuple[bytes, bytes]], login: Login) -> tuple[CollectError | None, list[bytes]]:
    """A visit of a server that says each text and then waits for a line, until it has heard them all; what it heard, and the error."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for text, after in script:
                writer.write(text)
                heard.append((await reader.readuntil(b"\r")).strip(b"\0\r"))
                writer.write(after)
            await reader.read()
        except (asyncio.IncompleteReadError, OSError):
            pass  # the client has left
        finally:
            writer.close()

    async def work() -> CollectError | None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            one = switch(telnet=True)
            async with running_lab([one]) as lab:
                target = replace(target_of(lab, one, driver=Driver.TELNET, login=login, limits=QUICK), host=host, port=port)
                visited = await visit(NetmikoOpener(trusting(Path("/nonexistent"), lab, ())), target, lab)
        return visited.error

    return run(work), heard


def test_a_password_alone_may_be_asked_for() -> None:
    error, heard = _against(
        [(b"\r\nUser Access Verification\r\n\r\nPassword: ", b"\r\n% Bad passwords\r\nPassword: ")], Login("lab", Secret("pw"))
    )
    assert error is not None
    assert error.kind == FailureKind.AUTHENTICATION
    assert heard == [b"pw"]


def test_a_new_password_is_never_set() -> None:
    script = [(b"Username: ", b""), (b"Password: ", b"\r\nYour password has expired.\r\nEnter new password: ")]
    error, heard = _against(script, Login("lab", Secret("pw")))
    assert error is not None
    assert error.kind == FailureKind.PASSWORD_EXPIRED
    assert heard == [b"lab", b"pw"]


def test_a_question_that_cannot_be_answered() -> None:
    error, heard = _against([(b"Last login: yesterday\r\nUsername: ", b"Password: ")], Login("lab"))
    assert error is not None
    assert error.kind == FailureKind.CREDENTIALS
    assert heard == [b"lab"]
