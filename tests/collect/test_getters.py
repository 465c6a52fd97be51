"""Visits by NAPALM's getters of simulated IOS switches: what is typed only reads, and what returns places the phones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import switchcorr as sc
from switchcorr.captures.commands import file_stem
from switchcorr.collect.door import Door
from switchcorr.collect.getters import USED, NapalmOpener
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.netmiko_wire import only_reads
from switchcorr.collect.session import Deadline, SessionLimits
from switchcorr.errors import CommandError
from switchcorr.lab.campus import LabDevice, build_lab_campus
from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.outputs import outputs_of
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.campus import Campus
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.visit import AnswerStatus, FailureKind
from switchcorr.platforms.napalm_getters import PLATFORM
from tests.collect.driving import NAME, QUICK, Visited, run, switch, target_of, trusting, visit
from tests.collect.eos_switch import ANSWERS, PHONE, eos_switch
from tests.collect.eos_switch import NAME as EOS
from tests.labs import running_lab

_OK, _PARTIAL = AnswerStatus.OK, AnswerStatus.PARTIAL
_SWEPT = tuple(command.text for command in PLATFORM.commands if command.sweep)
TYPED_BY_IOS = (
    "show version",
    "show hosts",
    "show ip interface brief",
    "show interfaces",
    "show interface summary",
    "show lldp neighbors detail",
    "show lldp neighbors",
    "show mac-address-table",
    "show mac address-table",
    "show proc cpu",
    "show memory statistics",
    "show memory",
)
"""Everything that NAPALM's driver ``ios`` types for the getters that are called, apart from the session's own lines."""


def _device() -> LabDevice:
    return next(device for device in build_lab_campus(switches=4).devices if len(device.phones) > 20)


def _lab_switch(device: LabDevice, **about: Any) -> LabSwitch:
    return LabSwitch(device.name, lambda command, number: outputs_of(device, number).get(command), **about)


def _visit(tmp_path: Path, one: LabSwitch, getters: tuple[str, ...] = _SWEPT, **about: Any) -> Visited:
    async def work() -> Visited:
        async with running_lab([one], TYPED_BY_IOS) as lab:
            usual: Mapping[str, Any] = {"platform": None, "driver": Driver.NAPALM, "napalm": "ios"}
            target = target_of(lab, one, **(dict(usual) | about))
            return await visit(NapalmOpener(trusting(tmp_path, lab, [one.name])), target, lab, getters)

    return run(work)


def _campus(tmp_path: Path, name: str, visited: Visited) -> Campus:
    """What is made of the answers, written as a sweep writes them."""
    folder = tmp_path / "captures" / name
    folder.mkdir(parents=True)
    (folder / "capture.json").write_text(json.dumps({"platform": "napalm", "taken_at": "2026-11-22T08:00:00Z"}))
    for answer in visited.answers:
        (folder / f"{file_stem(answer.command)}.txt").write_bytes(answer.raw)
    return sc.read_captures(tmp_path / "captures")


def test_phones_are_placed_by_what_getters_return(tmp_path: Path) -> None:
    device = _device()
    visited = _visit(tmp_path, _lab_switch(device))
    assert visited.error is None
    assert visited.statuses == [_OK] * len(_SWEPT)
    assert (visited.platform, visited.hostname, visited.profile, visited.warnings) == ("napalm", device.name, AlgorithmProfile.MODERN, ())
    campus = _campus(tmp_path, device.name, visited)
    known = {phone.name: phone for phone in device.phones}
    placed = {placement.phone: placement for placement in campus.placements if placement.device}
    talking = {phone.name for phone in device.phones if phone.talks}
    assert talking <= set(placed) <= set(known)
    assert [name for name in talking if placed[name].interface != known[name].interface] == []


def test_everything_that_is_typed_only_reads(tmp_path: Path) -> None:
    device = _device()
    visited = _visit(tmp_path, _lab_switch(device), tuple(command.text for command in PLATFORM.commands))
    lines = {line.decode() for line in visited.lab.journal.lines(device.name)}
    session = {"", "terminal width 511", "terminal length 0", "exit"}
    assert lines - session <= set(TYPED_BY_IOS)
    assert [line for line in lines if not only_reads(line)] == []
    page = (Path(__file__).parents[2] / "docs" / "drivers.md").read_text()
    assert [line for line in TYPED_BY_IOS if f"`{line}`" not in page] == []


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        ("show mac address-table", True),
        ("show interfaces | json", True),
        ("terminal length 0", True),
        ("enable", True),
        ("", True),
        ("configure terminal", False),
        ("conf t", False),
        ("file prompt quiet", False),
        ("ping 192.0.2.1", False),
        ("show running-config", False),
        ("show version | redirect flash:x", False),
        ("show version\nreload", False),
        ("terminal monitor", False),
        ("copy running-config startup-config", False),
        ("exit\nreload", False),
    ],
)
def test_which_lines_may_pass(line: str, passes: bool) -> None:
    assert only_reads(line) is passes


def test_no_other_method_gets_a_line_through(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch()
        async with running_lab([one], TYPED_BY_IOS) as lab:
            target = target_of(lab, one, driver=Driver.NAPALM, napalm="ios")
            session = await NapalmOpener(trusting(tmp_path, lab))(target, Deadline(60))
            driver = session._driver
            for change in (lambda: driver.ping("192.0.2.1"), driver.wire.connection.config_mode, driver.get_config):
                with pytest.raises(CommandError):
                    await session._thread.call(change)
            await session.close()
            assert [line for line in lab.journal.lines(NAME) if not only_reads(line.decode())] == []

    run(work)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (Fault.RESET_MID_OUTPUT, _PARTIAL, FailureKind.RESET),
        (Fault.CLOSED_MID_OUTPUT, _PARTIAL, FailureKind.SESSION_CLOSED),
        (Fault.HANG_MID_OUTPUT, AnswerStatus.TIMEOUT, FailureKind.TIMEOUT),
        (Fault.FLOOD, AnswerStatus.TRUNCATED, FailureKind.NO_PROMPT),
        (Fault.AUTHORIZATION_FAILED, AnswerStatus.DENIED, None),
        (Fault.NEEDS_ENABLE, AnswerStatus.INVALID, None),
        (Fault.SLOW_VTY, _OK, None),
        (Fault.GARBAGE, _OK, None),
    ],
)
def test_an_answer_that_is_not_whole_is_no_empty_table(
    tmp_path: Path, fault: Fault, status: AnswerStatus, kind: FailureKind | None
) -> None:
    device = replace(_device(), phones=_device().phones[:12])
    limits = SessionLimits(idle_s=1.5 if fault is Fault.HANG_MID_OUTPUT else 30, answer_bytes=2_000_000)
    visited = _visit(tmp_path, _lab_switch(device, fault=fault), ("get_lldp_neighbors_detail",), limits=limits)
    assert visited.statuses == [status]
    assert (visited.failure.kind if visited.failure else None) is kind
    if status in {AnswerStatus.DENIED, AnswerStatus.INVALID}:
        assert PLATFORM.denied.search(visited.answers[0].raw.decode()) or b"% Invalid input" in visited.answers[0].raw


def test_an_ended_session_is_noticed_at_once(tmp_path: Path) -> None:
    device = _device()

    async def work() -> None:
        one = _lab_switch(device, fault=Fault.CLOSED_MID_OUTPUT)
        async with running_lab([one], TYPED_BY_IOS) as lab, asyncio.timeout(10):
            target = target_of(lab, one, driver=Driver.NAPALM, napalm="ios", limits=SessionLimits(idle_s=60))
            visited = await visit(NapalmOpener(trusting(tmp_path, lab, [one.name])), target, lab, ["get_interfaces"])
            assert visited.statuses == [_PARTIAL]

    run(work)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.CONNECTION_REFUSED, FailureKind.REFUSED),
        (Fault.SILENT, FailureKind.CONNECT_TIMEOUT),
        (Fault.NOT_SSH, FailureKind.NOT_SSH),
        (Fault.WRONG_PASSWORD, FailureKind.AUTHENTICATION),
        (Fault.CHANGED_HOST_KEY, FailureKind.HOST_KEY_CHANGED),
    ],
)
def test_what_prevents_a_session_is_named(tmp_path: Path, fault: Fault, kind: FailureKind) -> None:
    visited = _visit(tmp_path, switch(fault=fault), limits=QUICK)
    assert visited.error is not None
    assert visited.error.kind == kind
    assert visited.lab.journal.passwords_received(NAME) == (kind is FailureKind.AUTHENTICATION)


def test_no_password_goes_to_an_unknown_host(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch()
        async with running_lab([one], TYPED_BY_IOS) as lab:
            for name in USED:
                target = target_of(lab, one, driver=Driver.NAPALM, napalm=name)
                visited = await visit(NapalmOpener(HostKeys(tmp_path / "known_hosts")), target, lab, _SWEPT)
                assert visited.error is not None
                assert visited.error.kind == FailureKind.HOST_KEY_UNKNOWN
            assert lab.journal.passwords_received() == 0

    run(work)


@pytest.mark.parametrize("name", ["junos", "iosxr", "iosxr_netconf", ""])
def test_drivers_that_cannot_check_the_device_are_not_used(tmp_path: Path, name: str) -> None:
    visited = _visit(tmp_path, switch(), napalm=name)
    assert visited.error is not None
    assert visited.error.kind == FailureKind.PLATFORM
    assert "driver: netmiko" in visited.error.hint
    assert visited.lab.journal.connections() == 0


def test_nxos_is_reached_by_ssh(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch(platform="cisco_nxos")
        async with running_lab([one], ("show version", "show inventory", "show hosts", "show interface")) as lab:
            target = target_of(lab, one, driver=Driver.NAPALM, napalm="nxos")
            session = await NapalmOpener(trusting(tmp_path, lab))(target, Deadline(60))
            assert session.hostname == NAME
            await session.close()
            assert lab.journal.count(Kind.AUTH_OK, NAME) == 1

    run(work)


def test_eos_is_reached_by_ssh(tmp_path: Path) -> None:
    async def work() -> tuple[Visited, list[str]]:
        one = switch()
        async with running_lab([one]) as lab, eos_switch() as eos:
            keys = HostKeys(tmp_path / "known_hosts")
            keys.record("127.0.0.1", eos.port, HostKey.parse(eos.host_key))
            target = replace(target_of(lab, one, platform=None, driver=Driver.NAPALM, napalm="eos"), name=EOS, port=eos.port)
            return await visit(NapalmOpener(keys), target, lab, _SWEPT), eos.lines

    visited, lines = run(work)
    assert visited.error is None
    assert visited.statuses == [_OK] * len(_SWEPT)
    assert visited.hostname == EOS
    assert [line for line in lines if not only_reads(line)] == []
    assert set(lines) - {"", "exit", "terminal width 511", "terminal length 0"} <= {f"{command} | json" for command in ANSWERS}
    campus = _campus(tmp_path, EOS, visited)
    assert [(one.phone, one.device, one.interface) for one in campus.placements] == [(PHONE, EOS, "Ethernet1")]


@pytest.mark.parametrize("enable", ["s3cret", "refused"])
def test_enable_is_answered_once(tmp_path: Path, enable: str) -> None:
    one = switch(enable=enable, fault=Fault.ENABLE_REFUSED if enable == "refused" else Fault.NONE)
    visited = _visit(tmp_path, one, ("get_mac_address_table",))
    assert visited.error is None
    assert visited.lab.journal.count(Kind.SECRET, NAME) == 1
    assert bool(visited.warnings) is (enable == "refused")


def test_interrupting_ends_a_getter_at_once(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch(fault=Fault.HANG_MID_OUTPUT)
        async with running_lab([one], TYPED_BY_IOS) as lab, asyncio.timeout(20):
            target = target_of(lab, one, driver=Driver.NAPALM, napalm="ios", limits=SessionLimits(idle_s=60))
            session = await NapalmOpener(trusting(tmp_path, lab))(target, Deadline(60))
            asking = asyncio.ensure_future(session.ask(Door(PLATFORM).question("get_interfaces"), Deadline(60)))
            while b"show interfaces" not in lab.journal.lines(NAME):
                await asyncio.sleep(0.01)
            session.interrupt()
            assert (await asking).status is _PARTIAL
            await session.close()

    run(work)


def test_the_deadline_ends_a_drip(tmp_path: Path) -> None:
    async def work() -> None:
        one = switch(fault=Fault.DRIP)
        async with running_lab([one], TYPED_BY_IOS) as lab, asyncio.timeout(20):
            target = target_of(lab, one, driver=Driver.NAPALM, napalm="ios")
            session = await NapalmOpener(trusting(tmp_path, lab))(target, Deadline(60))
            answer = await session.ask(Door(PLATFORM).question("get_interfaces"), Deadline(1.5))
            assert answer.status is AnswerStatus.TIMEOUT
            assert session.failure is not None
            assert session.failure.kind is FailureKind.DEADLINE
            again = await session.ask(Door(PLATFORM).question("get_interfaces"), Deadline(1.5))
            assert again.status is _PARTIAL
            await session.close()

    run(work)


def test_old_algorithms_need_permission(tmp_path: Path) -> None:
    one = replace(switch(), algorithms=AlgorithmProfile.LEGACY)
    refused = _visit(tmp_path, one, profiles=(AlgorithmProfile.MODERN,))
    assert refused.error is not None
    assert refused.error.kind == FailureKind.ALGORITHMS
    assert _visit(tmp_path / "permitted", one, ("get_mac_address_table",)).profile is AlgorithmProfile.LEGACY
