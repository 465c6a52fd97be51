"""Commands that are told can be copied: they have the inventory, the store and the settings file of the call that told them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from switchcorr.cli.again import as_given, call_of
from switchcorr.cli.app import app

Call = Callable[..., Any]
"""The fixture ``call``: arguments in; ``code``, ``out`` and ``err`` out."""


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One device whose credential leads nowhere, so that nothing is connected to; its name has a blank."""
    folder = tmp_path / "my list"
    folder.mkdir()
    (folder / "hosts.yaml").write_text("acc-1: {hostname: 127.0.0.1, platform: cisco_ios}\n")
    (folder / "defaults.yaml").write_text("username: ops\npassword: env:NOT_SET_ANYWHERE\n")
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SWITCHCORR_PARSE_WORKERS", "1")
    return folder


def test_the_end_of_a_sweep_names_the_inventory_of_the_call(call: Call, inventory: Path) -> None:
    table = call("sweep", "--inventory", inventory, "--format", "table")
    assert f"`switchcorr sweep --inventory '{inventory}' --resume`" in table.out
    assert table.out.rstrip().endswith(f"next: switchcorr doctor --inventory '{inventory}' acc-1")
    end = json.loads(call("sweep", "--inventory", inventory, "--format", "json").out.splitlines()[-1])
    assert f"`switchcorr sweep --inventory '{inventory}' --resume`" in end["failures"][0]["advice"]
    assert end["next"] == f"switchcorr doctor --inventory '{inventory}' acc-1"


def test_without_one_nothing_is_added(call: Call, inventory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHCORR_INVENTORY", str(inventory))
    called = call("sweep", "--format", "table")
    assert "`switchcorr sweep --resume`" in called.out
    assert as_given("`switchcorr sweep --resume`") == "`switchcorr sweep --resume`"


def test_the_hint_of_an_error_names_it_too(call: Call, inventory: Path) -> None:
    assert f"switchcorr trust --inventory '{inventory}' acc-12" in call("trust", "--inventory", inventory).err


def test_a_store_is_repeated_where_the_command_takes_one(call: Call, tmp_path: Path) -> None:
    missing = tmp_path / "no" / "site.db"
    told = call("locate", "SEP00005E005301", "--store", missing).err
    assert f"`switchcorr store import --store {missing} DIR` or `switchcorr sweep --store` makes one" in told


@pytest.mark.parametrize(
    "place", ["ops:CANARY@127.0.0.1:1/x", "127.0.0.1:1/x?user=ops&password=CANARY", "127.0.0.1:1/x?sslpassword=CANARY"]
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_store_with_a_password_is_never_repeated(call: Call, inventory: Path, place: str, form: str) -> None:
    called = call("sweep", "--inventory", inventory, "--store", f"postgresql+psycopg://{place}", "--format", form)
    assert f"`switchcorr sweep --inventory '{inventory}' --resume`" in called.out
    assert "`switchcorr store import " in called.err, "the store cannot be reached: what is to be typed then"
    assert "CANARY" not in called.out + called.err


def test_a_store_of_a_server_without_a_password_is_repeated(call: Call, inventory: Path) -> None:
    store = "postgresql+psycopg://ops@127.0.0.1:1/x"
    called = call("sweep", "--inventory", inventory, "--store", store, "--format", "table")
    assert f"`switchcorr sweep --inventory '{inventory}' --store {store} --resume`" in called.out
    assert f"`switchcorr store import --store {store} " in called.err


def test_a_flag_of_the_same_name_is_no_inventory(call: Call, tmp_path: Path) -> None:
    missing = tmp_path / "site.db"
    assert (
        f"`switchcorr store import --store {missing} DIR` or `switchcorr sweep --store` makes"
        in call("report", "--inventory", "--store", missing).err
    )


def test_a_command_whose_option_takes_no_value_gets_none() -> None:
    root = get_command(app)
    top = root.make_context("switchcorr", [], resilient_parsing=True)
    takes = call_of(root.commands["sweep"].make_context("sweep", [], parent=top, resilient_parsing=True)).takes  # type: ignore[attr-defined]  # a group
    assert takes("sweep", "--inventory")
    assert takes("report", "--store")
    assert not takes("report", "--inventory")
