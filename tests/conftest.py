"""Options of the whole suite."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("switchcorr", deadline=None)  # a busy machine is no failure: nothing here is timed
settings.load_profile("switchcorr")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected results anew; review the difference like code")
