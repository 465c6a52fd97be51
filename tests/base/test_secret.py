"""A secret never shows itself."""

from __future__ import annotations

import copy
import json
import pickle
import traceback

import pytest

from switchcorr.secret import Secret


def test_a_secret_is_masked_wherever_it_is_printed() -> None:
    secret = Secret("hunter2")
    assert secret.reveal() == "hunter2"
    for text in (str(secret), repr(secret), f"{secret}", f"{secret!r}", "%s" % secret, f"{secret:>20}"):  # noqa: UP031
        assert "hunter" not in text


def test_a_secret_is_not_written_or_copied_out() -> None:
    secret = Secret("hunter2")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps({"password": secret})
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_a_secret_does_not_stand_in_a_traceback() -> None:
    with pytest.raises(ValueError, match=r"\*\*\*") as caught:
        raise ValueError(Secret("hunter2"))
    assert "hunter2" not in "".join(traceback.format_exception(caught.value)).replace('Secret("hunter2")', "")
