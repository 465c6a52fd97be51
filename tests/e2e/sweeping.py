"""What the end-to-end tests of the sweep share: an inventory of lab switches, the installed command, and a terminal to run it in."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from switchcorr.lab.campus import build_lab_campus
from switchcorr.lab.site import Manners, site_switches
from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.switch import LabSwitch
from tests.conftest import call_main

_IN_OWN_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from switchcorr.cli.app import main
main(sys.argv[1:])
"""
"""Makes the terminal that of the new session, so that Ctrl-C reaches the process, and calls switchcorr as its script does."""
DEADLINE_S = 120
USERNAME = "lab"


def campus_switches(count: int, **about: object) -> list[LabSwitch]:
    """Access switches of the simulated campus, ``acc-001`` and on, with the same speed and secrets."""
    switches = site_switches(build_lab_campus(switches=max(count, 6)), Manners(**about))  # type: ignore[arg-type]  # what Manners takes
    return sorted((switch for switch in switches if switch.name.startswith("acc-")), key=lambda switch: switch.name)[:count]


@dataclass(slots=True)
class Site:
    """An inventory in a directory of its own, with a state directory and the environment of a call."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def inventory(self) -> Path:
        """Where the inventory is."""
        return self.directory / "inventory"

    @property
    def state(self) -> Path:
        """Where sweeps and host keys are kept."""
        return self.directory / "state"

    def write(
        self, lab: LabServer, names: Sequence[str], *, password: str = "env:LAB_PASSWORD", extras: Mapping[str, str] | None = None
    ) -> None:
        """Write the inventory; ``extras`` holds settings of switchcorr by device: ``algorithms: legacy``."""
        self.inventory.mkdir(exist_ok=True)
        lines = []
        for name in names:
            host, port = lab.address(name)
            lines += [f"{name}:", f"  hostname: {host}", f"  port: {port}", "  platform: cisco_ios"]
            if setting := (extras or {}).get(name):
                lines.append(f"  connection_options: {{switchcorr: {{extras: {{{setting}}}}}}}")
        (self.inventory / "hosts.yaml").write_text("\n".join(lines) + "\n")
        defaults = self.inventory / "defaults.yaml"
        defaults.write_text(f"username: {USERNAME}\npassword: {password}\n")
        defaults.chmod(0o600)

    def trust(self, lab: LabServer, *names: str) -> None:
        """Record the keys of some devices."""
        self.state.mkdir(mode=0o700)
        at = {name: lab.address(name) for name in names}
        (self.state / "known_hosts").write_text("".join(f"[{host}]:{port} {lab.host_key(name)}\n" for name, (host, port) in at.items()))

    def enter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Give this process the variables of a call."""
        for name, value in self.full_environment.items():
            if name.startswith(("SWITCHCORR_", "XDG_", "LAB_")):
                monkeypatch.setenv(name, value)

    def command(self, *arguments: str | Path) -> list[str]:
        """A call as a list of words."""
        return [sys.executable, "-m", "switchcorr", *map(str, arguments)]

    @property
    def full_environment(self) -> dict[str, str]:
        """Variables of a call: those of the test, and nothing of the user's own settings."""
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
        ours = {
            "SWITCHCORR_STATE_DIR": str(self.state),
            "SWITCHCORR_INVENTORY": str(self.inventory),
            "SWITCHCORR_PARSE_WORKERS": "1",
            "XDG_CONFIG_HOME": str(self.directory / "no-config"),
            "LAB_PASSWORD": "lab-password",
            "LANG": "C.UTF-8",
        }
        return {**kept, **ours, **self.environment}

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Call switchcorr in a pipe and wait for its end."""
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, timeout=DEADLINE_S, check=False,
            env=self.full_environment, cwd=self.directory, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def call(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The same in this process: where the command is no more than what leads to the one that is tested, or what it says is all that is."""
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ:
                if name.startswith("SWITCHCORR_"):
                    patch.delenv(name)
            self.enter(patch)
            patch.chdir(self.directory)
            called = call_main(*arguments)
        return subprocess.CompletedProcess(list(map(str, arguments)), called.code, called.out, called.err)

    def run_printed(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a command exactly as it was printed."""
        words = shlex.split(line)
        assert words[0] == "switchcorr", line
        return self.run(*words[1:])

    @contextlib.contextmanager
    def started(self, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
        """Call switchcorr in a pipe without waiting; what still runs at the end is ended."""
        process = subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.full_environment, cwd=self.directory, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()


@dataclass(slots=True)
class Screen:
    """What a run in a terminal left."""

    code: int
    text: str
    before: list[object]
    after: list[object]


def run_in_terminal(site: Site, *arguments: str | Path, columns: int, act: Callable[[str, IO[bytes]], None] | None = None) -> Screen:
    """Call switchcorr with a terminal of 24 lines for all its streams.

    Args:
        act: told everything shown so far each time something comes; may write to the terminal as the user would.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    before: list[object] = list(termios.tcgetattr(theirs))
    environment = {**site.full_environment, "TERM": "xterm-256color"}
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(
        [sys.executable, "-c", _IN_OWN_TERMINAL, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment, cwd=site.directory, start_new_session=True,
    )  # fmt: skip
    shown = b""
    with process, os.fdopen(ours, "r+b", buffering=0) as terminal:
        ends = time.monotonic() + DEADLINE_S
        while time.monotonic() < ends:
            ready, _, _ = select.select([terminal], [], [], 0.2)
            if ready:
                shown += terminal.read(65536) or b""
                if act is not None:
                    act(shown.decode("utf-8", "replace"), terminal)
            elif process.poll() is not None:
                break
        else:
            process.send_signal(signal.SIGKILL)
        after: list[object] = list(termios.tcgetattr(theirs))
        os.close(theirs)
    return Screen(process.returncode, shown.decode("utf-8", "replace"), before, after)
