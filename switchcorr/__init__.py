"""switchcorr: what do the phones that dropped have in common that the phones that stayed do not.

The names of ``switchcorr.api`` are offered here and loaded when first used, so that ``switchcorr --help`` starts at once::

    import switchcorr as sc

    campus = sc.read_captures("captures")
    log = sc.read_events("ccm.log")
    result = sc.correlate(campus, log)
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchcorr.api import correlate, read_captures, read_events, read_locations, to_networkx

__all__ = ["__version__", "correlate", "read_captures", "read_events", "read_locations", "to_networkx"]
__version__ = "0.1.0"


class _Door(ModuleType):
    """The package as a module. Its function ``correlate`` has the name of a subpackage, and wins over it whenever that is loaded."""

    @property
    def correlate(self) -> object:
        """The function of ``switchcorr.api``; the subpackage stays reachable as ``from switchcorr.correlate import ...``."""
        return __getattr__("correlate")

    @correlate.setter
    def correlate(self, subpackage: ModuleType) -> None:
        """The import system binds a subpackage to its parent here: not this one."""


sys.modules[__name__].__class__ = _Door


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(importlib.import_module("switchcorr.api"), name)
    raise AttributeError(f"module 'switchcorr' has no attribute {name!r}")
