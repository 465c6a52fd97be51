"""Where phones were, from the store."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from switchcorr.errors import UsageError
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.addresses import PhoneName, phone_from_any
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.store.answers import StoredPlace
from switchcorr.store.events import names_with_extension
from switchcorr.store.questions import last_places, phones_at, placements_at, where_was
from switchcorr.text import counted


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A phone to be found, or a part (kind and id) whose phones are meant.

    Attributes:
        at: the moment that is meant.
    """

    place: StorePlace
    at: datetime
    phone: str = ""
    below: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """Places that answer a question; ``asked`` says it in words, ``unplaced`` are phones that were never seen."""

    asked: str
    places: tuple[StoredPlace, ...]
    unplaced: tuple[Placement, ...] = ()


def locate_in_store(question: StoredQuestion) -> StoredAnswer:
    """Find one phone, or the phones of a part of the network, at a moment.

    Raises:
        UsageError: neither or both were asked, or a part that the store knows nothing of.
        StoreError: the store cannot be read.
    """
    if bool(question.phone) == bool(question.below) or len(question.below) > 1:
        raise UsageError("give either a phone or one of --module, --switch, --uplink.", hint="Example: switchcorr locate SEP00005E005301")
    if question.below:
        return _below(question, *question.below[0])
    phone = phone_from_any(question.phone) or question.phone
    with question.place.open(write=False) as store:
        places = where_was(store, str(phone), question.at)
        names = () if places else names_with_extension(store, question.phone.strip(), question.at)
        found = {name: where_was(store, name, question.at) for name in names}
    if places:
        return StoredAnswer("", places)
    if found:
        lost = tuple(
            _unplaced(name, f"no visit up to {_told(question.at)} that is stored has seen it") for name, where in found.items() if not where
        )
        where = tuple(replace(one, placement=replace(one.placement, extension=question.phone)) for some in found.values() for one in some)
        return StoredAnswer(f"{counted(len(found), 'phone')} with extension {question.phone!r}", where, lost)
    reason = f"no visit up to {_told(question.at)} that is stored has seen it"
    if not isinstance(phone, PhoneName):
        reason += ", and no stored event tells such an extension"
    return StoredAnswer("", (), (_unplaced(question.phone, reason),))


def _unplaced(name: str, reason: str) -> Placement:
    phone = phone_from_any(name)
    return Placement(phone or name, PlacementState.UNPLACED, mac=phone.mac if phone else None, reason=reason)


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _below(question: StoredQuestion, kind: str, id_: str) -> StoredAnswer:
    with question.place.open(write=False) as store:
        places = phones_at(store, question.at, module=id_ if kind == "module" else "", switch=id_ if kind == "switch" else "")
        if not places:
            device = re.split("[/:]", id_)[0]
            near = sorted({one.placement.module for one in phones_at(store, question.at, switch=device)} - {""})
            raise UsageError(
                f"no phone was at {kind} {id_!r} at {_told(question.at)}.",
                hint=f"Known there: {', '.join(near[:12]) or 'none'}.",
            )
    return StoredAnswer(f"{counted(len(places), 'phone')} at {kind} {id_}", places)


def stored_placements(place: StorePlace, at: datetime) -> tuple[StoredPlace, ...]:
    """Where every phone was at a moment; of those that were nowhere, the last place before. Sorted by phone.

    Raises:
        StoreError: the store cannot be read.
    """
    with place.open(write=False) as store:
        return tuple(sorted((*placements_at(store, at), *last_places(store, at)), key=lambda one: str(one.placement.phone)))
