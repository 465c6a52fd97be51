"""A simulated campus as switches: lazy answers, counters that grow from visit to visit, faults by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from switchcorr.errors import UsageError
from switchcorr.lab.campus import build_lab_campus
from switchcorr.lab.faults import Fault
from switchcorr.lab.interfaces_output import SICK_CARD, SICK_UPLINK
from switchcorr.lab.outputs import outputs_of
from switchcorr.lab.site import FaultAt, Manners, access_names, read_fault, site_of, site_switches
from switchcorr.model.inventory import AlgorithmProfile

_CAMPUS = build_lab_campus(switches=7, phones_a_module=6)


def test_every_device_answers_with_its_own_texts() -> None:
    switches = site_switches(_CAMPUS)
    assert [switch.name for switch in switches] == [device.name for device in _CAMPUS.devices]
    for switch, device in zip(switches, _CAMPUS.devices, strict=True):
        for visit in (1, 2):
            for command, text in outputs_of(device, visit).items():
                assert switch.answers(command, visit) == text
        assert switch.answers("show running-config", 1) is None


def test_the_counters_of_the_sick_parts_grow_from_visit_to_visit() -> None:
    switches = {switch.name: switch for switch in site_switches(_CAMPUS)}
    for name in (SICK_CARD[0], SICK_UPLINK[0], "acc-001"):
        errors = [
            sum(int(number) for number in re.findall(r"(\d+) CRC", switches[name].answers("show interfaces", visit) or ""))
            for visit in (1, 2, 3)
        ]
        if name == "acc-001":
            assert errors[0] == errors[1] == errors[2]
        else:
            assert errors[0] < errors[1] < errors[2]


def test_the_time_is_that_of_the_visit_or_of_the_machine() -> None:
    (switch, *_) = site_switches(_CAMPUS, Manners(clock=lambda visit: datetime(2026, 11, 14 + visit, 9, 41, 7, tzinfo=UTC)))
    assert switch.answers("show clock", 2) == "09:41:07.000 UTC Mon Nov 16 2026\n"
    (switch, *_) = site_switches(_CAMPUS)
    assert f"UTC {datetime.now(UTC):%a %b}" in (switch.answers("show clock", 1) or "")


def test_faults_ages_and_speeds_are_those_that_were_asked_for() -> None:
    manners = Manners(
        faults={"acc-002": FaultAt(Fault.DRIP, "show clock")}, legacy=frozenset({"acc-003"}), think_s=0.1, round_trip_s=0.2, enable="x"
    )
    switches = {switch.name: switch for switch in site_switches(_CAMPUS, manners)}
    assert {name for name, switch in switches.items() if switch.fault is not Fault.NONE} == {"acc-002"}
    assert switches["acc-002"].fault_at == "show clock"
    assert {name for name, switch in switches.items() if switch.algorithms is AlgorithmProfile.LEGACY} == {"acc-003"}
    assert {(switch.think_s, switch.round_trip_s, switch.enable) for switch in switches.values()} == {(0.1, 0.2, "x")}


@pytest.mark.parametrize("about", [{"faults": {"acc-02": FaultAt(Fault.DRIP)}}, {"legacy": frozenset({"acc-02"})}])
def test_a_device_that_is_not_there_is_named_with_the_nearest_one(about: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"has no acc-02\. Is acc-00\d meant\?"):
        site_switches(_CAMPUS, Manners(**about))  # type: ignore[arg-type]  # one of two fields


@pytest.mark.parametrize("text", ["", "acc-001", "=drip", "acc-001=", "acc-001=@show clock"])
def test_a_fault_has_a_form(text: str) -> None:
    with pytest.raises(UsageError, match="NAME=FAULT"):
        read_fault(text)


def test_a_fault_that_is_none_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=r"Is hang_mid_output meant\?"):
        read_fault("acc-001=hang_output")
    assert read_fault("acc-001=drip") == ("acc-001", FaultAt(Fault.DRIP))


def test_sites_are_blocks() -> None:
    campus = build_lab_campus(switches=7, phones_a_module=1)
    sites = {device.name: site_of(device) for device in campus.devices}
    assert sites == {
        "core-1": "core", "dist-01a": "block-01", "dist-01b": "block-01", "dist-02a": "block-02", "dist-02b": "block-02",
        **{f"acc-{number:03d}": "block-01" for number in range(1, 7)}, "acc-007": "block-02",
    }  # fmt: skip
    assert access_names(campus) == [f"acc-{number:03d}" for number in range(1, 8)]
