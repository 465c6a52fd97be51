"""What the summary of an incident says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchcorr.correlate.telling.arguments import Contrast
from switchcorr.correlate.telling.summary import Outcome, summarise
from switchcorr.correlate.telling.unlocated import Unlocated, near_each_other
from switchcorr.correlate.telling.verdict import CROSSED
from switchcorr.model.campus import Component
from switchcorr.model.incident import Verdict

_A, _B = Component("module", "acc-1/3"), Component("module", "acc-2/1")


def test_what_all_phones_cross_is_told_beside_a_server_with_the_same_phones() -> None:
    cluster, core = Component("cluster", "c"), Component("core", "core-1")
    outcome = Outcome(Verdict.NOT_PROVEN, [cluster], [Contrast(33, 900, 0, 0)], 33, 93.0, alike=[CROSSED])
    led = "33 endpoints dropped within 93 s. What they share: CallManager cluster c (33 of its 900 phones dropped; no known phone is outside of it), or "
    same = ". These have the same phones, and which of them it is is not proven."
    assert summarise(outcome) == f"{led}what all phones cross and no location names (core, firewall){same}"
    assert summarise(replace(outcome, alike=[core])) == f"{led}core core-1{same}"


def test_of_several_that_failed_at_once_only_the_first_has_the_phones_of_a_server() -> None:
    node, counts = Component("node", "cm3"), [Contrast(5, 14, 18, 90), Contrast(18, 19, 5, 85)]
    outcome = Outcome(Verdict.NOT_PROVEN, [_A, _B], counts, 23, 93.0, alike=[node])
    assert summarise(outcome).endswith(
        ". But CallManager node cm3 has the same phones as module acc-1/3, and which of these it is is not proven."
    )
    assert "cm3 or core c have the same phones as module acc-1/3" in summarise(replace(outcome, alike=[node, Component("core", "c")]))
    assert summarise(replace(outcome, alike=[CROSSED])).endswith(". These have the same phones, and which of them it is is not proven.")


def test_addresses_tell_where_a_part_is_that_nothing_else_tells() -> None:
    outcome = Outcome(Verdict.NOT_PROVEN, [], [], 33, 93.0, unseen=0.97, near="all have addresses in 10.1.4.0/24")
    told = "33 endpoints dropped within 93 s. What they share is not proven: with 97 % it is a part of the network"
    assert summarise(outcome) == f"{told} that no location names; all have addresses in 10.1.4.0/24."
    north = Unlocated(within=(Component("site", "north"),))
    assert summarise(replace(outcome, unlocated=north)) == f"{told} within site north that no location names."


@pytest.mark.parametrize(
    ("addresses", "near"),
    [
        ([], ""),
        (["10.1.4.1", "10.1.4.2"], ""),
        (["10.1.4.1", "10.1.4.2", "10.1.4.3"], "all have addresses in 10.1.4.0/24"),
        (["10.1.4.1", "10.1.4.2", "10.1.4.3", "", ""], "3 of them have addresses in 10.1.4.0/24"),
        (["10.1.4.1", "10.1.4.2", "10.1.4.3", "", "", "", ""], ""),
        ([*(f"10.1.4.{number}" for number in range(9)), "10.1.5.1"], "9 of them have addresses in 10.1.4.0/24"),
        ([*(f"10.1.4.{number}" for number in range(8)), "10.1.5.1"], ""),
        (["fe80::1", "fe80::2", "fe80::3"], ""),
    ],
)
def test_what_addresses_have_in_common_is_told_of_most_phones(addresses: list[str], near: str) -> None:
    assert near_each_other(addresses) == near


@pytest.mark.parametrize(
    ("verdict", "found", "text"),
    [
        (
            Verdict.NETWORK,
            [(_A, Contrast(31, 46, 2, 8310))],
            "33 endpoints dropped within 93 s. What they share: module acc-1/3 (31 of its 46 phones dropped, 2 of 8,310 elsewhere).",
        ),
        (
            Verdict.CALL_SERVER,
            [(Component("cluster", "c"), Contrast(33, 900, 0, 0))],
            "33 endpoints dropped within 93 s. What they share: CallManager cluster c (33 of its 900 phones dropped; no known phone is outside of it).",
        ),
        (
            Verdict.NETWORK,
            [(_A, Contrast(20, 46, 13, 99)), (_B, Contrast(13, 40, 20, 105))],
            "33 endpoints dropped within 93 s. What they share: module acc-1/3 (20 of its 46 phones dropped, 13 of 99 elsewhere) "
            "and module acc-2/1 (13 of its 40 phones dropped, 20 of 105 elsewhere).",
        ),
        (
            Verdict.ADMINISTRATIVE,
            [(_A, Contrast(33, 46, 0, 9))],
            "33 endpoints dropped within 93 s. Reset, or logged in or out, and no fault: "
            "module acc-1/3 (33 of its 46 phones dropped, 0 of 9 elsewhere).",
        ),
        (
            Verdict.NOT_PROVEN,
            [(_A, Contrast(1, 1, 0, 9))],
            "33 endpoints dropped within 93 s. What they share is not proven. "
            "The leading suspect is module acc-1/3 (1 of its 1 phone dropped, 0 of 9 elsewhere).",
        ),
        (Verdict.NOT_PROVEN, [], "33 endpoints dropped within 93 s. What they share is not proven."),
    ],
)
def test_one_sentence_says_what_happened(verdict: Verdict, found: list[tuple[Component, Contrast]], text: str) -> None:
    assert summarise(Outcome(verdict, [component for component, _ in found], [counts for _, counts in found], 33, 93.2)) == text


@pytest.mark.parametrize(
    ("verdict", "begin", "end"),
    [
        (Verdict.NETWORK, "What they share is a part of the network (67 %), but which is not proven: module", "."),
        (Verdict.NOT_PROVEN, "What they share is not proven. The leading suspects are module", "."),
    ],
)
def test_open_suspects_are_told_as_one_or_the_other(verdict: Verdict, begin: str, end: str) -> None:
    told = summarise(Outcome(verdict, [_A, _B], [Contrast(20, 46, 13, 99), Contrast(13, 40, 20, 105)], 33, 93.2, side=0.67))
    assert begin in told
    assert "elsewhere) or module acc-2/1 (13 of its 40 phones dropped, 20 of 105 elsewhere)" + end in told


def test_one_open_suspect_is_no_several() -> None:
    told = summarise(Outcome(Verdict.NOT_PROVEN, [_A], [Contrast(20, 46, 13, 99)], 33, 93.2, side=0.4))
    assert "What they share is not proven. The leading suspect is module" in told


def test_what_has_the_same_phones_on_the_other_side_is_named_with_the_leader() -> None:
    core = Component("core", "core-1")
    text = summarise(Outcome(Verdict.NOT_PROVEN, [Component("cluster", "c")], [Contrast(33, 900, 0, 0)], 33, 93.2, alike=(core,)))
    assert text == (
        "33 endpoints dropped within 93 s. What they share: CallManager cluster c (33 of its 900 phones dropped; no known phone is outside of it), "
        "or core core-1. These have the same phones, and which of them it is is not proven."
    )


def test_one_endpoint_drops_without_a_time() -> None:
    assert summarise(Outcome(Verdict.NOT_PROVEN, [], [], 1, 0.0)).startswith("1 endpoint dropped. ")


def test_phones_at_unknown_places_are_not_told_as_elsewhere() -> None:
    found = Contrast(18, 18, 22, 1002, lost=22, nowhere=566)
    assert summarise(Outcome(Verdict.NETWORK, [_A], [found], 40, 80.0)).endswith(
        "module acc-1/3 (18 of its 18 phones dropped, 0 of 436 elsewhere, 22 of 566 whose module is not known)."
    )


def test_what_has_the_same_phones_on_the_same_side_is_named_too() -> None:
    twins = [Component("switch", "acc-1"), Component("vlan", "101"), Component("site", "north")]
    found, bundle = Contrast(120, 120, 0, 900), Component("uplink_bundle", "acc-1:Port-channel1")
    assert summarise(Outcome(Verdict.NETWORK, [bundle], [found], 120, 80.0, twins=[twins])).endswith(
        "uplink bundle acc-1:Port-channel1 or one of 3 more with the same phones (120 of their 120 phones dropped, 0 of 900 elsewhere; "
        "phones cannot tell which)."
    )
    both = Outcome(Verdict.NETWORK, [bundle, _B], [found, Contrast(40, 40, 0, 980)], 160, 80.0, rest=(0, 860), twins=[twins[:1], ()])
    assert summarise(both).endswith(
        "uplink bundle acc-1:Port-channel1 or switch acc-1 (120 of their 120 phones dropped; phones cannot tell which) and module acc-2/1 "
        "(40 of its 40 phones dropped); 0 of 860 elsewhere."
    )
    assert summarise(replace(both, rest=(0, 0))).endswith("(40 of its 40 phones dropped); no known phone is outside of them.")


def test_what_something_speaks_against_follows_what_is_likelier() -> None:
    found, less = [Contrast(120, 120, 0, 900)], [([Component("uplink_bundle", "acc-1:Port-channel1"), Component("vlan", "101")], 0.07)]
    assert summarise(Outcome(Verdict.NETWORK, [Component("switch", "acc-1")], found, 120, 80.0, less_likely=less)).endswith(
        "What they share: switch acc-1 (120 of its 120 phones dropped, 0 of 900 elsewhere; less likely, with the same phones: "
        "uplink bundle acc-1:Port-channel1 or VLAN 101 (7 %))."
    )


def test_why_nothing_is_proven_is_said_where_the_ranking_does_not_show_it() -> None:
    found = [Contrast(6, 11, 24, 858)]
    nowhere = Outcome(Verdict.NOT_PROVEN, [_A], found, 30, 80.0, unseen=0.84, untested=(24, 30))
    assert (
        "is not proven: with 84 % it is a part of the network that no location names. Of what is named the leading suspect is module"
        in summarise(nowhere)
    )
    around = replace(nowhere, unlocated=Unlocated(within=(Component("vlan", "110"), Component("site", "north"))))
    assert "with 84 % it is a part of the network within VLAN 110 and site north that no location names. Of what" in summarise(around)
    five = tuple(Component("switch", f"acc-{number}") for number in range(1, 6))
    shared = replace(nowhere, unlocated=Unlocated(above=five, found=Contrast(198, 200, 2, 800)))
    assert (
        "it is a part of the network shared by 5 switches (acc-1, acc-2, acc-3 and 2 more) that no location names "
        "(198 of their 200 phones dropped, 2 of 800 elsewhere). Of what"
    ) in summarise(shared)
    assert summarise(replace(shared, unseen=0.9991)).endswith("dropped, 2 of 800 elsewhere). Nothing that is named is likely.")
    unnamed = replace(nowhere, unseen=0.01, unnamed=0.6)
    assert "with 60 % it is nothing that is known of these phones, which are spread over all parts of the site. Of what" in summarise(
        unnamed
    )
    neither = replace(nowhere, unseen=0.3, unnamed=0.31)
    assert (
        "with 61 % it is a part of the network that no location names (30 %) or nothing that is known of these phones (31 %). Of what is named"
        in summarise(neither)
    )
    managed = Outcome(Verdict.NOT_PROVEN, [_A], found, 30, 80.0, unseen=0.2, unnamed=0.08, managed=0.72)
    assert "is not proven: with 72 % it is a reset or a login on purpose, of which the reasons of the drops do not tell. The" in summarise(
        managed
    )
    untested = Outcome(Verdict.NOT_PROVEN, [_A], found, 30, 80.0, untested=(24, 30))
    assert "is not proven: of 24 of the 30 phones nothing is known but what the log tells. The leading suspect is module" in summarise(
        untested
    )


def test_several_parts_of_one_switch_are_looked_at_together_first() -> None:
    found = [Contrast(18, 20, 18, 320), Contrast(18, 20, 18, 320), Contrast(18, 20, 18, 320)]
    switch, third = Component("switch", "acc-1"), Component("module", "acc-1/4")
    two = summarise(Outcome(Verdict.NETWORK, [_A, _B], found[:2], 36, 80.0, rest=(0, 300), held_by=switch))
    assert "; 0 of 300 elsewhere. Both are on switch acc-1: look at what they have in common there (power, supervisor" in two
    three = summarise(Outcome(Verdict.NETWORK, [_A, _B, third], found, 36, 80.0, rest=(0, 300), held_by=switch))
    assert ". All 3 are on switch acc-1: look at" in three
