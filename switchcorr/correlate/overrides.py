"""A site's own numbers in place of the model's constants: the ``[correlate]`` table of the settings file.

Numbers are given by name, the small tables (priors and odds by kind) entry by entry, and a mixture as a whole. The range of
a number follows from the unit or the sort of value in its name, so that a new constant has one without being listed here.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace

from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.errors import ConfigurationError
from switchcorr.model.campus import RISK_KINDS

_SMALLEST, _LARGEST = 1e-9, 1e9
_MOST_ODDS = 50.0
"""Log odds beyond this are certainty in floating-point numbers."""
_SHARE_NAMES = ("_share", "_ratio", "_mix", "_error", "_item")
_RISK_NAMES = frozenset(kind.name for kind in RISK_KINDS)


def constants_from(table: Mapping[str, object]) -> Constants:
    """The constants with a site's values in them.

    Args:
        table: of the settings file; empty for none.

    Raises:
        ConfigurationError: unknown names, values of the wrong type or out of range, or values that do not go together; all in
            one message.
    """
    problems: list[str] = []
    values: dict[str, object] = {}
    known = {field.name: getattr(DEFAULT, field.name) for field in fields(Constants)}
    for name, value in table.items():
        if name not in known:
            problems.append(f"unknown constant {name!r}{_nearest(name, known)}.")
        elif (found := _value(name, value, known[name], problems)) is not None:
            values[name] = found
    constants = replace(DEFAULT, **values)  # type: ignore[arg-type]  # _value has checked each value's type
    problems += _contradictions(constants)
    if problems:
        raise ConfigurationError(
            " ".join(f"[correlate] {problem}" for problem in problems),
            hint="See docs/configuration.md and the constants of docs/correlation.md.",
        )
    return constants


def told_differences(constants: Constants) -> tuple[str, ...]:
    """A sentence for each constant that is not the default: an answer with other numbers says so."""
    return tuple(
        f"{name} is {_shown(getattr(constants, name), default)} by the settings, not {_shown(default, getattr(constants, name))}"
        for name, default in ((field.name, getattr(DEFAULT, field.name)) for field in fields(Constants))
        if getattr(constants, name) != default
    )


def _value(name: str, value: object, default: object, problems: list[str]) -> object:
    """The value as the constant holds it; None, and a problem more, if it cannot be one."""
    if not isinstance(default, tuple):
        return _number(name, value, default, problems)
    if default and isinstance(default[0][0], str):
        return _entries(name, value, default, problems)
    return _mixture(name, value, default, problems)


def _number(name: str, value: object, default: object, problems: list[str]) -> float | int | None:
    kinds = int if isinstance(default, int) else int | float
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(value, kinds):
        problems.append(f"{name} = {value!r}: a {'whole ' if kinds is int else ''}number expected.")
        return None
    low, high = _range(name)
    if not math.isfinite(value) or not low <= value <= high:
        problems.append(f"{name} = {value:g}: a number from {low:g} to {high:g} expected.")
        return None
    return value if isinstance(default, int) else float(value)


def _range(name: str) -> tuple[float, float]:
    """Least and most of a constant: probabilities and shares, log odds, and what is counted or measured."""
    if name.startswith("p_") or name.endswith(_SHARE_NAMES):
        return 1e-6, 1 - 1e-6
    if name in ("alarm", "least_level") or "odds" in name:
        return -_MOST_ODDS, _MOST_ODDS
    return _SMALLEST, _LARGEST


def _entries(name: str, value: object, default: Sequence[tuple[str, float]], problems: list[str]) -> tuple[tuple[str, float], ...] | None:
    """A small table; entries that are not given keep their values."""
    if not isinstance(value, Mapping):
        problems.append(f"{name} = {value!r}: a table expected, such as {{ {default[0][0]} = {default[0][1]:g} }}.")
        return None
    entries = dict(default)
    names = _RISK_NAMES if entries.keys() <= _RISK_NAMES else entries.keys()
    before = len(problems)
    for key, one in value.items():
        if key not in names:
            problems.append(f"{name}: unknown entry {key!r}{_nearest(key, names)}.")
        elif (number := _number(f"{name}.{key}", one, 0.0, problems)) is not None:
            entries[key] = number
    return tuple(entries.items()) if len(problems) == before else None


def _mixture(name: str, value: object, default: Sequence[Sequence[float]], problems: list[str]) -> tuple[tuple[float, ...], ...] | None:
    """Rows of (weight, a, b), given as a whole; the weights sum to 1."""
    width = len(default[0])
    rows = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    if not rows or not all(_is_row(row, width) for row in rows):
        problems.append(f"{name} = {value!r}: a list of rows of {width} positive numbers expected.")
        return None
    total = sum(row[0] for row in rows)
    if abs(total - 1) > 1e-6:
        problems.append(f"{name}: the weights, the first number of each row, sum to {total:g}, not to 1.")
        return None
    return tuple(tuple(map(float, row)) for row in rows)


def _is_row(row: object, width: int) -> bool:
    return (
        isinstance(row, Sequence)
        and len(row) == width
        and all(isinstance(number, int | float) and not isinstance(number, bool) and _SMALLEST <= number <= _LARGEST for number in row)
    )


def _contradictions(constants: Constants) -> Iterable[str]:
    if constants.p_alert_fault <= constants.p_alert_chance:
        yield (
            f"p_alert_fault = {constants.p_alert_fault:g} and p_alert_chance = {constants.p_alert_chance:g}: "
            "an alert must be likelier with a fault than by chance."
        )


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f", did you mean {near[0]!r}" if near else ""


def _shown(value: object, other: object) -> str:
    """A value in a sentence; of a table the entries that differ."""
    if not isinstance(value, tuple) or not isinstance(other, tuple):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if value and isinstance(value[0][0], str):
        there = dict(other)
        return ", ".join(f"{key} {number:g}" for key, number in value if there.get(key) != number) or "without them"
    return " ".join("(" + " ".join(f"{number:g}" for number in row) + ")" for row in value)
