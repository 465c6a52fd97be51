"""Answers of the store to commands that else read files."""

from __future__ import annotations

from datetime import datetime

from switchcorr.cli.options import Format
from switchcorr.cli.store.run import show_stored_location, show_stored_placements
from switchcorr.cli.store_context import known_store
from switchcorr.jobs.store.locate import StoredQuestion
from switchcorr.settings import Settings


def ask_store_where(
    given: str,
    settings: Settings,
    at: datetime,
    *,
    phone: str,
    below: tuple[tuple[str, str], ...],
    format_: Format | None,
    verbose: int,
    quiet: bool,
) -> bool:
    """Answer ``locate`` from the store; False if there is none."""
    place = known_store(given, settings)
    if place is None:
        return False
    show_stored_location(StoredQuestion(place, at, phone, below), format_=format_, verbose=verbose, quiet=quiet)
    return True


def ask_store_for_placements(given: str, settings: Settings, at: datetime, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Answer ``export placements`` from the store; False if there is none."""
    place = known_store(given, settings)
    if place is None:
        return False
    show_stored_placements(place, at, format_=format_, verbose=verbose, quiet=quiet)
    return True
