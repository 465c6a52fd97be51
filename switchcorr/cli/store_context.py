"""From ``--store`` to the store that is meant."""

from __future__ import annotations

import os
from datetime import datetime

from switchcorr.cli.options import Format
from switchcorr.cli.store_show import show_stored_location, show_stored_placements
from switchcorr.jobs.store_locate import StoredQuestion
from switchcorr.jobs.store_place import StorePlace, store_place
from switchcorr.settings import Settings


def meant_store(given: str, settings: Settings) -> StorePlace:
    """The store of ``--store``, else of the settings, else the default one."""
    return store_place(given, settings, os.environ)


def known_store(given: str, settings: Settings) -> StorePlace | None:
    """The store for a question that names no files: the given one, that of the settings, or the default one if it is there; else None."""
    place = meant_store(given, settings)
    known = given or settings.store or (place.url.file is not None and place.url.file.exists())
    return place if known else None


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
