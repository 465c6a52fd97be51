"""The JSON contract."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from switchcorr.model.incident import Fallback
from switchcorr.report.to_json import correlation_json, iso, json_text
from tests.report.results import START, chronic_part, correlation, nothing, quiet


def test_the_document_has_the_keys_of_the_contract() -> None:
    document = json.loads(json_text(correlation_json(correlation())))
    assert document["schema"] == "switchcorr/correlation/1"
    assert set(document) == {
        "schema",
        "generated_at",
        "window",
        "log",
        "coverage",
        "calibration",
        "incidents",
        "recurring",
        "flapping",
        "chronic",
    }
    incident = document["incidents"][0]
    assert {
        "id",
        "start",
        "end",
        "events",
        "endpoints",
        "still_down",
        "verdict",
        "p_nothing_shared",
        "p_unlocated",
        "unlocated_within",
        "unlocated_above",
        "p_unnamed",
        "fallback",
        "causes",
        "suspects",
        "phones",
    } <= set(incident)
    assert incident["verdict"] == "network"
    assert (incident["unlocated_within"], incident["fallback"]) == ([], None)
    cause = incident["causes"][0]
    assert {
        "component",
        "equivalent",
        "less_likely",
        "probability",
        "p_less_likely",
        "affected",
        "exposed",
        "first",
        "last",
        "evidence_for",
        "evidence_against",
        "next_step",
    } == set(cause)
    assert cause["evidence_for"][0]["kind"] == "contrast"
    phone = incident["phones"][0]
    assert (phone["reason"], phone["reason_enum"], phone["reason_name"]) == (13, "EndPointUnregistered.Reason", "KeepAliveTimeout")
    assert phone["back_at"] is None
    assert phone["cause"] is None
    assert document["coverage"]["outputs"] == {"parsed": 1, "quarantined": 1}


def test_a_drop_without_a_reason_has_none() -> None:
    (incident, *_) = correlation().incidents
    phone = replace(incident.phones[0], reason=None)
    (told,) = correlation_json(replace(correlation(), incidents=(replace(incident, phones=(phone,)),)))["incidents"][0]["phones"]
    assert (told["reason"], told["reason_enum"], told["reason_name"]) == (None, "", "")


def test_phones_that_flap_have_what_an_engineer_asks_for() -> None:
    told, silent = correlation_json(correlation("acc-12"))["flapping"]
    assert told == {
        "phone": "acc-12", "drops": 212, "expected": 1.46, "first": "2026-11-22T09:41:07Z", "last": "2026-11-28T09:41:07Z", "median_gap_s": 2460.0,
        "reason": 13, "reason_enum": "EndPointUnregistered.Reason", "reason_name": "KeepAliveTimeout", "reason_drops": 190,
        "device": "acc-12", "interface": "acc-12", "module": "acc-12", "still_down": True, "shared": "2 are on acc-12.", "next_step": "acc-12",
    }  # fmt: skip
    assert (silent["reason"], silent["reason_enum"], silent["reason_name"], silent["still_down"]) == (None, "", "", None)
    assert correlation_json(quiet())["flapping"] == []
    assert len(correlation_json(correlation(), phones=False)["flapping"]) == 2


def test_parts_whose_phones_drop_one_by_one_have_what_an_engineer_asks_for() -> None:
    (told,) = correlation_json(replace(quiet(), chronic=(chronic_part("acc-12"),)))["chronic"]
    assert set(told["component"].values()) == {"module", "acc-12"}
    assert (told["drops"], told["expected"], told["ratio"], told["dropped"], told["exposed"]) == (252, 61.38, 4.11, 44, 46)
    assert (told["first"], told["last"], told["since"]) == ("2026-11-22T09:41:07Z", "2026-11-28T09:41:07Z", "2026-11-24T09:41:07Z")
    assert (told["reason"], told["reason_enum"], told["reason_name"], told["reason_drops"]) == (
        13,
        "EndPointUnregistered.Reason",
        "KeepAliveTimeout",
        140,
    )
    assert [(one["component"]["kind"], one["probability"]) for one in told["suspects"]] == [("switch", 0.031)]
    assert [one["kind"] for one in (*told["evidence_for"], *told["evidence_against"])] == ["contrast", "counters", "module_state"]
    silent = correlation_json(replace(quiet(), chronic=(replace(chronic_part("acc-12"), since=None, reason=None),)))["chronic"][0]
    assert (silent["since"], silent["reason"], silent["reason_enum"], silent["reason_name"]) == (None, None, "", "")
    assert correlation_json(quiet())["chronic"] == []


def test_the_phones_can_be_left_out() -> None:
    assert "phones" not in correlation_json(correlation(), phones=False)["incidents"][0]


def test_no_event_gives_a_window_of_nulls_and_no_incident() -> None:
    document = correlation_json(nothing())
    assert document["window"] == {"start": None, "end": None}
    assert document["log"] == {"start": None, "end": None, "drops": None}
    assert document["incidents"] == []
    assert correlation_json(quiet())["window"]["start"] == "2026-11-22T09:41:07Z"


def test_times_are_utc_with_milliseconds_only_where_there_are_any() -> None:
    assert iso(START + timedelta(milliseconds=5)) == "2026-11-22T09:41:07.005Z"


def test_the_same_result_gives_the_same_bytes() -> None:
    assert json_text(correlation_json(correlation())) == json_text(correlation_json(correlation()))


def test_phones_that_went_home_are_told_with_their_incident() -> None:
    (incident,) = correlation().incidents
    first = incident.start + timedelta(hours=2)
    home = Fallback(8, first, first + timedelta(seconds=70), ("cm2",), ("cm1",))
    document = correlation_json(replace(correlation(), incidents=(replace(incident, fallback=home),)))
    assert document["incidents"][0]["fallback"] == {
        "phones": 8,
        "first": iso(first),
        "last": iso(first + timedelta(seconds=70)),
        "left": ["cm2"],
        "own": ["cm1"],
    }
