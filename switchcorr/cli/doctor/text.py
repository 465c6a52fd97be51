"""What ``doctor`` found, as text of 80 columns and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from switchcorr.cli.again import as_given
from switchcorr.cli.output import wrapped
from switchcorr.jobs.doctor.checks import Check, CheckState, Checkup
from switchcorr.text import clean

DOCTOR_SCHEMA = "switchcorr/doctor/1"
THIS_INSTALLATION = "this installation"
_WORDS = {CheckState.OK: "ok", CheckState.WARNING: "WARNING", CheckState.FAILED: "FAILED", CheckState.NOT_REACHED: "-"}
_SHORT_NAME = 11
_WIDEST_HEAD = 30
_MARGIN = 11


def checkup_document(checkups: Sequence[Checkup]) -> dict[str, object]:
    """All checks as JSON."""
    return {
        "schema": DOCTOR_SCHEMA,
        "findings": sum(len(checkup.findings) for checkup in checkups),
        "checkups": [
            {"subject": checkup.subject or None, "reached": checkup.reached, "checks": [_check_document(check) for check in checkup.checks]}
            for checkup in checkups
        ],
    }


def _check_document(check: Check) -> dict[str, str]:
    return {"name": check.name, "state": check.state.value, "found": as_given(check.found), "remedy": as_given(check.remedy)}


def checkup_text(checkups: Sequence[Checkup]) -> str:
    """All checks as text: a line each, and a remedy below where one is needed; at most 80 columns but for what is to be pasted."""
    blocks = [_block(checkup) for checkup in checkups]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _block(checkup: Checkup) -> list[str]:
    """Short names stand in a column of their own; from the first long one on, the names of commands do."""
    names = [clean(check.name) for check in checkup.checks]
    first_long = next((place for place, name in enumerate(names) if len(name) > _SHORT_NAME), len(names))
    lines = [clean(checkup.subject) or THIS_INSTALLATION]
    for place, (check, name) in enumerate(zip(checkup.checks, names, strict=True)):
        column = names[:first_long] if place < first_long else names[first_long:]
        lines += _lines(check, f"  {_WORDS[check.state]:<7}  {name:<{max(map(len, column))}}  ")
    return [*lines, f"  {told(checkup.checks)}"]


def _lines(check: Check, head: str) -> list[str]:
    """The check behind its head; what does not fit on its line stands below, behind a long head further to the left."""
    margin = " " * (len(head) if len(head) < _WIDEST_HEAD else _MARGIN)
    lines = wrapped(clean(check.found, limit=600), indent=margin, first=head) or [head]
    if check.remedy:
        for paragraph in check.remedy.split("\n"):
            lines += [f"{margin}> {line}" for line in _remedy_lines(paragraph, len(margin) + 2)]
    return [line.rstrip() for line in lines]


def _remedy_lines(paragraph: str, margin: int) -> list[str]:
    """A line that begins with blanks is to be pasted and is kept as it is."""
    if paragraph.startswith("  "):
        return [clean(as_given(paragraph[2:]), limit=600)]
    return [line[margin:] for line in wrapped(clean(paragraph, limit=600), indent=" " * margin)]


def told(checks: Iterable[Check]) -> str:
    """How many checks came out how, in a sentence.

    >>> told([Check("a", CheckState.OK, ""), Check("b", CheckState.FAILED, "")])
    '2 checks: 1 ok, 1 failed'
    """
    counts = Counter(check.state for check in checks)
    words = ", ".join(f"{counts[state]} {state.value.replace('_', ' ')}" for state in CheckState if counts[state])
    total = counts.total()
    return f"{total} check{'' if total == 1 else 's'}: {words}"
