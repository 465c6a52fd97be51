"""What netmiko, paramiko and the operating system raise, as errors of this program.

netmiko calls everything a timeout; the exception behind it tells what it was, its number included.
"""

from __future__ import annotations

import re
from typing import Final

import paramiko  # type: ignore[import-untyped]
from netmiko.exceptions import ConnectionException, NetmikoBaseException, ReadException, ReadTimeout, WriteException

from switchcorr.collect.errors import collect_error as system_error
from switchcorr.errors import CollectError, CollectTimeoutError, ConnectError
from switchcorr.model.visit import FailureKind

LIBRARY_ERRORS: Final = (NetmikoBaseException, ConnectionException, paramiko.SSHException, EOFError, OSError, ValueError)
"""What connecting, logging in and preparing a session may raise."""
_ENDED: Final = (EOFError, ReadException, WriteException)
_TIMED_OUT: Final = re.compile(r"time(?:d )?-?out|No existing session", re.IGNORECASE)
_NOT_SSH: Final = re.compile(r"Indecipherable protocol|Incompatible version|Invalid packet|Mismatched MAC|Bad packet", re.IGNORECASE)


def collect_error(error: BaseException, *, name: str, place: str) -> CollectError:
    """An error of the libraries or the system as one of ours.

    Args:
        name: of the device.
        place: host and port it happened at.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, CollectError):
            return cause
    for cause in reversed(causes):
        if isinstance(cause, OSError) and not isinstance(cause, TimeoutError) and type(cause).__module__ != "netmiko.exceptions":
            return system_error(cause, name=name, place=place)
    return _by_library(causes[-1], name=name, place=place)


def ended_before_a_word(error: BaseException) -> bool:
    """Whether the connection ended before the other end had said which version of SSH it speaks."""
    causes = list(_causes(error))
    return any("protocol banner" in str(cause) for cause in causes) and not any(isinstance(cause, TimeoutError) for cause in causes)


def _causes(error: BaseException) -> list[BaseException]:
    """An exception and those behind it, the one that was first last."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found


def _by_library(error: BaseException, *, name: str, place: str) -> CollectError:
    text = _shown(str(error))
    make, kind, words = _meaning(error, text)
    return make(f"{name}: {place}: {words}.", kind=kind)


def _meaning(error: BaseException, text: str) -> tuple[type[CollectError], FailureKind, str]:
    """Which of our errors it is, and what to say."""
    silent = isinstance(error, TimeoutError) or _TIMED_OUT.search(text) is not None
    table: tuple[tuple[bool, type[CollectError], FailureKind, str], ...] = (
        (
            isinstance(error, paramiko.IncompatiblePeer),
            ConnectError,
            FailureKind.ALGORITHMS,
            f"no SSH algorithm in common within what is permitted ({text})",
        ),
        (isinstance(error, paramiko.ChannelException), ConnectError, FailureKind.UNREACHABLE, f"the jump host cannot reach it ({text})"),
        (isinstance(error, ReadTimeout), CollectTimeoutError, FailureKind.NO_PROMPT, "logged in, and no prompt came"),
        (isinstance(error, _ENDED), ConnectError, FailureKind.RESET, "the connection was reset (it ended without a word)"),
        (_NOT_SSH.search(text) is not None, ConnectError, FailureKind.NOT_SSH, f"what answers does not speak SSH as it should ({text})"),
        ("Authentication" in text and silent, CollectTimeoutError, FailureKind.TIMEOUT, "the login was not decided on in time"),
        (silent, CollectTimeoutError, FailureKind.CONNECT_TIMEOUT, "no answer to the connection"),
    )
    for fits, make, kind, words in table:
        if fits:
            return make, kind, words
    return ConnectError, FailureKind.DRIVER, f"failed in a way nobody foresaw ({type(error).__name__}: {text})"


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:200].strip()
