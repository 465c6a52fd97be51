"""Where the store is, and where the captured text is that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from switchcorr.settings import Settings, state_directory
from switchcorr.store.fence import Fence
from switchcorr.store.open import OpenOptions, Store, open_store
from switchcorr.store.raw import RawFiles
from switchcorr.store.url import StoreUrl, default_url, parse_url


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A store and its captured text: beside a file, or in the state directory for a server.

    Attributes:
        fence: of a writer with a lease.
    """

    url: StoreUrl
    raw: Path
    fence: Fence | None = None

    def open(self, *, write: bool, make: bool = True) -> Store:
        """Open the store.

        Args:
            make: whether a file that is not there is made by who writes.

        Raises:
            StoreError: it cannot be opened.
        """
        return open_store(self.url, OpenOptions(write=write, make=make, fence=self.fence if write else None))

    def files(self) -> RawFiles:
        """The captured text."""
        return RawFiles(self.raw)


def store_place(given: str, settings: Settings, environment: Mapping[str, str]) -> StorePlace:
    """The store that is meant: the given one, else that of the settings, else the one in the state directory.

    Raises:
        UsageError: what was given is no place of a store.
    """
    state = state_directory(settings, environment)
    told = given or settings.store
    url = parse_url(told) if told else default_url(state)
    return StorePlace(url, url.file.with_name(f"{url.file.name}.raw") if url.file is not None else state / "raw")
