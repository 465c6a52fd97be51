"""IOS and IOS-XE: interfaces, their counters, status, descriptions, ASICs."""

from __future__ import annotations

from switchcorr.platforms.declaration import Command

COMMANDS: tuple[Command, ...] = ()
