"""Host keys for the eye: what a device shows, what is recorded, and what to compare it with."""

from __future__ import annotations

from collections.abc import Sequence

from switchcorr.cli.output import wrapped
from switchcorr.cli.sweep.visit_lines import failure_document
from switchcorr.jobs.trust import Seen, Standing, Trusted
from switchcorr.report.to_text import table_text
from switchcorr.text import clean

TRUST_SCHEMA = "switchcorr/trust/1"
CHANGED_WORDS = (
    "THE KEY HAS CHANGED. If the switch was replaced or its key was made anew, compare the new fingerprint at the switch's own "
    "console (`show crypto key mypubkey all`, `show ssh key`) before going on. If nobody changed anything, somebody may stand "
    "between you and the switch: do not log in."
)
_NEW_WORDS = "Nothing is recorded yet. Compare the fingerprint with the one that the switch shows at its own console."
_SAME_WORDS = "This key is recorded already."
_ADVICE = {Standing.NEW: _NEW_WORDS, Standing.SAME: _SAME_WORDS, Standing.CHANGED: CHANGED_WORDS}


def seen_text(seen: Seen) -> str:
    """One device: its key, what is recorded, and what to do before going on."""
    lines = [f"{clean(seen.place.device)} ({clean(seen.place.host)}:{seen.place.port})"]
    if seen.key is None:
        return "".join(f"{line}\n" for line in [*lines, *wrapped(_why(seen)), *wrapped(seen.failure.hint if seen.failure else "")])
    lines.append(f"  shows     {_shown(seen)}")
    lines += [f"  recorded  {key.kind} {key.fingerprint}" for key in seen.recorded]
    words = _ADVICE[seen.standing]
    return "".join(f"{line}\n" for line in [*lines, *wrapped(words)])


def seen_table(found: Sequence[Seen], *, width: int = 80) -> str:
    """Many devices as one table, those about which something is to be done first; where it is too wide, keys stand on lines of their own."""
    order = {standing: place for place, standing in enumerate((Standing.CHANGED, Standing.UNREACHED, Standing.NEW, Standing.SAME))}
    ranked = sorted(found, key=lambda seen: (order[seen.standing], seen.place.device))
    rows = [[clean(seen.place.device), f"{clean(seen.place.host)}:{seen.place.port}", _WORDS[seen.standing]] for seen in ranked]
    table = table_text(["device", "address", "key is", "shows"], [[*row, _shown(seen)] for row, seen in zip(rows, ranked, strict=True)])
    if max(map(len, table.splitlines())) <= width:
        return table
    heading, *lines = table_text(["device", "address", "key is"], rows).splitlines()
    told = [line for row, seen in zip(lines, ranked, strict=True) for line in (row, *wrapped(_shown(seen), indent="    "))]
    return "".join(f"{line}\n" for line in (heading, *told))


_WORDS = {Standing.NEW: "new", Standing.SAME: "recorded", Standing.CHANGED: "CHANGED", Standing.UNREACHED: "not seen"}


def _shown(seen: Seen) -> str:
    return _why(seen) if seen.key is None else f"{seen.key.kind} {seen.key.fingerprint}"


def _why(seen: Seen) -> str:
    return clean(seen.failure.message, limit=200) if seen.failure else ""


def trust_document(trusted: Sequence[Trusted]) -> dict[str, object]:
    """What was seen and what was done about it, as JSON."""
    return {"schema": TRUST_SCHEMA, "devices": [_document(one) for one in trusted]}


def _document(trusted: Trusted) -> dict[str, object]:
    seen = trusted.seen
    return {
        "device": seen.place.device,
        "host": seen.place.host,
        "port": seen.place.port,
        "key_type": seen.key.kind if seen.key else None,
        "fingerprint": seen.key.fingerprint if seen.key else None,
        "recorded_before": [f"{key.kind} {key.fingerprint}" for key in seen.recorded],
        "key": seen.standing.value,
        "recorded": trusted.recorded,
        "why_not": trusted.why_not,
        "failure": failure_document(seen.failure),
    }
