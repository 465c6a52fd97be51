"""From ``--store`` to the store that is meant."""

from __future__ import annotations

import os

from switchcorr.jobs.store.place import StorePlace, store_place
from switchcorr.settings import Settings


def meant_store(given: str, settings: Settings) -> StorePlace:
    """The store of ``--store``, else of the settings, else the default one."""
    return store_place(given, settings, os.environ)


def known_store(given: str, settings: Settings) -> StorePlace | None:
    """The store for a question that names no files: the given one, that of the settings, or the default one if it is there; else None."""
    place = meant_store(given, settings)
    known = given or settings.store or (place.url.file is not None and place.url.file.exists())
    return place if known else None
