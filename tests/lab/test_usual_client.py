"""The client that everybody has gets along with the simulated switches: they are not made to fit our own."""

from __future__ import annotations

import asyncio

import netmiko
import pytest

from switchcorr.lab.dialects import DIALECTS
from switchcorr.lab.ssh_server import LabThread
from switchcorr.model.inventory import AlgorithmProfile
from tests.labs import canned

_LINES = "\n".join(f"line {number}" for number in range(120))
_TEXTS = {"show version": "Version 1\n", "show interfaces": _LINES + "\n"}


@pytest.mark.parametrize("profile", AlgorithmProfile)
@pytest.mark.parametrize("platform", [name for name in DIALECTS if name != "cisco_catos"])
def test_netmiko_reads_whole_answers(platform: str, profile: AlgorithmProfile) -> None:
    switch = canned(_TEXTS, "acc-001", platform=platform, algorithms=profile)
    with LabThread([switch]) as lab:
        host, port = lab.address("acc-001")
        with netmiko.ConnectHandler(device_type=platform, host=host, port=port, username="lab", password="lab-password") as connection:
            assert connection.send_command("show interfaces") == _LINES
            assert "Invalid" in connection.send_command("show nonsense")
    assert b"show interfaces" in lab.journal.lines("acc-001")


def test_netmiko_becomes_privileged() -> None:
    with LabThread([canned(_TEXTS, "acc-001", enable="s3cret")]) as lab:
        host, port = lab.address("acc-001")
        about = {"device_type": "cisco_ios", "host": host, "port": port, "username": "lab", "password": "lab-password", "secret": "s3cret"}
        with netmiko.ConnectHandler(**about) as connection:
            assert connection.find_prompt() == "acc-001>"
            connection.enable()
            assert connection.find_prompt() == "acc-001#"


def test_netmiko_comes_in_by_telnet() -> None:
    with LabThread([canned(_TEXTS, "acc-001", telnet=True)]) as lab:
        host, port = lab.address("acc-001")
        with netmiko.ConnectHandler(
            device_type="cisco_ios_telnet", host=host, port=port, username="lab", password="lab-password"
        ) as connection:
            assert connection.send_command("show interfaces") == _LINES


def test_a_lab_can_be_started_where_an_event_loop_runs_already() -> None:
    async def visit() -> str:
        with LabThread([canned(_TEXTS)]) as lab:
            return lab.host_key("acc-001")

    assert asyncio.run(visit()).startswith("ssh-ed25519 ")
