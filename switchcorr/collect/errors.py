"""What the SSH library and the operating system raise, as errors of this program: mapped here and nowhere else."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import asyncssh

from switchcorr.errors import AuthenticationError, CollectError, CollectTimeoutError, ConnectError, HostKeyError
from switchcorr.model.visit import FailureKind
from switchcorr.text import clean


@dataclass(frozen=True, slots=True)
class _Meaning:
    error: type[CollectError]
    kind: FailureKind
    words: str
    hint: str = ""


_RESET = _Meaning(ConnectError, FailureKind.RESET, "the connection was reset")
_BROKEN_SSH = _Meaning(ConnectError, FailureKind.NOT_SSH, "what answers does not speak SSH as it should")
_REFUSED_LOGIN = _Meaning(
    AuthenticationError,
    FailureKind.AUTHENTICATION,
    "the login was refused",
    "Check the user name, and the password where the inventory says it is. It is not tried again in this sweep.",
)
_CREDENTIALS = _Meaning(AuthenticationError, FailureKind.CREDENTIALS, "the login's key file or name cannot be used")

MEANINGS: Final[Mapping[type[BaseException], _Meaning]] = MappingProxyType(
    {
        asyncssh.KeyExchangeFailed: _BROKEN_SSH,
        asyncssh.ProtocolError: _BROKEN_SSH,
        asyncssh.ProtocolNotSupported: _BROKEN_SSH,
        asyncssh.MACError: _BROKEN_SSH,
        asyncssh.CompressionError: _BROKEN_SSH,
        asyncssh.HostKeyNotVerifiable: _Meaning(HostKeyError, FailureKind.HOST_KEY_UNKNOWN, "the host key cannot be verified"),
        asyncssh.PermissionDenied: _REFUSED_LOGIN,
        asyncssh.IllegalUserName: _REFUSED_LOGIN,
        asyncssh.PasswordChangeRequired: _Meaning(AuthenticationError, FailureKind.PASSWORD_EXPIRED, "the device asks for a new password"),
        asyncssh.ConnectionLost: _RESET,
        asyncssh.ServiceNotAvailable: _RESET,
        asyncssh.ChannelOpenError: _Meaning(ConnectError, FailureKind.SESSION_CLOSED, "the device opened no session"),
        asyncssh.DisconnectError: _RESET,
        asyncssh.Error: _RESET,
        asyncssh.KeyImportError: _CREDENTIALS,
        asyncssh.KeyEncryptionError: _CREDENTIALS,
        socket.gaierror: _Meaning(ConnectError, FailureKind.NAME_RESOLUTION, "the name cannot be resolved"),
        ConnectionRefusedError: _Meaning(ConnectError, FailureKind.REFUSED, "the connection was refused"),
        ConnectionResetError: _RESET,
        ConnectionAbortedError: _RESET,
        BrokenPipeError: _RESET,
        TimeoutError: _Meaning(CollectTimeoutError, FailureKind.CONNECT_TIMEOUT, "no answer to the connection"),
        OSError: _Meaning(ConnectError, FailureKind.UNREACHABLE, "cannot be reached"),
        ValueError: _CREDENTIALS,
    }
)
"""By exception; of several that fit, the nearest class counts."""

LIBRARY_ERRORS: Final = (asyncssh.Error, asyncssh.PasswordChangeRequired, OSError, ValueError)
"""What connecting, logging in and talking may raise."""

_SAID_WHOLE = (_CREDENTIALS, MEANINGS[ConnectionRefusedError])
"""To which the words of the library or the system add nothing."""
_NO_COMMON = "No matching"
_TOO_MANY_FILES = {errno.EMFILE, errno.ENFILE}


def collect_error(error: BaseException, *, name: str, place: str) -> CollectError:
    """An error of the library or the system as one of ours.

    Args:
        name: of the device.
        place: host and port it happened at.
    """
    if isinstance(error, CollectError):
        return error
    meaning = _meaning(error)
    text = "" if meaning in _SAID_WHOLE else f" ({_text(error)})"
    return meaning.error(
        f"{name}: {meaning.words} by {place}{text}." if meaning is _REFUSED_LOGIN else f"{name}: {place}: {meaning.words}{text}.",
        kind=meaning.kind,
        hint=meaning.hint,
    )


def _meaning(error: BaseException) -> _Meaning:
    text = str(error)
    if isinstance(error, asyncssh.KeyExchangeFailed) and _NO_COMMON in text:
        return _Meaning(ConnectError, FailureKind.ALGORITHMS, "no SSH algorithm in common within what is permitted")
    if isinstance(error, asyncssh.DisconnectError) and "authentication failures" in text.lower():
        return _REFUSED_LOGIN  # how OpenSSH ends a connection after too many refused logins
    if isinstance(error, OSError) and error.errno in _TOO_MANY_FILES:
        return _Meaning(
            ConnectError, FailureKind.DRIVER, "no more sockets here", "Raise the limit of open files (ulimit -n) or lower `concurrency`."
        )
    if isinstance(error, OSError) and error.errno is None and text.count("[Errno") == text.count(f"[Errno {errno.ECONNREFUSED}]") > 0:
        return MEANINGS[ConnectionRefusedError]  # refused at each of several addresses
    return next(
        (MEANINGS[kind] for kind in type(error).__mro__ if kind in MEANINGS),
        _Meaning(ConnectError, FailureKind.DRIVER, "failed in a way nobody foresaw"),
    )


def _text(error: BaseException) -> str:
    """What was said, without the parts that only a programmer wants; shortened, for a device may say anything."""
    if isinstance(error, OSError) and isinstance(error.errno, int) and not isinstance(error, socket.gaierror):
        return f"{errno.errorcode.get(error.errno, error.errno)}: {os.strerror(error.errno)}"
    said = error.reason if isinstance(error, asyncssh.Error) else getattr(error, "strerror", None) or str(error) or type(error).__name__
    return clean(str(said), limit=200)
