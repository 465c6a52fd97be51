"""What doctor found, as text and as JSON."""

from __future__ import annotations

import json

from switchcorr.cli.doctor.text import checkup_document, checkup_text
from switchcorr.jobs.doctor.checks import Checkup, failed, not_reached, ok, warning

_CHECKUP = Checkup(
    "acc-12",
    (
        ok("name", "192.0.2.12 is an address"),
        warning("clock", "12.4 s behind ours, and the device names the zone CEST, which is not looked up, so hours may be meant"),
        failed(
            "algorithms",
            "key exchange: offers diffie-hellman-group1-sha1 only",
            "Permit what it offers, for this call, or for good in the inventory:\n  switchcorr sweep --limit acc-12 --algorithms acc-12=legacy\n  algorithms: legacy",
        ),
        *not_reached(("login", "prompt"), "the key exchange failed"),
    ),
)


def test_every_check_is_a_line_and_what_is_to_be_pasted_is_never_broken() -> None:
    assert checkup_text([_CHECKUP]).splitlines() == [
        "acc-12",
        "  ok       name        192.0.2.12 is an address",
        "  WARNING  clock       12.4 s behind ours, and the device names the zone CEST,",
        "                       which is not looked up, so hours may be meant",
        "  FAILED   algorithms  key exchange: offers diffie-hellman-group1-sha1 only",
        "                       > Permit what it offers, for this call, or for good in",
        "                       > the inventory:",
        "                       > switchcorr sweep --limit acc-12 --algorithms acc-12=legacy",
        "                       > algorithms: legacy",
        "  -        login       the key exchange failed",
        "  -        prompt      the key exchange failed",
        "  5 checks: 1 ok, 1 warning, 1 failed, 2 not reached",
    ]


def test_long_names_push_only_each_other() -> None:
    checks = (
        ok("clock", "0 s behind ours"),
        ok("show version", "0.6 kB"),
        failed("show interfaces counters errors", "cut", "Permit more:\n  answer_mib"),
    )
    assert checkup_text([Checkup("a", checks)]).splitlines()[1:-1] == [
        "  ok       clock  0 s behind ours",
        "  ok       show version                     0.6 kB",
        "  FAILED   show interfaces counters errors  cut",
        "           > Permit more:",
        "           > answer_mib",
    ]


def test_several_subjects_are_blocks() -> None:
    text = checkup_text([_CHECKUP, Checkup("", (ok("settings", "no settings file"),))])
    assert "\n\nthis installation\n  ok       settings  no settings file\n  1 check: 1 ok\n" in text


def test_text_of_a_device_does_nothing_to_the_terminal() -> None:
    text = checkup_text([Checkup("a\x1b[2J", (ok("banner", "SSH-2.0-x\x1b]0;title\x07"), failed("x", "y", "z\x9b31m")))])
    assert text.replace("\n", "").isprintable()


def test_the_document_counts_findings() -> None:
    document = json.loads(json.dumps(checkup_document([_CHECKUP, Checkup("", (), reached=False)])))
    assert document["schema"] == "switchcorr/doctor/1"
    assert document["findings"] == 2
    assert [(checkup["subject"], checkup["reached"]) for checkup in document["checkups"]] == [("acc-12", True), (None, False)]
    assert document["checkups"][0]["checks"][0] == {"name": "name", "state": "ok", "found": "192.0.2.12 is an address", "remedy": ""}
