"""References lead to secrets once each, and what goes wrong is told without them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from switchcorr.errors import ConfigurationError, InventoryError
from switchcorr.inventory.credentials import Credentials, fleet_logins, parse_reference, terminal_prompt
from switchcorr.inventory.references import describe
from switchcorr.model.inventory import CredentialReference, Driver, InventoryDevice, JumpHop, Scheme

_CANARY = "Kanarienvogel-42"


class MemoryKeyring(KeyringBackend):
    """A keyring without a desktop."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves it untyped
        self.passwords = {("switches", "netops"): _CANARY}
        self.is_locked = False
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.is_locked:
            raise RuntimeError(f"locked; last was {_CANARY}")
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.passwords[service, username]


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ours = MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def _secret(text: str, credentials: Credentials, directory: Path | None = None) -> str:
    return credentials.secret(parse_reference(text, directory)).reveal()


def _refusal(text: str, credentials: Credentials, directory: Path | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        credentials.secret(parse_reference(text, directory))
    assert _CANARY not in f"{caught.value} {caught.value!r} {caught.value.context} {caught.value.__cause__} {caught.value.__context__}"
    return str(caught.value)


def _private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_references_are_read_from_their_text() -> None:
    directory = Path("/inventory")
    expected = {
        "env:SW_PW": CredentialReference(Scheme.ENV, "SW_PW"),
        "ENV:SW_PW": CredentialReference(Scheme.ENV, "SW_PW"),
        "file: secrets/pw": CredentialReference(Scheme.FILE, "secrets/pw", directory=directory),
        "keyring:a/b/user": CredentialReference(Scheme.KEYRING, "a/b/user"),
        "cmd:pass show x": CredentialReference(Scheme.CMD, "pass show x"),
        "netrc": CredentialReference(Scheme.NETRC),
        "netrc:acc-1": CredentialReference(Scheme.NETRC, "acc-1"),
        "ask": CredentialReference(Scheme.ASK),
    }
    assert {text: parse_reference(text, directory) for text in expected} == expected
    for text, value in (("hunter2", "hunter2"), ("literal:env:X", "env:X"), ("a:b", "a:b"), ("x@y:z", "x@y:z"), ("https:x", "https:x")):
        literal = parse_reference(text, directory).literal
        assert literal is not None
        assert literal.reveal() == value


@pytest.mark.parametrize(
    "text", ["env:", "env:SWITCHCORR_PASSWORD", "env:1A", "env:a b", "keyring:x", "keyring:/u", "keyring:s/", "file:", "cmd:", "cmd:'x", "ask:me", "evn:X", "keyrnig:a/b", "", "literal:", "a\nb", "literal:a\tb"]
)  # fmt: skip
def test_what_cannot_be_followed_is_refused(text: str) -> None:
    with pytest.raises(InventoryError):
        parse_reference(text, None)


@given(st.text(max_size=30))
def test_a_refused_reference_is_not_quoted(text: str) -> None:
    canary = f"evn:{_CANARY}{text}"
    with pytest.raises(InventoryError) as caught:
        parse_reference(canary, None)
    assert _CANARY not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_reference_or_an_inventory_error(text: str) -> None:
    try:
        reference = parse_reference(text, None)
    except InventoryError:
        return
    if reference.scheme is Scheme.LITERAL:
        assert describe(reference) == "literal"
    assert repr(reference)


def test_environment_variables() -> None:
    credentials = Credentials({"SW_PW": f"{_CANARY}\n", "EMPTY": "", "TWO": f"{_CANARY}\nconf t"})
    assert _secret("env:SW_PW", credentials) == _CANARY
    assert _refusal("env:SW_WP", credentials).startswith("env:SW_WP: the environment variable is not set.")
    assert "is empty" in _refusal("env:EMPTY", credentials)
    assert "control characters" in _refusal("env:TWO", credentials)


def test_files_give_their_first_line_and_must_be_private(tmp_path: Path) -> None:
    credentials = Credentials({"HOME": str(tmp_path)})
    path = _private(tmp_path / "pw", f"{_CANARY}\r\nsecond line")
    assert _secret("file:pw", credentials, tmp_path) == _CANARY
    assert _secret("file:~/pw", Credentials({"HOME": str(tmp_path)}), Path("/")) == _CANARY
    path.chmod(0o640)
    assert _refusal("file:pw", Credentials({}), tmp_path).endswith(f"may be read by others. chmod 600 {path}")
    assert "No such file" in _refusal("file:missing", Credentials({}), tmp_path)
    assert "no regular file" in _refusal("file:.", Credentials({}), tmp_path)


def test_a_keyring_is_asked_once(memory_keyring: MemoryKeyring) -> None:
    credentials = Credentials({})
    assert [_secret("keyring:switches/netops", credentials) for _ in range(3)] == [_CANARY] * 3
    assert memory_keyring.asked == 1
    missing = _refusal("keyring:switches/else", credentials)
    assert missing == "keyring:switches/else: the keyring holds no such password. Store it: keyring set switches else"
    memory_keyring.is_locked = True
    assert "cannot be asked (RuntimeError)" in _refusal("keyring:switches/other", credentials)
    assert "cannot be asked (RuntimeError)" in _refusal("keyring:switches/other", credentials)
    assert memory_keyring.asked == 3


def _python(code: str) -> str:
    return f"cmd:{sys.executable} -c '{code}'"


def test_a_program_is_run_once_without_a_shell(tmp_path: Path) -> None:
    credentials = Credentials({"SECRET": _CANARY})
    code = f'import os; open("{tmp_path}/runs", "a").write("x"); print(os.environ["SECRET"]); print("second")'
    assert [_secret(_python(code), credentials) for _ in range(3)] == [_CANARY] * 3
    assert (tmp_path / "runs").read_text() == "x"
    assert _secret("cmd:echo $HOME;ls", Credentials({"HOME": "/"})) == "$HOME;ls"


def test_a_program_that_fails_is_named_and_not_quoted() -> None:
    credentials = Credentials({})
    failing = _python(f'import sys; print("{_CANARY}"); sys.stderr.write("{_CANARY}"); sys.exit(3)')
    assert _refusal(failing, credentials) == (
        f"cmd:{sys.executable} ...: the program ended with exit code 3. Run it by hand to see what it says."
    )
    assert "cannot be started: No such file" in _refusal("cmd:/no/such/program", credentials)
    assert "is empty" in _refusal(_python("pass"), credentials)


def test_a_program_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time; "
        f'child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]); open("{tmp_path}/pid", "w").write(str(child.pid)); '
        f'print("{_CANARY}", flush=True); time.sleep(600)'
    )
    assert "did not end within 1.5 seconds" in _refusal(_python(code), Credentials({}, program_s=1.5))
    child = Path("/proc") / (tmp_path / "pid").read_text()
    deadline = time.monotonic() + 20
    while child.exists() and "\nState:\tZ" not in (child / "status").read_text():
        assert time.monotonic() < deadline


def test_a_program_that_never_stops_printing_takes_no_memory() -> None:
    assert "did not end" in _refusal(_python(f'while True: print("{_CANARY}" * 1000)'), Credentials({}, program_s=1))


def test_netrc_gives_name_and_password(tmp_path: Path) -> None:
    path = _private(tmp_path / ".netrc", f"machine 192.0.2.1 login netops password {_CANARY}\nmachine acc-2 login b password other\n")
    environment = {"HOME": str(tmp_path)}
    credentials = Credentials(environment)
    login = credentials.resolve(InventoryDevice("acc-1", "192.0.2.1", password=CredentialReference(Scheme.NETRC)))
    assert (login.username, login.password and login.password.reveal()) == ("netops", _CANARY)
    login = credentials.resolve(InventoryDevice("acc-2", "192.0.2.2", username="mine", password=CredentialReference(Scheme.NETRC)))
    assert (login.username, login.password and login.password.reveal()) == ("mine", "other")
    assert _secret("netrc:acc-2", credentials) == "other"
    assert "no password for acc-3" in _refusal("netrc:acc-3", credentials)
    path.chmod(0o644)
    assert f"chmod 600 {path}" in _refusal("netrc:acc-2", Credentials(environment))
    _private(path, f"machine x login y pasword {_CANARY}\n")
    assert "cannot be understood" in _refusal("netrc:x", Credentials(environment))
    _private(path, f"default login d password {_CANARY}\n")
    assert _secret("netrc", Credentials({"NETRC": str(path)})) == _CANARY


def test_ask_asks_once_for_each_prompt_and_never_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return _CANARY

    asked = CredentialReference(Scheme.ASK)
    devices = [InventoryDevice(f"acc-{number}", "192.0.2.1", username="netops", password=asked, enable=asked) for number in range(3)]
    logins = fleet_logins(devices, Credentials({}, ask=ask))
    assert len(logins.logins) == 3
    assert prompts == ["Password of netops: ", "Enable secret of netops: "]
    assert "this is no terminal" in _refusal("ask", Credentials({}))

    def end(prompt: str) -> str:
        raise EOFError(prompt)

    assert "nothing was typed" in _refusal("ask", Credentials({}, ask=end))
    with Path("/dev/null").open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert terminal_prompt() is None


def test_one_broken_reference_costs_only_its_devices(tmp_path: Path) -> None:
    key = _private(tmp_path / "key", "x")
    good = CredentialReference(Scheme.ENV, "GOOD")
    bad = CredentialReference(Scheme.ENV, "BAD")
    devices = [
        InventoryDevice("a", "192.0.2.1", username="n", password=good, jumps=(JumpHop("bastion", 2222, "j", good), JumpHop("second"))),
        InventoryDevice("b", "192.0.2.2", username="n", password=bad),
        InventoryDevice("c", "192.0.2.3", username="n", password=good, jumps=(JumpHop("bastion", 22, "", bad),)),
        InventoryDevice("d", "192.0.2.4"),
        InventoryDevice("e", "192.0.2.5", driver=Driver.TELNET, password=good),
        InventoryDevice("f", "192.0.2.6", username="n", keys=(key,), agent=False),
        InventoryDevice("g", "192.0.2.7", username="n", keys=(tmp_path / "missing",)),
        InventoryDevice("h", "192.0.2.8", username="n", password=good, enable=bad),
    ]
    logins = fleet_logins(devices, Credentials({"GOOD": _CANARY}))
    assert sorted(logins.logins) == ["a", "e", "f"]
    assert sorted(logins.refused) == ["b", "c", "d", "g", "h"]
    assert logins.refused["b"] == "env:BAD: the environment variable is not set. Set it: read -rs BAD; export BAD"
    assert logins.refused["d"].startswith("no user name.")
    assert "no key file" in logins.refused["g"]
    first, second = logins.hops["a"]
    assert (first.host, first.port, first.login.username) == ("bastion", 2222, "j")
    assert (second.login.username, second.login.password, second.login.agent) == ("n", None, True)
    assert logins.logins["f"].keys == (key,)
    assert not logins.logins["f"].agent
    assert [secret.reveal() for secret in logins.secrets()] == [_CANARY]
    assert _CANARY not in repr(logins)
    key.chmod(0o644)
    assert "that others may read" in fleet_logins(devices, Credentials({})).refused["f"]
