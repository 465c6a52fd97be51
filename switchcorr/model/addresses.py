"""MAC addresses and device names, canonical from construction: equal text is the same thing."""

from __future__ import annotations

import re
from functools import lru_cache

_MAC_GLUE = str.maketrans("", "", ":-. ")
_HEX12 = re.compile(r"[0-9a-f]{12}")
_BRACKETS = re.compile(r"(.+?)\(([^()]*)\)")
_SERIAL = re.compile(r"[A-Za-z]{3}\d{4}[A-Za-z0-9]{4}|\d{8,11}")
_SHORT_OCTETS = re.compile(r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}")
_BY_A_PERSON = re.compile(r"(?:0[xX])?([^()]*[^()\s])\s*(?:\([^()]*\))?")
_PHONE_LIKE = re.compile(r"(?:SEP|ATA)[ :-]?[0-9A-Z]{8,16}", re.IGNORECASE)
_PHONE = re.compile(r"(SEP|SIP|ATA)([0-9A-F]{12})(?:\.[A-Z0-9_.-]*)?")
_NUMBER_OF_NAME = re.compile(r"[+-]?\d+[.,]\d+E[+-]?\d+", re.IGNORECASE)


class MacAddress(str):
    """A MAC address as twelve lower-case hexadecimal digits; equality is that of text."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> MacAddress:
        """Read any notation.

        >>> MacAddress.parse("0011.2233.44FF") == MacAddress.parse("00-11-22-33-44-ff") == "0011223344ff"
        True

        Raises:
            ValueError: not twelve hexadecimal digits.
        """
        return _parse_mac(text)

    @property
    def colons(self) -> str:
        """Notation for people: ``00:11:22:33:44:ff``."""
        return ":".join(self[i : i + 2] for i in range(0, 12, 2))

    @property
    def is_group(self) -> bool:
        """Whether it is a multicast or broadcast address (IEEE 802: lowest bit of the first octet)."""
        return self[1] in "13579bdf"


@lru_cache(maxsize=1 << 16)
def _parse_mac(text: str) -> MacAddress:
    digits = text.replace(".", "").lower()
    if len(digits) != 12:  # not as switches print it
        digits = digits.strip().translate(_MAC_GLUE)
    if not _HEX12.fullmatch(digits):
        raise ValueError(f"not a MAC address: {text!r}")
    return MacAddress(digits)


class PhoneName(str):
    """The name under which CallManager knows an endpoint with a MAC: ``SEP``, ``SIP`` or ``ATA`` and twelve hex digits, upper case."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> PhoneName:
        """Read a name in any case, with or without a domain behind it.

        >>> PhoneName.parse("sepaabbccddeeff.phones.example.org")
        'SEPAABBCCDDEEFF'

        Raises:
            ValueError: no such name.
        """
        name = cls.parse_or_none(text)
        if name is None:
            raise ValueError(f"not the name of a phone: {text!r}")
        return name

    @classmethod
    def parse_or_none(cls, text: str) -> PhoneName | None:
        """The same, but None for any other name."""
        found = _PHONE.fullmatch(text.strip().upper())
        return cls(found[1] + found[2]) if found else None

    @classmethod
    def of(cls, mac: MacAddress) -> PhoneName:
        """The desk phone with this MAC."""
        return cls("SEP" + mac.upper())

    @property
    def mac(self) -> MacAddress:
        """The MAC inside the name."""
        return MacAddress(self[3:].lower())


def phone_from_any(text: str) -> PhoneName | None:
    """A phone given by a person: its name, or its MAC in any notation.

    >>> phone_from_any("00:07:0e:a2:48:6a"), phone_from_any("lobby")
    ('SEP00070EA2486A', None)
    >>> phone_from_any("0:7:e:a2:48:6a"), phone_from_any("0x00070EA2486A"), phone_from_any("SEP 0007.0EA2.486A (Lobby)")
    ('SEP00070EA2486A', 'SEP00070EA2486A', 'SEP00070EA2486A')
    """
    name = _phone_as_printed(text)
    if name is not None:
        return name
    found = _BY_A_PERSON.fullmatch(text.strip())
    if found is None:
        return None
    bare = found[1]
    if _SHORT_OCTETS.fullmatch(bare):
        bare = "".join(octet.zfill(2) for octet in bare.split(":"))
    kind = bare[:3].upper()
    return _phone_as_printed(kind + bare[3:].translate(_MAC_GLUE) if kind in ("SEP", "SIP", "ATA") else bare)


def _phone_as_printed(text: str) -> PhoneName | None:
    name = PhoneName.parse_or_none(text)
    if name is not None:
        return name
    try:
        return PhoneName.of(MacAddress.parse(text))
    except ValueError:
        return None


def looks_like_phone(text: str) -> bool:
    """Whether a name that is no phone's was meant to be one: a digit is missing, or is none.

    >>> looks_like_phone("SEP00005E0053"), looks_like_phone("SEP0000ZZ00530B"), looks_like_phone("separate-gateway"), looks_like_phone("CTI-7")
    (True, True, False, False)
    """
    return _PHONE_LIKE.fullmatch(text.strip()) is not None and sum(character.isdigit() for character in text) > len(text) // 3


def spoilt_name(text: str) -> bool:
    """Whether a spreadsheet made a number of a name or of a MAC address with one E among digits.

    >>> spoilt_name("1,58E+09"), spoilt_name("00005E005301"), spoilt_name("SEP00005E005301")
    (True, False, False)
    """
    return bool(_NUMBER_OF_NAME.fullmatch(text.strip()))


def name_and_serial(device_id: str) -> tuple[str, str]:
    """A device's name and its serial number in a CDP device id; the latter is empty where the id is a name alone.

    NX-OS writes the serial number in brackets behind the name. CatOS writes it before: there the name is in the brackets.

    >>> name_and_serial("sw-1(FOC1234X0AB)"), name_and_serial("SAD00000001(sw-1)"), name_and_serial("sw-1")
    (('sw-1', 'FOC1234X0AB'), ('sw-1', 'SAD00000001'), ('sw-1', ''))
    """
    text = device_id.strip()
    found = _BRACKETS.fullmatch(text)
    if found is None:
        return text, ""
    return (found[2], found[1]) if _SERIAL.fullmatch(found[1]) and found[2] else (found[1], found[2])


def device_key(name: str) -> str:
    """A device's name without domain and without a serial number in brackets, in lower case: equal for all spellings of CDP and LLDP.

    An address stays whole.

    >>> device_key("SW-1.example.org"), device_key("sw-1(FOC1234X0AB)"), device_key("SAD00000001(sw-1)"), device_key("192.0.2.7")
    ('sw-1', 'sw-1', 'sw-1', '192.0.2.7')
    """
    text = name_and_serial(name)[0].lower()
    if re.fullmatch(r"[0-9.]+|[0-9a-f:]+", text):
        return text
    return text.split(".", 1)[0]
