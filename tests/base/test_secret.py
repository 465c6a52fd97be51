"""A secret never shows itself, and what it slipped into is masked."""

from __future__ import annotations

import base64
import copy
import dataclasses
import io
import json
import logging
import os
import pickle
import shlex
import traceback
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.inventory import CredentialReference, Login, Scheme
from switchcorr.secret import MASK, PIECE, Masker, MaskingFilter, Secret

_CANARY = "Kanarie/7!volgel&\"x'y"


def test_a_secret_is_masked_wherever_it_is_printed() -> None:
    secret = Secret("hunter2")
    assert secret.reveal() == "hunter2"
    for text in (str(secret), repr(secret), f"{secret}", f"{secret!r}", "%s" % secret, f"{secret:>20}", ascii(secret)):  # noqa: UP031
        assert "hunter" not in text


def test_a_secret_is_not_written_or_copied_out() -> None:
    secret = Secret("hunter2")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(secret, protocol)
    with pytest.raises(TypeError):
        json.dumps({"password": secret})
    with pytest.raises(TypeError):
        secret.__getstate__()
    with pytest.raises(TypeError):
        vars(secret)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_a_secret_in_a_dataclass_stays_one() -> None:
    login = Login("netops", Secret("hunter2"), Secret("hunter3"))
    reference = CredentialReference(Scheme.LITERAL, literal=Secret("hunter2"))
    for value in (login, reference):
        shown = dataclasses.asdict(value)
        assert "hunter" not in f"{value} {value!r} {shown}"
        with pytest.raises(TypeError):
            json.dumps(shown)
        with pytest.raises(TypeError):
            pickle.dumps(value)


def test_a_secret_does_not_stand_in_a_traceback() -> None:
    password = Secret("".join(("hun", "ter2")))
    with pytest.raises(ValueError, match=r"\*\*\*") as caught:
        raise ValueError(password)
    with_locals = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
    assert "Secret(***)" in "".join(with_locals.format())
    assert "hunter2" not in "".join(with_locals.format())


def _backwards(text: str) -> str:
    return text[::-1]


@pytest.mark.parametrize(
    "encode",
    [
        str,
        _backwards,
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
        lambda text: quote(text, safe=""),
        lambda text: _backwards(quote(text, safe="")),
        lambda text: quote(text).lower().replace(text.lower(), text) if text.islower() else quote(text),
        lambda text: text.encode().hex(),
        lambda text: text.encode().hex().upper(),
        json.dumps,
        repr,
        shlex.quote,
    ],
)
def test_common_encodings_are_masked(encode: Callable[[str], str]) -> None:
    encoded = encode(_CANARY)
    masker = Masker([Secret(_CANARY)])
    text = f"before {encoded} after {encoded}"
    assert encoded.strip("\"'") not in masker.text(text)
    assert masker.text(text).startswith("before ")
    assert masker.text(text).endswith(MASK) or masker.text(text).endswith(f"{MASK}'") or masker.text(text).endswith(f'{MASK}"')
    assert masker.data(text.encode()) == masker.text(text).encode()


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_base64_of_a_longer_text_is_masked_too(before: str) -> None:
    encoded = base64.b64encode(f"{before}:{_CANARY}:xyz".encode()).decode()
    masked = Masker([Secret(_CANARY)]).text(encoded)
    assert MASK in masked
    assert len(masked) <= len(encoded) - len(_CANARY)


def test_pieces_are_masked_where_asked() -> None:
    masker = Masker([Secret(_CANARY)], pieces=True)
    for start in range(len(_CANARY) - PIECE + 1):
        assert masker.text(f"[{_CANARY[start : start + PIECE]}]") == f"[{MASK}]"
    assert Masker([Secret(_CANARY)]).text(_CANARY[:PIECE]) == _CANARY[:PIECE]


def test_a_short_secret_is_masked_only_behind_a_word_that_announces_it() -> None:
    masker = Masker([Secret("cisco")])
    assert masker.text("cisco WS-C2960X-48FPS-L") == "cisco WS-C2960X-48FPS-L"
    assert (
        masker.text("enable password 0 cisco\nsnmp-server community cisco RO")
        == f"enable password 0 {MASK}\nsnmp-server community {MASK} RO"
    )
    assert masker.data(b'{"password": "cisco"}\xff') == b'{"password": "***"}\xff'


def test_a_secret_that_is_no_utf_8_is_masked_as_every_other() -> None:
    masker = Masker([Secret(os.fsdecode(b"p\xe4ss")), Secret(os.fsdecode(b"longer-p\xe4ss"))])
    assert masker.data(b"password p\xe4ss, then longer-p\xe4ss") == b"password ***, then ***"


def test_nothing_to_mask_changes_nothing() -> None:
    assert Masker([]).text("a") == "a"
    assert Masker([Secret("")]).data(b"\xff\x00a") == b"\xff\x00a"
    assert Masker([Secret("long-enough")]).text("") == ""


@given(st.lists(st.text(min_size=1), max_size=4), st.lists(st.text(), max_size=4))
def test_no_long_secret_survives(values: list[str], around: list[str]) -> None:
    text = "".join(part for pair in zip(around, values, strict=False) for part in pair)
    masked = Masker([Secret(value) for value in values]).text(text)
    for value in values:
        if len(value) >= 6 and "*" not in value:
            assert value not in masked


@given(st.text(min_size=6, alphabet="abcdefgh123"), st.binary(), st.binary())
def test_bytes_around_a_secret_stay(value: str, before: bytes, after: bytes) -> None:
    before, after = before.translate(None, b"abcdefgh123"), after.translate(None, b"abcdefgh123")
    assert Masker([Secret(value)]).data(before + value.encode() + after) == before + MASK.encode() + after


def _logged(log: Callable[[logging.Logger], None]) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s %(device)s", defaults={"device": "-"}))
    handler.addFilter(MaskingFilter(Masker([Secret(_CANARY)], pieces=True)))
    logger = logging.Logger("masked")
    logger.addHandler(handler)
    log(logger)
    return stream.getvalue()


def test_whole_log_records_are_masked() -> None:
    half = len(_CANARY) // 2

    def fail(logger: logging.Logger) -> None:
        try:
            int(f"refused {_CANARY}")
        except ValueError:
            logger.exception("login", stack_info=True)

    assert _logged(lambda logger: logger.info("sent %s", _CANARY)) == "sent *** -\n"
    assert _logged(lambda logger: logger.info("sent %s%s", _CANARY[:half], _CANARY[half:])) == "sent *** -\n"
    assert _logged(lambda logger: logger.info("a", extra={"device": f"x{_CANARY}"})) == "a x***\n"
    assert _CANARY not in _logged(lambda logger: logger.info("sent %d", _CANARY))
    shown = _logged(fail)
    assert "ValueError: invalid literal for int() with base 10: " in shown
    assert "Stack (most recent call last)" in shown
    assert _CANARY not in shown
