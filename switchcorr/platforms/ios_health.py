"""IOS and IOS-XE: power, environment, diagnostics, log, clock."""

from __future__ import annotations

from switchcorr.platforms.declaration import Command

COMMANDS: tuple[Command, ...] = ()
