"""What ``doctor`` looked at: one value a check, and how it came out."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class CheckState(enum.StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    """It works, and somebody should know."""
    FAILED = "failed"
    NOT_REACHED = "not_reached"
    """Not looked at: something before it failed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what was looked at, in a word or two, the same in every run: ``host key``.
        found: what was found, one line.
        remedy: what to do about it, exact enough to be pasted where that is possible; empty where nothing is to be done.
    """

    name: str
    state: CheckState
    found: str
    remedy: str = ""

    @property
    def is_finding(self) -> bool:
        """Whether somebody has to do something."""
        return self.state in (CheckState.WARNING, CheckState.FAILED)


@dataclass(frozen=True, slots=True)
class Checkup:
    """All checks of one subject, in the order in which they were made.

    Attributes:
        subject: name of the device; empty is this installation.
        reached: whether the subject could be looked at at all: a device that answered nothing was not.
    """

    subject: str
    checks: tuple[Check, ...]
    reached: bool = True

    @property
    def findings(self) -> tuple[Check, ...]:
        """The checks about which somebody has to do something."""
        return tuple(check for check in self.checks if check.is_finding)


def ok(name: str, found: str) -> Check:
    """A check that found nothing wrong."""
    return Check(name, CheckState.OK, found)


def warning(name: str, found: str, remedy: str = "") -> Check:
    """A check that found something that works and is worth knowing."""
    return Check(name, CheckState.WARNING, found, remedy)


def failed(name: str, found: str, remedy: str = "") -> Check:
    """A check that found something that does not work."""
    return Check(name, CheckState.FAILED, found, remedy)


def not_reached(names: Iterable[str], why: str) -> tuple[Check, ...]:
    """Checks that make no sense any more."""
    return tuple(Check(name, CheckState.NOT_REACHED, why) for name in names)
