"""One visit of a device: what was asked, what came back, and how it ended. Text is kept as bytes, as received."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class AnswerStatus(enum.StrEnum):
    """How one command went; the words of ``capture.json``."""

    OK = "ok"
    PARTIAL = "partial"
    """The session ended in the middle of the answer."""
    DENIED = "denied"
    """The user may not ask this."""
    INVALID = "invalid"
    """The device does not know the command."""
    FEATURE_OFF = "feature_off"
    NO_PROMPT = "no_prompt"
    """Text came and stopped, and no prompt after it."""
    TIMEOUT = "timeout"
    """Nothing came for longer than the idle limit, or the visit's time was over."""
    TRUNCATED = "truncated"
    """Stopped at the most that one command may print, in bytes or pages."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one command.

    Attributes:
        command: as sent.
        raw: bytes as received, without the echo of the command and without the prompt behind; paging marks are still in it.
        started_at: UTC.
        seconds: from sending to the last byte.
        pages: how often the pager was answered.
    """

    command: str
    raw: bytes
    status: AnswerStatus
    started_at: datetime
    seconds: float
    pages: int = 0


class VisitStatus(enum.StrEnum):
    """How a visit ended; the words of the manifest."""

    ANSWERED = "answered"
    """Every command was asked, and each answer is whole: data, or a clear no."""
    PARTIAL = "partial"
    """Some answers are missing or cut short, or most were refused."""
    FAILED = "failed"
    """No command was answered with data."""
    SKIPPED = "skipped"
    """Not visited on purpose: the sweep was stopped before it came to this device."""
    CANCELLED = "cancelled"
    """Interrupted by the user while it ran; what was there is kept."""


class FailureKind(enum.StrEnum):
    """Why a visit is not whole; each has one next step (``collect/failures.py``)."""

    NAME_RESOLUTION = "name_resolution"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect_timeout"
    RESET = "reset"
    """The connection was reset, before or after the login."""
    NOT_SSH = "not_ssh"
    """Something answered, and it was no SSH server."""
    ALGORITHMS = "algorithms"
    """No SSH algorithm in common within what is permitted."""
    HOST_KEY_UNKNOWN = "host_key_unknown"
    HOST_KEY_CHANGED = "host_key_changed"
    AUTHENTICATION = "authentication"
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105  # the name of a failure, not a password
    """The device asked for a new password; it was not answered."""
    CREDENTIALS = "credentials"
    """A credential reference leads to no secret."""
    ENABLE = "enable"
    PRIVILEGE = "privilege"
    """Logged in, and most or all commands were refused: denied, or not known at this privilege level."""
    NO_PROMPT = "no_prompt"
    """Logged in, and no prompt was recognised."""
    PLATFORM = "platform"
    """The platform is unknown and could not be found out."""
    SESSION_CLOSED = "session_closed"
    """The device ended the session in the middle of the visit."""
    TIMEOUT = "timeout"
    """An answer stopped coming."""
    DEADLINE = "deadline"
    """The visit took longer than a visit may."""
    SAVE = "save"
    """An answer could not be written: disk full, permissions."""
    STOPPED = "stopped"
    """The sweep stopped because logins were refused; this device was not tried."""
    INTERRUPTED = "interrupted"
    DRIVER = "driver"
    """The driver failed in a way nobody foresaw; a fault of switchcorr."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a visit is not whole.

    Attributes:
        message: what failed and what was found.
        hint: what to do next, exact enough to be pasted where that is possible.
    """

    kind: FailureKind
    message: str
    hint: str = ""
