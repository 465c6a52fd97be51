"""IOS and IOS-XE: version, inventory, modules, stack, FEX, redundancy."""

from __future__ import annotations

from switchcorr.platforms.declaration import Command

COMMANDS: tuple[Command, ...] = ()
