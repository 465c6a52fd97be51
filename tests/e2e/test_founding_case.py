"""The founding case, its twin, and the log alone: through the command line, as a user would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from switchcorr.lab.founding import SICK_MODULE, FoundingCase, write_founding_case, write_founding_twin
from tests.conftest import call_main

_NOW = "2009-06-30T00:00:00Z"


def _correlate(*arguments: str | Path) -> dict[str, Any]:
    called = call_main("correlate", "--now", _NOW, "--timezone", "UTC", "--format", "json", *arguments)
    assert called.code == 0, called.err
    document: dict[str, Any] = json.loads(called.out)
    return document


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> FoundingCase:
    return write_founding_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> FoundingCase:
    return write_founding_twin(tmp_path_factory.mktemp("twin"))


def test_the_founding_case_is_the_call_server(case: FoundingCase) -> None:
    document = _correlate("--locations", case.locations, "--events", case.log, "--servers", case.alerts)
    (incident,) = document["incidents"]
    assert incident["verdict"] == "call_server"
    assert {phone["phone"] for phone in incident["phones"]} == set(case.dropped)
    cause = incident["causes"][0]
    assert cause["component"] == {"kind": "node", "id": "CCM-PUB", "label": ""}
    kinds = {item["kind"]: item["text"] for item in cause["evidence_for"]}
    assert "rate 19, threshold 24" in kinds["server_alert"]
    assert "CTI-QUEUE-01" in kinds["other_devices"]
    assert {"spread", "tested_modules"} <= set(kinds)
    assert "spread over 21 modules" in kinds["spread"]
    assert "21 modules were tested as causes and acquitted" in kinds["tested_modules"]
    assert {"kind": "cluster", "id": "StandAloneCluster", "label": ""} in cause["equivalent"]  # it has no other node
    assert all(suspect["probability"] < 0.1 for suspect in incident["suspects"] if suspect["component"]["kind"] == "module")
    assert {phone["reason_enum"] for phone in incident["phones"]} == {"DeviceUnregistered.Reason"}


def test_its_twin_is_the_line_card(twin: FoundingCase) -> None:
    document = _correlate("--locations", twin.locations, "--events", twin.log, "--servers", twin.alerts)
    (incident,) = document["incidents"]
    assert incident["verdict"] == "network"
    cause = incident["causes"][0]
    assert (cause["component"]["kind"], cause["component"]["id"]) == ("module", SICK_MODULE)
    assert (cause["affected"], cause["exposed"]) == (31, 46)
    assert "no_server_alert" in {item["kind"] for item in cause["evidence_for"]}
    assert SICK_MODULE in cause["next_step"]


def test_the_log_alone_proves_nothing_and_says_what_would(case: FoundingCase) -> None:
    document = _correlate("--events", case.log, "--servers", case.alerts)
    (incident,) = document["incidents"]
    assert incident["verdict"] == "not_proven"
    assert incident["causes"] == []
    assert incident["suspects"][0]["component"]["kind"] == "node"
    assert incident["suspects"][0]["probability"] < 0.95
    assert any("--locations" in sentence for sentence in incident["unseen"])
    coverage = document["coverage"]
    assert coverage["phones_known"] == coverage["unplaced"] > len(case.dropped) / 2  # the log's own phones, none of them placed


def test_one_pasted_block_is_an_incident_and_proves_nothing(tmp_path: Path) -> None:
    pasted, mail = tmp_path / "pasted.txt", tmp_path / "mail.txt"
    fields = (
        "Device name.: SEP00005E005301",
        "Device IP address.:",
        "Device type. [Optional]: 8",
        "Reason Code [Optional].: 8",
        "Cluster ID: StandAloneCluster",
    )
    pasted.write_text("\n\n".join(("Error: DeviceUnregistered - Device unregistered.", *fields)))
    mail.write_text("Call Manager heartbeat rate below 24 beats per minute.\nCurrent heartbeat rate is 19 beats per minute.\n")
    document = _correlate("--events", pasted, "--events", mail, "--at", "2009-06-04T10:12")
    (incident,) = document["incidents"]
    assert incident["verdict"] == "not_proven"
    assert incident["suspects"][0]["component"]["kind"] == "cluster"
    assert incident["suspects"][0]["probability"] < 0.9
    assert incident["phones"][0]["reason"] == 8


_SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples" / "cucm"


@pytest.mark.shared
def test_the_threads_own_block_and_alert_suspect_the_call_server_and_prove_nothing() -> None:
    """The text as it was posted: no time, no address, no node; the alert was posted without a time too."""
    block, mail = _SAMPLES / "ccm4-eventviewer-multiline.txt", _SAMPLES / "rtmt-alert-email-lowheartbeat.txt"
    if not block.exists() or not mail.exists():
        pytest.skip("the shared samples are not beside this checkout")
    alone = _correlate("--events", block, "--at", "2009-06-04T10:12")["incidents"][0]
    told = _correlate("--events", block, "--events", mail, "--at", "2009-06-04T10:12")["incidents"][0]
    for incident in (alone, told):
        assert incident["verdict"] == "not_proven"
        assert incident["causes"] == []
        assert incident["suspects"][0]["component"]["id"] == "StandAloneCluster"
        assert any("--locations" in sentence for sentence in incident["unseen"])
        assert (incident["phones"][0]["reason"], incident["phones"][0]["reason_enum"]) == (8, "DeviceUnregistered.Reason")
    sure = [incident["suspects"][0]["probability"] for incident in (alone, told)]
    assert (
        1.5 * sure[0] < sure[1] < 0.9
    )  # an alert whose time was given by hand is not shown to have been near: it says something, not much
    assert sure[0] < 0.1
    assert alone["p_nothing_shared"] > 0.5
