"""What can go wrong, and the exit code of each outcome.

The tree::

    SwitchcorrError
    ├── UsageError             options that do not go together
    ├── ConfigurationError     a settings file or variable
    ├── InventoryError         the list of switches
    ├── SweepError             a sweep that cannot begin
    ├── InputFileError         a file that cannot be used: missing, empty, binary, too large
    ├── ListenError            syslog cannot be received: an address, a certificate or the folder of segments
    ├── CollectError           a device
    │   ├── ConnectError
    │   ├── AuthenticationError
    │   ├── HostKeyError
    │   ├── CommandError
    │   └── CollectTimeoutError
    ├── ParseError             the text of a command
    ├── EventFormatError       an event log
    ├── StoreError
    │   ├── StoreAwayError     its server cannot be reached now
    │   ├── LeaseLostError     the work was given to another worker
    │   ├── UnfinishedError    a worker's slice of a sweep has devices left
    │   └── SchemaVersionError
    └── ReportError

Every class has a ``slug``: a heading in ``docs/messages.md``. A message says what failed and what was found,
``hint`` what to do next.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import ClassVar


class ExitCode(enum.IntEnum):
    """Exit codes of the command line; the table stands in ``docs/cli.md``."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTIAL = 3
    FINDINGS = 4
    INTERRUPTED = 130


class SwitchcorrError(Exception):
    """Base of everything switchcorr raises on purpose.

    Args:
        message: what failed and what was found.
        hint: what to do next; may be empty.
        context: where it was (``device``, ``command``, ``file``, ``line``, ``key``), for logs and JSON.
    """

    slug: ClassVar[str] = "error"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str = "", context: Mapping[str, str | int] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context: Mapping[str, str | int] = dict(context or {})

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UsageError(SwitchcorrError):
    """Options that do not go together, or an option that is missing."""

    slug = "usage"
    exit_code = ExitCode.USAGE


class ConfigurationError(SwitchcorrError):
    """A settings file, an environment variable or an installation that lacks a part."""

    slug = "configuration"
    exit_code = ExitCode.USAGE


class InventoryError(SwitchcorrError):
    """The list of switches cannot be read."""

    slug = "inventory"
    exit_code = ExitCode.USAGE


class InputFileError(SwitchcorrError):
    """A file given by the user cannot be used: missing, empty, binary, not a file, too large when unpacked."""

    slug = "input-file"


class SweepError(SwitchcorrError):
    """A sweep cannot begin: another one runs, there is no room on the disk, there is nothing to resume."""

    slug = "sweep"


class ListenError(SwitchcorrError):
    """Syslog cannot be received: an address is taken, a certificate cannot be used, the folder of segments is held or cannot be written."""

    slug = "listen"


class CollectError(SwitchcorrError):
    """A device could not be visited.

    Args:
        kind: why, a word of ``model.visit.FailureKind``.
    """

    slug = "collect"

    def __init__(self, message: str, *, kind: str, hint: str = "", context: Mapping[str, str | int] | None = None) -> None:
        super().__init__(message, hint=hint, context=context)
        self.kind = kind


class ConnectError(CollectError):
    """No TCP connection or no key exchange."""

    slug = "connect"


class AuthenticationError(CollectError):
    """The device refused the credentials."""

    slug = "authentication"


class HostKeyError(CollectError):
    """The device's host key is unknown or has changed."""

    slug = "host-key"


class CommandError(CollectError):
    """A command was refused or its answer was cut short."""

    slug = "command"


class CollectTimeoutError(CollectError):
    """A device or a command took longer than its limit."""

    slug = "collect-timeout"


class ParseError(SwitchcorrError):
    """The text of a command cannot be understood at all."""

    slug = "parse"


class EventFormatError(SwitchcorrError):
    """A file is no event log of a known format."""

    slug = "event-format"


class StoreError(SwitchcorrError):
    """The store cannot be read or written."""

    slug = "store"


class StoreAwayError(StoreError):
    """The database server cannot be reached now; what was not acknowledged may be tried again."""

    slug = "store-away"


class LeaseLostError(StoreError):
    """The work of this writer was given to another; nothing was written."""

    slug = "lease-lost"


class UnfinishedError(StoreError):
    """A slice of a sweep that has to be gone on with, by this worker or another."""

    slug = "unfinished"


class SchemaVersionError(StoreError):
    """The store was written by another version."""

    slug = "schema-version"


class ReportError(SwitchcorrError):
    """The report cannot be written."""

    slug = "report"
