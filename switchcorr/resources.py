"""Where the templates are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from switchcorr.errors import ConfigurationError

_PACKAGE = Path(__file__).resolve().parent


@cache
def templates_directory() -> Path:
    """The directory that holds ``textfsm/`` and ``report/``.

    Raises:
        ConfigurationError: the installation has lost its templates.
    """
    for candidate in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        if (candidate / "textfsm").is_dir():
            return candidate
    raise ConfigurationError(f"no templates found in {_PACKAGE}", hint="The installation is incomplete: install switchcorr again.")
