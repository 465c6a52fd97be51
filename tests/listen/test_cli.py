"""``switchcorr listen`` as it is typed: what it refuses before it listens, and what it prints instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from switchcorr.cli.listen.run import addresses_of
from switchcorr.listen.allowed import AllowedSources
from switchcorr.listen.server import Address

Call = Callable[..., Any]


def test_it_is_open_to_other_machines_only_for_those_named(call: Call, tmp_path: Path) -> None:
    told = call("listen", "--udp", "0.0.0.0:0", "--out", tmp_path / "events")
    assert told.code == 2
    assert "udp 0.0.0.0:0 is open to other machines, and nothing says which may send." in told.err
    assert "--allow" in told.err
    assert not (tmp_path / "events").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--udp", "localhost:5514"), "--udp 'localhost:5514' is no address."),
        (("--tcp", "192.0.2.999:5514"), "192.0.2.999 is no IP address"),
        (("--tcp", "70000"), "--tcp '70000' is no address."),
        (("--tls", "127.0.0.1:0"), "--tls needs a certificate."),
        (("--udp", "0", "--allow", "everybody"), "--allow 'everybody' is no network."),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(call: Call, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    told = call("listen", *options, "--out", tmp_path)
    assert told.code == 2
    assert said in told.err


def test_a_folder_that_cannot_be_written_is_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = call("listen", "--udp", "127.0.0.1:0", "--out", tmp_path / "file" / "events")
    assert told.code == 1
    assert "cannot be written: Not a directory" in told.err


def test_addresses_are_both_loopbacks_unless_one_is_given() -> None:
    assert Address("udp", "127.0.0.1", 5514) in addresses_of(None, None, None)
    assert {address.transport for address in addresses_of(None, None, None)} == {"udp", "tcp"}
    assert addresses_of(None, ["[2001:db8::10]:514"], None) == (Address("tcp", "2001:db8::10", 514),)
    assert str(Address("tcp", "2001:db8::10", 514)) == "tcp [2001:db8::10]:514"


def test_configurations_of_other_receivers_write_to_the_folder(call: Call, tmp_path: Path) -> None:
    for option, word in (("--print-rsyslog", "dynaFile"), ("--print-syslog-ng", "destination")):
        told = call("listen", option, "--out", tmp_path)
        assert told.code == 0
        assert f"{tmp_path}/" in told.out
        assert word in told.out


def test_options_that_would_be_ignored_are_refused(call: Call, tmp_path: Path) -> None:
    told = call("listen", "--udp", "0", "--out", tmp_path, "--captures", tmp_path, "--core", "core-1")
    assert told.code == 2
    assert "--captures and --core: nothing is recognised without --live or --follow." in told.err
    told = call("listen", "--tcp", "0", "--out", tmp_path, "--client-ca", tmp_path / "ca.pem")
    assert told.code == 2
    assert "--client-ca: nothing is received by TLS." in told.err


def test_a_million_sources_fill_no_memory() -> None:
    allowed = AllowedSources(["192.0.2.0/24"])
    for number in range(20_000):
        assert not allowed.permits(f"198.51.{number >> 8}.{number & 255}")
        allowed.is_news(f"198.51.{number >> 8}.{number & 255}")
    assert len(allowed._known) <= 4096
    assert len(allowed._named) == 10
    assert allowed.permits("192.0.2.9")
