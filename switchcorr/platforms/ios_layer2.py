"""IOS and IOS-XE: MAC table, ARP, bundles, spanning tree, switchports, VLANs."""

from __future__ import annotations

from switchcorr.platforms.declaration import Command

COMMANDS: tuple[Command, ...] = ()
