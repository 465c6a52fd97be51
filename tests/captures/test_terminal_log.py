"""Terminal logs of every kind give the answers that are in them, of the device that gave them."""

from __future__ import annotations

import pytest

from switchcorr.captures.terminal_log import Section, split_log, split_single

_CLOCK = "08:00:00.123 UTC Sun Nov 22 2026"


def _pairs(text: str) -> list[tuple[str, str, str]]:
    return [(section.host, section.command, section.text) for section in split_log(text).sections]


def test_each_command_gets_what_came_back() -> None:
    text = f"sw1#sh clo\n{_CLOCK}\nsw1#\nsw1#sh ver\nCisco IOS Software\n\nsw1 uptime is 1 week\n\nsw1#exit\nConnection closed.\n"
    assert _pairs(text) == [("sw1", "sh clo", _CLOCK), ("sw1", "sh ver", "Cisco IOS Software\n\nsw1 uptime is 1 week")]


def test_lines_are_numbered_as_in_the_file() -> None:
    text = "banner\n\nsw1#sh clo\n\n\n08:00\nsw1#"
    assert split_log(text).sections == (Section("sw1", "sh clo", "08:00", 6),)


def test_several_devices_in_one_log_are_kept_apart() -> None:
    text = f"sw1>en\nPassword:\nsw1#sh clo\n{_CLOCK}\nsw1#ssh sw2\nsw2#sh clo\n{_CLOCK} \nsw2#exit\nsw1#sh ver\nx\nsw1#"
    assert [(host, command) for host, command, _ in _pairs(text)] == [("sw1", "sh clo"), ("sw2", "sh clo"), ("sw1", "sh ver")]


def test_a_change_of_privilege_is_one_device() -> None:
    text = f"sw1>sh clo\n{_CLOCK}\nsw1>enable\nsw1#sh ver\nx\nsw1#"
    assert _pairs(text) == [("sw1", "sh clo", _CLOCK), ("sw1", "sh ver", "x")]


def test_configuration_between_show_commands_gives_nothing() -> None:
    text = f"sw1#conf t\nEnter configuration commands\nsw1(config)#int gi1/0/1\nsw1(config-if)#do sh clo\n{_CLOCK}\nsw1(config-if)#end\nsw1#sh ver\nx\nsw1#wr\nOK\nsw1#"
    assert _pairs(text) == [("sw1", "sh clo", _CLOCK), ("sw1", "sh ver", "x")]


def test_a_new_name_on_the_way_is_the_same_device() -> None:
    text = f"sw1#sh clo\n{_CLOCK}\nsw1#conf t\nsw1(config)#hostname sw2\nsw2(config)#hostname sw3\nsw3(config)#end\nsw3#sh ver\nx\nsw3#"
    log = split_log(text)
    assert [(section.host, section.command) for section in log.sections] == [("sw3", "sh clo"), ("sw3", "sh ver")]
    assert log.renamed == (("sw1", "sw2"), ("sw2", "sw3"))


def test_names_changed_to_and_fro_end() -> None:
    text = "sw1(config)#hostname sw2\nsw2(config)#hostname sw1\nsw1(config)#do sh clo\nx\nsw1(config)#"
    assert {host for host, _, _ in _pairs(text)} <= {"sw1", "sw2"}


def test_a_name_that_was_typed_and_refused_changes_nothing() -> None:
    text = f"sw1#sh clo\n{_CLOCK}\nsw1(config)#hostname sw-2\n% refused\nsw1(config)#end\nsw1#sh ver\nx\nsw1#"
    assert split_log(text).renamed == ()


def test_a_name_that_a_mode_cuts_is_the_whole_name() -> None:
    text = f"access-switch-building-12#sh ver\nx\naccess-switch-building-12#conf t\naccess-switch-build(config)#do sh clo\n{_CLOCK}\naccess-switch-build(config)#"
    assert [host for host, _, _ in _pairs(text)] == ["access-switch-building-12"] * 2


def test_a_log_without_a_last_prompt_is_not_closed() -> None:
    sections = split_log(f"sw1#sh clo\n{_CLOCK}\nsw1#sh ver\nCisco").sections
    assert [section.closed for section in sections] == [True, False]


@pytest.mark.parametrize(
    "mark",
    [
        "=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.11.22 08:00:01 =~=~=~=~=~=~=~=~=~=~=~=",
        'Script done on 2026-11-22 08:00:09+01:00 [COMMAND_EXIT_CODE="0"]',
        "Script started on Sun 22 Nov 2026 08:00:01 AM CET",
        "--- Log closed 2026-11-22",
    ],
)
def test_the_marks_of_terminal_programs_belong_to_no_answer(mark: str) -> None:
    text = f"{mark}\nsw1#sh clo\n{_CLOCK}\n{mark}\nbanner\nsw2#sh ver\nx\nsw2#\n{mark}\n"
    sections = split_log(text).sections
    assert [(section.host, section.text, section.closed) for section in sections] == [("sw1", _CLOCK, False), ("sw2", "x", True)]


@pytest.mark.parametrize("glued", ["sw1#", "sw1#sh ver", "sw1>sh ver"])
def test_a_prompt_glued_to_the_last_line_ends_the_answer(glued: str) -> None:
    text = f"sw1#sh clo\nfirst\n{_CLOCK}{glued}\nx\nsw1#"
    assert _pairs(text)[0] == ("sw1", "sh clo", f"first\n{_CLOCK}")


def test_a_log_of_very_many_names_is_split_in_little_time() -> None:
    text = "".join(f"h{number}#show clock\nthe end of h{number} and # more\n" for number in range(3_000))
    assert len(split_log(text).sections) == 3_000


def test_time_and_load_before_an_answer_are_no_part_of_it() -> None:
    text = f"sw1#sh clo\nLoad for five secs: 1%/0%; one minute: 1%; five minutes: 1%\nTime source is NTP, {_CLOCK}\n\n{_CLOCK}\nsw1#"
    assert split_log(text).sections == (Section("sw1", "sh clo", _CLOCK, 5),)


def test_the_header_of_the_stack_table_is_no_prompt_of_a_switch_called_switch() -> None:
    table = "Switch#   Role    Mac Address     Priority Version  State\n------------------------------------\n*1  Active  0000.5e00.5301  15  V01  Ready"
    assert _pairs(f"Switch#show switch\n{table}\nSwitch#") == [("Switch", "show switch", table)]


def test_lines_like_prompts_of_other_hosts_are_text() -> None:
    text = "sw1#sh cdp nei\nrouter9#3\nphone>\nsw1#"
    assert _pairs(text) == [("sw1", "sh cdp nei", "router9#3\nphone>")]


def test_what_stands_before_the_first_prompt_is_kept_aside() -> None:
    log = split_log("rest of a table\nTotal 3\n\nsw1#sh clo\nx\nsw1#")
    assert (log.preamble, len(log.sections)) == ("rest of a table\nTotal 3", 1)


@pytest.mark.parametrize("text", ["", "nothing here", "sw1#exit\n", "a > show > b", "---- show one ----\nx"])
def test_other_texts_are_no_log(text: str) -> None:
    assert split_log(text).sections == ()


_TECH = (
    "------------------ show clock ------------------\n\n08:00\n\n------------------ show running-config ------------------\n\nhostname sw1\n"
    "banner motd ^C\nsw1#show nothing\n^C\nend\n\n----------- show cdp neighbor detail -----------\n\nTotal 0\n"
)


def test_show_tech_alone() -> None:
    log = split_log(_TECH)
    assert log.tech is not None
    assert [section.command for section in log.sections] == ["show clock", "show running-config", "show cdp neighbor detail"]
    assert [section.first_line for section in log.sections] == [3, 7, 15]
    assert log.sections[1].text.endswith("^C\nend")


def test_show_tech_inside_a_terminal_log_and_commands_around_it() -> None:
    text = f"sw1#sh ver\nCisco\nsw1#show tech-support\n\n{_TECH}sw1#sh inv\nNAME\nsw1#"
    assert [(host, command) for host, command, _ in _pairs(text)] == [
        ("sw1", "sh ver"),
        ("sw1", "show tech-support"),
        ("sw1", "show clock"),
        ("sw1", "show running-config"),
        ("sw1", "show cdp neighbor detail"),
        ("sw1", "sh inv"),
    ]
    assert [section.closed for section in split_log(text).sections] == [True] * 6


def test_two_devices_with_show_tech_in_one_log() -> None:
    text = f"sw1#show tech\n{_TECH}sw1#exit\nsw2#show tech\n{_TECH}sw2#"
    assert [host for host, command, _ in _pairs(text) if command == "show clock"] == ["sw1", "sw2"]


def test_show_tech_of_nexus_has_back_quotes_and_blanks() -> None:
    text = "---- show tech-support details ----\n\n`show switchname`\nn9k-1\n`show version `\nCisco Nexus Operating System (NX-OS) Software\n`show cdp neighbors detail`\nx\n"
    log = split_log(text)
    assert log.tech is not None
    assert log.tech.name == "cisco_nxos"
    assert (log.sections[0].command, log.sections[0].text) == ("show switchname", "n9k-1")
    assert [section.command for section in log.sections][1] == "show version"


@pytest.mark.parametrize("dashes", [9, 18, 21])
def test_headers_of_show_tech_have_any_number_of_dashes(dashes: int) -> None:
    line = "-" * dashes
    text = f"{line} show version {line}\na\n{line} show clock {line[1:]}\nb\n"
    assert [section.command for section in split_log(text).sections] == ["show version", "show clock"]


@pytest.mark.parametrize(
    ("text", "host", "command", "body", "first"),
    [
        (f"{_CLOCK}\n", "", "", _CLOCK, 1),
        (f"show clock\n{_CLOCK}\n", "", "show clock", _CLOCK, 2),
        (f"sw1#show clock\n{_CLOCK}\nsw1#\n\n", "sw1", "show clock", _CLOCK, 2),
        (f"{_CLOCK}\n\nsw1#\n", "sw1", "", _CLOCK, 1),
        (f"show clock\nLoad for five secs: 1%\n{_CLOCK}\n", "", "show clock", _CLOCK, 3),
        (f"{_CLOCK}\nsw1#exit", "", "", f"{_CLOCK}\nsw1#exit", 1),
        ("", "", "", "", 1),
    ],
)
def test_a_single_answer_without_its_echo_and_prompt(text: str, host: str, command: str, body: str, first: int) -> None:
    assert split_single(text) == Section(host, command, body, first)
