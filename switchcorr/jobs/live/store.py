"""What a live watch and the audits know of each other, through the store: planned work, ids of incidents, and what was told of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

from switchcorr.audit.identity import with_known_ids
from switchcorr.audit.news import has_grown
from switchcorr.audit.standing import planned_work
from switchcorr.audit.tracking import Kept, News, Told
from switchcorr.errors import StoreError
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.incident import Correlation, Incident
from switchcorr.model.mask import Mask
from switchcorr.store.findings import masks_of
from switchcorr.store.incidents import incidents_between, write_correlation
from switchcorr.store.open import Store
from switchcorr.store.outbox import told_phones

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left to tell, the answer with the ids that count, and what they were before.

    Attributes:
        told_before: news that somebody else has told.
    """

    news: tuple[Told, ...]
    result: Correlation
    ids: Mapping[str, str]
    told_before: tuple[Told, ...] = ()


@final
class LiveMemory:
    """The store as a live watch sees it; one that is away costs what it would have told, and is asked again the next time."""

    def __init__(self, place: StorePlace | None) -> None:
        self._place = place
        self._masks: tuple[Mask, ...] = ()

    def look(self) -> None:
        """Learn of planned work."""
        if self._place is None or not _is_there(self._place):
            return
        try:
            with self._place.open(write=False) as store:
                self._masks = masks_of(store)
        except StoreError as error:
            _log.warning("live: planned work is not known anew: %s", error.message)

    def is_planned(self, incident: Incident) -> bool:
        """Whether an incident belongs to planned work."""
        return bool(planned_work(incident, self._masks))

    def settled(self, news: Sequence[Told], result: Correlation, others: frozenset[str]) -> Settled:
        """Give the incidents the ids they have in the store, write them there, and leave out what was told already.

        Args:
            news: what would be told.
            result: an answer with just the incidents of the news.
            others: ids that are those of other incidents.
        """
        unsettled = Settled(tuple(news), result, {})
        if self._place is None:
            return unsettled
        try:
            with self._place.open(write=True) as store:
                return _settled(store, unsettled, others)
        except StoreError as error:
            _log.error("live: the incident is not in the store: %s", error.message)
            return unsettled

    def confirmed(self, known: Sequence[Kept]) -> tuple[Kept, ...]:
        """What another watch knew, without what it told and could no longer lay into the outbox: that is told again."""
        if self._place is None:
            return tuple(known)
        told: Mapping[str, int] = {}
        try:
            if _is_there(self._place):
                with self._place.open(write=False) as store:
                    told = told_phones(store, [one.incident.id for one in known])
        except StoreError as error:
            _log.warning("live: it is not known what was told before: %s", error.message)
        return tuple(
            one if one.told is None or told.get(one.incident.id, -1) >= one.told.explained else replace(one, told=None) for one in known
        )


def _is_there(place: StorePlace) -> bool:
    return place.url.file is None or place.url.file.exists()


def _settled(store: Store, before: Settled, others: frozenset[str]) -> Settled:
    incidents = before.result.incidents
    since, until = min(one.start for one in incidents), max(one.end for one in incidents)
    known = [one for one in incidents_between(store, since, until) if one.id not in others]
    result = with_known_ids(before.result, known)
    told = told_phones(store, [one.id for one in result.incidents])
    write_correlation(store, result)
    ids = {old.id: new.id for old, new in zip(incidents, result.incidents, strict=True)}
    renamed = [replace(one, incident=new) for one, new in zip(before.news, result.incidents, strict=True)]
    left = [(one, _untold(one, told.get(one.incident.id))) for one in renamed]
    return Settled(
        tuple(news for _, news in left if news is not None), result, ids, tuple(one for one, news in left if news is None)
    )  # fmt: skip


def _untold(one: Told, told: int | None) -> Told | None:
    """News as it is for those who were told of the incident with so many phones already."""
    if told is None or one.news is not News.NEW:
        return one
    return replace(one, news=News.GROWN) if has_grown(told, one.incident.explained) else None
