"""Any site and any log get an answer that is sound: twins, holes in the locations, resets, several faults, alerts, facts from switches."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchcorr.model.campus import RISK_KINDS, Campus, Component, HashedComponent, Observation, ObservationKind
from switchcorr.model.event import Event
from switchcorr.model.incident import NAMED_FROM, Correlation, Incident, Verdict
from switchcorr.report.to_json import correlation_json, json_text
from switchcorr.report.to_text import render_text
from tests.correlate.scenes import NOON, Rows, alert, burst, campus_of, explain, log_of, noise, phone

_KINDS = tuple(kind.name for kind in RISK_KINDS if kind.name not in ("port", "uplink"))
_REASONS = (8, 9, 9, 13, 13, 6, 19, 10, 15, 16, 18, 23, 25, None)
_EXPLORING = settings.get_current_profile_name() == "explore"
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class _Site:
    campus: Campus
    events: list[Event]
    asked: dict[str, object]


def _rows(random_: random.Random) -> Rows:
    """Phones whose components nest, are each other's twins, or have nothing to do with each other; some cells are empty."""
    kinds = random_.sample(_KINDS, random_.randint(1, 7))
    count, holes = random_.choice((3, 30, 120, 500)), random_.choice((0.0, 0.0, 0.2, 0.7))
    width = {kind: random_.choice((1, 2, 5, 20, 150)) for kind in kinds}
    mixed = {kind: random_.random() < 0.4 for kind in kinds}
    rows: Rows = {}
    for number in range(count):
        at = {kind: random_.randrange(width[kind]) if mixed[kind] else number * width[kind] // count for kind in kinds}
        rows[phone(number)] = {kind: f"{kind}-{place}" for kind, place in at.items() if random_.random() >= holes}
    return rows


def _facts(random_: random.Random, parts: list[Component]) -> tuple[Observation, ...]:
    """What switches say of some parts, at the time and not."""
    chosen = random_.sample(parts, min(len(parts), random_.choice((0, 0, 2))))
    return tuple(
        Observation(
            part,
            random_.choice(list(ObservationKind)),
            random_.choice((1.0, 4120.0)),
            "something was seen",
            NOON + timedelta(seconds=random_.choice((-60, 30, 90_000))),
            NOON - timedelta(hours=1),
            random_.choice((None, 0.01)),
        )
        for part in chosen
    )


def _events(random_: random.Random, rows: Rows, parts: list[Component]) -> list[Event]:
    """A week with up to three bursts, of one part or several, in one minute or in an hour."""
    events = noise(rows, a_day=random_.choice((0.0, 0.05, 0.4)), seed=random_.randrange(1000))
    for _ in range(random_.choice((0, 1, 1, 2, 3)) if parts else 0):
        for part in random_.sample(parts, min(len(parts), random_.choice((1, 1, 2)))):
            names = [name for name, row in sorted(rows.items()) if row.get(part.kind) == part.id]
            hit = [name for name in names if random_.random() < random_.choice((0.1, 0.5, 1.0))]
            at = NOON + timedelta(hours=random_.choice((0, 0, 1, 30)))
            events += burst(
                hit, at, reason=random_.choice(_REASONS), seconds=random_.choice((0.0, 1.0, 90.0, 900.0)), seed=random_.randrange(99)
            )
    strays = random_.sample(sorted(rows), min(len(rows), random_.choice((0, 0, 4, 60))))
    events += [event for name in strays for event in burst([name], reason=random_.choice(_REASONS), seed=random_.randrange(99))]
    if random_.random() < 0.3:
        events.append(alert(random_.choice((NOON, None)), node="node-1"))
    return [event for event in events if random_.random() > 0.02]


def _site(seed: int) -> _Site:
    random_ = random.Random(seed)
    rows = _rows(random_)
    parts = sorted({Component(kind, id_) for row in rows.values() for kind, id_ in row.items()}, key=lambda part: (part.kind, part.id))
    bundles = [part for part in parts if part.kind == "uplink_bundle"]
    hashed = [HashedComponent(Component("uplink", f"{bundle.id}:{member}"), bundle, 2) for bundle in bundles for member in "ab"]
    campus = campus_of(rows, hashed=hashed, observations=_facts(random_, parts))
    window = (NOON - timedelta(minutes=1), NOON + timedelta(minutes=4))
    asked = random_.choice(
        ({}, {}, {"windows": (window,)}, {"windows": (window, (window[0] + timedelta(hours=1), window[1] + timedelta(hours=1)))})
    )
    return _Site(campus, _events(random_, rows, parts), dict(asked))


def _is_sound(incident: Incident) -> None:
    named = [cause.probability for cause in incident.causes] + [suspect.probability for suspect in incident.suspects]
    shares = [*named, incident.p_nothing_shared, incident.p_unlocated, incident.p_unnamed]
    assert all(0 <= share <= 1 + _CLOSE for share in shares)
    assert incident.p_nothing_shared + incident.p_unlocated + incident.p_unnamed <= 1 + _CLOSE
    assert incident.start <= incident.end
    assert incident.endpoints == len({line.phone for line in incident.phones}) == len(incident.phones) <= incident.events
    assert all(cause.affected <= cause.exposed and incident.start <= cause.first <= cause.last <= incident.end for cause in incident.causes)
    assert all(line.cause is None or line.cause < len(incident.causes) for line in incident.phones)
    if incident.verdict in (Verdict.NETWORK, Verdict.CALL_SERVER, Verdict.WAN_OR_NAT, Verdict.ENDPOINT):
        assert incident.causes
        assert incident.p_nothing_shared <= NAMED_FROM + _CLOSE
    assert incident.summary
    assert all(sentence.strip() and "nan" not in sentence.split() for sentence in (incident.summary, *incident.unseen))


def _is_whole(result: Correlation) -> None:
    for incident in result.incidents:
        _is_sound(incident)
    assert json_text(correlation_json(result))
    assert render_text(result)


@settings(max_examples=400 if _EXPLORING else 40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9))
def test_any_site_and_any_log_get_a_sound_answer(seed: int) -> None:
    site = _site(seed)
    _is_whole(explain(site.campus, log_of(site.events), **site.asked))
