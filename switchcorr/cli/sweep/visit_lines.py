"""One visit as a line of text and as a JSON object."""

from __future__ import annotations

from switchcorr.captures.manifest import NOT_ASKED
from switchcorr.cli.again import as_given
from switchcorr.collect.failures import TITLES
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.visit import Failure, FailureKind, VisitStatus
from switchcorr.text import clean

_REFUSED = ": the connection was refused."
"""What a line need not say twice."""
VISIT_SCHEMA = "switchcorr/visit/1"


def visit_document(visit: VisitAccount) -> dict[str, object]:
    """A visit as JSON: everything but the text of the answers, which is in the captures."""
    return {
        "schema": VISIT_SCHEMA,
        "device": visit.device,
        "status": visit.status.value,
        "host": visit.host,
        "site": visit.site,
        "platform": visit.platform,
        "hostname": visit.hostname,
        "driver": visit.driver.value,
        "profile": visit.profile.value if visit.profile else None,
        "attempts": visit.attempts,
        "started_at": visit.started_at.isoformat().replace("+00:00", "Z") if visit.started_at else None,
        "seconds": round(visit.seconds, 3),
        "bytes": visit.size,
        "commands": command_words(visit),
        "failure": failure_document(visit.failure),
        "warnings": list(visit.warnings),
    }


def failure_document(failure: Failure | None) -> dict[str, str] | None:
    """Why a visit is not whole, as JSON; None if it is."""
    return None if failure is None else {"kind": failure.kind.value, "message": as_given(failure.message), "hint": as_given(failure.hint)}


def reason_words(kind: FailureKind) -> str:
    """A kind of failure in the middle of a sentence.

    >>> reason_words(FailureKind.NOT_SSH)
    'no SSH server'
    """
    title = TITLES[kind]
    return title[0].lower() + title[1:]


def command_words(visit: VisitAccount) -> dict[str, str]:
    """How each command went, in the order asked; ``not_asked`` for those without any answer."""
    return {**{command: status.value for command, status in visit.commands.items()}, **dict.fromkeys(visit.missing, NOT_ASKED)}


def visit_line(visit: VisitAccount, *, name_width: int = 20) -> str:
    """A visit as one line: name, how it ended, how much there is, how long it took, and what is wrong or odd.

    Nothing in it comes from a device as it was received: every control character is escaped.
    """
    asked = len(visit.commands) + len(visit.missing)
    parts = [f"{clean(visit.device):<{name_width}}  {visit.status.value:<9}"]
    if visit.commands:
        parts.append(f"{visit.seconds:5.1f} s  {len(visit.whole):>2} of {asked:<2} {kilobytes(visit.size):>7}")
    elif visit.status is not VisitStatus.SKIPPED:
        parts.append(f"{visit.seconds:5.1f} s")
    if remark := visit_remark(visit):
        parts.append(remark)
    return "  ".join(parts).rstrip()


def visit_remark(visit: VisitAccount) -> str:
    """What is wrong with a visit, else what is odd about it; empty if nothing is."""
    if visit.failure is not None:
        said = clean(visit.failure.message.removeprefix(f"{visit.device}: "))
        if visit.failure.kind is FailureKind.REFUSED:
            said = said.removesuffix(_REFUSED)
        return f"{reason_words(visit.failure.kind)}: {said}"
    odd = [f"{visit.profile.value} algorithms"] if visit.profile not in (None, AlgorithmProfile.MODERN) else []
    return "; ".join([*odd, *(clean(warning).rstrip(".") for warning in visit.warnings)])


def kilobytes(count: int) -> str:
    """A number of bytes as people read it.

    >>> kilobytes(0), kilobytes(900), kilobytes(114_000), kilobytes(33_554_432)
    ('0 kB', '0.9 kB', '114 kB', '33.6 MB')
    """
    value, unit = (count / 1_000_000, "MB") if count >= 1_000_000 else (count / 1_000, "kB")
    return f"{value:.{0 if value >= 100 or value == 0 else 1}f} {unit}"
