"""Messages to people: what is said of an incident, what is sent when, and the sending itself."""

from __future__ import annotations

from switchcorr.model.message import Message, Severity

__all__ = ["Message", "Severity"]
