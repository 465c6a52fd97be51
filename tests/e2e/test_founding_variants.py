"""The founding case and its twin, changed a little and a lot: the verdict goes weak before it goes wrong.

Each row says why the expected verdicts are the honest ones. Read through the Python door, in process: the command line of
the same cases is in ``test_founding_case.py``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr import api
from switchcorr.lab.founding import SICK_MODULE, FoundingVariant, write_founding_variant
from switchcorr.model.campus import Component, Domain, empty_campus, risk_kind
from switchcorr.model.incident import EvidenceKind, Incident, Verdict

_NOW = datetime(2009, 6, 30, tzinfo=UTC)
_TWIN = {"sick_module": True, "phones": 31, "cti_ports": 0, "alert_before": False}
_SERVER, _NETWORK, _OPEN = Verdict.CALL_SERVER, Verdict.NETWORK, Verdict.NOT_PROVEN


def _incidents(
    tmp_path: Path, variant: FoundingVariant, *, seed: int = 77, located: bool = True, alerts: bool = True
) -> tuple[Incident, ...]:
    case = write_founding_variant(tmp_path, variant, seed=seed)
    files = [case.log, case.alerts] if alerts and case.alerts.stat().st_size else [case.log]
    campus = api.read_locations(case.locations) if located else empty_campus()
    return api.correlate(campus, api.read_events(*files, timezone="UTC", now=_NOW), now=_NOW).incidents


def _accused(incidents: tuple[Incident, ...]) -> set[Domain]:
    return {risk_kind(cause.component.kind).domain for incident in incidents for cause in incident.causes if cause.probability >= 0.5}


@pytest.mark.parametrize("seed", range(6))
def test_other_seeds_of_the_case_give_the_same_verdict(tmp_path: Path, seed: int) -> None:
    (incident,) = _incidents(tmp_path, FoundingVariant(), seed=seed)
    assert incident.verdict is _SERVER
    kinds = {item.kind for item in incident.causes[0].evidence_for}
    assert {EvidenceKind.SERVER_ALERT, EvidenceKind.OTHER_DEVICES, EvidenceKind.SPREAD, EvidenceKind.TESTED_MODULES} <= kinds


@pytest.mark.parametrize("seed", range(6))
def test_other_seeds_of_the_twin_give_the_same_verdict(tmp_path: Path, seed: int) -> None:
    (incident,) = _incidents(tmp_path, FoundingVariant(**_TWIN), seed=seed)  # type: ignore[arg-type]
    assert incident.verdict is _NETWORK
    assert incident.causes[0].component == Component("module", SICK_MODULE)


_CASES = [
    ("no alert near the drops: the spread still speaks", {"alert_before": False}, {_SERVER}),
    ("no CTI port dropped: so do the phones alone", {"cti_ports": 0}, {_SERVER}),
    ("alerts every hour: the alert proves nothing, the spread does", {"alerts_a_day": (24, 30)}, {_SERVER}),
    ("a third of the phones: still over many modules", {"phones": 12}, {_SERVER}),
    ("six phones and no CTI port: little enough to leave it open", {"phones": 6, "cti_ports": 0}, {_SERVER, _OPEN}),
    ("neither alert nor CTI ports: phones alone, over all modules", {"alert_before": False, "cti_ports": 0}, {_SERVER}),
    ("half of the phones unlocated: what they share may be unseen", {"unlocated": 0.5}, {_SERVER, _OPEN}),
    ("nine in ten unlocated: nothing was tested", {"unlocated": 0.9}, {_OPEN}),
    ("one in ten at a wrong place: the spread does not care", {"stale": 0.1}, {_SERVER}),
]


@pytest.mark.parametrize(("why", "change", "expected"), _CASES, ids=[why.partition(":")[0] for why, _, _ in _CASES])
def test_the_case_goes_weak_and_never_accuses_the_network(
    tmp_path: Path, why: str, change: dict[str, object], expected: set[Verdict]
) -> None:
    incidents = _incidents(tmp_path, FoundingVariant(**change))  # type: ignore[arg-type]
    assert {incident.verdict for incident in incidents} <= expected, why
    assert incidents or _OPEN in expected
    assert Domain.NETWORK not in _accused(incidents)


@pytest.mark.parametrize("seed", range(4))
def test_three_phones_anywhere_prove_nothing(tmp_path: Path, seed: int) -> None:
    incidents = _incidents(tmp_path, FoundingVariant(phones=3, cti_ports=0, alert_before=False), seed=seed)
    assert {incident.verdict for incident in incidents} <= {_OPEN}


_TWINS = [
    ("a third of the phones: one card is still where they all are", {"phones": 10}, {_NETWORK}),
    ("five phones of 46: enough, as nobody else dropped", {"phones": 5}, {_NETWORK, _OPEN}),
    ("two phones: that is a desk move", {"phones": 2}, {_OPEN}),
    ("an alert by chance minutes before: the card still explains it better", {"alert_before": True}, {_NETWORK}),
    ("half of the phones unlocated: the other half tells enough", {"unlocated": 0.5}, {_NETWORK, _OPEN}),
    ("nine in ten unlocated: nothing was tested", {"unlocated": 0.9}, {_OPEN}),
    ("one in ten at a wrong place", {"stale": 0.1}, {_NETWORK}),
    ("no alert in the whole log", {"alerts_a_day": (0, 0)}, {_NETWORK}),
]


@pytest.mark.parametrize(("why", "change", "expected"), _TWINS, ids=[why.partition(":")[0] for why, _, _ in _TWINS])
def test_the_twin_goes_weak_and_never_accuses_the_server(
    tmp_path: Path, why: str, change: dict[str, object], expected: set[Verdict]
) -> None:
    incidents = _incidents(tmp_path, FoundingVariant(**(_TWIN | change)))  # type: ignore[arg-type]
    assert {incident.verdict for incident in incidents} <= expected, why
    assert incidents or _OPEN in expected
    assert Domain.CALL_SERVER not in _accused(incidents)
    if _OPEN not in expected:
        assert incidents[0].causes[0].component == Component("module", SICK_MODULE)


def test_alerts_of_all_hours_weigh_next_to_nothing(tmp_path: Path) -> None:
    weights = []
    for name, often in (("rare", (1, 1)), ("daily", (4, 6)), ("hourly", (24, 30))):
        (tmp_path / name).mkdir()
        (incident,) = _incidents(tmp_path / name, FoundingVariant(alerts_a_day=often))
        weights.append(next(item.weight for item in incident.causes[0].evidence_for if item.kind is EvidenceKind.SERVER_ALERT))
    assert weights[0] > weights[1] > weights[2]
    assert weights[2] < 1.5


def _leading(tmp_path: Path, name: str, variant: FoundingVariant, *, alerts: bool = True) -> Incident:
    (tmp_path / name).mkdir()
    (incident,) = _incidents(tmp_path / name, variant, located=False, alerts=alerts)
    return incident


def test_the_log_alone_is_as_sure_as_what_is_in_it(tmp_path: Path) -> None:
    """The heartbeat and the CTI ports each add to the suspicion against the call server; nothing makes it a verdict."""
    full = _leading(tmp_path, "full", FoundingVariant())
    without_ports = _leading(tmp_path, "ports", FoundingVariant(cti_ports=0))
    without_alert = _leading(tmp_path, "alert", FoundingVariant(alert_before=False))
    bare = _leading(tmp_path, "bare", FoundingVariant(cti_ports=0), alerts=False)
    for incident in (full, without_ports, without_alert, bare):
        assert incident.verdict is _OPEN
        assert incident.suspects[0].component.kind in ("cluster", "node")
        assert any("--locations" in sentence for sentence in incident.unseen)
    sure = [incident.suspects[0].probability for incident in (full, without_ports, without_alert, bare)]
    assert 0.5 < sure[0] < 0.95
    assert sure[0] > max(sure[1:])
    assert sure[3] < 0.5


def test_the_twins_log_alone_does_not_accuse_the_server(tmp_path: Path) -> None:
    """The same log style without heartbeat and CTI ports: a part of the network that no location shows is more likely."""
    incident = _leading(tmp_path, "twin", FoundingVariant(**_TWIN))  # type: ignore[arg-type]
    assert incident.verdict is _OPEN
    assert incident.suspects[0].probability < 0.5
    assert any("which part of the network" in sentence and "one that no location names" in sentence for sentence in incident.unseen)
