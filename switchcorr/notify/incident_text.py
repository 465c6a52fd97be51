"""What is said of an incident: verdict, counted contrast, next step, and where to read more. Pure."""

from __future__ import annotations

from switchcorr.model.incident import NAMED_FROM, Cause, EvidenceKind, Incident, Verdict
from switchcorr.model.message import IncidentState, Message, Severity
from switchcorr.model.series import Series
from switchcorr.model.wording import led_by
from switchcorr.text import clean, counted, percent

_WORDS = {
    Verdict.NETWORK: "the network",
    Verdict.CALL_SERVER: "the call server, not the network",
    Verdict.WAN_OR_NAT: "the WAN or NAT of a site",
    Verdict.ADMINISTRATIVE: "an administrative action",
    Verdict.ENDPOINT: "the phones themselves",
    Verdict.NOT_PROVEN: "not proven",
}
_CRITICAL = (Verdict.NETWORK, Verdict.CALL_SERVER, Verdict.WAN_OR_NAT)
_TITLE_LIMIT = 140
_COUNTED = (EvidenceKind.CONTRAST, EvidenceKind.SERVER_ALERT, EvidenceKind.COUNTERS, EvidenceKind.MODULE_STATE)
_SAID = 3


_LEADS = {IncidentState.NEW: "", IncidentState.AGAIN: "Again: ", IncidentState.GROWN: "Grown: ", IncidentState.ENDED: "Over: "}


def incident_message(
    incident: Incident, state: IncidentState = IncidentState.NEW, *, link: str = "", attachment: str = "", series: Series | None = None
) -> Message:
    """The message of an incident in a state.

    Its id is the same whenever it is made and whoever makes it; one that has grown has another for each size and verdict.

    Args:
        series: the bursts of its part, of which this is the newest; one alone says nothing more.
    """
    cause = incident.causes[0] if incident.causes else None
    others = [] if incident.verdict is Verdict.NOT_PROVEN else [one for one in incident.causes[1:] if one.probability >= NAMED_FROM]
    who = " and ".join([_who(incident, cause), *(_who(incident, one) for one in others)])
    is_down = state is IncidentState.ENDED and incident.is_down
    dropped = f"{_lead(state, series)}{_how_many(incident, state, series)} dropped"
    title = clean(f"{_still_down(incident) if is_down else dropped}: {who}")
    lines = [
        incident.summary,
        f"From {incident.start:%Y-%m-%d %H:%M:%S} to {incident.end:%H:%M:%S} UTC, {counted(incident.endpoints, 'phone')} in all, "
        f"{incident.not_back}. Verdict: {_verdict(incident)}.",
        series.sentence if series is not None else "",
        *(_about(cause) if cause is not None else ()),
        *(f"Next: {one.next_step}" for one in others if one.next_step),
        *incident.unseen[:1],
        f"More: {link}" if link else "",
        f"Incident {incident.id}",
    ]
    severity = Severity.CRITICAL if incident.verdict in _CRITICAL and state is not IncidentState.ENDED else Severity.WARNING
    if (state is IncidentState.ENDED and not is_down) or incident.verdict is Verdict.ADMINISTRATIVE:
        severity = Severity.INFO
    body = "\n".join(clean(line) for line in lines if line)
    size = f"-{incident.explained}-{incident.verdict.value}" if state is IncidentState.GROWN else ""
    return Message(f"{incident.id}/{state.value}{size}", title[:_TITLE_LIMIT], body, severity, link, attachment, incident.explained)


def _lead(state: IncidentState, series: Series | None) -> str:
    if series is None or series.count == 1:
        return _LEADS[state]
    if state is IncidentState.ENDED:
        return f"Over after {series.count:,} times: "
    return f"{'Grown' if state is IncidentState.GROWN else 'Again'} ({series.words}): "


def _how_many(incident: Incident, state: IncidentState, series: Series | None) -> str:
    """The phones of an incident; a burst that has just begun is likely to become as large as those before it."""
    if state is IncidentState.AGAIN and series is not None and series.most > incident.explained:
        return f"{incident.explained:,} of up to {counted(series.most, 'phone')}"
    return counted(incident.explained, "phone")


def _still_down(incident: Incident) -> str:
    return f"{incident.still_down:,} of {counted(incident.endpoints, 'phone')} still down"


def _verdict(incident: Incident) -> str:
    return "a planned fallback to their own node" if incident.is_fallback else _WORDS[incident.verdict]


def _who(incident: Incident, cause: Cause | None) -> str:
    if cause is None:
        return _verdict(incident)
    return f"{led_by(cause.component, cause.as_likely, cause.less_likely, cause.p_less_likely)} ({percent(cause.probability)})"


def _about(cause: Cause) -> list[str]:
    """The counted contrast, the strongest arguments, what speaks against it, and what to do."""
    counts = [one for one in cause.evidence_for if one.kind in _COUNTED] or list(cause.evidence_for)
    told = [f"For: {one.text}" for one in counts[:_SAID]] + [f"Against: {one.text}" for one in cause.evidence_against[:1]]
    contrast = (
        []
        if any(one.kind is EvidenceKind.CONTRAST for one in counts)
        else [f"{cause.affected:,} of its {counted(cause.exposed, 'phone')} dropped."]
    )
    return [*contrast, *told, f"Next: {cause.next_step}" if cause.next_step else ""]
