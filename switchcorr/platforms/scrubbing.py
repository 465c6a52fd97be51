"""What is taken out of a device's text before it is kept: passwords, hashes of passwords, community strings and keys.

A sweep never asks for a configuration, but a log of typed commands and an added command may show lines of one. Every rule keeps
its first group and replaces what follows it. Rules are looked for only in lines that hold one of ``MARKS``, which costs a hundredth
of the rules themselves: a rule whose text needs none of these words would never be applied, and none may reach over a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from switchcorr.secret import MASK

Rule = tuple[re.Pattern[str], str]

MARKS: Final = (b"pass", b"secret", b"key", b"auth", b"priv", b"md5", b"snmp")
_END_OF_LINE: Final = re.compile(rb"[\r\n]")
_KEEP = rf"\g<1>{MASK}"
_VALUE = r"(?:\"[^\"\r\n]{1,200}\"|[^\s\"]\S{0,400})"
_TYPE = r"(?:\d{1,2}[ \t]+)?"


def _rules(*patterns: str) -> tuple[Rule, ...]:
    """Only ASCII blanks end a value: in UTF-8 a byte of a letter may be what Latin-1 has for a blank."""
    return tuple((re.compile(pattern, re.MULTILINE | re.ASCII), _KEEP) for pattern in patterns)


_CISCO: Final = _rules(
    rf"(\busername[ \t]+\S{{1,64}}[^\r\n]{{0,200}}?[ \t](?:password|secret)[ \t]+{_TYPE}){_VALUE}",
    rf"(\benable[ \t]+(?:password|secret)[ \t]+(?:level[ \t]+\d{{1,2}}[ \t]+)?{_TYPE}){_VALUE}",
    rf"(\bsnmp-server[ \t]+community[ \t]+{_TYPE}){_VALUE}",
    rf"(\bsnmp-server[ \t]+host[ \t]+\S{{1,64}}[ \t]+(?:(?:vrf[ \t]+\S{{1,64}}|traps?|informs?|version[ \t]+(?:1|2c|3[ \t]+(?:no)?auth(?:priv)?|3[ \t]+priv))[ \t]+){{0,4}}){_VALUE}",
    rf"(\b(?:auth|priv)[ \t]+(?:md5|sha(?:-\d{{3}})?|des|3des|aes(?:-\d{{3}})?)[ \t]+(?:\d{{3}}[ \t]+)?{_TYPE}){_VALUE}",
    rf"(\bpriv[ \t]+(?=0x)){_VALUE}",
    rf"(\b(?:authentication-key|message-digest-key|key)[ \t]+\d{{1,10}}[ \t][^\r\n]{{0,20}}?\bmd5[ \t]+{_TYPE}){_VALUE}",
    rf"(\b(?:key|key-string|password|passphrase|secret|shared-secret|authentication-key|encryption-key|md5)[ \t]+\d{{1,2}}[ \t]+)(?!md5[ \t]|trusted[ \t]|\*){_VALUE}",
    rf"(^[ \t]*(?:key|key-string|password|passphrase|authentication-key)[ \t]+)(?![:=\d]){_VALUE}",
    rf"(\b(?:tacacs|radius)(?:-server)?[ \t]+[^\r\n]{{0,160}}?\bkey[ \t]+{_TYPE}){_VALUE}",
    rf"(\b(?:isakmp|ntp authentication|ntp trusted|ospf|standby \d{{1,4}})[^\r\n]{{0,80}}?(?:key|authentication)[ \t]+(?!\d{{1,10}}[ \t])(?:md5[ \t]+)?(?:key-string[ \t]+)?{_TYPE}){_VALUE}",
)

CISCO_RULES: Final = _CISCO
"""Of IOS, IOS-XE and NX-OS."""

CATOS_RULES: Final = (
    *_rules(
        rf"(\bset[ \t]+(?:password|enablepass)[ \t]+){_VALUE}",
        rf"(\bset[ \t]+snmp[ \t]+community[ \t]+(?:read-only|read-write|read-write-all)[ \t]+){_VALUE}",
        rf"(\bset[ \t]+snmp[ \t]+trap[ \t]+\d\S{{0,45}}[ \t]+){_VALUE}",
        rf"(\bset[ \t]+(?:tacacs|radius|kerberos)[ \t]+[^\r\n]{{0,80}}?key[ \t]+){_VALUE}",
        rf"(\bset[ \t]+ntp[ \t]+key[ \t]+[^\r\n]{{0,80}}?md5[ \t]+){_VALUE}",
        rf"(\bset[ \t]+localuser[ \t]+[^\r\n]{{0,80}}?password[ \t]+){_VALUE}",
    ),
    *_CISCO,
)
"""Of CatOS, whose routing cards run IOS."""

ALL_RULES: Final = CATOS_RULES
"""Of every platform: for the text of one that declares none, or is not known."""


def scrub(data: bytes, rules: Sequence[Rule]) -> bytes:
    r"""A device's text without secrets, byte for byte as it was in everything else.

    A terminal log may be UTF-16, also in part: programs append plain text to one, and the other way round. So what may be UTF-16 is
    read as such in both byte orders, from an even and from an odd place, where the rest is no text; and all of it as plain text.

    >>> scrub(b"snmp-server community example RO\r\n", CISCO_RULES)
    b'snmp-server community *** RO\r\n'
    """
    if b"\0" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            for start in (0, 1):
                data = _scrubbed_utf16(data, rules, encoding, start)
    return _scrubbed(data, rules, "latin-1")


def _scrubbed_utf16(data: bytes, rules: Sequence[Rule], encoding: str, start: int) -> bytes:
    low = data.lower()
    if not any(mark.decode().encode(encoding) in low for mark in MARKS):
        return data
    end = start + (len(data) - start & ~1)
    text = data[start:end].decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
    kept = _scrubbed(text, rules, "utf-8").decode("utf-8", "surrogatepass")
    return data[:start] + kept.encode(encoding, "surrogatepass") + data[end:]


def _scrubbed(data: bytes, rules: Sequence[Rule], encoding: str) -> bytes:
    """Text in an encoding that has the ASCII letters and ends of lines as ASCII has them; rules see letters, so that none is cut."""
    low = data.lower()
    lines = sorted({line for mark in MARKS for line in _lines_with(low, mark)})
    if not lines:
        return data
    parts, end = [], 0
    for start, stop in lines:
        text = data[start:stop].decode(encoding, "surrogatepass")
        for pattern, replacement in rules:
            text = pattern.sub(replacement, text)
        parts += [data[end:start], text.encode(encoding, "surrogatepass")]
        end = stop
    return b"".join((*parts, data[end:]))


def _lines_with(data: bytes, mark: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each line that holds a mark, without what ends it; nothing is looked through twice, whatever ends the lines."""
    stop, place = 0, data.find(mark)
    while place >= 0:
        start = max(data.rfind(b"\n", stop, place), data.rfind(b"\r", stop, place)) + 1
        end = _END_OF_LINE.search(data, place)
        stop = len(data) if end is None else end.start()
        yield start, stop
        place = data.find(mark, stop)
