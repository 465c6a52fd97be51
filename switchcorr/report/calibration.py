"""A calibration as a document and as text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from switchcorr.model.calibration import CALIBRATION_SCHEMA, Calibration, Reliability
from switchcorr.model.campus import risk_kind
from switchcorr.report.to_json import iso
from switchcorr.text import counted

_WIDTH = 80


def calibration_document(made: Calibration) -> Mapping[str, object]:
    """``switchcorr/calibration/1``; ``calibration_from`` reads it again."""
    return {
        "schema": CALIBRATION_SCHEMA,
        "made_at": iso(made.made_at),
        "program": made.program,
        "constants": made.constants,
        "topology": {
            "phones": made.shape.phones,
            "located": made.shape.located,
            "kinds": [{"kind": kind, "components": count, "phones": phones} for kind, count, phones in made.shape.kinds],
        },
        "method": made.method,
        "fitted": made.fitted,
        "tested": made.tested,
        "seeds": list(made.seeds),
        "map": {
            "knots": [[stated, calibrated] for stated, calibrated in made.answer.knots],
            "limit": None if math.isinf(made.answer.limit) else made.answer.limit,
        },
        "before": _reliability(made.before),
        "after": _reliability(made.after),
        "alike": [
            {
                "kind": one.kind,
                "components": one.components,
                "alike": one.alike,
                "others": [{"kind": kind, "components": n} for kind, n in one.others],
            }
            for one in made.alike
        ],
    }


def _reliability(found: Reliability) -> Mapping[str, object]:
    bins = [
        {"low": b.low, "high": b.high, "answers": b.answers, "stated": round(b.stated, 4), "right": round(b.right, 4)} for b in found.bins
    ]
    return {"answers": found.answers, "ece": round(found.ece, 4), "brier": round(found.brier, 4), "bins": bins}


def calibration_text(made: Calibration) -> str:
    """What was learned, for people; ends with a newline."""
    return "\n".join(_lines(made)) + "\n"


def _lines(made: Calibration) -> Iterator[str]:
    components = sum(count for _, count, _ in made.shape.kinds)
    yield f"Calibrated on {counted(made.fitted, 'incident')} simulated over this network ({made.method}),"
    yield f"tested on {counted(made.tested, 'other')}: {counted(made.shape.phones, 'endpoint')}, {counted(components, 'component')}."
    yield ""
    yield f"{'':<28}{'as stated':>12}{'calibrated':>12}"
    yield f"{'calibration error (ECE)':<28}{made.before.ece:>12.3f}{made.after.ece:>12.3f}"
    yield f"{'Brier score':<28}{made.before.brier:>12.3f}{made.after.brier:>12.3f}"
    for title, found in (("as stated", made.before), ("calibrated", made.after)):
        yield ""
        yield f"{title + ': probability':<28}{'answers':>12}{'mean':>12}{'right':>12}"
        for one in found.bins:
            yield f"  {f'{one.low:.1f} to {one.high:.1f}':<26}{one.answers:>12,}{one.stated:>12.3f}{one.right:>12.3f}"
    if made.alike:
        yield ""
        yield from _alike(made)


def _alike(made: Calibration) -> Iterator[str]:
    """What phones alone cannot tell apart, the kinds that it concerns most first."""
    yield "Parts with the same phones as another: phones alone never tell which it is."
    yield f"  {'part':<22}{'in all':>8}{'alike':>8}{'share':>7}  mostly with"
    for one in sorted(made.alike, key=lambda one: -one.alike / one.components):
        row = f"  {risk_kind(one.kind).noun:<22}{one.components:>8,}{one.alike:>8,}{f'{one.alike / one.components:.0%}':>7}  "
        others = [f"{risk_kind(kind).noun} ({count:,})" for kind, count in one.others]
        whole = row + ", ".join(others)
        yield (whole if len(whole) <= _WIDTH else row + others[0]).rstrip()
