"""A row of the page of past audits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PastAudit:
    """One audit; ``page`` is the name of its report beside the page of all, empty if it has none."""

    at: str
    page: str
    incidents: int
    new: int
    open: int
    words: str
