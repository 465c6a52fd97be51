"""IOS and IOS-XE: CDP and LLDP."""

from __future__ import annotations

from switchcorr.platforms.declaration import Command

COMMANDS: tuple[Command, ...] = ()
