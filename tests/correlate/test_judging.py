"""Whether a window is an incident."""

from __future__ import annotations

import random

import numpy as np
import pytest

from switchcorr.correlate.judging import odds_of_anything
from switchcorr.correlate.scoring.search import search
from tests.correlate.scenes import below, likelihood_of, phone, rows_of

_ROWS = {name: row | {"cluster": "c-1"} for name, row in rows_of(40, 3, 20).items()}


def test_what_nothing_names_makes_no_window_louder_nor_quieter() -> None:
    posterior = search(likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:4]))
    named = 1.0 - posterior.nothing - posterior.unnamed
    assert odds_of_anything(posterior) == pytest.approx(float(np.log(named / posterior.nothing)))


def test_phones_all_over_a_site_are_an_incident_whatever_explains_them() -> None:
    posterior = search(likelihood_of(_ROWS, random.Random(3).sample(sorted(_ROWS), 12)))
    assert posterior.unnamed > 0.5
    assert odds_of_anything(posterior) > 20


def test_one_phone_of_which_nothing_is_known_is_none() -> None:
    assert odds_of_anything(search(likelihood_of({}, [phone(1)]))) < 0
