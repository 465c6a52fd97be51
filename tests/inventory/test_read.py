"""Shapes, limits, permissions: whatever a file holds, it ends as an inventory or as one InventoryError."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.errors import InventoryError
from switchcorr.inventory import yaml_text
from switchcorr.inventory.read import read_inventory
from switchcorr.model.inventory import CredentialReference, Scheme
from switchcorr.text import clean_text
from tests.inventory.files import ENVIRONMENT, problems, read, write

_CANARY = "Kanarienvogel42"


def test_missing_and_empty_places(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="no such file or directory"):
        read(tmp_path / "missing")
    for source in ("\0", "x" * 5000):
        with pytest.raises(InventoryError, match="no such file or directory"):
            read_inventory(source, environment=ENVIRONMENT)
    assert "a directory without an inventory" in problems(tmp_path)[0]
    write(tmp_path, {"a.csv": "name\na\n", "b.csv": "name\nb\n"})
    assert problems(tmp_path)[0].endswith("several files are here, give one of them: a.csv, b.csv")
    for name in ("hosts.yaml", "x.txt", "y.csv"):
        write(tmp_path / name.replace(".", "-"), {name: ""})
        assert problems(tmp_path / name.replace(".", "-") / name) == ["holds no device"]


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that every user may look into, read as a user for whom permissions count."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        if is_root:
            os.seteuid(65534)
        yield Path(name)
        if is_root:
            os.seteuid(0)


def test_what_may_not_be_read_is_told(open_directory: Path) -> None:
    write(
        open_directory, {"closed/hosts.yaml": "a: {hostname: 192.0.2.1}", "ansible/hosts": "[a]\nsw1\n", "ansible/group_vars/a.yml": "x: y"}
    )
    (open_directory / "closed").chmod(0)
    (open_directory / "ansible" / "group_vars").chmod(0)
    for name in ("closed", "ansible"):
        with pytest.raises(InventoryError, match="Permission denied"):
            read(open_directory / name)
    (open_directory / "closed").chmod(0o700)
    (open_directory / "closed" / "hosts.yaml").chmod(0)
    assert problems(open_directory / "closed") == [f"{open_directory}/closed/hosts.yaml: cannot be opened: Permission denied"]
    (open_directory / "ansible" / "group_vars").chmod(0o700)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is no regular file" in problems(tmp_path / "pipe")[0]
    assert "is no regular file" in problems(Path("/dev/zero"))[0]
    write(tmp_path / "ansible", {"hosts": "[a]\nsw1\n", "group_vars/a.yml": "switchcorr_site: x"})
    os.mkfifo(tmp_path / "ansible" / "group_vars" / "b.yml")
    os.mkfifo(tmp_path / "ansible" / "more")
    assert read(tmp_path / "ansible").devices[0].site == "x"


def test_home_is_that_of_the_environment(tmp_path: Path) -> None:
    write(tmp_path, {"x.txt": "192.0.2.1\n"})
    assert len(read_inventory("~/x.txt", environment={"HOME": str(tmp_path)}).devices) == 1


def test_the_doors_own_check_decides_on_added_commands(tmp_path: Path) -> None:
    text = "a: {hostname: 192.0.2.1, connection_options: {switchcorr: {extras: {commands: [show clock]}}}}"
    write(tmp_path, {"hosts.yaml": text})
    with pytest.raises(InventoryError, match="not today"):
        read_inventory(str(tmp_path), environment=ENVIRONMENT, check_command=lambda command: f"not today: {command}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !!python/object/apply:os.system ['id']", "tags are not followed"),
        ("a: !!str b", "tags are not followed"),
        ("a: !vault b", "tags are not followed"),
        ("a: {b: !x {c: d}}", "tags are not followed"),
        ("a: &a [*a]", "holds itself"),
        ("a: *b", "stands for nothing"),
        ("? [a]\n: b", "a key is a mapping or list"),
        ("&a a: b\n? *a\n: c", "stands for nothing"),
        ("x: &a b\n*a : c", "a key is an alias"),
        ("a: 1\n---\nb: 2", "a second document begins"),
        ("a:\n  <<: text", "<< needs a mapping"),
        ("a: {b: c, b: d}", "stands twice, first in line 1"),
        ("a: b: c", "not YAML: mapping values are not allowed in this context"),
        ("a: b\n" * 30 + "x: \x01", "characters that YAML does not permit"),
        ("[" * 100_000, "nest"),
        ("- " * 100_000, "nest"),
        ("- a\n- b", "a list: a mapping of names expected"),
    ],
)
def test_yaml_that_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(write(tmp_path, {"hosts.yaml": text}))
    assert any(expected in line for line in found), found
    assert all("(line " in line for line in found if "characters that" not in line and "no device" not in line), found


def test_documents_that_grow_by_their_aliases_are_refused_at_once(tmp_path: Path) -> None:
    rows = ["a0: &a0 {x: y}"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert any(f"more than {yaml_text.MOST_VALUES} values" in line for line in problems(write(tmp_path, {"hosts.yaml": "\n".join(rows)})))
    keys = ", ".join(f"k{n}: v" for n in range(3000))
    rows = [f"a0: &a0 {{{keys}}}"] + [f"m{n}: {{<<: *a0}}" for n in range(2000)]
    assert any("more than" in line for line in problems(write(tmp_path, {"hosts.yaml": "\n".join(rows)})))


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"hosts.txt": b"192.0.2.1\n" * (4 * 1024**2)})
    found = problems(tmp_path / "hosts.txt")
    assert len(found) == 1
    assert "more than" in found[0]


@pytest.mark.parametrize(
    "text",
    [
        f"a: {{hostname: 192.0.2.1, username: n, password: *{_CANARY}}}",
        f"a: {{hostname: 192.0.2.1, username: n, password: &{_CANARY}}}",
        f"a: {{hostname: 192.0.2.1, username: n, password: !{_CANARY} }}",
        f"a: {{hostname: 192.0.2.1, username: n, password: %{_CANARY}: x}}",
        f"a: {{hostname: 192.0.2.1, username: n, password: 'x{_CANARY}}}",
        f"a: {{hostname: 192.0.2.1, username: n, password: evn:{_CANARY}}}",
        f'a: {{hostname: 192.0.2.1, username: n, password: "{_CANARY}\\n"}}',
        f"a: {{hostname: 192.0.2.1, username: n, password: [{_CANARY}]}}",
        f"a: {{hostname: 192.0.2.1, password: {_CANARY}}}",
    ],
)
def test_no_message_quotes_a_password(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"hosts.yaml": text})
    try:
        found = f"{read(tmp_path)}"
    except InventoryError as error:
        found = f"{error} {error.context} {error.__cause__} {error.__context__}"
    assert _CANARY not in found


def test_files_with_secrets_must_be_private(tmp_path: Path) -> None:
    text = "a: {hostname: 192.0.2.1, username: n, password: hunter22}\nb: {hostname: 192.0.2.2, username: n, password: literal:env:x}\n"
    write(tmp_path, {"hosts.yaml": text, "groups.yaml": "", "defaults.yaml": "port: 22"}, mode=0o644)
    assert problems(tmp_path) == [
        f"hosts.yaml: holds secrets and may be read by others (a.password, b.password): chmod 600 {tmp_path}/hosts.yaml,"
        " or write references (env:, keyring:, cmd:) (line 1)"
    ]
    (tmp_path / "hosts.yaml").chmod(0o600)
    first, second = read(tmp_path).devices
    assert first.password == CredentialReference(Scheme.LITERAL)
    assert first.password.literal is not None
    assert first.password.literal.reveal() == "hunter22"
    assert second.password is not None
    assert second.password.literal is not None
    assert second.password.literal.reveal() == "env:x"
    assert "hunter22" not in repr(first)
    write(tmp_path, {"a.csv": "name,user,password\na,n,hunter22\n"}, mode=0o604)
    assert "chmod 600" in problems(tmp_path / "a.csv")[0]


def test_site_limits_of_one_site_must_agree(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "name,site,site_concurrency\na,oslo,3\nb,oslo,4\nc,,5\nd,x,0\n"})
    assert problems(tmp_path / "a.csv") == [
        "a.csv: b.site_concurrency: 4 for the site oslo, which has 3 in a.csv: a.site_concurrency (line 3)",
        "a.csv: d.site_concurrency: 0: 1 to 1000 expected (line 5)",
    ]


def test_many_problems_are_cut_short(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "name,port\n" + "".join(f"a{number},x{number}\n" for number in range(200))})
    found = problems(tmp_path / "a.csv")
    assert len(found) == 51
    assert found[-1] == "and 150 more."


def test_hostile_names_are_shown_escaped(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "hosts.yaml": '"a\\e[2J": {hostname: 192.0.2.1}\n"b\\u202e": {hostname: "\\e]0;x"}\n"": {hostname: 192.0.2.3}\n"x/y": {hostname: 192.0.2.4}\n'
        },
    )
    found = "\n".join(problems(tmp_path))
    assert "\x1b" not in found
    assert "\u202e" not in found
    assert found.count("control characters") == 3
    assert "a device without a name" in found
    assert "a name with / or \\" in found


_NAMES = ["hosts.yaml", "hosts.yml", "x.ini", "x.csv", "x.txt", ".netmiko.yml", "x.json", "hosts"]
_PIECES = st.sampled_from(
    ["a", "acc-1", ": ", ":\n  ", "\n", "- ", "[", "]", "{", "}", "hosts", "children", "vars", "hostname", "groups", "data", "connection_options",
     "switchcorr", "extras", "port", "22", "99999", "password", "env:X", "=", ",", ";", "#", "&a ", "*a", "<<", "!x ", "'", '"', "name", "ip", "192.0.2.1",
     "ansible_host=", "[1:3]", "[a:vars]", "{{ x }}", "device_type", "\t", "|", ">", "---", "null", "inventory", "plugin", "options", "host_file", "\u2028", "é"]
)  # fmt: skip


@given(st.sampled_from(_NAMES), st.binary(max_size=200) | st.lists(_PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()))
def test_any_bytes_are_an_inventory_or_an_inventory_error(name: str, content: bytes) -> None:
    refusals: list[str] = []
    with tempfile.TemporaryDirectory() as directory:
        write(Path(directory), {name: content})
        for source in (directory, f"{directory}/{name}"):
            try:
                inventory = read_inventory(source, environment=ENVIRONMENT)
            except InventoryError as error:
                refusals.append(error.message)
                continue
            assert inventory.devices
            names = [device.name for device in inventory.devices]
            assert names == sorted(names)
            assert len({device.casefold() for device in names}) == len(names)
            assert all(1 <= device.port <= 65535 and device.host for device in inventory.devices)
    assert [message for message in refusals if clean_text(message) != message] == []


@given(st.lists(_PIECES, max_size=40).map("".join), st.lists(_PIECES, max_size=40).map("".join))
def test_any_groups_and_defaults_are_read_or_refused(groups: str, defaults: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        write(
            Path(directory), {"hosts.yaml": "acc-1: {hostname: 192.0.2.1, groups: [a]}", "groups.yaml": groups, "defaults.yaml": defaults}
        )
        try:
            inventory = read_inventory(directory, environment=ENVIRONMENT)
        except InventoryError:
            return
        assert [device.name for device in inventory.devices] == ["acc-1"]
