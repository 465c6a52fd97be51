"""Frozen dataclasses of the model as JSON and back: a field that has its default is left out, unknown fields are passed over."""

from __future__ import annotations

import dataclasses
import enum
import json
import types
import typing
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: object) -> str:
    """A value of the model as compact JSON, the same text for equal values."""
    return json.dumps(encode(value), separators=(",", ":"), sort_keys=True)


def from_json(kind: type[T], text: str) -> T:
    """The value of a class that a JSON text holds.

    Raises:
        ValueError: it holds no such value.
    """
    try:
        found = decode(kind, json.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__}: {text[:80]!r}") from error
    return typing.cast("T", found)


def encode(value: object) -> object:
    """A value as what JSON knows."""
    match value:
        case enum.Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
    return _encode_compound(value)


def _encode_compound(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    kind: Any = type(value)
    return {name: encode(item) for name, default in _fields(kind) if (item := getattr(value, name)) != default}


@lru_cache(maxsize=256)
def _fields(kind: type) -> tuple[tuple[str, object], ...]:
    """Names and defaults of a dataclass's fields."""
    return tuple(
        (field.name, field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default)
        for field in dataclasses.fields(kind)
    )


@lru_cache(maxsize=256)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def decode(kind: Any, value: Any) -> Any:
    """The value of a type hint that JSON's value stands for."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(typing.get_args(kind), value)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), value)
    if origin is not None:
        inner = typing.get_args(kind)[1]
        return {key: decode(inner, item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        hints, make = _hints(typing.cast("type", kind)), typing.cast("Any", kind)
        return make(**{name: decode(hints[name], item) for name, item in value.items() if name in hints})
    return _decode_plain(kind, value)


def _decode_plain(kind: Any, value: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is timedelta:
        return timedelta(seconds=value)
    return value if kind is object or isinstance(value, kind) else kind(value)


def _decode_union(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None:
        return None
    for kind in (kind for kind in kinds if kind is not type(None)):
        if isinstance(kind, type) and issubclass(kind, str) and kind is not str and isinstance(value, str):
            parse = getattr(kind, "parse_or_none", None)
            found = parse(value) if parse is not None else kind(value)
            if found is None or str(found) != value:
                continue
            return found
        return decode(kind, value)
    return value


def _decode_tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(decode(kinds[0], item) for item in value)
    return tuple(decode(kind, item) for kind, item in zip(kinds, value, strict=True))
