"""Keeps the log records of other people's libraries away from every handler: they hold secrets.

netmiko and paramiko write what goes over the wire into DEBUG records, passwords and enable secrets included; their own masks
miss a secret that is split over two writes. What matters of them is told by our own errors.
"""

from __future__ import annotations

import logging
from typing import Final

_LIBRARIES: Final = ("netmiko", "paramiko", "napalm", "ncclient", "pyeapi", "urllib3", "requests")
_WRITERS: Final = (
    "netmiko",
    "paramiko",
    "paramiko.transport",
    "paramiko.hostkeys",
    "paramiko.auth_strategy",
    "napalm",
    "ncclient.manager",
    "ncclient.transport.ssh",
    "ncclient.transport.session",
    "ncclient.transport.parser",
    "ncclient.operations.rpc",
)
"""The loggers by which these libraries write; a filter of a logger counts for its own records only."""


def _nothing(record: logging.LogRecord) -> bool:
    """Let no record pass."""
    del record
    return False


def silence_libraries() -> None:
    """See to it that no record of these libraries reaches a handler, whatever level or handler somebody has set.

    Called before each session, for a program that uses switchcorr may set up its logging at any time.
    """
    for name in _LIBRARIES:
        logging.getLogger(name).propagate = False
    for name in _WRITERS:
        logging.getLogger(name).addFilter(_nothing)
    for name in tuple(logging.root.manager.loggerDict):
        if name.partition(".")[0] in _LIBRARIES or name.endswith(("napalm/junos/junos.py", "paramiko/agent.py")):
            logging.getLogger(name).addFilter(_nothing)
