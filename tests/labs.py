"""Simulated switches for tests: started in one line, and at the end every byte that they received is accounted for."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

from switchcorr.collect.ssh_session import LEAVE
from switchcorr.collect.terminal import NEXT_PAGE
from switchcorr.lab.journal import Journal, Kind
from switchcorr.lab.ssh_server import LabServer, LabThread
from switchcorr.lab.switch import LabSwitch
from switchcorr.platforms import platform_named
from switchcorr.platforms.declaration import Dialogue


def _dialogue(platform_name: str) -> Dialogue:
    platform = platform_named(platform_name)
    assert platform is not None, platform_name
    assert platform.dialogue is not None, platform_name
    return platform.dialogue


def allowed_lines(platform_name: str, also: Iterable[str] = ()) -> set[bytes]:
    """Every line that a client may type at a platform."""
    platform, dialogue = platform_named(platform_name), _dialogue(platform_name)
    assert platform is not None
    commands = {name for command in platform.commands for name in (command.text, *command.aliases)}
    return {LEAVE, *(line.encode() for line in (*commands, *also, *dialogue.paging_off, dialogue.enable, ""))}


def check_journal(journal: Journal, switches: Iterable[LabSwitch], also: Iterable[str] = ()) -> None:
    """Assert that the switches received nothing but what the read-only door lets through, and that no channel but a shell was opened.

    Args:
        also: further lines that are allowed: commands that a user has added.
    """
    platforms = {switch.name: switch.platform for switch in switches}
    allowed = {name: allowed_lines(name, also) for name in set(platforms.values())}
    for entry in journal.entries:
        if entry.switch not in platforms:
            continue
        what = f"{entry.switch} received {entry.data!r} ({entry.kind})"
        if entry.kind is Kind.LINE:
            assert entry.data in allowed[platforms[entry.switch]], what
        elif entry.kind is Kind.KEY:
            assert entry.data == NEXT_PAGE, what
        elif entry.kind is Kind.REST:
            *whole, last = re.split(rb"\r\n|\r|\n", entry.data)
            pieces = {*allowed[platforms[entry.switch]], NEXT_PAGE}
            assert pieces.issuperset(whole), what
            assert any(piece.startswith(last) for piece in pieces), what
        elif entry.kind is Kind.CHANNEL:
            assert entry.data.startswith((b"forwarded-tcpip refused", b"x11 refused", b"agent refused")), what
        assert entry.kind not in {Kind.NEW_PASSWORD, Kind.CONTROL}, what


@contextlib.asynccontextmanager
async def running_lab(switches: Sequence[LabSwitch], also: Iterable[str] = ()) -> AsyncIterator[LabServer]:
    """A lab; at the end its journal is checked."""
    async with LabServer(switches) as lab:
        yield lab
    check_journal(lab.journal, switches, also)


@contextlib.contextmanager
def lab_thread(switches: Sequence[LabSwitch]) -> Iterator[LabServer]:
    """The same for tests without an event loop."""
    with LabThread(switches) as lab:
        yield lab
    check_journal(lab.journal, switches)


def canned(texts: Mapping[str, str], name: str = "acc-001", **about: object) -> LabSwitch:
    """A switch that answers with given texts, whatever the visit."""
    return LabSwitch(name, lambda command, _: texts.get(command), **about)  # type: ignore[arg-type]  # what LabSwitch takes
