"""Keepalives of phones in packet captures: read, follow, judge."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from switchcorr.errors import UsageError
from switchcorr.jobs.inputs.request import Progress, say_nothing
from switchcorr.model.keepalive import CaptureSide, KeepaliveProtocol, KeepaliveReport
from switchcorr.packets.containers import CaptureFile
from switchcorr.packets.keepalives import ReadCapture, report_on
from switchcorr.packets.tracking import DEFAULT_PORTS, Tracker
from switchcorr.text import clean

_log = logging.getLogger(__name__)
_TOLD_EVERY = 20_000
"""Packets between two words on how far it is: a fifth of a second."""
_MB = 1_000_000
_BY_PORT = (KeepaliveProtocol.SCCP, KeepaliveProtocol.SCCP_TLS, KeepaliveProtocol.SIP, KeepaliveProtocol.SIP_TLS)


@dataclass(frozen=True, slots=True)
class KeepalivesRequest:
    """What is asked for.

    Attributes:
        taken_at: where the first capture was taken; None to find it out.
        ports: ports of call servers and what is spoken there.
    """

    capture: Path
    other_side: Path | None = None
    taken_at: CaptureSide | None = None
    ports: Mapping[int, KeepaliveProtocol] = field(default_factory=lambda: DEFAULT_PORTS)


def keepalives(request: KeepalivesRequest, progress: Progress = say_nothing) -> KeepaliveReport:
    """Read one capture or two and say what became of the keepalives of every phone.

    Raises:
        ConfigurationError: scapy is not installed.
        InputFileError: a capture cannot be used at all.
    """
    if request.other_side is not None and request.other_side.resolve() == request.capture.resolve():
        raise UsageError(
            f"{request.capture}: is the capture of both sides.", hint="Give --other-side the one that was taken at the other end."
        )
    keep = request.other_side is not None
    began = time.monotonic()
    capture = _read(request.capture, request.ports, progress, keep=keep)
    other = None if request.other_side is None else _read(request.other_side, request.ports, progress, keep=keep)
    report = report_on(capture, other, taken_at=request.taken_at)
    _log.info(
        "keepalives: %d packets, %d phones, %s, %.1f s",
        sum(one.packets for one in report.captures), len(report.phones), report.verdict.value, time.monotonic() - began,
    )  # fmt: skip
    return report


def _read(path: Path, ports: Mapping[int, KeepaliveProtocol], progress: Progress, *, keep: bool) -> ReadCapture:
    tracker = Tracker(ports=ports, keep=keep)
    capture = CaptureFile(path)
    for packet in capture.packets():
        if tracker.packets % _TOLD_EVERY == 0:
            done, total = capture.position
            progress(f"{clean(path.name)} (MB)", done // _MB, max(1, total // _MB))
        tracker.take(*packet)
    tracker.finish()
    return ReadCapture(clean(str(path)), tracker, capture.problem)


def ports_of(given: Sequence[str]) -> Mapping[int, KeepaliveProtocol]:
    """The usual ports and those of ``PROTOCOL=PORT`` options.

    >>> ports_of(["sip=5070"])[5070].value
    'sip'

    Raises:
        UsageError: one is not of this form.
    """
    ports = dict(DEFAULT_PORTS)
    for text in given:
        name, _, number = text.partition("=")
        protocol = next((one for one in _BY_PORT if one.value == name.strip().lower()), None)
        if protocol is None or not number.isdecimal() or len(number) > 5 or not 0 < int(number) < 65_536:
            raise UsageError(
                f"--port {text}: no protocol and port.", hint=f"Such as sip=5070; {', '.join(one.value for one in _BY_PORT)} are known."
            )
        ports[int(number)] = protocol
    return ports
