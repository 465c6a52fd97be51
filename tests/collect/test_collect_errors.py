"""Every exception of the SSH library and of the system that can come has its kind."""

from __future__ import annotations

import errno
import inspect
import socket

import asyncssh
import pytest

from switchcorr.collect.errors import LIBRARY_ERRORS, MEANINGS, collect_error
from switchcorr.errors import CollectError
from switchcorr.model.visit import FailureKind

_NEVER_RAISED_HERE = {
    "ChannelListenError": "nothing listens",
    "BreakReceived": "servers only",
    "SignalReceived": "servers only",
    "SoftEOFReceived": "servers only",
    "TerminalSizeChanged": "servers only",
    "ProcessError": "no processes are run",
    "TimeoutError": "no processes are run",
    "KeyGenerationError": "no keys are made",
    "KeyExportError": "public keys only",
    "ConfigParseError": "no configuration is read",
    "SFTPError": "no files are moved",
}


def _library_errors() -> list[type[BaseException]]:
    found = [value for _, value in inspect.getmembers(asyncssh, inspect.isclass) if issubclass(value, Exception)]
    return [kind for kind in found if not kind.__name__.startswith("SFTP")]


@pytest.mark.parametrize("kind", _library_errors(), ids=lambda kind: kind.__name__)
def test_every_exception_of_the_library_is_mapped(kind: type[BaseException]) -> None:
    assert kind in MEANINGS or kind.__name__ in _NEVER_RAISED_HERE, kind.__name__
    if kind in MEANINGS:
        assert issubclass(kind, LIBRARY_ERRORS)


def _kind(error: BaseException) -> FailureKind:
    mapped = collect_error(error, name="sw-1", place="192.0.2.1:22")
    assert mapped.message.startswith("sw-1: ")
    assert mapped.message.endswith(".")
    assert "192.0.2.1:22" in mapped.message
    return FailureKind(mapped.kind)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), FailureKind.REFUSED),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 111] Connect call failed"), FailureKind.REFUSED),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 113] Connect call failed"), FailureKind.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, "x"), FailureKind.UNREACHABLE),
        (OSError(errno.ENETUNREACH, "x"), FailureKind.UNREACHABLE),
        (TimeoutError(errno.ETIMEDOUT, "x"), FailureKind.CONNECT_TIMEOUT),
        (ConnectionResetError(errno.ECONNRESET, "x"), FailureKind.RESET),
        (BrokenPipeError(errno.EPIPE, "x"), FailureKind.RESET),
        (OSError(errno.EMFILE, "x"), FailureKind.DRIVER),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), FailureKind.NAME_RESOLUTION),
        (asyncssh.KeyExchangeFailed("No matching key exchange algorithm found, sent x and received y"), FailureKind.ALGORITHMS),
        (asyncssh.KeyExchangeFailed("Key exchange hash mismatch"), FailureKind.NOT_SSH),
        (asyncssh.PermissionDenied("Permission denied"), FailureKind.AUTHENTICATION),
        (asyncssh.ProtocolError("Too many authentication failures"), FailureKind.AUTHENTICATION),
        (asyncssh.ProtocolError("Bad packet"), FailureKind.NOT_SSH),
        (asyncssh.ConnectionLost("Connection lost"), FailureKind.RESET),
        (asyncssh.DisconnectError(12, "Too many connections"), FailureKind.RESET),
        (asyncssh.PasswordChangeRequired("New password:"), FailureKind.PASSWORD_EXPIRED),
        (RuntimeError("x"), FailureKind.DRIVER),
    ],
    ids=repr,
)
def test_what_an_error_means(error: BaseException, kind: FailureKind) -> None:
    assert _kind(error) is kind


def test_the_errno_stays_readable() -> None:
    error = OSError(errno.EHOSTUNREACH, "Connect call failed ('192.0.2.1', 22)")
    assert "EHOSTUNREACH: No route to host" in collect_error(error, name="sw-1", place="192.0.2.1:22").message


def test_what_a_device_says_cannot_write_on_the_terminal() -> None:
    error = asyncssh.DisconnectError(2, "\x1b]0;evil\x07\r\n" + "x" * 5000)
    message = collect_error(error, name="sw-1", place="192.0.2.1:22").message
    assert message.isprintable()
    assert len(message) < 400


def test_an_error_of_ours_stays_as_it_is() -> None:
    error = CollectError("x", kind=FailureKind.SAVE)
    assert collect_error(error, name="sw-1", place="y") is error


def test_what_may_hold_a_secret_is_not_repeated() -> None:
    assert "hunter2" not in collect_error(ValueError("hunter2"), name="sw-1", place="y").message


def test_a_refused_connection_is_said_once() -> None:
    for error in (ConnectionRefusedError(errno.ECONNREFUSED, "x"), OSError("Multiple exceptions: [Errno 111] a, [Errno 111] b")):
        assert collect_error(error, name="sw-1", place="192.0.2.1:22").message == "sw-1: 192.0.2.1:22: the connection was refused."
