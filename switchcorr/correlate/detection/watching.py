"""A stream for live use that is prepared from a log: what the site's quiet days are like, and which drops of new events to push."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.looks import find_looks, without
from switchcorr.correlate.detection.stream import DropStream, LiveDrop
from switchcorr.correlate.drops.background import learn_background
from switchcorr.correlate.drops.reasons import reason_class
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.evidence.switches import index_facts
from switchcorr.correlate.exposure.node_names import with_one_name
from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.scoring.hypotheses import priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.model.campus import Campus
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.reason import ReasonEnum


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """A stream, and what turns events into its drops.

    Attributes:
        rows: of the endpoints that are known, by name.
    """

    stream: DropStream
    rows: Mapping[str, int]

    def drops(self, log: EventLog) -> tuple[list[LiveDrop], int]:
        """The drops among some events, and how many are of endpoints that are not known yet."""
        found, unknown = [], 0
        for i in range(len(log)):
            if log.kind[i] not in (EventKind.UNREGISTERED, EventKind.TRANSIENT) or log.name[i] < 0 or log.time[i] != log.time[i]:
                continue
            row = self.rows.get(log.pools.names.get(log.name[i]), -1)
            if row < 0:
                unknown += 1
            else:
                found.append(LiveDrop(log.time[i], row, int(reason_class(ReasonEnum(log.reason_enum[i]), log.reason[i]))))
        return found, unknown


def watch_of(log: EventLog, campus: Campus, constants: Constants, *, slack_s: float) -> Watch:
    """Prepare a stream from a log in order of time, as a correlation of it would see the site.

    Args:
        slack_s: how late a drop may come, in seconds of the log's time.
    """
    log, campus, _ = with_one_name(log, campus)
    exposure = expose(log, campus)
    drops = find_drops(log, exposure, constants)
    background = learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), constants)
    known = priors(exposure, constants).searched()
    case = Case(exposure, Leaks(exposure), drops, background, (), index_facts(exposure, ()), constants, known)
    looks = find_looks(case)
    case = without(case, looks.windows + looks.pasted)
    return Watch(DropStream(replace(case), find_looks(case).levels, slack_s), exposure.row_of)
