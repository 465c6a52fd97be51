"""Settings come from four places, in one order, and unknown ones are errors."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from switchcorr.errors import ConfigurationError
from switchcorr.settings import _RANGES, Settings, find_settings_file, load_settings, state_directory


def test_option_over_environment_over_file_over_default(tmp_path: Path) -> None:
    file = tmp_path / "switchcorr.toml"
    file.write_text('timezone = "Europe/Oslo"\nparse_workers = 2\nparse_timeout_s = 7\n')
    settings = load_settings(
        environment={"SWITCHCORR_PARSE_WORKERS": "3", "SWITCHCORR_TIMEZONE": "Europe/Paris", "HOME": "/x"},
        file=file,
        options={"parse_workers": 4, "timezone": None},
    )
    assert settings == Settings(timezone="Europe/Paris", parse_workers=4, parse_timeout_s=7)


def test_all_problems_are_named_together_with_the_nearest_name(tmp_path: Path) -> None:
    file = tmp_path / "switchcorr.toml"
    file.write_text('timezon = "UTC"\nparse_workers = "two"\n')
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environment={"SWITCHCORR_QQQ": "1"}, file=file)
    for words in (
        "'timezon', did you mean 'timezone'",
        "parse_workers = 'two': a whole number expected",
        "unknown setting 'qqq'",
        f"{file}: ",
    ):
        assert words in caught.value.message


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "switchcorr.toml"
    file.write_text("timezone = [")
    with pytest.raises(ConfigurationError, match=r"switchcorr\.toml: not TOML"):
        load_settings(environment={}, file=file)


def test_the_file_is_looked_for_in_order(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    (home / ".config" / "switchcorr").mkdir(parents=True)
    here.mkdir()
    environment = {"HOME": str(home)}
    assert find_settings_file(environment=environment, working_directory=here, given=None) is None
    (home / ".config" / "switchcorr" / "switchcorr.toml").touch()
    assert find_settings_file(environment=environment, working_directory=here, given=None) == home / ".config/switchcorr/switchcorr.toml"
    (here / "switchcorr.toml").touch()
    assert find_settings_file(environment=environment, working_directory=here, given=None) == here / "switchcorr.toml"
    named = {**environment, "SWITCHCORR_CONFIG": "/etc/sc.toml"}
    assert find_settings_file(environment=named, working_directory=here, given=None) == Path("/etc/sc.toml")
    assert find_settings_file(environment=named, working_directory=here, given=Path("mine.toml")) == Path("mine.toml")


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    for field in dataclasses.fields(Settings):
        value = getattr(Settings(), field.name)
        default = f"`{value}`" if value not in ("", {}) else "empty"
        variable = "none" if isinstance(value, dict) else f"`SWITCHCORR_{field.name.upper()}`"
        assert f"| `{field.name}` | {variable} | {default} |" in page


def test_a_table_comes_from_the_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "switchcorr.toml"
    file.write_text("[correlate]\nalarm = 6.5\n[correlate.observation_odds]\nlink_flap = 2\n")
    assert load_settings(environment={}, file=file).correlate == {"alarm": 6.5, "observation_odds": {"link_flap": 2}}
    file.write_text("correlate = 5\n")
    with pytest.raises(
        ConfigurationError, match=r"(?s)switchcorr.toml: correlate = 5: a table, .*environment: correlate = 'alarm=6': a table, "
    ):
        load_settings(environment={"SWITCHCORR_CORRELATE": "alarm=6"}, file=file)


@pytest.mark.parametrize("line", ["parse_workers = -1", "parse_timeout_s = 0", "concurrency = 4096"])
def test_a_number_out_of_range_is_an_error(tmp_path: Path, line: str) -> None:
    file = tmp_path / "switchcorr.toml"
    file.write_text(line)
    with pytest.raises(ConfigurationError, match=f"{line}: a number from [01] to"):
        load_settings(environment={}, file=file)


def test_a_settings_file_that_cannot_be_read_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"settings file .*nowhere"):
        load_settings(environment={}, file=tmp_path / "nowhere")


def test_every_number_has_a_range() -> None:
    numbers = {field.name for field in dataclasses.fields(Settings) if isinstance(field.default, int)}
    assert set(_RANGES) == numbers


def test_a_choice_that_does_not_exist_is_an_error_that_names_the_choices(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"environment: host_keys = 'off': strict or accept-new expected"):
        load_settings(environment={"SWITCHCORR_HOST_KEYS": "off"}, file=None)


@pytest.mark.parametrize(
    ("settings", "environment", "expected"),
    [
        (Settings(state_dir="/srv/state"), {"HOME": "/home/x"}, "/srv/state"),
        (Settings(), {"HOME": "/home/x", "XDG_STATE_HOME": "/var/state"}, "/var/state/switchcorr"),
        (Settings(), {"HOME": "/home/x"}, "/home/x/.local/state/switchcorr"),
    ],
)
def test_the_state_directory_is_the_setting_else_that_of_the_system(settings: Settings, environment: dict[str, str], expected: str) -> None:
    assert state_directory(settings, environment) == Path(expected)
