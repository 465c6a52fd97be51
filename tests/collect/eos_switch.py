"""A switch that looks like EOS to NAPALM: answers in JSON over SSH. Made by hand from EOS's models of its commands."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import asyncssh

NAME = "acc-021"
PHONE = "SEP00005E005399"
_INTERFACE = {
    "lineProtocolStatus": "up",
    "interfaceStatus": "connected",
    "description": "phone",
    "mtu": 1500,
    "bandwidth": 1_000_000_000,
    "physicalAddress": "00:00:5e:00:53:01",
    "hardware": "ethernet",
    "interfaceCounters": {"totalInErrors": 4711, "totalOutErrors": 0, "inDiscards": 0, "outDiscards": 3},
}
ANSWERS: Mapping[str, object] = {
    "show version": {
        "version": "4.28.3M",
        "internalVersion": "4.28.3M-1",
        "modelName": "CCS-720XP",
        "serialNumber": "LAB0021",
        "bootupTimestamp": 1.0,
    },
    "show hostname": {"hostname": NAME, "fqdn": f"{NAME}.example.net"},
    "show interfaces": {"interfaces": {"Ethernet1": _INTERFACE}},
    "show lldp neighbors detail": {
        "lldpNeighbors": {
            "Ethernet1": {
                "lldpNeighborInfo": [
                    {
                        "systemName": PHONE,
                        "systemDescription": "Cisco IP Phone 8841",
                        "chassisId": "192.0.2.99",
                        "chassisIdType": "networkAddress",
                        "systemCapabilities": {"bridge": True, "telephone": True},
                        "neighborInterfaceInfo": {"interfaceId": f'"{PHONE[3:]}:P1"', "interfaceDescription": "SW PORT"},
                    }
                ]
            }
        }
    },
    "show mac address-table": {
        "unicastTable": {
            "tableEntries": [{"vlanId": 110, "interface": "Ethernet1", "macAddress": "00:00:5e:00:53:99", "entryType": "dynamic"}]
        }
    },
}
_SESSION = {"terminal width 511": "Width set to 511 columns.", "terminal length 0": "Pagination disabled."}


@dataclass(slots=True)
class EosSwitch:
    """A running switch.

    Attributes:
        lines: as received, with single blanks.
    """

    port: int
    host_key: str
    lines: list[str] = field(default_factory=list)


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("lab", "lab-password")


@contextlib.asynccontextmanager
async def eos_switch() -> AsyncIterator[EosSwitch]:
    """A switch at a free port of 127.0.0.1."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    switch = EosSwitch(0, " ".join(key.export_public_key("openssh").decode().split()[:2]))

    async def talk(process: asyncssh.SSHServerProcess[str]) -> None:
        prompt, line = f"{NAME}#", ""
        process.stdout.write(prompt)
        while sign := await process.stdin.read(1):
            if sign not in "\r\n":
                line += sign
                continue
            typed, command, line = line, " ".join(line.split()), ""
            switch.lines.append(command)
            if command == "exit":
                break
            wanted = command.removesuffix(" | json")
            answer = _SESSION.get(command) or (
                json.dumps(ANSWERS[wanted], indent=4) if wanted in ANSWERS else "% Invalid input" if wanted else ""
            )
            said = f"{answer}\n" if answer else ""
            process.stdout.write(f"{typed}\r\n{said}{prompt}".replace("\r\n", "\n").replace("\n", "\r\n"))
        process.exit(0)

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=_Server, server_host_keys=[key], process_factory=talk, line_editor=False, line_echo=False
    )
    switch.port = server.get_port()
    try:
        yield switch
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0)
