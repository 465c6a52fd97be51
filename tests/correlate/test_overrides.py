"""A site's own constants: each can be set, wrong ones are named together, and the answer says that they differ."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.correlate.overrides import constants_from, told_differences
from switchcorr.errors import ConfigurationError


def _another(name: str, value: object) -> object:
    """A value that the constant may have and has not."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 0.9
    assert isinstance(value, tuple)
    if value and isinstance(value[0][0], str):
        return {value[0][0]: value[0][1] * 0.9}
    return [[0.5, *value[0][1:]], [0.5, *value[-1][1:]]]


def _toml(name: str, value: object) -> str:
    if isinstance(value, dict):
        return "".join(f"{name}.{key} = {number}\n" for key, number in value.items())
    return f"{name} = {json.dumps(value)}\n"


@pytest.mark.parametrize("name", [field.name for field in fields(Constants)])
def test_every_constant_can_be_set_and_is_told(name: str) -> None:
    wanted = _another(name, getattr(DEFAULT, name))
    constants = constants_from(tomllib.loads(_toml(name, wanted)))
    found = getattr(constants, name)
    assert found != getattr(DEFAULT, name)
    if isinstance(wanted, dict):
        assert dict(found) == dict(getattr(DEFAULT, name)) | wanted
    else:
        assert found == (tuple(map(tuple, wanted)) if isinstance(wanted, list) else wanted)
    assert any(sentence.startswith(f"{name} is ") for sentence in told_differences(constants))


def test_without_a_table_the_constants_are_the_defaults_and_nothing_is_told() -> None:
    assert constants_from({}) == DEFAULT
    assert told_differences(DEFAULT) == ()


def test_whole_numbers_will_do_and_a_new_kind_of_component_can_get_a_prior() -> None:
    constants = constants_from({"alarm": 6, "p_administrative": {"firmware": 0.02}})
    assert constants.alarm == 6.0
    assert dict(constants.p_administrative) == dict(DEFAULT.p_administrative) | {"firmware": 0.02}
    assert set(told_differences(constants)) == {
        "alarm is 6 by the settings, not 5",
        "p_administrative is firmware 0.02 by the settings, not without them",
    }


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"alarmm": 5}, "unknown constant 'alarmm', did you mean 'alarm'."),
        ({"zzz": 5}, "unknown constant 'zzz'."),
        ({"alarm": "high"}, "alarm = 'high': a number expected."),
        ({"alarm": True}, "alarm = True: a number expected."),
        ({"alarm": float("nan")}, "alarm = nan: a number from -50 to 50 expected."),
        ({"p_benign": 1.5}, "p_benign = 1.5: a number from 1e-06 to 0.999999 expected."),
        ({"stale_share": 0}, "stale_share = 0: a number from 1e-06 to 0.999999 expected."),
        ({"join_s": -1}, "join_s = -1: a number from 1e-09 to 1e+09 expected."),
        ({"hour_weight": float("inf")}, "hour_weight = inf: a number from 1e-09 to 1e+09 expected."),
        ({"observation_odds": 3}, "observation_odds = 3: a table expected, such as { counter_growth = 5.52 }."),
        ({"observation_odds": {"link_flip": 3}}, "observation_odds: unknown entry 'link_flip', did you mean 'link_flap'."),
        ({"observation_odds": {"link_flap": 99}}, "observation_odds.link_flap = 99: a number from -50 to 50 expected."),
        ({"p_administrative": {"vlan": 2}}, "p_administrative.vlan = 2: a number from 1e-06 to 0.999999 expected."),
        ({"p_administrative": {"vlaan": 0.1}}, "p_administrative: unknown entry 'vlaan', did you mean 'vlan'."),
        ({"hit_rates": "many"}, "hit_rates = 'many': a list of rows of 3 positive numbers expected."),
        ({"hit_rates": []}, "hit_rates = []: a list of rows of 3 positive numbers expected."),
        ({"hit_rates": [[1, 2]]}, "hit_rates = [[1, 2]]: a list of rows of 3 positive numbers expected."),
        ({"hit_rates": [[1, 0, 2]]}, "a list of rows of 3 positive numbers expected."),
        ({"hit_rates": [7]}, "a list of rows of 3 positive numbers expected."),
        ({"hit_rates": [[0.5, 1, 2], [0.4, 1, 2]]}, "hit_rates: the weights, the first number of each row, sum to 0.9, not to 1."),
        (
            {"p_alert_fault": 0.005},
            "p_alert_fault = 0.005 and p_alert_chance = 0.01: an alert must be likelier with a fault than by chance.",
        ),
    ],
)
def test_what_cannot_be_is_named_with_what_can(table: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        constants_from(table)
    assert words in caught.value.message
    assert "docs/correlation.md" in caught.value.hint


def test_all_problems_stand_in_one_message() -> None:
    with pytest.raises(ConfigurationError) as caught:
        constants_from({"alarmm": 5, "p_benign": 3, "observation_odds": {"reload": "x", "flap": 1}, "join_s": 99})
    assert caught.value.message.count("[correlate]") == 4


def _run(tmp_path: Path, settings: str) -> tuple[int, str, str]:
    events, config, places = tmp_path / "log.csv", tmp_path / "switchcorr.toml", tmp_path / "places.csv"
    places.write_text("phone,module\n" + "".join(f"SEP00005E0053{i:02X},acc-1/{i // 20}\n" for i in range(120)))
    rows = [f"2026-11-20T10:00:{i:02d}Z,SEP00005E0053{i:02X},unregistered,13" for i in range(9)]
    events.write_text("\n".join(["time,phone,event,reason", *rows]) + "\n")
    config.write_text(settings)
    arguments = [
        "correlate",
        "--events",
        str(events),
        "--locations",
        str(places),
        "--config",
        str(config),
        "--now",
        "2026-11-21",
        "--format",
        "json",
    ]
    ran = subprocess.run([sys.executable, "-m", "switchcorr", *arguments], capture_output=True, text=True, timeout=120, check=False)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.slow
def test_on_the_command_line_other_constants_are_used_and_told(tmp_path: Path) -> None:
    code, out, _ = _run(tmp_path, "# nothing set\n")
    assert code == 0
    assert len(json.loads(out)["incidents"]) == 1
    code, out, _ = _run(tmp_path, "[correlate]\nleast_endpoints = 10\n")
    document = json.loads(out)
    assert (code, document["incidents"]) == (0, [])
    assert "least_endpoints is 10 by the settings, not 3" in document["coverage"]["assumptions"]


def test_on_the_command_line_a_wrong_constant_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    code, out, err = _run(tmp_path, "[correlate]\nalarmm = 49\n")
    assert (code, out) == (2, "")
    assert "unknown constant 'alarmm', did you mean 'alarm'" in " ".join(err.split())


def test_the_example_of_the_documentation_can_be_used() -> None:
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    example = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])
    assert told_differences(constants_from(example["correlate"]))
