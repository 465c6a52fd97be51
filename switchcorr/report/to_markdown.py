"""The answer as Markdown for a ticket: verdict, next step, causes with their evidence, the lost phones of each, what it rests on.

Of one incident the same without marks, for a ticket that takes plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from switchcorr.model.incident import Correlation
from switchcorr.report.chronic_view import LEAD, ChronicView
from switchcorr.report.chronic_view import TITLE as CHRONIC
from switchcorr.report.coverage_view import CoverageView
from switchcorr.report.flapping_view import TITLE, FlappingView
from switchcorr.report.views import CauseView, IncidentView, result_view
from switchcorr.report.words import EvidenceView
from switchcorr.text import counted

PHONES_SHOWN = 50
ARGUMENTS_COPIED = 3
"""For and against each cause, the strongest, in the plain text of an incident."""
PROBLEMS_SHOWN = 10
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$&@])")
_BREAKS = re.compile(r"\s+")
_COMMAND = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class _Form:
    """How the words of an incident are written: its texts, its steps, its headings, and how many arguments of each side."""

    text: Callable[[str], str]
    steps: Callable[[str], str]
    heading: str = ""
    strong: str = ""
    arguments: int | None = None


def render_markdown(result: Correlation) -> str:
    """The whole answer; ends with a newline. Text of devices and logs stays text: nothing of it is markup, a link or a mention."""
    view = result_view(result)
    lines = [f"# {escaped(view.headline)}", "", *(f"**Check input:** {escaped(sentence)}\n" for sentence in view.unusable)]
    lines += [f"Log: {escaped(view.window)}", ""]
    for incident in view.incidents:
        lines += [*_incident(incident, _MARKDOWN), *_phones(incident), ""]
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


def incident_ticket(incident: IncidentView, *, first: int) -> str:
    """An incident as plain text, without its phones; ends with a newline.

    Args:
        incident: what is told.
        first: the number of its first cause over all incidents, as on the page.
    """
    causes = tuple(replace(cause, number=first + place) for place, cause in enumerate(incident.causes))
    links = [f"#cause={cause.number}" for cause in causes] or [f"#{incident.anchor}"]
    lines = [*_incident(replace(incident, causes=causes), _PLAIN), f"On the report page: {', '.join(links)}"]
    return "\n".join(lines) + "\n"


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


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


_MARKDOWN = _Form(escaped, with_commands, heading="## ", strong="**")
_PLAIN = _Form(_one_line, _one_line, arguments=ARGUMENTS_COPIED)


def _incident(incident: IncidentView, form: _Form) -> Iterator[str]:
    shared = f": {form.text(incident.shared)}" if incident.shared else ""
    yield f"{form.heading}Incident {incident.number}: {form.text(incident.verdict)}{shared}"
    yield ""
    yield f"{form.text(incident.when)} ({incident.duration}), {form.text(incident.id)}"
    yield ""
    yield form.text(incident.summary)
    yield ""
    yield from _next(incident.next_steps, form)
    yield from (f"- {label}: {form.text(value)}" for label, value in incident.numbers)
    yield ""
    for cause in incident.causes:
        yield from _cause(cause, form, () if cause.next_steps == incident.next_steps else cause.next_steps)
    if incident.unseen:
        yield "Not seen:"
        yield ""
        yield from (f"- {form.text(sentence)}" for sentence in incident.unseen)
        yield ""


def _next(steps: Sequence[str], form: _Form) -> Iterator[str]:
    """One step in the line, more of them as a list."""
    if not steps:
        return
    if len(steps) == 1:
        yield f"{form.strong}Next:{form.strong} {form.steps(steps[0])}"
    else:
        yield f"{form.strong}Next:{form.strong}"
        yield ""
        yield from (f"{number}. {form.steps(step)}" for number, step in enumerate(steps, start=1))
    yield ""


def _cause(cause: CauseView, form: _Form, steps: Sequence[str]) -> Iterator[str]:
    yield f"{form.heading and '#' + form.heading}Cause {cause.number}: {form.text(cause.name)} ({form.text(cause.probability)})"
    yield ""
    yield f"{cause.counts} of its phones were lost ({cause.share}), from {cause.first} to {cause.last}."
    yield ""
    if cause.also:
        yield f"Phones cannot tell it from {', '.join(map(form.text, cause.also))}."
        yield ""
    yield from _next(steps, form)
    yield from _arguments("Speaks for it", cause.evidence_for, form)
    yield from _arguments("Speaks against it", cause.evidence_against, form)


def _arguments(title: str, items: Sequence[EvidenceView], form: _Form) -> Iterator[str]:
    if items:
        yield f"{title}:"
        yield ""
        yield from (f"- {form.text(item.text)} ({item.strength})" for item in items[: form.arguments])
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
    yield from _next(part.next_steps, _MARKDOWN)
    yield from _arguments("Speaks for it", part.evidence_for, _MARKDOWN)
    yield from _arguments("Speaks against it", part.evidence_against, _MARKDOWN)


def _flapping(flapping: FlappingView) -> Iterator[str]:
    yield f"## {TITLE}"
    yield ""
    for sentence in (flapping.lead, *flapping.shared):
        yield escaped(sentence)
        yield ""
    for step in flapping.steps:
        yield from _next((step,), _MARKDOWN)
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
