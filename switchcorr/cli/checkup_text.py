"""What ``doctor`` found, as text of 80 columns and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from switchcorr.cli.sweep_summary import wrapped
from switchcorr.jobs.checks import Check, CheckState, Checkup
from switchcorr.text import clean

DOCTOR_SCHEMA = "switchcorr/doctor/1"
THIS_INSTALLATION = "this installation"
_WORDS = {CheckState.OK: "ok", CheckState.WARNING: "WARNING", CheckState.FAILED: "FAILED", CheckState.NOT_REACHED: "-"}
_LEAST_NAME = 11


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
    return {"name": check.name, "state": check.state.value, "found": check.found, "remedy": check.remedy}


def checkup_text(checkups: Sequence[Checkup]) -> str:
    """All checks as text: a line each, and a remedy below where one is needed; at most 80 columns but for what is to be pasted."""
    blocks = [_block(checkup) for checkup in checkups]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _block(checkup: Checkup) -> list[str]:
    width = max([_LEAST_NAME, *(len(check.name) for check in checkup.checks)])
    lines = [clean(checkup.subject) or THIS_INSTALLATION]
    for check in checkup.checks:
        lines += _lines(check, width)
    return [*lines, f"  {told(checkup.checks)}"]


def _lines(check: Check, width: int) -> list[str]:
    head = f"  {_WORDS[check.state]:<7}  {clean(check.name):<{width}}  "
    body = wrapped(clean(check.found, limit=600), indent=" " * len(head)) or [head]
    lines = [head + body[0][len(head) :], *body[1:]]
    if check.remedy:
        for paragraph in check.remedy.split("\n"):
            lines += [f"{' ' * len(head)}> {line}" for line in _remedy_lines(paragraph, len(head) + 2)]
    return [line.rstrip() for line in lines]


def _remedy_lines(paragraph: str, margin: int) -> list[str]:
    """A line that begins with blanks is to be pasted and is kept as it is."""
    if paragraph.startswith("  "):
        return [clean(paragraph[2:], limit=600)]
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
