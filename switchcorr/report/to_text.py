"""The answer as plain text of at most 80 columns: what a person reads on a terminal and pastes into a ticket."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from switchcorr.model.incident import Correlation
from switchcorr.report.chronic_view import LEAD, ChronicView
from switchcorr.report.chronic_view import TITLE as CHRONIC
from switchcorr.report.coverage_view import CoverageView
from switchcorr.report.flapping_view import TITLE, FlappingRow, FlappingView
from switchcorr.report.views import CauseView, IncidentView, result_view
from switchcorr.report.words import EvidenceView, SuspectView
from switchcorr.text import counted

WIDTH = 80
FLAPPING_SHOWN = 10
CHRONIC_SHOWN = 10
SUSPECTS_SHOWN = 5
_BAR_CELLS = 20
_TEXT_COLUMN = 24
"""Where the words of an argument begin, behind its sign, weight and strength."""
_SIGNS = (
    "Signs: + speaks for a cause and - against it, each with its weight (the natural logarithm of a likelihood ratio: 2.3 is ten to one, "
    "4.6 a hundred to one) and what that is in words; . is told for information."
)
_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z`])")


def render_text(result: Correlation) -> str:
    """The whole answer; ends with a newline."""
    view = result_view(result)
    lines = [line for sentence in view.unusable for line in _wrapped(f"CHECK INPUT: {sentence}", hanging="    ")]
    lines += [*([""] if lines else []), *_wrapped(view.headline), f"Log: {view.window}", ""]
    if len(view.incidents) > 1:
        lines += [*_overview(view.incidents), ""]
    for incident in view.incidents:
        lines += [*_incident(incident), ""]
    if view.recurring:
        lines.append("Again and again:")
        for item in view.recurring:
            lines += _wrapped(
                f"{item.probability} {item.name}: {counted(item.bursts, 'burst')}, {item.counts}", indent="  ", hanging="    "
            )
            for told in item.told:
                lines += _wrapped(told, indent="    ", hanging="    ")
        lines.append("")
    if view.chronic:
        lines += [f"── {CHRONIC} ".ljust(WIDTH, "─"), *_wrapped(LEAD), ""]
        lines += [line for part in view.chronic for line in (*_chronic(part), "")]
    if view.flapping:
        lines += [*_flapping(view.flapping), ""]
    lines += _coverage(view.coverage)
    if any(incident.causes for incident in view.incidents):
        lines += ["", *_wrapped(_SIGNS)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def table_text(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks apart; ends with a newline."""
    cells = [list(headers), *(list(row) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headers))]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in cells)


def _overview(incidents: Sequence[IncidentView]) -> Iterator[str]:
    """A line above, then one an incident: when it began, how many endpoints, how sure, what they share."""
    digits = len(str(len(incidents)))
    sure = max(len(one.sure) for one in incidents)
    yield f"  {'':>{digits}}  {'from (UTC)':<19} {'phones':>6} {'how sure':>{sure}}  what it is, and what they share"
    for one in incidents:
        shared = f"{one.verdict}: {one.shared}" if one.shared else one.verdict
        head = f"  {one.number:>{digits}}  {one.start} {one.endpoints:>6} {one.sure:>{sure}}  "
        yield from _wrapped(shared, indent=head, hanging=" " * len(head))


def _incident(incident: IncidentView) -> Iterator[str]:
    yield f"── Incident {incident.number}, {incident.id} ".ljust(WIDTH, "─")
    yield f"{incident.when} ({incident.duration})"
    yield ""
    sure = f" ({incident.sure})" if incident.sure.endswith("sure") else ""
    yield from _wrapped(f"{incident.verdict.upper()}{sure}: {incident.summary}")
    yield from _wrapped(incident.down, hanging="    ")
    yield ""
    yield from _steps(incident.next_steps)
    yield ""
    for cause in incident.causes:
        yield from _cause(cause, () if cause.next_steps == incident.next_steps else cause.next_steps)
        yield ""
    yield from _ranking(incident.ranking)
    for sentence in incident.unseen:
        if any(sentence in step for step in incident.next_steps):
            continue
        yield from _wrapped(f"Not seen: {sentence}", indent="  ", hanging="    ")


def _ranking(ranking: Sequence[SuspectView]) -> Iterator[str]:
    """The first suspects, and all that is no component, in order of their probability."""
    suspects = [line for line in ranking if line.kind]
    left_out = suspects[SUSPECTS_SHOWN:]
    if suspects:
        yield "  The ranking (dropped of exposed):"
    for line in ranking:
        if not line.kind:
            yield from _wrapped(f"{line.probability:>8} {line.name}", indent="  ", hanging=" " * 11)
        elif line not in left_out:
            yield _cut(f"  {line.probability:>8} {_bar(line.width) if line.width else ' ' * _BAR_CELLS} {line.counts:>13}  {line.name}")


def _cause(cause: CauseView, steps: Sequence[str]) -> Iterator[str]:
    yield from _wrapped(f"Cause {cause.number}: {cause.name}, {cause.probability}", indent="  ")
    yield f"    {cause.counts} of its phones dropped ({cause.share})"
    if cause.also:
        yield from _wrapped("phones cannot tell it from: " + ", ".join(cause.also), indent="    ")
    yield from _arguments("+", cause.evidence_for)
    yield from _arguments("-", cause.evidence_against)
    yield from _steps(steps, indent="    ")


def _steps(steps: Sequence[str], *, indent: str = "") -> Iterator[str]:
    """What to do, a line per sentence: each is done by itself."""
    sentences = [sentence for step in steps for sentence in _SENTENCE.split(step)]
    for place, sentence in enumerate(sentences):
        yield from _wrapped(sentence, indent=f"{indent}{'      ' if place else 'Next: '}", hanging=indent + " " * 6)


def _arguments(sign: str, items: Iterable[EvidenceView]) -> Iterator[str]:
    """Sign, weight and its strength in columns, so that the heavy ones are seen at once; what has no weight has a dot."""
    for item in items:
        has_weight = item.weight != "0.0"
        told = f"{sign} {item.weight:>5} {item.strength:<11}" if has_weight else f". {'':17}"
        yield from _wrapped(f"{item.text}", indent=f"    {told} ", hanging=" " * _TEXT_COLUMN)


def chronic_rows(parts: Sequence[tuple[ChronicView, str]]) -> Iterator[str]:
    """A few lines for each of the first parts, with what else is to be told of it; then how many more there are."""
    for part, besides in parts[:CHRONIC_SHOWN]:
        yield from _chronic_told(part)
        yield from _wrapped(besides, indent="    ")
    if len(parts) > CHRONIC_SHOWN:
        yield f"  {len(parts) - CHRONIC_SHOWN:,} more; --format json lists them all"


def _chronic(part: ChronicView) -> Iterator[str]:
    yield from _chronic_told(part)
    yield from _steps(part.next_steps, indent="    ")
    yield from _arguments("+", part.evidence_for)
    yield from _arguments("-", part.evidence_against)


def _chronic_told(part: ChronicView) -> Iterator[str]:
    yield from _wrapped(f"{part.shared} ({part.sure})", indent="  ", hanging="    ")
    for sentence in part.told:
        yield from _wrapped(sentence, indent="    ")


def _flapping(flapping: FlappingView) -> Iterator[str]:
    yield f"── {TITLE} ".ljust(WIDTH, "─")
    yield from _wrapped(flapping.lead)
    for sentence in flapping.shared:
        yield from _wrapped(sentence)
    yield ""
    for step in flapping.steps:
        yield from _steps((step,))
    yield ""
    yield from flapping_rows([(row, "") for row in flapping.rows])


def flapping_rows(rows: Sequence[tuple[FlappingRow, str]]) -> Iterator[str]:
    """A few lines for each of the first phones, with what else is to be told of it; then how many more there are."""
    for row, besides in rows[:FLAPPING_SHOWN]:
        head = f"{row.drops:>7} drops  "
        below = " " * len(head)
        yield from _wrapped(f"{row.phone}, {row.place}", indent=head, hanging=below)
        yield from _wrapped(f"about every {row.every}, last {row.last} UTC{row.back and f', {row.back}'}", indent=below)
        yield from _wrapped(besides, indent=below)
        yield from _wrapped(row.reason, indent=below)
    if len(rows) > FLAPPING_SHOWN:
        yield f"  {len(rows) - FLAPPING_SHOWN:,} more; --format json lists them all"


def _coverage(coverage: CoverageView) -> Iterator[str]:
    yield "── What this rests on ".ljust(WIDTH, "─")
    for label, value in coverage.numbers:
        yield f"  {label if label[0].isupper() else f'  {label}':<24} {value:>20}"
    for file, formats, events, rest in coverage.event_files:
        yield from _wrapped(f"{file}: {formats}; {events}; {rest}", indent="  ", hanging="    ")
    for sentence in coverage.assumptions:
        yield from _wrapped(f"Assumed: {sentence}", indent="  ", hanging="    ")
    if coverage.unread:
        yield from _wrapped("Named by neighbors, not read: " + ", ".join(coverage.unread), indent="  ", hanging="    ")
    for file, state, why in coverage.problems[:10]:
        yield from _wrapped(f"{state}: {file}: {why}", indent="  ", hanging="    ")
    left_out = len(coverage.problems) - 10 + coverage.problems_left_out
    if left_out > 0:
        yield f"  {counted(left_out, 'more text')} could not be used wholly; the report lists them"


def _bar(width: float) -> str:
    return ("█" * round(width / 100 * _BAR_CELLS)).ljust(_BAR_CELLS, "·")


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def _wrapped(text: str, *, indent: str = "", hanging: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
