"""Documents that were written here, read again: judged whole, or not at all."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import UTC

from switchcorr.model.calibration import CALIBRATION_SCHEMA, Alike, Calibration, OddsMap, Reliability, ReliabilityBin, Shape
from switchcorr.model.moments import parse_moment


def calibration_from(document: object) -> Calibration:
    """A calibration from ``switchcorr/calibration/1``.

    Raises:
        ValueError: something is missing, of another kind, or cannot be; a map that does not rise is no map.
    """
    if _text(document, "schema") != CALIBRATION_SCHEMA:
        raise ValueError(f"schema {CALIBRATION_SCHEMA} expected")
    topology, seeds = _at(document, "topology"), _list(document, "seeds")
    if len(seeds) != 2:
        raise ValueError("seeds: two expected")
    return Calibration(
        made_at=parse_moment(_text(document, "made_at"), zone=UTC),
        program=_text(document, "program"),
        constants=_text(document, "constants"),
        shape=Shape(
            _count(topology, "phones"),
            _count(topology, "located"),
            tuple((_text(kind, "kind"), _count(kind, "components"), _count(kind, "phones")) for kind in _list(topology, "kinds")),
        ),
        method=_text(document, "method"),
        fitted=_count(document, "fitted"),
        tested=_count(document, "tested"),
        seeds=(_whole(seeds[0], "seeds"), _whole(seeds[1], "seeds")),
        answer=_map(_at(document, "map")),
        before=_reliability(_at(document, "before")),
        after=_reliability(_at(document, "after")),
        alike=_alike(document),
    )


def _alike(document: object) -> tuple[Alike, ...]:
    """What phones cannot tell apart; files of earlier versions do not say."""
    if not isinstance(document, dict) or "alike" not in document:
        return ()
    return tuple(
        Alike(
            _text(one, "kind"),
            max(_count(one, "components"), 1),
            _count(one, "alike"),
            tuple((_text(other, "kind"), _count(other, "components")) for other in _list(one, "others")),
        )
        for one in _list(document, "alike")
    )


def _map(document: object) -> OddsMap:
    knots = []
    for knot in _list(document, "knots"):
        if not isinstance(knot, Sequence) or isinstance(knot, str) or len(knot) != 2:
            raise ValueError("knots: pairs of numbers expected")
        knots.append((_number(knot[0], "knots"), _number(knot[1], "knots")))
    if any(one[0] >= other[0] or one[1] >= other[1] for one, other in itertools.pairwise(knots)):
        raise ValueError("knots: a map that rises expected")
    limit = _at(document, "limit")
    return OddsMap(tuple(knots), math.inf if limit is None else _number(limit, "limit"))


def _reliability(document: object) -> Reliability:
    bins = tuple(
        ReliabilityBin(
            _number(_at(one, "low"), "low"),
            _number(_at(one, "high"), "high"),
            _count(one, "answers"),
            _number(_at(one, "stated"), "stated"),
            _number(_at(one, "right"), "right"),
        )
        for one in _list(document, "bins")
    )
    return Reliability(_count(document, "answers"), _number(_at(document, "ece"), "ece"), _number(_at(document, "brier"), "brier"), bins)


def _at(document: object, key: str) -> object:
    if not isinstance(document, dict) or key not in document:
        raise ValueError(f"{key} is missing")
    value: object = document[key]
    return value


def _text(document: object, key: str) -> str:
    value = _at(document, key)
    if not isinstance(value, str):
        raise ValueError(f"{key}: text expected")  # noqa: TRY004  # what a file holds is no error of types
    return value


def _list(document: object, key: str) -> Sequence[object]:
    value = _at(document, key)
    if not isinstance(value, list):
        raise ValueError(f"{key}: a list expected")  # noqa: TRY004
    return value


def _count(document: object, key: str) -> int:
    count = _whole(_at(document, key), key)
    if count < 0:
        raise ValueError(f"{key}: a count expected")
    return count


def _whole(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{key}: a whole number expected")  # noqa: TRY004
    return value


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{key}: a number expected")
    return float(value)
