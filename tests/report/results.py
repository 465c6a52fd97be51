"""Results made by hand, for the tests of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.model.campus import Component
from switchcorr.model.event import EventFileAccount, UnusedLine
from switchcorr.model.incident import (
    AffectedPhone,
    Cause,
    Chronic,
    Correlation,
    Coverage,
    Evidence,
    EvidenceKind,
    FlappingPhone,
    Incident,
    Recurring,
    Suspect,
    Verdict,
)
from switchcorr.model.reason import Reason, ReasonEnum
from switchcorr.model.snapshot import BadLine, OutputAccount, OutputState
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from tests.report.campuses import made_campus, made_result

START = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)


def correlation(text: str = "acc-12 module 3 (WS-X4548-GB-RJ45V)", *, phones: int = 31) -> Correlation:
    """One incident on a line card; ``text`` stands wherever text of devices, logs or users can stand."""
    module = Component("module", text, text)
    same = Component("asic", text, text)
    contrast = Evidence(EvidenceKind.CONTRAST, f"31 of 46 phones on {text} dropped", 45.2)
    against = Evidence(EvidenceKind.REASONS, f"reason 13 is as common with a starved server {text}", 0.4)
    end = START + timedelta(seconds=93)
    cause = Cause(module, 0.973, 31, 46, START, end, (same,), (contrast,), (against,), (f"Swap {text} with a spare.",))
    reason = Reason(ReasonEnum.END_POINT_UNREGISTERED, 13)
    affected = tuple(
        AffectedPhone(
            phone=text if i == 1 else f"SEP00005E{0x5300 + i:06X}",
            time=START + timedelta(seconds=3 * i),
            reason=reason,
            node=text,
            device=text,
            interface=text,
            module=text,
            back_at=end + timedelta(minutes=3) if i % 4 else None,
            back_node=text,
            cause=0 if i % 5 else None,
            description=text,
        )
        for i in range(phones)
    )
    incident = Incident(
        id="inc-20261122T094107Z-3fa2b1",
        start=START,
        end=end,
        events=phones + 2,
        endpoints=phones,
        still_down=8,
        verdict=Verdict.NETWORK,
        p_nothing_shared=0.012,
        causes=(cause,),
        suspects=(Suspect(module, 0.973, 31, 46, (same,)), Suspect(Component("switch", text), 0.015, 33, 190)),
        phones=affected,
        summary=f"31 of the 46 phones on {text} dropped within 93 s, and 2 of 8,310 elsewhere.",
        unseen=(f"3 neighbors of {text} were not read.",),
    )
    for_it = Evidence(EvidenceKind.SAME_PHONES, f"of the 14 phones of {text} that dropped 11 dropped in more than one burst", 4.9)
    against = Evidence(EvidenceKind.SAME_PHONES, f"on {text} other phones each time", 0.7)
    recurring = Recurring(module, 3, 0.8, 40, 46, (same,), (for_it,), (against,))
    alone = FlappingPhone(
        text,
        212,
        1.46,
        START,
        START + timedelta(days=6),
        timedelta(minutes=41),
        reason,
        190,
        text,
        text,
        text,
        True,
        f"2 are on {text}.",
        text,
    )
    silent = replace(alone, phone="SEP00005E005399", drops=9, reason=None, reason_drops=0, interface="", still_down=None)
    flapping = alone, silent
    return Correlation(
        START, START, START + timedelta(days=7), coverage(text), (incident,), (recurring,), flapping=flapping, chronic=(chronic_part(text),)
    )


def chronic_part(text: str) -> Chronic:
    """A part whose phones drop one by one; ``text`` stands wherever free text may stand."""
    module, switch = Component("module", text, text), Component("switch", text)
    return Chronic(
        component=module,
        equivalent=(Component("uplink_bundle", text),),
        probability=0.962,
        drops=252,
        expected=61.38,
        dropped=44,
        exposed=46,
        first=START,
        last=START + timedelta(days=6),
        since=START + timedelta(days=2),
        reason=Reason(ReasonEnum.END_POINT_UNREGISTERED, 13),
        reason_drops=140,
        suspects=(Suspect(switch, 0.031, 150, 190),),
        evidence_for=(
            Evidence(
                EvidenceKind.CONTRAST,
                f"44 of 46 phones on {text} dropped, each by itself, 252 times in all where 61 were to be expected",
                21.4,
            ),
            Evidence(EvidenceKind.COUNTERS, f"input errors of {text} grew by 4,210", 2.1),
        ),
        evidence_against=(Evidence(EvidenceKind.MODULE_STATE, f"the diagnostics of {text} passed", 0.2),),
        next_steps=(text,),
    )


def not_proven() -> Correlation:
    """Nothing named: the call server leads, and where the phones are is not known."""
    cluster, node = Component("cluster", "LabCluster"), Component("node", "cm-1")
    (incident,) = correlation(phones=4).incidents
    bare = tuple(replace(phone, device="", interface="", module="", cause=None, back_at=None, node="cm-1") for phone in incident.phones)
    unseen = ("where the phones are: no switch, module or uplink could be tested", "alerts of the call servers: none are in the log")
    open_one = replace(
        incident, verdict=Verdict.NOT_PROVEN, causes=(), suspects=(Suspect(cluster, 0.71, 4, 265, (node,)),), phones=bare, unseen=unseen,
        end=START + timedelta(seconds=9), endpoints=4, events=4, still_down=4, summary="4 endpoints dropped within 9 s, and nothing they share is proven to be the cause.",
    )  # fmt: skip
    return Correlation(START, START, START + timedelta(days=7), Coverage(events_read=309, lines_unrecognised=1), (open_one,))


def undecided() -> Correlation:
    """Two causes of which neither is likely enough, and one that is likely but has a twin of another domain."""
    (incident,) = correlation(phones=6).incidents
    (cause,) = incident.causes
    first, second = (
        replace(cause, probability=0.44),
        replace(cause, component=Component("uplink", "acc-12:TenGigabitEthernet1/1"), probability=0.41),
    )
    pair = replace(incident, verdict=Verdict.NOT_PROVEN, causes=(first, second), unseen=())
    site = replace(cause, component=Component("site", "Oslo"), equivalent=(Component("cluster", "Oslo-CM"),), probability=0.93)
    twin = replace(incident, id="inc-20261122T104107Z-000001", verdict=Verdict.NOT_PROVEN, causes=(site,), unseen=())
    return Correlation(START, START, START + timedelta(days=7), coverage("acc-12"), (pair, twin))


def administrative() -> Correlation:
    """Phones that were reset on purpose, over midnight."""
    (incident,) = correlation(phones=3).incidents
    night = START.replace(hour=23, minute=59, second=50)
    one = replace(
        incident, verdict=Verdict.ADMINISTRATIVE, causes=(), suspects=(), p_nothing_shared=0.96, unseen=(), start=night, end=night + timedelta(hours=2),
        phones=tuple(replace(phone, cause=None) for phone in incident.phones), endpoints=3, still_down=0,
        summary="3 endpoints dropped within 7200 s with the reasons of a reset or a login; device pool Oslo is what they share.",
    )  # fmt: skip
    return Correlation(START, START, START + timedelta(days=7), Coverage(events_read=3), (one,))


def everybody() -> Correlation:
    """Every phone of a cluster at once."""
    (incident,) = correlation(phones=600).incidents
    cluster = Component("cluster", "LabCluster")
    cause = replace(incident.causes[0], component=cluster, equivalent=(), affected=600, exposed=600, probability=0.99999)
    phones = tuple(replace(phone, cause=0, device="acc-1", interface="", module="acc-1/2") for phone in incident.phones)
    one = replace(incident, verdict=Verdict.CALL_SERVER, causes=(cause,), phones=phones, endpoints=600, events=600, suspects=())
    return Correlation(START, START, START + timedelta(days=7), coverage("core-1"), (one, one))


def coverage(text: str) -> Coverage:
    """What it rests on, with every field filled."""
    bad = OutputAccount(text, text, text, OutputState.QUARANTINED, reason=text, bad_lines=(BadLine(7, text, text),), bad_line_count=3)
    good = OutputAccount("acc-1", "show version", "acc-1/show_version.txt", OutputState.PARSED, rows=1)
    log = EventFileAccount(text, (text,), 100, 60, 10, 30, 4, (UnusedLine(3, text),), (text,))
    return Coverage(8356, 8300, 56, 12, 9, 1, 60, 30, (text,), (bad, good), (log,), (text,))


def quiet() -> Correlation:
    """A week without any incident."""
    return Correlation(START, START, START + timedelta(days=7), Coverage(events_read=40), ())


def flapping() -> Correlation:
    """A week without any incident in which three phones drop again and again."""
    timeout, lost, refused = (Reason(ReasonEnum.END_POINT_UNREGISTERED, code) for code in (13, 6, 12))
    port = (
        "Look at the error counters and the inline power of the port, and change the patch cable. Then put the phone on another port: if the "
        "drops go with the phone, replace it; if they stay with the port, it is the port or the cabling behind it."
    )
    together = "2 of these 3 phones are on module acc-12/3, which has 46 of the 8,356 phones: look at it before you look at them."
    week = START + timedelta(days=6, hours=20)
    phones = (
        FlappingPhone(
            "SEP00005E005301", 1212, 1.46, START, week, timedelta(minutes=7), timeout, 1190, "acc-12", "GigabitEthernet3/17", "acc-12/3", True, together, port
        ),
        FlappingPhone(
            "SEP00005E005344", 96, 1.46, START, week, timedelta(hours=2), lost, 50, "acc-12", "GigabitEthernet3/4", "acc-12/3", False, together, port
        ),
        FlappingPhone("SEP00005E005382", 27, 1.46, START, week, timedelta(hours=6), refused, 27, "acc-4", next_step="Look at its configuration."),
    )  # fmt: skip
    return Correlation(START, START, START + timedelta(days=7), Coverage(8356, 8300, 56, events_read=2040), (), flapping=phones)


def chronic() -> Correlation:
    """A week without any incident in which the phones of a card drop one by one, and those of another part of which it is open which."""
    contrast = Evidence(EvidenceKind.CONTRAST, "23 of 24 phones dropped, each by itself, 68 times in all where 24 were to be expected", 7.6)
    step = "module acc-12/3: clear the error counters of its ports, and see a day later which have grown."
    card = replace(
        chronic_part("acc-12 module 3 (WS-X4548-GB-RJ45V)"),
        component=Component("module", "acc-12/3"), equivalent=(), suspects=(Suspect(Component("switch", "acc-12"), 0.031, 150, 190),), next_steps=(step,),
    )  # fmt: skip
    uplink = Suspect(Component("uplink", "acc-4:TenGigabitEthernet1/1"), 0.31, 40, 96, (Component("switch", "acc-4"),))
    vlan = Suspect(Component("vlan", "110"), 0.12, 60, 180)
    open_one = Chronic(
        Component("asic", "acc-4/2/1"), (), 0.44, 68, 23.9, 23, 24, START, START + timedelta(days=5), START, suspects=(uplink, vlan), evidence_for=(contrast,),
        next_steps=("port ASIC acc-4/2/1: move two phones to a port of another ASIC.",),
    )  # fmt: skip
    week = START, START, START + timedelta(days=7)
    return Correlation(*week, Coverage(8356, 8300, 56, events_read=2040), (), chronic=(card, open_one))


def nothing() -> Correlation:
    """No event at all."""
    return Correlation(START, None, None, Coverage(), ())


def estate(
    *components: Component,
    share: float = 0.9,
    verdict: Verdict = Verdict.NETWORK,
    change: Callable[[Incident], Incident] = lambda incident: incident,
) -> tuple[Correlation, Estate]:
    """An answer with its estate: two sites with three stacks each."""
    made = made_campus(sites=2, switches=3, modules=2, phones=6)
    result = made_result(made, *components, share=share, verdict=verdict)
    result = replace(result, incidents=tuple(map(change, result.incidents)))
    return result, make_estate(result, campus=made.campus, log=made.log, ports=made.ports)


def _open(incident: Incident) -> Incident:
    """Nothing named."""
    phones = tuple(replace(phone, cause=None) for phone in incident.phones)
    return replace(incident, causes=(), phones=phones, verdict=Verdict.NOT_PROVEN, unseen=("the switches of site 1",))


DRAWN: dict[str, Callable[[], tuple[Correlation, Estate]]] = {
    "campus": lambda: estate(Component("module", "s01-acc01/2"), Component("uplink", "s02-acc02:TenGigabitEthernet1/1/1")),
    "outage": lambda: estate(Component("cluster", "LabCluster"), share=1.0, verdict=Verdict.CALL_SERVER),
    "node": lambda: estate(Component("node", "cm-sub1"), share=0.8, verdict=Verdict.CALL_SERVER),
    "distribution": lambda: estate(Component("distribution", "s01-dista")),
    "calm": estate,
    "open": lambda: estate(Component("switch", "s01-acc02"), change=_open),
}
"""Results with the network and the log they were made from; their pages stand in ``golden/`` too."""


CASES: dict[str, Callable[[], Correlation]] = {
    "network": correlation,
    "everybody": everybody,
    "not_proven": not_proven,
    "undecided": undecided,
    "administrative": administrative,
    "quiet": quiet,
    "flapping": flapping,
    "chronic": chronic,
    "nothing": nothing,
}
"""The results whose page and text stand in ``golden/``."""
