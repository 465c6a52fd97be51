"""The answer as Markdown for a ticket: verdict, next step, causes with their evidence, the lost phones of each, what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from switchcorr.model.incident import Correlation
from switchcorr.report.chronic_view import LEAD, ChronicView
from switchcorr.report.chronic_view import TITLE as CHRONIC
from switchcorr.report.coverage_view import CoverageView
from switchcorr.report.flapping_view import TITLE, FlappingView
from switchcorr.report.views import CauseView, IncidentView, result_view
from switchcorr.report.words import EvidenceView
from switchcorr.text import counted

PHONES_SHOWN = 50
PROBLEMS_SHOWN = 10
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$&@])")
_BREAKS = re.compile(r"\s+")
_COMMAND = re.compile(r"`([^`]+)`")


def render_markdown(result: Correlation) -> str:
    """The whole answer; ends with a newline. Text of devices and logs stays text: nothing of it is markup, a link or a mention."""
    view = result_view(result)
    lines = [f"# {escaped(view.headline)}", "", *(f"**Check input:** {escaped(sentence)}\n" for sentence in view.unusable)]
    lines += [f"Log: {escaped(view.window)}", ""]
    for incident in view.incidents:
        lines += [*_incident(incident), ""]
    if view.recurring:
        lines += ["## Again and again", ""]
        for item in view.recurring:
            lines.append(f"- {escaped(item.name)}: {counted(item.bursts, 'burst')}, {item.counts}, {escaped(item.probability)}")
            lines += [f"  {escaped(told)}" for told in item.told]
        lines.append("")
    if view.chronic:
        lines += [f"## {CHRONIC}", "", LEAD, "", *(line for part in view.chronic for line in _chronic(part))]
    if view.flapping:
        lines += [*_flapping(view.flapping), ""]
    lines += _coverage(view.coverage)
    return "\n".join(lines).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    r"""Text of any origin on one line, with everything that Markdown would take for its own made plain.

    >>> escaped("acc_1 [x](y) <b>")
    'acc\\_1 \\[x\\](y) \\<b\\>'
    """
    return _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text).strip())


def with_commands(text: str) -> str:
    r"""The same, but what stands between two backquotes is a command, and stays code; nothing in code is markup.

    >>> with_commands("Run `show module <1>` on acc_1")
    'Run `show module <1>` on acc\\_1'
    """
    plain = _BREAKS.sub(" ", text).strip()
    parts = _COMMAND.split(plain)
    return "".join(f"`{part}`" if at % 2 else _SPECIAL.sub(r"\\\1", part) for at, part in enumerate(parts))


def _incident(incident: IncidentView) -> Iterator[str]:
    shared = f": {escaped(incident.shared)}" if incident.shared else ""
    yield f"## Incident {incident.number}: {escaped(incident.verdict)}{shared}"
    yield ""
    yield f"{escaped(incident.when)} ({incident.duration}), {escaped(incident.id)}"
    yield ""
    yield escaped(incident.summary)
    yield ""
    yield f"**Next:** {with_commands(incident.next_step)}"
    yield ""
    yield from (f"- {label}: {escaped(value)}" for label, value in incident.numbers)
    yield ""
    for cause in incident.causes:
        yield from _cause(cause, next_step="" if cause.next_step == incident.next_step else cause.next_step)
    if incident.unseen:
        yield "Not seen:"
        yield ""
        yield from (f"- {escaped(sentence)}" for sentence in incident.unseen)
        yield ""
    yield from _phones(incident)


def _cause(cause: CauseView, *, next_step: str) -> Iterator[str]:
    yield f"### Cause {cause.number}: {escaped(cause.name)} ({escaped(cause.probability)})"
    yield ""
    yield f"{cause.counts} of its phones were lost ({cause.share}), from {cause.first} to {cause.last}."
    yield ""
    if cause.also:
        yield f"Phones cannot tell it from {', '.join(map(escaped, cause.also))}."
        yield ""
    if next_step:
        yield f"**Next:** {with_commands(next_step)}"
        yield ""
    yield from _arguments("Speaks for it", cause.evidence_for)
    yield from _arguments("Speaks against it", cause.evidence_against)


def _arguments(title: str, items: Sequence[EvidenceView]) -> Iterator[str]:
    if items:
        yield f"{title}:"
        yield ""
        yield from (f"- {escaped(item.text)} ({item.strength})" for item in items)
        yield ""


def _phones(incident: IncidentView) -> Iterator[str]:
    shown = incident.phones[:PHONES_SHOWN]
    yield from _table(
        ("Endpoint", "Lost (UTC)", "Reason", "Where", "Node", "Back (UTC)", "Cause"),
        ((phone.name, phone.time, phone.reason, phone.place, phone.node, phone.back, phone.cause) for phone in shown),
    )
    left_out = len(incident.phones) - len(shown) + incident.phones_left_out
    if left_out:
        yield ""
        yield f"{left_out:,} more: `switchcorr export incidents --format csv` lists them all."


def _chronic(part: ChronicView) -> Iterator[str]:
    yield f"### {escaped(part.shared)} ({escaped(part.sure)})"
    yield ""
    for sentence in part.told:
        yield escaped(sentence)
        yield ""
    yield f"**Next:** {with_commands(part.next_step)}"
    yield ""
    yield from _arguments("Speaks for it", part.evidence_for)
    yield from _arguments("Speaks against it", part.evidence_against)


def _flapping(flapping: FlappingView) -> Iterator[str]:
    yield f"## {TITLE}"
    yield ""
    for sentence in (flapping.lead, *flapping.shared):
        yield escaped(sentence)
        yield ""
    for step in flapping.steps:
        yield f"**Next:** {with_commands(step)}"
        yield ""
    shown = flapping.rows[:PHONES_SHOWN]
    yield from _table(
        ("Endpoint", "Drops", "Where", "About every", "Last (UTC)", "After that", "Reason told most"),
        ((row.phone, row.drops, row.place, row.every, row.last, row.back, row.reason) for row in shown),
    )
    if left_out := len(flapping.rows) - len(shown):
        yield ""
        yield f"{left_out:,} more: `switchcorr correlate --format json` lists them all."


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(headers) + " |"
    yield "|" + "---|" * len(headers)
    for row in rows:
        yield "| " + " | ".join(map(escaped, row)) + " |"


def _coverage(coverage: CoverageView) -> Iterator[str]:
    yield "## What this rests on"
    yield ""
    yield from (f"- {label}: {value}" for label, value in coverage.numbers)
    yield from (f"- assumed: {escaped(sentence)}" for sentence in coverage.assumptions)
    if coverage.unread:
        yield f"- named by neighbors, not read: {', '.join(map(escaped, coverage.unread))}"
    yield from (f"- {escaped(state)}: {escaped(file)}: {escaped(why)}" for file, state, why in coverage.problems[:PROBLEMS_SHOWN])
    left_out = len(coverage.problems) - PROBLEMS_SHOWN + coverage.problems_left_out
    if left_out > 0:
        yield f"- {counted(left_out, 'more text')} could not be used wholly"
