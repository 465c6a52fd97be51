"""The SSH driver against every fault of a simulated switch: the right status, the right reason, nothing lost, nothing left."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from switchcorr.collect.session import Deadline, SessionLimits
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.errors import CollectError
from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.ssh_server import LabServer
from switchcorr.model.inventory import AlgorithmProfile, Login
from switchcorr.model.visit import AnswerStatus, FailureKind
from switchcorr.platforms import platform_named
from switchcorr.secret import Secret
from tests.collect.ssh_visits import COMMANDS, LIMITS, NOT_OPENED, TEXTS, ask, switch, target, trusting, visited, with_lab
from tests.labs import canned

_WIRE = {command: text.replace("\n", "\r\n").encode() for command, text in TEXTS.items()}
_HALF = _WIRE["show interfaces"][:10_000]
_WAITS = {Fault.SYN_DROPPED, Fault.SILENT, Fault.NO_PROMPT, Fault.ODD_PROMPT}
_CREDENTIAL_SENT = {Fault.WRONG_PASSWORD, Fault.PASSWORD_EXPIRED, Fault.NO_PROMPT, Fault.ODD_PROMPT}
_SHORT = SessionLimits(connect_s=0.5, login_s=0.5, idle_s=0.5)
_WHOLE = [
    Fault.NONE,
    Fault.BANNER_PROMPTS,
    Fault.NO_ECHO,
    Fault.HOSTNAME_CHANGES,
    Fault.NEEDS_ENABLE,
    Fault.ENABLE_REFUSED,
    Fault.SLOW_VTY,
    Fault.OPENS_CHANNEL,
]
_CUT_SHORT = {
    Fault.RESET_MID_OUTPUT: (FailureKind.RESET, AnswerStatus.PARTIAL),
    Fault.CLOSED_MID_OUTPUT: (FailureKind.SESSION_CLOSED, AnswerStatus.PARTIAL),
}
_ADDED = {
    Fault.GARBAGE,
    Fault.CONSOLE_LINE,
    Fault.PROMPT_IN_DESCRIPTION,
    Fault.PROMPT_LINE_IN_OUTPUT,
    Fault.SECRETS_IN_OUTPUT,
}
_OTHERS = {
    Fault.AUTHORIZATION_FAILED,
    Fault.COMMAND_DENIED,
    Fault.PAGING_STAYS_ON,
    Fault.ENDLESS_PAGER,
    Fault.HANG_MID_OUTPUT,
    Fault.SESSION_CLOSED,
    Fault.DRIP,
    Fault.FLOOD,
    Fault.LONG_LINE,
}


def test_every_fault_has_its_test() -> None:
    assert {*NOT_OPENED, *_WHOLE, *_CUT_SHORT, *_ADDED, *_OTHERS} == set(Fault)


@pytest.mark.parametrize("fault", NOT_OPENED)
def test_a_session_that_cannot_be_opened_says_why(tmp_path: Path, fault: Fault) -> None:
    """Where nothing is to be waited for, the limits are a minute, and the test would end first."""

    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(target(lab, limits=_SHORT if fault in _WAITS else LIMITS), Deadline(60))
        assert caught.value.kind == NOT_OPENED[fault], str(caught.value)
        assert caught.value.message.startswith("acc-001: ")
        assert "lab-password" not in str(caught.value)

    lab = with_lab(switch(fault), visit, limit_s=10)
    assert lab.journal.auth_attempts() == (1 if fault in _CREDENTIAL_SENT else 0)
    assert lab.journal.count(Kind.NEW_PASSWORD) == 0


@pytest.mark.parametrize("fault", _WHOLE)
def test_whatever_is_odd_the_answers_are_whole(tmp_path: Path, fault: Fault) -> None:
    found = visited(switch(fault), tmp_path)
    assert [(answer.command, answer.status) for answer in found.answers] == [(command, AnswerStatus.OK) for command in COMMANDS]
    assert {answer.command: answer.raw for answer in found.answers} == _WIRE
    assert found.failure is None
    lines = found.lab.journal.lines("acc-001")
    assert [line for line in lines if line.startswith(b"show")] == [command.encode() for command in COMMANDS]
    assert lines[-1] == b"exit"
    assert found.lab.journal.auth_attempts("acc-001") == 1


@pytest.mark.parametrize(
    ("fault", "warning"),
    [
        (Fault.HOSTNAME_CHANGES, "The prompt changed from acc-001# to acc-001-new# during the visit."),
        (Fault.ENABLE_REFUSED, "The enable secret was refused: only what may be asked without privileges is answered."),
        (Fault.PAGING_STAYS_ON, "Paging could not be turned off ('terminal length 0' was refused): its pages are answered one by one."),
    ],
)
def test_what_is_odd_is_told(tmp_path: Path, fault: Fault, warning: str) -> None:
    assert visited(switch(fault), tmp_path).warnings == (warning,)


@pytest.mark.parametrize("fault", _CUT_SHORT)
@pytest.mark.parametrize("round_trip_s", [0.0, 0.02])
def test_a_dropped_session_is_noticed_at_once_and_its_half_is_kept(tmp_path: Path, fault: Fault, round_trip_s: float) -> None:
    kind, status = _CUT_SHORT[fault]
    found = visited(switch(fault, round_trip_s=round_trip_s), tmp_path, limit_s=10)
    assert found.statuses == ["ok", status.value]
    assert found.answers[1].raw.startswith(_HALF)
    assert found.failure is not None
    assert found.failure.kind is kind
    assert "'show interfaces'" in found.failure.message


def test_a_session_that_the_device_ends_between_two_answers(tmp_path: Path) -> None:
    found = visited(switch(Fault.SESSION_CLOSED), tmp_path, limit_s=10)
    assert found.statuses[:2] == ["ok", "ok"]
    assert found.answers[1].raw == _WIRE["show interfaces"]
    assert found.failure is not None
    assert found.failure.kind is FailureKind.SESSION_CLOSED


@pytest.mark.parametrize("fault", sorted(_ADDED))
def test_bytes_are_kept_as_received(tmp_path: Path, fault: Fault) -> None:
    found = visited(switch(fault), tmp_path)
    assert found.statuses == ["ok", "ok", "ok"]
    raw, text = found.answers[1].raw, _WIRE["show interfaces"]
    assert len(raw) > len(text)
    assert raw.startswith(_HALF)
    assert raw.endswith(text[-9_000:])
    assert found.failure is None


def test_a_user_who_may_nothing_gets_denied_answers_and_no_data(tmp_path: Path) -> None:
    assert visited(switch(Fault.AUTHORIZATION_FAILED), tmp_path).statuses == ["denied"] * 3
    assert visited(switch(Fault.COMMAND_DENIED), tmp_path).statuses == ["ok", "denied", "ok"]


def test_without_the_enable_secret_the_answers_are_invalid(tmp_path: Path) -> None:
    found = visited(switch(Fault.NEEDS_ENABLE), tmp_path, login=Login("lab", Secret("lab-password")))
    assert found.statuses == ["invalid"] * 3
    assert found.lab.journal.count(Kind.SECRET) == 0


def test_the_enable_secret_is_typed_once_and_only_where_it_is_asked_for(tmp_path: Path) -> None:
    for fault, typed in ((Fault.NEEDS_ENABLE, 1), (Fault.ENABLE_REFUSED, 1), (Fault.NONE, 0)):
        assert visited(switch(fault), tmp_path).lab.journal.count(Kind.SECRET) == typed
        (tmp_path / "known_hosts").unlink()


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos", "cisco_catos"])
def test_pages_are_answered_one_by_one(tmp_path: Path, platform: str) -> None:
    texts = {"show version": "x\n" * 100, "show cdp neighbors detail": "y\n" * 50}
    about = {"platform": platform, "fault": Fault.PAGING_STAYS_ON}

    async def visit(lab: LabServer) -> None:
        session = await SshOpener(trusting(lab, tmp_path))(target(lab, platform=platform_named(platform)), Deadline(60))
        version, neighbors = await ask(session, ("show version", "show cdp neighbors detail"))
        await session.close()
        assert (version.status, version.pages, neighbors.pages) == (AnswerStatus.OK, 4, 2)
        assert (version.raw.count(b"x\r\n"), neighbors.raw.count(b"y\r\n")) == (100, 50)

    with_lab(canned(texts, "acc-001", **about), visit)


def test_an_endless_pager_ends_at_the_limit_of_pages(tmp_path: Path) -> None:
    found = visited(switch(Fault.ENDLESS_PAGER), tmp_path, limits=SessionLimits(pages=50, idle_s=60))
    assert found.statuses == ["ok", "truncated"]
    assert found.answers[1].pages == 50
    assert found.lab.journal.count(Kind.KEY, "acc-001") == 50
    assert found.failure is not None


@pytest.mark.parametrize("fault", [Fault.FLOOD, Fault.LONG_LINE])
def test_an_answer_without_end_is_stopped_at_its_cap(tmp_path: Path, fault: Fault) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # the highest memory use counts from here
    before = _memory_kb("VmRSS")
    found = visited(switch(fault), tmp_path, limits=SessionLimits(idle_s=60), limit_s=60)
    assert found.statuses == ["ok", "truncated"]
    assert len(found.answers[1].raw) == 32 << 20
    assert found.failure is not None
    assert _memory_kb("VmHWM") - before < 100 * 1024  # of server and client together


def test_an_answer_that_stops_is_given_up_after_the_idle_limit(tmp_path: Path) -> None:
    found = visited(switch(Fault.HANG_MID_OUTPUT), tmp_path, limits=_SHORT)
    assert found.statuses == ["ok", "timeout"]
    assert found.answers[1].raw.startswith(_HALF)
    assert found.failure is not None
    assert found.failure.kind is FailureKind.TIMEOUT


def test_a_drip_is_ended_by_the_deadline_of_the_visit(tmp_path: Path) -> None:
    found = visited(switch(Fault.DRIP), tmp_path, visit_s=3, limit_s=10)
    assert found.statuses == ["ok", "timeout"]
    assert found.failure is not None
    assert found.failure.kind is FailureKind.DEADLINE
    assert 1 <= len(found.answers[1].raw) <= 5


def test_a_slow_switch_is_not_cut_off_while_it_sends(tmp_path: Path) -> None:
    found = visited(switch(bytes_a_second=10_000), tmp_path, visit_s=1, limit_s=10)
    assert found.statuses == ["ok", "ok", "ok"]
    assert found.failure is None


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos", "cisco_catos"])
def test_an_unknown_platform_is_found_out(tmp_path: Path, platform: str) -> None:
    texts = {
        "cisco_ios": "Cisco IOS Software, C3750E Software\n",
        "cisco_nxos": "Cisco Nexus Operating System (NX-OS) Software\n",
        "cisco_catos": "WS-C6509 Software, Version NmpSW: 8.5(9)\n\nMod Port Model               Serial #    Versions\n",
    }

    async def visit(lab: LabServer) -> None:
        session = await SshOpener(trusting(lab, tmp_path))(target(lab, platform=None), Deadline(60))
        assert session.platform.name == platform
        assert (await ask(session, ("show version",)))[0].status is AnswerStatus.OK
        await session.close()

    with_lab(canned({"show version": texts[platform]}, "acc-001", platform=platform, enable="lab-enable"), visit)


def test_a_platform_that_cannot_be_found_out_is_said(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(target(lab, platform=None), Deadline(60))
        assert caught.value.kind == FailureKind.PLATFORM

    with_lab(canned({"show version": "ACME OS 1.0\n"}, "acc-001"), visit)


@pytest.mark.parametrize("profile", AlgorithmProfile)
def test_old_switches_are_reached_where_that_is_permitted(tmp_path: Path, profile: AlgorithmProfile) -> None:
    async def visit(lab: LabServer) -> None:
        session = await SshOpener(trusting(lab, tmp_path))(target(lab, profiles=tuple(AlgorithmProfile)), Deadline(60))
        assert session.profile is profile
        assert (await ask(session))[1].raw == _WIRE["show interfaces"]
        await session.close()

    lab = with_lab(switch(algorithms=profile), visit)
    assert lab.journal.auth_attempts() == 1


@pytest.mark.parametrize("profile", [AlgorithmProfile.SHA1, AlgorithmProfile.LEGACY])
def test_old_switches_are_refused_elsewhere_with_the_remedy(tmp_path: Path, profile: AlgorithmProfile) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(target(lab), Deadline(60))
        error = caught.value
        assert error.kind == FailureKind.ALGORITHMS
        assert f"switchcorr sweep --limit acc-001 --algorithms acc-001={profile}" in error.hint
        assert f"`switchcorr_algorithms: {profile}`" in error.hint
        assert ("diffie-hellman-group1-sha1" if profile is AlgorithmProfile.LEGACY else "diffie-hellman-group14-sha1") in error.message

    assert with_lab(switch(algorithms=profile), visit).journal.passwords_received() == 0


def test_an_interrupt_ends_the_question_at_once(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        session = await SshOpener(trusting(lab, tmp_path))(target(lab), Deadline(60))
        asking = asyncio.ensure_future(ask(session, ("show interfaces",)))
        while not any(line == b"show interfaces" for line in lab.journal.lines()):
            await asyncio.sleep(0.01)
        session.interrupt()
        (answer,) = await asking
        assert answer.status is AnswerStatus.PARTIAL
        assert session.failure is not None
        assert session.failure.kind is FailureKind.INTERRUPTED
        await session.close()

    with_lab(switch(Fault.HANG_MID_OUTPUT), visit, limit_s=10)


def test_a_cancelled_visit_leaves_nothing_behind(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        opener = SshOpener(trusting(lab, tmp_path))
        for pause in (0.0, 0.001, 0.003, 0.006, 0.01, 0.02):
            opening = asyncio.ensure_future(opener(target(lab), Deadline(60)))
            await asyncio.sleep(pause)
            opening.cancel()
            try:
                session = await opening
            except asyncio.CancelledError:
                continue
            await session.close()

    with_lab(switch(Fault.BANNER_PROMPTS), visit)


def test_a_channel_that_the_switch_asks_for_is_refused(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        session = await SshOpener(trusting(lab, tmp_path))(target(lab), Deadline(60))
        while lab.journal.count(Kind.CHANNEL) < 2:
            await asyncio.sleep(0.01)
        await session.close()

    journal = with_lab(switch(Fault.OPENS_CHANNEL), visit).journal
    assert all(b"refused" in entry.data for entry in journal.entries if entry.kind is Kind.CHANNEL)


def test_a_name_that_differs_from_the_inventorys_is_told(tmp_path: Path) -> None:
    found = visited(switch(), tmp_path, name="other")
    assert found.warnings == ("The prompt calls the device acc-001; the inventory calls it other.",)
    for number, name in enumerate(("ACC-001.example.net", "192.0.2.12", "192.0.2.12:2222", "[2001:db8::15]:22", "2001:db8::15")):
        assert visited(switch(), tmp_path / str(number), name=name).warnings == ()


def test_a_login_without_a_user_name_reaches_nobody(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(target(lab, login=Login("", Secret("x"))), Deadline(60))
        assert caught.value.kind == FailureKind.CREDENTIALS

    assert with_lab(switch(), visit).journal.connections() == 0


def test_a_deadline_that_is_over_opens_nothing(tmp_path: Path) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(CollectError) as caught:
            await SshOpener(trusting(lab, tmp_path))(target(lab), Deadline(0))
        assert caught.value.kind == FailureKind.DEADLINE

    with_lab(switch(), visit)


def test_the_answer_tells_when_and_how_long(tmp_path: Path) -> None:
    found = visited(switch(think_s=0.05), tmp_path)
    assert all(0.04 <= answer.seconds < 10 for answer in found.answers)
    assert all(answer.started_at.tzinfo is not None for answer in found.answers)


def _memory_kb(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])
