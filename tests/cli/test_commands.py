"""Each command on a small campus: what goes to stdout, what to stderr, in which format."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from switchcorr.lab.demo import DemoSite

pytestmark = pytest.mark.slow

Call = Callable[..., Any]
"""The fixture ``call``: arguments in; ``code``, ``out`` and ``err`` out."""

_NOW = "2026-11-24T00:00:00Z"


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    yield
    logging.getLogger("switchcorr").handlers.clear()


def _sources(site: DemoSite) -> list[str | Path]:
    return ["--captures", site.captures[1], "--events", site.log, "--now", _NOW, "--workers", "1"]


def test_a_correlation_is_text_on_a_terminal_and_json_in_a_pipe(call: Call, small_site: DemoSite) -> None:
    shown, piped = call("correlate", *_sources(small_site), terminal=True), call("correlate", *_sources(small_site))
    assert (shown.code, piped.code) == (0, 0)
    assert "THE NETWORK" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80
    assert "\x1b" not in shown.out
    document = json.loads(piped.out)
    assert document["schema"] == "switchcorr/correlation/1"
    assert {incident["verdict"] for incident in document["incidents"]} == {"network", "call_server"}
    assert piped.err == ""


def test_a_report_is_written_and_told(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    told = call("correlate", *_sources(small_site), "--report", tmp_path / "r.html", "--no-phones")
    assert told.err == f"report: {tmp_path / 'r.html'}\n"
    assert "phones" not in json.loads(told.out)["incidents"][0]
    quiet = call("correlate", *_sources(small_site), "--report", tmp_path / "q.html", "--quiet")
    assert (quiet.code, quiet.err) == (0, "")
    assert (tmp_path / "r.html").read_bytes() == (tmp_path / "q.html").read_bytes()


def test_verbose_tells_of_each_stage(call: Call, small_site: DemoSite) -> None:
    told = call("correlate", "--events", small_site.log, "-v")
    assert "correlate: " in told.err
    assert " incidents in " in told.err
    everything = call("correlate", "--events", small_site.log, "-vv")
    assert "INFO switchcorr.jobs.correlate: correlate: " in everything.err


def test_a_missing_input_among_others_is_named_and_the_rest_is_used(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    called = call("correlate", *_sources(small_site), "--captures", tmp_path / "nowhere", "--counters", tmp_path / "none.csv")
    assert called.code == 3
    assert json.loads(called.out)["incidents"]
    assert "missing: " in called.err
    assert "nowhere: is no directory" in called.err
    assert "none.csv" in called.err


def test_time_before_the_log_and_after_it_is_said_to_be_empty(call: Call, small_site: DemoSite) -> None:
    called = call("correlate", "--events", small_site.log, "--since", "2027-01-01", "--now", "2027-02-01", "--format", "table")
    assert called.code == 0
    assert called.out.startswith("The log ends at 20")
    assert "before the time that was asked about" in " ".join(called.out.split())
    window = json.loads(call("correlate", "--events", small_site.log, "--since", "2027-01-01", "--now", "2027-02-01").out)["window"]
    assert window == {"start": "2027-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
    early = call("correlate", "--events", small_site.log, "--until", "2020-01-01", "--now", "2027-02-01", "--format", "table")
    assert early.out.startswith("The log begins at 20")


def test_a_time_beside_that_of_the_log_is_told(call: Call, small_site: DemoSite) -> None:
    """Somebody mistyped the year; or the log was written by a clock that is ahead, and is answered as it stands."""
    log = ("correlate", "--events", small_site.log)
    for asked, words in (
        (("--since", "2026-12-23"), "from 2026-12-23T00:00:00Z"),
        (("--until", "2025-11-22"), "up to 2025-11-22T00:00:00Z"),
        (("--windows", "2026-12-22T08:00Z/2026-12-22T09:00Z"), "from 2026-12-22T08:00:00Z up to 2026-12-22T09:00:00Z"),
    ):
        (assumed,) = [
            one
            for one in json.loads(call(*log, *asked, "--now", "2026-12-24T10:00Z").out)["coverage"]["assumptions"]
            if "is the date right?" in one
        ]
        assert f"no event is of the time that was asked about ({words}): the log goes from 2026-11-" in assumed
    whole = json.loads(call(*log, "--now", "2026-12-24T10:00Z").out)["incidents"]
    ahead = json.loads(call(*log, "--since", "2026-11-01", "--until", "2026-11-30", "--now", "2026-10-01T10:00Z").out)
    assert ahead["incidents"] == whole != []
    assert ahead["coverage"]["unusable"] == []


@pytest.mark.parametrize("asked", [("--since", "2027-11-22"), ("--windows", "2027-11-22T08:00Z/2027-11-22T09:00Z")])
def test_a_time_still_to_come_of_which_nothing_is_known_heads_the_answer(call: Call, small_site: DemoSite, asked: tuple[str, str]) -> None:
    called = call("correlate", "--events", small_site.log, *asked, "--now", "2026-12-24T10:00Z", "--format", "table")
    assert called.code == 3
    assert " ".join(called.out.split()).startswith("CHECK INPUT: no event is of the time that was asked about (from 2027-11-22T0")


def test_what_cannot_be_used_at_all_stands_first(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    wrong = ("--captures", tmp_path / "nowhere", "--locations", small_site.log, "--counters", tmp_path / "none.csv")
    called = call("correlate", *wrong, "--events", small_site.log, "--format", "table")
    assert called.code == 3
    assert " ".join(called.out.split()).startswith(f"CHECK INPUT: {tmp_path / 'nowhere'}: is no directory")
    assert called.out.count("CHECK INPUT:") == 3
    assert len(json.loads(call("correlate", *wrong, "--events", small_site.log).out)["coverage"]["unusable"]) == 3


@pytest.mark.parametrize("command", [["correlate"], ["export", "incidents"], ["export", "placements"], ["report", "--out", "r.html"]])
def test_events_and_captures_that_were_swapped_are_both_told(
    command: list[str], call: Call, small_site: DemoSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    called = call(*command, "--captures", small_site.log, "--events", small_site.captures[0], "--locations", tmp_path / "none.csv")
    assert (called.code, called.out) == (1, "")
    assert f"missing: {small_site.log}: looks like an event log; --captures wants a folder of outputs. Give it with --events." in called.err
    assert "none.csv: cannot be opened" in called.err
    assert "is a directory; name the logs in it. Outputs of switches are given with --captures." in called.err


def test_captures_that_end_a_run_are_told_once(call: Call, tmp_path: Path) -> None:
    called = call("locate", "SEP00005E005301", "--captures", tmp_path / "nowhere")
    assert called.code == 1
    assert called.err.count("nowhere") == 1


def test_a_phone_is_found_by_any_spelling_of_its_address(call: Call, small_site: DemoSite) -> None:
    answers = {
        call("locate", name, "--captures", small_site.captures[0], terminal=True).out
        for name in ("SEP00005E200631", "00:00:5e:20:06:31", "0000.5e20.0631")
    }
    (answer,) = answers
    assert answer.startswith("SEP00005E200631: acc-003 GigabitEthernet1/1  (> 99.9 % sure)\n  module     acc-003/1\n  VLAN       110\n")
    assert max(map(len, answer.splitlines())) <= 80


def test_what_hangs_below_a_part_is_a_table(call: Call, small_site: DemoSite) -> None:
    called = call("locate", "--module", "acc-003/5", "--captures", small_site.captures[0], terminal=True)
    assert called.out.startswith("phone            device   interface")
    assert max(map(len, called.out.splitlines())) <= 80
    assert "20 phones below module acc-003/5" in called.err
    behind = call("locate", "--uplink", "acc-006:TenGigabitEthernet1/1/1", "--captures", small_site.captures[0], "--format", "csv", "-q")
    assert len(behind.out.splitlines()) == 61
    assert behind.err == ""
    unknown = call("locate", "--switch", "acc-999", "--captures", small_site.captures[0])
    assert unknown.code == 2
    assert "Known: acc-001" in unknown.err


def test_two_questions_at_once_are_one_too_many(call: Call, small_site: DemoSite) -> None:
    assert call("locate", "SEP00005E200631", "--switch", "acc-003", "--captures", small_site.captures[0]).code == 2
    assert call("locate", "--module", "acc-003/5", "--switch", "acc-003", "--captures", small_site.captures[0]).code == 2


def test_placements_come_in_every_format_with_the_same_rows(call: Call, small_site: DemoSite) -> None:
    arguments = ["export", "placements", "--captures", small_site.captures[1], "--events", small_site.log, "--now", _NOW]
    rows = list(csv.DictReader(io.StringIO(call(*arguments, "--format", "csv").out)))
    document = json.loads(call(*arguments, "--format", "json").out)
    table = call(*arguments, "--format", "table").out.splitlines()
    assert document["schema"] == "switchcorr/placements/1"
    assert len(rows) == len(document["placements"]) == len(table) - 1 == 420
    assert [row["phone"] for row in rows] == [row["phone"] for row in document["placements"]]
    assert {row["state"] for row in rows} == {"placed"}


def test_locations_from_elsewhere_are_enough(call: Call, tmp_path: Path) -> None:
    (tmp_path / "phones.csv").write_text("phone,switch,module\nSEP00005E005301,acc-1,1\nSEP00005E005302,acc-1,2\n")
    called = call("locate", "SEP00005E005302", "--locations", tmp_path / "phones.csv", "--format", "json")
    (row,) = json.loads(called.out)["placements"]
    assert (row["device"], row["module"]) == ("acc-1", "acc-1/2")


def test_parse_prints_rows_and_tells_what_it_made_of_the_text(call: Call, small_site: DemoSite) -> None:
    file = small_site.captures[0] / "acc-003" / "show_mac_address-table.txt"
    called = call("parse", "--platform", "cisco_ios", "--command", "sh mac add", file)
    document = json.loads(called.out)
    assert (called.code, document["command"], document["state"], document["bad_line_count"]) == (0, "show mac address-table", "parsed", 0)
    assert called.err == f"show mac address-table: parsed, {len(document['rows'])} rows, 0 lines not used.\n"


_DOWN = "*Nov 22 09:41:07.250: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/7, changed state to down\n"


def test_parse_shows_the_messages_of_a_log_and_those_between_the_lines_of_another_output(call: Call, tmp_path: Path) -> None:
    log, clock = tmp_path / "log.txt", tmp_path / "clock.txt"
    log.write_text("".join(f"    Kind {number} logging: level debugging, 0 messages logged\n" for number in range(9)) + f"\n{_DOWN}")
    clock.write_text(f"{_DOWN}09:41:07.123 UTC Sun Nov 22 2026\n\n\n*09:41:08.000 UTC Sun Nov 22 2026\n")
    asked = ("parse", "--platform", "cisco_ios", "--command")
    (row,) = json.loads(call(*asked, "show logging", log).out)["rows"]
    assert (row["mnemonic"], row["text"][:20]) == ("UPDOWN", "Line protocol on Int")
    called = call(*asked, "show clock", clock)
    assert json.loads(called.out)["console_messages"] == [_DOWN.strip()]
    assert ", 1 console message between." in called.err


def test_parse_shows_every_kind_of_value_as_json(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    for command, name in (("show version", "show_version.txt"), ("show interfaces", "show_interfaces.txt")):
        called = call("parse", "--platform", "cisco_ios", "--command", command, small_site.captures[0] / "acc-003" / name, "-q")
        assert json.loads(called.out)["rows"], command
        assert called.err == ""


def test_a_part_that_is_missing_makes_every_command_end_with_3(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    sources = ["--captures", small_site.captures[0], "--captures", tmp_path / "nowhere", "--format", "csv"]
    for command in (["export", "placements"], ["locate", "SEP00005E200631"]):
        called = call(*command, *sources)
        assert called.code == 3
        assert called.out.startswith("phone,device")
        assert called.err.startswith(f"missing: {tmp_path / 'nowhere'}: is no directory; nothing has this name.")
        assert called.err.count("\n") == 1
    (tmp_path / "odd.txt").write_text("09:41:07.123 UTC Sun Nov 22 2026\nwhat is this\n")
    odd = call("parse", "--platform", "cisco_ios", "--command", "show clock", tmp_path / "odd.txt")
    assert (odd.code, json.loads(odd.out)["bad_lines"][0]["line"]) == (3, 2)


def test_a_phone_that_nobody_has_seen_is_an_answer_and_no_error(call: Call, small_site: DemoSite) -> None:
    called = call("locate", "00:00:5e:99:99:99", "--captures", small_site.captures[0], "--format", "table")
    assert called.code == 0
    assert called.out.startswith("SEP00005E999999: not placed: none of the 9 devices read")
    named = call("locate", "CTI-QUEUE-01", "--captures", small_site.captures[0], "--format", "table")
    assert named.out.startswith("CTI-QUEUE-01: not placed:")


def test_the_report_command_writes_a_page_or_a_packed_one(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    told = call("report", *_sources(small_site), "--out", tmp_path / "r.html", "--zip", "--redact")
    assert (told.code, told.out, told.err) == (0, "", f"report: {tmp_path / 'r.zip'}\n")
    window = call("report", *_sources(small_site), "--out", tmp_path / "w.html", "--window", "2026-11-19T00:00/2026-11-20T00:00", "-q")
    assert (window.code, window.err) == (0, "")
    assert "1 incident" not in (tmp_path / "w.html").read_text()


def test_the_inventory_page_needs_no_log_and_names_what_is_missing(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    page = tmp_path / "i.html"
    told = call(
        "report", "--captures", small_site.captures[0], "--captures", tmp_path / "gone", "--inventory", "--out", page, "--workers", "1"
    )
    assert told.code == 3
    assert "missing: " in told.err
    assert "phones on" in page.read_text()


@pytest.mark.parametrize(
    ("format_", "begins"),
    [
        ("json", '{\n  "schema": "switchcorr/correlation/1"'), ("csv", "incident,verdict,cause_kind,"), ("markdown", "# "),
        ("prometheus", "# HELP switchcorr_"), ("svg", "<svg "), ("drawio", "<mxfile "),
    ],
)  # fmt: skip
def test_incidents_are_exported_in_each_format(call: Call, small_site: DemoSite, format_: str, begins: str) -> None:
    told = call("export", "incidents", *_sources(small_site), "--format", format_)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(begins)


def test_a_ticket_can_be_printed_and_the_graph_exported(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    assert call("correlate", *_sources(small_site), "--format", "markdown").out.startswith("# ")
    graph = call("export", "graph", "--captures", small_site.captures[0], "--captures", tmp_path / "gone", "--no-phones", "--workers", "1")
    assert graph.code == 3
    assert graph.out.startswith("<graphml ")
    assert "missing: " in graph.err
    assert "SEP" not in graph.out


def test_an_export_of_incidents_names_what_is_missing(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    told = call("export", "incidents", *_sources(small_site), "--captures", tmp_path / "gone")
    assert told.code == 3
    assert "missing: " in told.err


def test_a_phone_is_asked_for_by_extension_and_many_that_fit_are_a_table(call: Call, tmp_path: Path) -> None:
    rows = "".join(f"SEP00005E0053{n:02d},acc-1,{n},{1000 + n},reception\n" for n in range(6))
    (tmp_path / "phones.csv").write_text(f"phone,switch,module,extension,description\n{rows}")
    asked = ("--locations", tmp_path / "phones.csv", "--format", "table")
    one = call("locate", "1001", *asked)
    assert one.out.splitlines()[:3] == ["SEP00005E005301: acc-1  (90 % sure)", "  extension  1001", "  is         reception"]
    assert "1 phone with extension '1001'\n" in one.err
    many = call("locate", "reception", *asked)
    assert many.out.splitlines()[0].split() == ["phone", "extension", "device", "module", "state", "description"]
    assert (len(many.out.splitlines()), "6 phones with description 'reception'\n" in many.err) == (7, True)
    none = call("locate", "1009", *asked)
    assert (none.code, "no phone has it as extension" in none.out) == (0, True)


def test_the_page_may_be_asked_for_by_either_name_and_must_be_html(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    for number, command in enumerate((("correlate", "--report"), ("correlate", "--out"), ("report", "--out"), ("report", "--report"))):
        page = tmp_path / f"{number}.html"
        called = call(command[0], "--events", small_site.log, "--now", _NOW, command[1], page)
        assert (called.code, f"report: {page}\n" in called.err, page.is_file()) == (0, True, True)
    wrong = call("correlate", "--events", small_site.log, "--out", tmp_path / "answer.json")
    assert (wrong.code, (tmp_path / "answer.json").exists()) == (2, False)
    assert "the page is HTML" in " ".join(wrong.err.replace("│", " ").split())


def test_a_core_that_no_device_is_called_is_told(call: Call, small_site: DemoSite) -> None:
    called = call("correlate", *_sources(small_site), "--core", "core-2", "--core", "CORE-1", "--no-phones")
    assert called.code == 3
    assert "missing: --core core-2: no device has that name. Is core-1 meant?" in called.err
    assert "CORE-1" not in called.err


def test_quiet_cables_are_data_alone(call: Call, small_site: DemoSite) -> None:
    command = ("export", "graph", "--captures", small_site.captures[0], "--format", "netbox", "--workers", "1")
    loud, quiet = call(*command), call(*command, "-q")
    assert "cables for NetBox" in loud.err
    assert (quiet.out, quiet.err) == (loud.out, "")


def test_a_log_of_the_future_is_told(call: Call, small_site: DemoSite) -> None:
    told = "is a clock wrong, or the zone of its times (--timezone)?"
    for now, expected in (("2026-11-21T00:00:00Z", True), (_NOW, False)):
        called = call("correlate", "--events", small_site.log, "--now", now, "--no-phones", "--format", "json")
        assert any(told in sentence for sentence in json.loads(called.out)["coverage"]["assumptions"]) is expected


def test_a_zone_of_a_file_that_is_not_read_is_refused(call: Call, tmp_path: Path) -> None:
    log = tmp_path / "oslo.csv"
    log.write_text("time,phone,event\n2026-11-20 08:00:00,SEP00005E005301,unregistered\n")
    for command in (("correlate", "--events", log), ("ingest", log, "--store", tmp_path / "x.db")):
        refused = call(*command, "--timezone", "oslo=Europe/Oslo")
        assert refused.code == 2
        assert "--timezone oslo: no such file among" in refused.err
        assert "did you mean oslo.csv?" in refused.err
        for name in ("oslo.csv", log):
            assert "no such file among" not in call(*command, "--timezone", f"{name}=Europe/Oslo").err
