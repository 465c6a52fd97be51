"""A thousand simulated switches in one process, all of them visited: memory stays within 256 MB."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import asyncssh
import pytest

from switchcorr.inventory.read import read_inventory
from switchcorr.model.inventory import InventoryDevice
from switchcorr.platforms import platform_named

_CONCURRENCY = 50
_MOST_MB = 256


def _peak_mb(pid: int) -> int:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) // 1024


async def _visit(device: InventoryDevice, typed: bytes, turn: asyncio.Semaphore) -> int:
    async with (
        turn,
        asyncssh.connect(
            device.host, device.port, username="lab", password="lab-password", known_hosts=None, client_keys=None, config=None
        ) as connection,
    ):
        writer, reader, _ = await connection.open_session(term_type="vt100", encoding=None)
        writer.write(typed)
        return len(await reader.read())


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_thousand_switches_fit_into_256_mb(tmp_path: Path) -> None:
    ios = platform_named("cisco_ios")
    assert ios is not None
    typed = "".join(f"{line}\n" for line in ("terminal length 0", *(command.text for command in ios.commands if command.sweep), "exit"))
    command = [sys.executable, "-m", "switchcorr", "lab", "serve", "--switches", "1000", "--dir", str(tmp_path / "lab")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        try:
            said = b""
            while b"Ctrl-C" not in said:
                assert select.select([process.stderr], [], [], 60)[0], said
                said += os.read(process.stderr.fileno(), 65_536)
            devices = read_inventory(str(tmp_path / "lab" / "inventory"), environment={}).devices
            turn = asyncio.Semaphore(_CONCURRENCY)

            async def all_visits() -> list[int]:
                return await asyncio.gather(*(_visit(device, typed.encode(), turn) for device in devices))

            sizes = asyncio.run(all_visits())
            peak = _peak_mb(process.pid)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
    print(f"{len(devices)} switches, {sum(sizes) / 1e6:.0f} MB sent, at most {peak} MB of memory")
    assert len(devices) >= 1000
    assert sum(size > 50_000 for size in sizes) >= 1000
    assert peak <= _MOST_MB
