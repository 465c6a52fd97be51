"""What a simulated switch does next; the servers carry it out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    """Send bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Send what was said so far, then wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Send what was said so far, then nothing any more; the connection stays."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Send what was said so far, then end the TCP connection without a word.

    Attributes:
        reset: with RST instead of FIN.
    """

    reset: bool


@dataclass(frozen=True, slots=True)
class Close:
    """End the session as it should be."""


Step = Say | Wait | Hang | Cut | Close
