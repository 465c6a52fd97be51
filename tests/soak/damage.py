"""Ways in which a text gets damaged on its way from a switch or a call server to a file; the same seed gives the same damage."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Sequence

Damage = Callable[[bytes, random.Random], bytes]

_CONSOLE = b"*Nov 17 09:41:07.123: %LINK-3-UPDOWN: Interface GigabitEthernet5/3, changed state to down"
_RUBBISH = (
    b"\x00\xff\xfe\x1b[2J",
    b" --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08",
    b"% Invalid input detected at '^' marker.",
    b"]" * 200,
    b"%[" * 90,
)


def _cut(text: bytes, random_: random.Random) -> bytes:
    return text[: random_.randrange(len(text) + 1)]


def _flip(text: bytes, random_: random.Random) -> bytes:
    damaged = bytearray(text)
    for _ in range(min(len(damaged), random_.randint(1, 40))):
        damaged[random_.randrange(len(damaged))] = random_.randrange(256)
    return bytes(damaged)


def _lose_lines(text: bytes, random_: random.Random) -> bytes:
    return b"\n".join(line for line in text.split(b"\n") if random_.random() > 0.1)


def _repeat(text: bytes, random_: random.Random) -> bytes:
    start = random_.randrange(len(text) + 1)
    return text[:start] + text[start : start + 4_000] * random_.randint(2, 4) + text[start:]


def _insert(text: bytes, random_: random.Random) -> bytes:
    place = random_.randrange(len(text) + 1)
    return text[:place] + random_.choice((*_RUBBISH, b"\n" + _CONSOLE + b"\n", _CONSOLE)) + text[place:]


def _other_line_ends(text: bytes, random_: random.Random) -> bytes:
    return text.replace(b"\n", random_.choice((b"\r\n", b"\r", b"\r\r\n", b"\n\n")))


def _as_utf16(text: bytes, random_: random.Random) -> bytes:
    return text.decode("utf-8", "replace").encode(random_.choice(("utf-16", "utf-16-le", "utf-16-be")))


def _packed_and_cut(text: bytes, random_: random.Random) -> bytes:
    packed = gzip.compress(text, mtime=0)
    return packed[: random_.randint(1, len(packed))]


DAMAGES: Sequence[Damage] = (_cut, _flip, _lose_lines, _repeat, _insert, _insert, _other_line_ends, _as_utf16, _packed_and_cut)


def damage(text: bytes, random_: random.Random) -> bytes:
    """One to three kinds of damage, one after the other."""
    for change in random_.choices(DAMAGES, k=random_.randint(1, 3)):
        text = change(text, random_)
    return text
