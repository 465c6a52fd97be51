"""What is said for and against a component, in words and weights."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.table import Window, find_drops
from switchcorr.correlate.evidence.circumstances import Circumstances, component_odds, facts_in, sudden_bursts
from switchcorr.correlate.evidence.servers import AlertFact, ServerAlert, ServerEvidence
from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind
from switchcorr.correlate.scoring.search import search
from switchcorr.correlate.telling.arguments import arguments, contrast
from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Evidence, EvidenceKind
from tests.correlate.scenes import (
    NOON,
    SILENT,
    Rows,
    below,
    burst,
    campus_of,
    drop,
    explain,
    likelihood_of,
    log_of,
    noise,
    number_of,
    phone,
    rows_of,
)

_ROWS = rows_of(6, 2, 20)
_CTI = {f"CTI-{i}": {"node": "node-1", "cluster": "one"} for i in range(4)}
_MODULE = Component("module", "acc-1/1")


def _fact(kind: ObservationKind, component: Component = _MODULE, *, text: str = "a fact", minutes: int | None = None) -> Observation:
    return Observation(component, kind, 1.0, text, None if minutes is None else NOON + timedelta(minutes=minutes))


def _arguments(
    kind: str, id_: str, dropped: list[str], *, rows: Rows = _ROWS, known: Circumstances | None = None, reason: int = 13
) -> tuple[dict[EvidenceKind, Evidence], dict[EvidenceKind, Evidence]]:
    known = known or Circumstances(SILENT)
    likelihood = likelihood_of(rows, dropped, known=known, reason=reason)
    found = arguments(likelihood, search(likelihood), number_of(likelihood.exposure, kind, id_), known)
    return {item.kind: item for item in found[0]}, {item.kind: item for item in found[1]}


def test_the_contrast_counts_phones_here_and_elsewhere() -> None:
    likelihood = likelihood_of(_ROWS, [*below(_ROWS, "module", "acc-1/1")[:12], phone(200)])
    found = contrast(likelihood, number_of(likelihood.exposure, "module", "acc-1/1"))
    assert (found.affected, found.exposed, found.elsewhere, found.others) == (12, 20, 1, 220)
    speaks_for, _ = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:12])
    assert speaks_for[EvidenceKind.CONTRAST].text == "12 of 20 phones on module acc-1/1 dropped, 0 of 220 elsewhere"
    assert speaks_for[EvidenceKind.BACKGROUND].text.startswith("by chance 0.014 drops of its phones")


def test_the_contrast_comes_first_and_the_others_by_weight() -> None:
    likelihood = likelihood_of(_ROWS, sorted(_ROWS)[::5])
    found, _ = arguments(likelihood, search(likelihood), number_of(likelihood.exposure, "cluster", "one"), Circumstances(SILENT))
    weights = [item.weight for item in found[1:]]
    assert found[0].kind is EvidenceKind.CONTRAST
    assert weights == sorted(weights, reverse=True)


def test_contrast_and_reasons_are_told_apart_and_add_up_to_the_score() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")[:12]
    speaks_for, _ = _arguments("module", "acc-1/1", dropped)
    likelihood = likelihood_of(_ROWS, dropped)
    number = number_of(likelihood.exposure, "module", "acc-1/1")
    score = likelihood.alone().fault_of(number) - float(likelihood.priors.fault[number])
    told = speaks_for[EvidenceKind.CONTRAST].weight + speaks_for[EvidenceKind.REASONS].weight
    assert told == pytest.approx(score)
    assert speaks_for[EvidenceKind.REASONS].weight > 0


def test_the_reasons_of_a_hundred_drops_tell_kinds_of_fault_apart_no_more_than_those_of_twenty() -> None:
    """That something was shared each drop says again; what kind of thing is one story told many times."""
    rows = rows_of(6, 1, 200)
    apart, shared = [], []
    for count in (10, 20, 100):
        likelihood = likelihood_of(rows, below(rows, "module", "acc-1/1")[:count])
        module, cluster = (
            likelihood.told_by_reasons(Item(number_of(likelihood.exposure, kind, id_), ItemKind.FAULT))
            for kind, id_ in (("module", "acc-1/1"), ("cluster", "one"))
        )
        apart.append(module - cluster)
        shared.append(module)
    assert apart[0] < apart[1] < 2 * apart[0]  # the mix of one cause is a draw of its own
    assert apart[2] == pytest.approx(apart[1])
    assert shared[1] > 1.9 * shared[0]
    assert shared[2] > 4 * shared[1]


def test_the_reasons_name_the_commonest_and_the_fault_with_its_article() -> None:
    dropped = below(_ROWS, "uplink_bundle", "acc-1:Port-channel1")[:12]
    speaks_for, _ = _arguments("uplink_bundle", "acc-1:Port-channel1", dropped)
    assert (
        speaks_for[EvidenceKind.REASONS].text
        == "a keepalive time-out is the reason of 12 of 12 drops; the reasons fit a fault of an uplink bundle"
    )
    _, against = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], reason=19)
    assert "the reasons do not fit a fault of a module" in against[EvidenceKind.REASONS].text


def test_a_reason_that_few_drops_have_is_not_told_as_that_of_all() -> None:
    events = [
        drop(name, NOON + timedelta(seconds=i), reason)
        for i, (name, reason) in enumerate(zip(sorted(_ROWS)[:16], (13, 6, 9, 13) * 4, strict=True))
    ]
    (incident,) = explain(_ROWS, [*noise(_ROWS, a_day=0.05), *events]).incidents
    (told,) = [item.text for item in incident.causes[0].evidence_for if item.kind is EvidenceKind.REASONS]
    assert told.startswith(
        "of 16 drops no reason is that of most: a keepalive time-out of 8, a lost connection of 4, a reset by the administrator of 4; the"
    )


def test_code_8_of_old_versions_gives_no_sentence_on_reasons() -> None:
    speaks_for, against = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:12], reason=77)
    assert EvidenceKind.REASONS not in speaks_for.keys() | against.keys()


def test_of_several_facts_on_one_component_the_heaviest_counts_once() -> None:
    facts = (_fact(ObservationKind.LINK_FLAP, text="it flapped"), _fact(ObservationKind.COUNTER_GROWTH, text="its counters grew"))
    exposure = expose(EventLog(), campus_of(_ROWS))
    odds = component_odds(exposure, Circumstances(SILENT, facts), DEFAULT)
    growth = dict(DEFAULT.observation_odds)["counter_growth"]
    assert odds[number_of(exposure, "module", "acc-1/1")] == growth
    assert odds.sum() == growth
    for order in (facts, facts[::-1]):
        speaks_for, _ = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], known=Circumstances(SILENT, order))
        assert (speaks_for[EvidenceKind.COUNTERS].text, speaks_for[EvidenceKind.COUNTERS].weight) == ("its counters grew", growth)
        assert speaks_for[EvidenceKind.DEVICE_STATE].weight == 0.0


def test_what_two_captures_say_in_the_same_words_is_told_once() -> None:
    quiet = [_fact(ObservationKind.COUNTER_QUIET, text="no error counter grew", minutes=minutes) for minutes in (-5, 5)]
    up = [_fact(ObservationKind.LINK_FLAP, text="it flapped", minutes=minutes) for minutes in (-5, 5)]
    for facts in ((*quiet,), (*quiet[::-1],), (*quiet, *up)):
        known = Circumstances(SILENT, facts)
        likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:5], known=known)
        found = arguments(likelihood, search(likelihood), number_of(likelihood.exposure, "module", "acc-1/1"), known)
        texts = [item.text for side in found for item in side]
        assert [texts.count(text) for text in dict.fromkeys(fact.text for fact in facts)] == [1] * (1 + (len(facts) > 2))


def test_quiet_counters_speak_against_and_a_sick_module_for() -> None:
    quiet = Circumstances(SILENT, (_fact(ObservationKind.COUNTER_QUIET),))
    _, against = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], known=quiet)
    assert against[EvidenceKind.COUNTERS].weight == pytest.approx(0.69)
    sick = Circumstances(SILENT, (_fact(ObservationKind.MODULE_STATUS),))
    speaks_for, _ = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], known=sick)
    assert speaks_for[EvidenceKind.MODULE_STATE].weight > 4


@pytest.mark.parametrize("kind", ObservationKind)
def test_every_kind_of_fact_has_a_bounded_weight(kind: ObservationKind) -> None:
    assert -1 < dict(DEFAULT.observation_odds)[kind.value] < 6


def test_facts_of_parts_without_phones_and_of_other_times_do_not_count() -> None:
    window = Window(NOON.timestamp(), NOON.timestamp() + 240)
    always, near, far = (_fact(ObservationKind.RELOAD, minutes=minutes) for minutes in (None, -9, 90))
    assert facts_in((always, near, far), window, DEFAULT) == (always, near)
    stranger = Circumstances(SILENT, (_fact(ObservationKind.RELOAD, Component("switch", "core-1")),))
    assert not component_odds(expose(EventLog(), campus_of(_ROWS)), stranger, DEFAULT).any()


def _near(minutes: float = 3, *, node: str = "") -> Circumstances:
    one = ServerAlert(NOON.timestamp() - 60 * minutes, node, "LowCallManagerHeartbeatRate", "rate 19, threshold 24")
    return Circumstances(ServerEvidence((AlertFact(one, 0.064, 4.6, 2.5),), 0.064, 30, 0.0), first=NOON.timestamp())


def test_an_alert_speaks_for_the_server_and_against_a_module() -> None:
    everywhere = sorted(_ROWS)[::6]
    speaks_for, _ = _arguments("cluster", "one", everywhere, known=_near())
    assert speaks_for[EvidenceKind.SERVER_ALERT].text == (
        "LowCallManagerHeartbeatRate (rate 19, threshold 24) 3 min before the first drop; "
        "such alerts come 4.6 times a day: by chance one is this near in 6 % of such windows"
    )
    _, against = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], known=_near())
    assert against[EvidenceKind.SERVER_ALERT].weight == 2.5


def test_an_alert_that_came_after_and_names_its_node_says_so() -> None:
    speaks_for, _ = _arguments("cluster", "one", sorted(_ROWS)[::6], known=_near(-0.5, node="node-1"))
    assert " on node-1 30 s after the first drop" in speaks_for[EvidenceKind.SERVER_ALERT].text


def test_alerts_of_one_stall_are_told_together_and_a_rare_one_as_such() -> None:
    facts = tuple(
        AlertFact(ServerAlert(NOON.timestamp() - 60, "", name, ""), 0.0, a_day, odds)
        for name, a_day, odds in (("CodeYellowEntry", 0.0, 4.0), ("LowCallManagerHeartbeatRate", 0.3, 3.0), ("SDLLinkOOS", 0.01, 2.0))
    )
    known = Circumstances(ServerEvidence(facts, 0.01, 9, 0.0, further_share=0.5), first=NOON.timestamp())
    likelihood = likelihood_of(_ROWS, sorted(_ROWS)[::6], known=known)
    found, _ = arguments(likelihood, search(likelihood), number_of(likelihood.exposure, "cluster", "one"), known)
    told = {item.text: item.weight for item in found if item.kind is EvidenceKind.SERVER_ALERT}
    assert told == {
        "CodeYellowEntry 60 s before the first drop; no other such alert is in the log; LowCallManagerHeartbeatRate near it is the same fact, "
        "counted once": 4.0,
        "SDLLinkOOS 60 s before the first drop; no other such alert is in the log": 1.0,
    }


def test_of_a_pasted_alert_no_nearness_is_claimed() -> None:
    one = ServerAlert(NOON.timestamp(), "", "LowCallManagerHeartbeatRate", "rate 19", pasted=True)
    known = Circumstances(ServerEvidence((AlertFact(one, 0.0, 0.0, 1.0),), 0.0, 1, 0.0), first=NOON.timestamp())
    speaks_for, _ = _arguments("cluster", "one", sorted(_ROWS)[::6], known=known)
    assert speaks_for[EvidenceKind.SERVER_ALERT].text.startswith("LowCallManagerHeartbeatRate (rate 19) at a time that was given by hand")


def test_an_alert_of_another_node_is_told_without_weight() -> None:
    speaks_for, _ = _arguments("node", "node-1", below(_ROWS, "node", "node-1")[::3], known=_near(node="node-2"))
    alert_told = speaks_for[EvidenceKind.SERVER_ALERT]
    assert (alert_told.weight, alert_told.text.endswith("before the first drop: another node than node-1")) == (0.0, True)


def test_alerts_of_one_node_do_not_move_the_other() -> None:
    exposure = expose(EventLog(), campus_of(_ROWS))
    odds = component_odds(exposure, _near(node="node-2"), DEFAULT)
    assert [odds[number_of(exposure, *part)] for part in (("node", "node-1"), ("node", "node-2"), ("cluster", "one"))] == [0.0, 2.5, 2.5]


def test_the_absence_of_alerts_speaks_against_the_server_if_the_log_tells_of_others() -> None:
    silent = Circumstances(ServerEvidence((), 0.05, 9, -1.2))
    speaks_for, _ = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], known=silent)
    assert speaks_for[EvidenceKind.NO_SERVER_ALERT].weight == 1.2


def test_devices_without_a_port_speak_for_the_server() -> None:
    everywhere = sorted(_ROWS)[::6]
    one, _ = _arguments("cluster", "one", [*everywhere, "CTI-0"], rows=_ROWS | _CTI)
    assert one[EvidenceKind.OTHER_DEVICES].text == "1 of 4 devices without a switch port of their own dropped too: CTI-0"
    many, _ = _arguments("cluster", "one", [*everywhere, *_CTI], rows=_ROWS | _CTI)
    assert (
        many[EvidenceKind.OTHER_DEVICES].text
        == "4 of 4 devices without a switch port of their own dropped too: CTI-0, CTI-1, CTI-2 and 1 more"
    )
    _, against = _arguments("module", "acc-1/1", [*below(_ROWS, "module", "acc-1/1")[:9], "CTI-0"], rows=_ROWS | _CTI)
    assert EvidenceKind.OTHER_DEVICES in against


def test_that_no_device_without_a_port_dropped_is_told_without_weight() -> None:
    speaks_for, _ = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:9], rows=_ROWS | _CTI)
    found = speaks_for[EvidenceKind.OTHER_DEVICES]
    assert (found.text, found.weight) == ("none of 4 devices without a switch port of their own (CTI ports, gateways) dropped", 0.0)
    single = _ROWS | {"CTI-0": _CTI["CTI-0"]}
    speaks_for, _ = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:9], rows=single)
    assert speaks_for[EvidenceKind.OTHER_DEVICES].text == "none of 1 device without a switch port of its own (CTI ports, gateways) dropped"


def test_a_server_is_told_the_spread_and_the_modules_that_were_acquitted() -> None:
    speaks_for, _ = _arguments("cluster", "one", sorted(_ROWS)[::5])
    assert speaks_for[EvidenceKind.SPREAD].text.startswith("the drops are spread over 12 modules; the worst hit, module acc-")
    assert speaks_for[EvidenceKind.TESTED_MODULES].text.startswith("12 modules were tested as causes and acquitted")
    bare = {name: {kind: id_ for kind, id_ in row.items() if kind != "module"} for name, row in _ROWS.items()}
    without, _ = _arguments("cluster", "one", sorted(bare)[::5], rows=bare)
    assert EvidenceKind.SPREAD not in without


def test_a_module_under_suspicion_is_not_acquitted() -> None:
    dropped = [*sorted(_ROWS)[::9], *below(_ROWS, "module", "acc-1/1")]
    speaks_for, _ = _arguments("cluster", "one", dropped)
    assert EvidenceKind.SPREAD in speaks_for
    assert EvidenceKind.TESTED_MODULES not in speaks_for


def test_a_fact_of_another_component_is_not_told() -> None:
    other = Circumstances(SILENT, (_fact(ObservationKind.RELOAD, Component("switch", "acc-4")),))
    speaks_for, against = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], known=other)
    assert EvidenceKind.DEVICE_STATE not in speaks_for.keys() | against.keys()


def test_lost_phones_and_other_bursts_are_told() -> None:
    rows = _ROWS | {phone(0): {"vlan": "101@b"}}
    again = Circumstances(SILENT, recurring={_MODULE: 4})
    speaks_for, _ = _arguments("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:9], rows=rows, known=again)
    assert speaks_for[EvidenceKind.LOCATION_QUALITY].text == "the location of 1 of 9 phones that dropped is not known"
    assert speaks_for[EvidenceKind.RECURRENCE].text == "it stands out in 4 other bursts of this log too"
    server, _ = _arguments("cluster", "one", sorted(rows)[::5], rows=rows)
    assert EvidenceKind.LOCATION_QUALITY not in server


def _of_unknown_places(dropped: int) -> list[Evidence]:
    """What is told of places where four of a module's phones drop, and so many of ten at unknown places of its VLAN, which is the module's alone."""
    module = below(_ROWS, "module", "acc-1/1")
    lost = [phone(900 + number) for number in range(10)]
    rows = _ROWS | {name: _ROWS[name] | {"vlan": "7@b"} for name in module} | {name: {"vlan": "7@b", "node": "node-1"} for name in lost}
    likelihood = likelihood_of(rows, [*module[:4], *lost[:dropped]])
    found = arguments(likelihood, search(likelihood), number_of(likelihood.exposure, "module", "acc-1/1"), Circumstances(SILENT))
    return [item for side in found for item in side if item.kind is EvidenceKind.LOCATION_QUALITY]


def test_drops_at_unknown_places_speak_for_the_part_that_their_vlan_is_on() -> None:
    told = _of_unknown_places(4)
    assert [item.text for item in told][1:] == ["the location of 4 of 8 phones that dropped is not known"]
    assert told[0].text.startswith("by VLAN, reason and moment about 4.0 of the other drops are its own")
    assert told[0].weight > 3


def test_phones_at_unknown_places_that_stayed_speak_against_it() -> None:
    (told,) = _of_unknown_places(0)
    assert (
        told.text == "by VLAN about 10.0 further phones are on it whose place is not known, or no longer right; of these hardly any dropped"
    )
    assert told.weight > 0.1


def _sudden(seconds: float, names: list[str], *, second: float = 0.5, rows: Rows = _ROWS) -> dict[int, float]:
    log = log_of(drop(name, NOON + timedelta(seconds=second + seconds * i / len(names))) for i, name in enumerate(names))
    exposure = expose(log, campus_of(rows))
    drops = find_drops(log, exposure, DEFAULT)
    return sudden_bursts(drops, slice(0, len(drops.time)), exposure, DEFAULT)


def test_a_burst_at_one_moment_over_many_switches_is_sudden_for_servers_and_sites_only() -> None:
    names = sorted(_ROWS)[::9]
    assert len(_sudden(1.5, names)) == 3  # two nodes and the cluster
    assert len(_sudden(1.5, names, rows=_ROWS | {phone(900): {"site": "oslo"}})) == 3  # a site none of whose phones dropped
    assert _sudden(60, names) == {}
    assert _sudden(1.5, names[:4]) == {}
    assert _sudden(1.5, below(_ROWS, "switch", "acc-1")[:9]) == {}


def test_times_by_the_minute_are_no_measure_of_suddenness() -> None:
    assert _sudden(0, sorted(_ROWS)[::9], second=0.0) == {}


def test_a_sudden_burst_speaks_for_the_server_and_enters_the_score() -> None:
    exposure = expose(EventLog(), campus_of(_ROWS))
    cluster = number_of(exposure, "cluster", "one")
    known = Circumstances(SILENT, sudden={cluster: 0.4})
    assert component_odds(exposure, known, DEFAULT)[cluster] == DEFAULT.tight_odds
    speaks_for, _ = _arguments("cluster", "one", sorted(_ROWS)[::5], known=known)
    assert (
        speaks_for[EvidenceKind.TIGHTNESS].text == "its phones on 6 switches dropped at the same moment: a silent loss spreads over minutes"
    )


def test_through_the_whole_engine_a_sudden_burst_is_told() -> None:
    names = sorted(_ROWS)[::4]
    (incident,) = explain(_ROWS, [*noise(_ROWS, a_day=0.1), *burst(names, NOON + timedelta(seconds=3), seconds=1.0)]).incidents
    assert EvidenceKind.TIGHTNESS in {item.kind for item in incident.causes[0].evidence_for}


def test_a_log_without_switches_knows_nothing_of_suddenness() -> None:
    names = sorted(_ROWS)[::9]
    assert _sudden(1.5, names, rows={name: {"cluster": "one", "switch": row["switch"]} for name, row in _ROWS.items()}) != {}
    assert _sudden(1.5, names, rows={name: {"cluster": "one"} for name in _ROWS}) == {}


def test_facts_have_the_weight_that_the_constants_say() -> None:
    heavy = replace(DEFAULT, observation_odds=(("link_flap", 1.25),))
    exposure = expose(EventLog(), campus_of(_ROWS))
    odds = component_odds(exposure, Circumstances(SILENT, (_fact(ObservationKind.LINK_FLAP),)), heavy)
    assert odds.max() == 1.25


def test_a_card_that_lost_port_groups_says_which() -> None:
    rows = {name: row | {"asic": f"{row['module']}/{number % 20 // 5 + 1}"} for number, (name, row) in enumerate(sorted(_ROWS.items()))}
    two = [name for group in (1, 3) for name in below(rows, "asic", f"acc-1/1/{group}")]
    speaks_for, _ = _arguments("module", "acc-1/1", two, rows=rows)
    assert speaks_for[EvidenceKind.SPREAD].text == (
        "it lost port groups and not ports here and there: 5 of 5 on acc-1/1/1, 5 of 5 on acc-1/1/3 dropped, 0 of 10 on its 2 other port groups"
    )
    assert speaks_for[EvidenceKind.SPREAD].weight > 2
    most, _ = _arguments("module", "acc-1/1", [*two, *below(rows, "asic", "acc-1/1/2"), *below(rows, "asic", "acc-1/1/4")[:1]], rows=rows)
    assert EvidenceKind.SPREAD not in most or most[EvidenceKind.SPREAD].text.endswith("1 of 5 on acc-1/1/4 dropped")
    whole, _ = _arguments("module", "acc-1/1", below(rows, "module", "acc-1/1"), rows=rows)
    assert whole[EvidenceKind.SPREAD].text == "it lost each of its 4 port groups whole"
    evenly = [name for group in range(1, 5) for name in below(rows, "asic", f"acc-1/1/{group}")[:2]]
    for kind, id_ in (("module", "acc-1/1"), ("asic", "acc-1/1/1")):
        assert EvidenceKind.SPREAD not in _arguments(kind, id_, evenly, rows=rows)[0]
