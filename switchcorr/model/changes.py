"""What changed between two looks at the same network: plain rows that an audit makes and that a page, a message or a program shows."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

NOT_LOOKED = "its switch was not read this time"
"""The note of a finding that lasts because nobody could see whether it is over."""


class ChangeState(enum.Enum):
    """Where a change stands between the earlier look and the later one."""

    NEW = "new"
    """Seen by the later look only."""
    ONGOING = "ongoing"
    """Seen by both."""
    GONE = "gone"
    """Seen by the earlier look only: it ended."""


class ChangeKind(enum.Enum):
    """What changed. Closed; the members stand in the order of the page: what loses phones first, what is only to be known last."""

    INCIDENT = "incident"
    RECURRING = "recurring"
    """One component explains several bursts."""
    PART_CHRONIC = "part_chronic"
    """A part whose phones drop one by one, far more often than others."""
    DEVICE_UNREACHED = "device_unreached"
    MODULE_STATUS = "module_status"
    UPLINK = "uplink"
    """An uplink lost or found, or another switch at its far end."""
    ERRORS = "errors"
    """Error counters that grow, or grow faster than those of siblings."""
    POWER = "power"
    ENVIRONMENT = "environment"
    """Fans, temperatures, power supplies."""
    RESTART = "restart"
    PHONE_FLAPPING = "phone_flapping"
    """A phone that drops again and again by itself."""
    PHONE_LOST = "phone_lost"
    """Known before, and at no port and in no log since."""
    PHONE_MOVED = "phone_moved"
    PHONE_NEW = "phone_new"
    PHONE_UNPLACED = "phone_unplaced"
    """Known, and its port is not."""
    DEVICE = "device"
    """A switch that is new, or no longer named by anybody."""
    MODULE = "module"
    """A module put in, taken out or exchanged."""
    SOFTWARE = "software"
    """Software of a switch or of one of its modules."""
    PHONE_FIRMWARE = "phone_firmware"
    COVERAGE = "coverage"
    """What could be read before and not now, or the other way round."""


_KIND_PLACE = {kind: place for place, kind in enumerate(ChangeKind)}
_STATE_PLACE = {state: place for place, state in enumerate(ChangeState)}


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        subject: what changed, as people call it: ``acc-12 module 3``, ``SEP00005E005301``.
        words: the change as one sentence, without a full stop being needed.
        when: when it was first seen; None is not known.
        before: the value of the earlier look, after: that of the later one; empty for none.
        device: the switch it is at; empty for none. A page opens it.
        phone: the endpoint it is about; empty for none. A page opens it.
        note: that somebody knows of it: an acknowledgement, planned work; or ``NOT_LOOKED``; empty for none.
        id: stable name of the finding; empty where nothing keeps it.
    """

    kind: ChangeKind
    state: ChangeState
    subject: str
    words: str
    when: datetime | None = None
    before: str = ""
    after: str = ""
    device: str = ""
    phone: str = ""
    note: str = ""
    id: str = ""

    @property
    def is_known(self) -> bool:
        """Whether somebody knows of it: one of a switch that was not read has a note too, and is as open as before."""
        return bool(self.note) and self.note != NOT_LOOKED


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes between two looks, in the order they are shown.

    Attributes:
        before: what the earlier look was: ``the sweep of yesterday``, a folder.
        after: what the later look is.
        changes: as ``in_order`` gives them.
        unseen: what could not be compared, and why; a partial look leads to partial conclusions.
    """

    before: str
    after: str
    before_at: datetime | None = None
    after_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    unseen: tuple[str, ...] = ()


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes that nobody knows of first, then by kind, new before ongoing before gone, then by subject and time; each once."""
    return tuple(sorted(dict.fromkeys(changes), key=_place))


def _place(change: Change) -> tuple[bool, int, int, str, datetime, tuple[str, ...]]:
    when = change.when or datetime.min.replace(tzinfo=UTC)
    rest = change.words, change.before, change.after, change.device, change.phone, change.note, change.id
    return change.is_known, _KIND_PLACE[change.kind], _STATE_PLACE[change.state], change.subject, when, rest
