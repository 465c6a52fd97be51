"""Numbers of an answer in the text format of Prometheus, for a textfile collector.

Source: the exposition format 0.0.4 of Prometheus: escapes in label values, one HELP and TYPE line a metric, samples of a metric together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from switchcorr.model.incident import Correlation, Verdict

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: name without prefix, what it means, samples as labels and value."""

    name: str
    help: str
    samples: tuple[tuple[dict[str, str], float], ...]


def metrics(result: Correlation) -> tuple[Metric, ...]:
    """All metrics of an answer; those of incidents and causes are empty where there are none."""
    coverage = result.coverage
    verdicts = Counter(incident.verdict for incident in result.incidents)
    named = [
        ({"incident": incident.id, "kind": cause.component.kind, "id": cause.component.id}, cause)
        for incident in result.incidents
        for cause in incident.causes
    ]
    incidents = [({"incident": incident.id, "verdict": incident.verdict.value}, incident) for incident in result.incidents]
    recurring = [({"kind": item.component.kind, "id": item.component.id}, item) for item in result.recurring]
    chronic = [({"kind": item.component.kind, "id": item.component.id}, item) for item in result.chronic if item.until is None]
    return (
        Metric("generated_timestamp_seconds", "When the answer was made.", (({}, result.generated_at.timestamp()),)),
        Metric("phones", "Phones known, by whether one place is known.", (({"state": "placed"}, coverage.placed), ({"state": "unplaced"}, coverage.unplaced))),
        Metric(
            "devices", "Devices named, by whether anything of them was read.",
            (({"state": "read"}, coverage.devices_read), ({"state": "unread"}, max(0, coverage.devices_expected - coverage.devices_read))),
        ),
        Metric("outputs_quarantined", "Captured texts of which nothing could be used.", (({}, coverage.outputs_quarantined),)),
        Metric("events_read", "Events read.", (({}, coverage.events_read),)),
        Metric("lines_unrecognised", "Lines of event files that no format claims.", (({}, coverage.lines_unrecognised),)),
        Metric("incidents", "Incidents found, by verdict.", tuple(({"verdict": verdict.value}, verdicts[verdict]) for verdict in Verdict)),
        Metric("incident_start_timestamp_seconds", "First loss of an incident.", tuple((labels, one.start.timestamp()) for labels, one in incidents)),
        Metric("incident_endpoints", "Endpoints lost in an incident.", tuple((labels, one.endpoints) for labels, one in incidents)),
        Metric("incident_still_down", "Endpoints of an incident that were not seen to come back.", tuple((labels, one.still_down) for labels, one in incidents)),
        Metric("cause_probability", "Probability of a named cause.", tuple((labels, round(cause.probability, 4)) for labels, cause in named)),
        Metric("cause_affected", "Phones of a named cause that were lost.", tuple((labels, cause.affected) for labels, cause in named)),
        Metric("cause_exposed", "Phones that a named cause carries.", tuple((labels, cause.exposed) for labels, cause in named)),
        Metric("recurring_bursts", "Bursts that a component explains together.", tuple((labels, item.bursts) for labels, item in recurring)),
        Metric("chronic_parts", "Parts whose phones drop one by one, far more often than others.", (({}, len(chronic)),)),
        Metric("chronic_ratio", "How many times as often as others the phones of such a part drop.", tuple((labels, round(item.ratio, 2)) for labels, item in chronic)),
        Metric("chronic_probability", "Probability that it is this part.", tuple((labels, round(item.probability, 4)) for labels, item in chronic)),
        Metric("flapping_phones", "Phones that drop again and again by themselves.", (({}, len(result.flapping)),)),
    )  # fmt: skip


def render_prometheus(result: Correlation) -> str:
    """The metrics as text; a metric without samples is left out."""
    return render_metrics(metrics(result))


def render_metrics(given: Iterable[Metric]) -> str:
    """Metrics as text; one without samples is left out."""
    return "".join(f"{line}\n" for metric in given if metric.samples for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    name = f"switchcorr_{metric.name}"
    yield f"# HELP {name} {metric.help}"
    yield f"# TYPE {name} gauge"
    for labels, value in metric.samples:
        pairs = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in labels.items())
        yield f"{name}{{{pairs}}} {value:.15g}" if pairs else f"{name} {value:.15g}"
