"""The job ``listen``: receive syslog into a folder of segments until told to end; how it stands is in ``listen.json`` beside them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from switchcorr.errors import InputFileError, UsageError
from switchcorr.files import write_whole
from switchcorr.jobs.stopping import stop_event
from switchcorr.listen.allowed import LOOPBACK, is_loopback
from switchcorr.listen.certificates import tls_context
from switchcorr.listen.losses import STATUS, read_losses
from switchcorr.listen.segments import Rotation, only_listener
from switchcorr.listen.server import Address, Listener, ListenOptions, ListenReport
from switchcorr.listen.tcp import Limits
from switchcorr.report.to_json import iso

_log = logging.getLogger(__name__)
_EVERY = 5
"""Seconds between two states written; also once at the end."""


@dataclass(frozen=True, slots=True)
class ListenRequest:
    """What ``listen`` was asked.

    Attributes:
        allow: networks that may send; none is this machine only.
        certificate, key, client_ca: for TLS.
    """

    folder: Path
    addresses: tuple[Address, ...]
    allow: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    rotation: Rotation = field(default_factory=Rotation)
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None


def listen(
    request: ListenRequest,
    *,
    opened: Callable[[tuple[Address, ...]], None],
    each_second: Callable[[], None] = lambda: None,
) -> ListenReport:
    """Receive until SIGINT, SIGTERM or SIGHUP; what was received by then is on the disk.

    Args:
        opened: told the addresses, when it listens.
        each_second: called about every second, in another thread.

    Raises:
        UsageError: it would be open to other machines without saying for whom, or TLS lacks a file.
        ListenError: an address, a certificate or the folder cannot be used, or something could not be stored at the end.
    """
    _check(request)
    tls = None
    if request.certificate is not None and request.key is not None:
        tls = tls_context(request.certificate, request.key, request.client_ca)
    with only_listener(request.folder):
        status = _Status(request.folder / STATUS, each_second)
        options = ListenOptions(
            request.folder, request.addresses, request.allow or LOOPBACK, request.limits, request.rotation, tls=tls, status=status.tell,
            losses=read_losses(request.folder),
        )  # fmt: skip

        async def run() -> ListenReport:
            with stop_event(None) as ending:
                return await Listener(options).run(ending, opened)

        report = asyncio.run(run())
        status.write(report, running=False)
    counts = report.counts
    _log.info("listen: %d messages received, %d stored in %d segments", counts.received, counts.stored, counts.segments)
    return report


def _check(request: ListenRequest) -> None:
    wide = [address for address in request.addresses if not is_loopback(address.host)]
    if wide and not request.allow:
        raise UsageError(
            f"{wide[0]} is open to other machines, and nothing says which may send.",
            hint="Name them with --allow 192.0.2.0/24 (repeat it); syslog by UDP and TCP proves nothing about its sender.",
        )
    if any(address.transport == "tls" for address in request.addresses) and (request.certificate is None or request.key is None):
        raise UsageError("--tls needs a certificate.", hint="Give --certificate and --key, and --client-ca to take known clients only.")
    if wide:
        _log.warning("listen: open to other machines: %s; taken from %s", ", ".join(map(str, wide)), ", ".join(request.allow))
    if any(address.transport == "tls" for address in request.addresses) and request.client_ca is None:
        _log.warning("listen: without --client-ca any client of the allowed networks may send by TLS")


@final
class _Status:
    """Keeps ``listen.json`` up to date; a disk that is full costs the state only."""

    def __init__(self, path: Path, each_second: Callable[[], None]) -> None:
        self._each_second = each_second
        self._path = path
        self._asked = 0
        self._failed = False

    def tell(self, report: ListenReport) -> None:
        """Called every second."""
        self._each_second()
        self._asked += 1
        if self._asked % _EVERY == 1:
            self.write(report, running=True)

    def write(self, report: ListenReport, *, running: bool) -> None:
        """Write how it stands."""
        try:
            write_whole(self._path, json.dumps(status_document(report, running=running), indent=1) + "\n")
        except InputFileError as error:
            if not self._failed:
                _log.warning("listen: %s", error.message)
            self._failed = True
        else:
            self._failed = False


def status_document(report: ListenReport, *, running: bool) -> Mapping[str, object]:
    """How it stands, as JSON: ``switchcorr/listen/1``, described in ``docs/listen.md``."""
    return {
        "schema": "switchcorr/listen/1",
        "running": running,
        "since": iso(report.since),
        "addresses": [str(address) for address in report.addresses],
        "counts": report.counts.as_dict(),
        "waiting": report.waiting,
        "problem": report.problem,
        "segment": report.segment,
        "losses": [{"since": one.since.isoformat(), "until": one.until.isoformat(), "dropped": one.dropped} for one in report.losses],
    }
