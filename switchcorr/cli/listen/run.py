"""What ``switchcorr listen`` does with its options, and what it says."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.output import tell, write_out
from switchcorr.errors import UsageError
from switchcorr.jobs.listen import ListenRequest, listen, status_document
from switchcorr.listen.server import Address
from switchcorr.listen.snippets import rsyslog_snippet, syslog_ng_snippet
from switchcorr.report.to_json import json_text
from switchcorr.settings import Settings, state_directory
from switchcorr.text import counted

_DEFAULT = ("5514",)
_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]:|(?P<four>[0-9.]+):)?(?P<port>\d{1,5})")


class Beside(Protocol):
    """What runs beside a listener: started when it listens, looked at every second, ended when all is stored."""

    def start(self) -> None:
        """Start it."""

    def check(self) -> None:
        """See that it still runs."""

    def end(self) -> None:
        """End it, and wait for that."""


def unused_without_live(**given: object) -> None:
    """Refuse options that only recognition reads, where none is asked for: a listener that ignored them would never tell an incident.

    Raises:
        UsageError: one was given.
    """
    _refuse(given, "nothing is recognised without --live or --follow", "Add --live; or leave it out, to receive only.")


def unused_without_tls(tls: Sequence[str] | None, **given: object) -> None:
    """Refuse options of TLS, where nothing is received by it.

    Raises:
        UsageError: one was given.
    """
    _refuse({} if tls else given, "nothing is received by TLS", "Add --tls 6514; --udp and --tcp receive in plain text.")


def _refuse(given: Mapping[str, object], why: str, hint: str) -> None:
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if names:
        raise UsageError(f"{' and '.join(names)}: {why}.", hint=hint)


def segments_folder(given: Path | None, settings: Settings) -> Path:
    """The folder of the segments."""
    return (given or state_directory(settings, os.environ) / "events").absolute()


def addresses_of(udp: Sequence[str] | None, tcp: Sequence[str] | None, tls: Sequence[str] | None) -> tuple[Address, ...]:
    """Where to listen: what was asked for, else UDP and TCP on this machine's own addresses.

    Raises:
        UsageError: one is no address.
    """
    if not (udp or tcp or tls):
        udp = tcp = _DEFAULT
    asked = [("udp", text) for text in udp or ()] + [("tcp", text) for text in tcp or ()] + [("tls", text) for text in tls or ()]
    return tuple(address for transport, text in asked for address in _addresses(transport, text))


def _addresses(transport: str, text: str) -> list[Address]:
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or int(found["port"]) > 65_535:
        raise UsageError(f"--{transport} {text!r} is no address.", hint="Write 5514, 192.0.2.10:514 or [2001:db8::10]:514.")
    port, host = int(found["port"]), found["six"] or found["four"]
    if host is None:
        return [Address(transport, own, port) for own in ("127.0.0.1", "::1") if own == "127.0.0.1" or _has_ipv6()]
    try:
        return [Address(transport, str(ipaddress.ip_address(host)), port)]
    except ValueError:
        raise UsageError(
            f"--{transport} {text!r}: {host} is no IP address.", hint="0.0.0.0 and [::] are all addresses of this machine."
        ) from None


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def show_snippet(folder: Path, *, rsyslog: bool) -> None:
    """Print a configuration for another receiver."""
    write_out(rsyslog_snippet(folder) if rsyslog else syslog_ng_snippet(folder))


def run_listener(request: ListenRequest, watching: Beside | None, *, verbose: int, quiet: bool) -> None:
    """Listen until told to end, then print what was counted; beside it incidents are recognised, if that is wanted."""
    set_up_logging(verbose=verbose, quiet=quiet)

    def opened(addresses: tuple[Address, ...]) -> None:
        if not quiet:
            tell(f"listening: {', '.join(map(str, addresses))}; segments in {request.folder}; Ctrl-C or SIGTERM ends it")

        if watching is not None:
            watching.start()

    try:
        report = listen(request, opened=opened, each_second=watching.check if watching is not None else lambda: None)
    finally:
        if watching is not None:
            watching.end()
    write_out(json_text(dict(status_document(report, running=False))))
    if not quiet:
        counts = report.counts
        tell(f"{counted(counts.received, 'message')} received, {counts.stored:,} stored; {counts.kernel_drops:,} dropped by the kernel")
