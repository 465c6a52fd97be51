"""NetBox through its real client, against a server that answers like it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchcorr.errors import ConfigurationError, InventoryError
from switchcorr.inventory.netbox import drafts_of, parse_netbox_url, warn_of_open_token
from switchcorr.inventory.places import Problems
from switchcorr.inventory.read import read_inventory
from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Inventory, Scheme
from tests.inventory.files import device, write
from tests.inventory.netbox_server import Served, record, serve

_TOKEN = "0123456789abcdef0123456789abcdef01234567"


def _read(url: str, **environment: str) -> Inventory:
    return read_inventory(url, environment=environment)


def test_devices_of_all_pages_with_filters_and_token(tmp_path: Path) -> None:
    write(tmp_path, {"defaults.yaml": "username: netops\npassword: env:PW\nplatform: cisco_catos\n"})
    devices = [record(number, primary_ip={"id": number, "address": f"10.0.{number // 250}.{number % 250}/16"}) for number in range(450)]
    devices += [record(900, site={"id": 2, "slug": "bergen"}), record(901, status={"value": "offline"}), record(902, primary_ip=None)]
    with serve(Served(devices, token=_TOKEN), prefix="/netbox") as served:
        source = f"{served.url}/dcim/devices/?site=oslo&role=access&role=distribution&defaults={tmp_path}/defaults.yaml"
        inventory = _read(source, NETBOX_TOKEN=_TOKEN)
        assert _read(f"{served.url}?site=oslo&token=env:MINE", MINE=_TOKEN).devices[0].username == ""
    assert len(inventory.devices) == 450
    assert served.asked[0] == {
        "site": ["oslo"],
        "role": ["access", "distribution"],
        "status": ["active"],
        "limit": ["200"],
        "exclude": ["config_context"],
    }
    assert [asked["offset"] for asked in served.asked[1:3]] == [["200"], ["400"]]
    assert set(served.authorizations) == {f"Token {_TOKEN}"}
    found = device(inventory, "acc-12")
    assert (found.host, found.platform, found.site, found.username) == ("10.0.0.12", "cisco_ios", "oslo", "netops")
    assert found.password == CredentialReference(Scheme.ENV, "PW")
    assert found.groups == ("access", "power-ups-1", "old")
    assert found.algorithms is AlgorithmProfile.SHA1
    assert found.data == {"role": "access", "location": "house-a", "power": "UPS 1", "tag_old": "yes", "battery": "true", "class": "b"}
    assert inventory.warnings == ("127.0.0.1: 1 device left out for want of a primary address: acc-902",)
    assert found.source == "127.0.0.1: acc-12"


def test_a_netrc_does_not_take_the_tokens_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"netrc": "machine 127.0.0.1 login a password other\n"})
    monkeypatch.setitem(os.environ, "NETRC", str(tmp_path / "netrc"))
    with serve(Served([record(1)], token=_TOKEN)) as served:
        assert len(_read(served.url, NETBOX_TOKEN=_TOKEN).devices) == 1


def test_refusals_say_what_to_do() -> None:
    with serve(Served([record(1)], token=_TOKEN)) as served:
        with pytest.raises(InventoryError, match=r"refused the token \(403\)\. Set NETBOX_TOKEN") as caught:
            _read(served.url, NETBOX_TOKEN="wrong-token-value")
        assert "wrong-token-value" not in str(caught.value)
        with pytest.raises(ConfigurationError, match="env:MISSING: the environment variable is not set"):
            _read(f"{served.url}?token=env:MISSING")
        with pytest.raises(InventoryError, match="answered with status 404"):
            _read(f"{served.url}/elsewhere/", NETBOX_TOKEN=_TOKEN)
        served.status, served.token = 400, ""
        with pytest.raises(InventoryError, match=r"refused the filters \(400\).*Select a valid choice"):
            _read(f"{served.url}?site=x")
        served.status = 200
        for raw in (b"<html>", b"[1, 2", b"null", b'{"results": [1], "count": 1, "next": null}', b'{"results": {}, "count": 0}', b"\xff"):
            served.raw = raw
            with pytest.raises(InventoryError):
                _read(served.url)
        served.raw = None
        served.devices = []
        with pytest.raises(InventoryError, match="holds no device"):
            _read(served.url)
    with pytest.raises(InventoryError, match=r"cannot be reached \(ConnectionError\)"):
        _read(served.url)


def test_problems_of_records() -> None:
    devices: list[dict[str, object]] = [
        record(1, name="a/b"),
        record(2, custom_fields={"switchcorr_password": "hunter22", "switchcorr_username": "n"}),
        record(3, custom_fields={"switchcorr_algoritms": "sha1", "switchcorr_port": 0}),
        record(4, name=None, display=None),
        record(5, name="ACC-2", custom_fields=None),
        {"id": 6},
    ]
    with serve(Served(devices)) as served, pytest.raises(InventoryError) as caught:
        _read(served.url)
    found = [line.strip() for line in caught.value.message.splitlines()[1:]]
    assert found == [
        "127.0.0.1: acc-3.switchcorr_algoritms: unknown custom field, did you mean 'algorithms'?",
        "127.0.0.1: a/b: a name with / or \\",
        "127.0.0.1: acc-3.switchcorr_port: 0: 1 to 65535 expected",
        "127.0.0.1: ACC-2: the name 'ACC-2' differs only in case from 'acc-2', first in 127.0.0.1",
        "127.0.0.1: holds secrets and may be read by others (acc-2.switchcorr_password): write references (env:, keyring:, cmd:)",
    ]
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://user:secret-pw@netbox.example/", "a URL with a user name or password in it"),
        ("https://netbox.example/?token=0123456789abcdef", "the token itself stands in the URL"),
        ("https://netbox.example/?token=evn:NB", "token: begins like a reference of an unknown kind"),
        ("https:///x", "a URL without a host"),
        ("https://[x/", "no URL of a NetBox"),
        ("https://netbox.example:99999/", "no URL of a NetBox"),
    ],
)
def test_urls_that_are_refused(url: str, message: str) -> None:
    with pytest.raises(InventoryError, match=message) as caught:
        _read(url)
    assert "secret-pw" not in str(caught.value)
    assert "0123456789abcdef" not in str(caught.value)


def test_urls_of_pages_and_apis_are_one_address() -> None:
    for path in ("", "/", "/api", "/api/", "/dcim/devices", "/api/dcim/devices/"):
        assert parse_netbox_url(f"https://netbox.example:8443{path}?status=planned").base == "https://netbox.example:8443"
    assert parse_netbox_url("https://h/netbox/dcim/devices/?limit=5&site=a&site=b").base == "https://h/netbox"
    assert parse_netbox_url("https://h/?limit=5&site=a&site=b").filters == {"site": ("a", "b"), "status": ("active",)}
    assert parse_netbox_url("http://[2001:db8::1]:80/?status=x").base == "http://[2001:db8::1]:80"


@pytest.mark.parametrize(
    ("url", "count"), [("http://netbox.example/", 1), ("https://netbox.example/", 0), ("http://127.0.0.9/", 0), ("http://[::1]/", 0)]
)
def test_a_token_without_tls_is_warned_of(url: str, count: int) -> None:
    problems = Problems()
    warn_of_open_token(parse_netbox_url(url), problems)
    assert len(problems.warnings) == count


def test_without_the_optional_part_the_message_names_it() -> None:
    code = (
        "import sys; sys.modules['pynetbox'] = None\n"
        "from switchcorr.inventory.read import read_inventory\n"
        "from switchcorr.errors import ConfigurationError\n"
        "try: read_inventory('https://netbox.example/', environment={})\n"
        "except ConfigurationError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, env=environment)
    assert ran.stdout == "NetBox needs a part that is not installed. pip install 'switchcorr[netbox]'\n"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["slug", "name", "address", "value", "id", "switchcorr_port"]), inner, max_size=3)
    ),
    max_leaves=8,
)


_READ = (
    "name",
    "display",
    "id",
    "platform",
    "site",
    "role",
    "device_role",
    "location",
    "rack",
    "tenant",
    "tags",
    "custom_fields",
    "primary_ip",
)


@settings(max_examples=200)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(_READ, _JSON)))
def test_any_record_is_read_or_left_out_with_a_word(changes: dict[str, object]) -> None:
    found, problems = record(1, **changes), Problems()
    drafts = drafts_of([found], "netbox.example", problems, fields={}, data={})
    assert len(drafts) == 1 - len(problems.warnings)
    assert (len(drafts) == 1) >= (found["primary_ip"] == record(1)["primary_ip"])
    for draft in drafts:
        texts = [draft.name, *draft.groups, *(setting.entry.value for setting in (*draft.fields.values(), *draft.data.values()))]
        assert [text for text in texts if not text or not isinstance(text, str)] == []
