"""What a phone says of why it left: the words of its firmware, their numbers, and the old SCCP alarm text.

Source: alarm catalogue of LastOutOfServiceInformation (numbers), published SCCP and SIP phone sources (words). The same
index means different things in old and new firmware (15 to 17), so the word wins where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchcorr.events.loads import load_told
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.model.reason import Reason, ReasonEnum
from switchcorr.text import clean

_WORDS: Mapping[str, int] = {
    "tcp-timeout": 10, "tcp-bad-ack": 11, "cm-reset-tcp": 12, "ucm-reset-tcp": 12, "cm-aborted-tcp": 13, "ucm-aborted-tcp": 13,
    "cm-closed-tcp": 14, "ucm-closed-tcp": 14, "keepaliveto": 15, "cm-naked": 16, "failback": 18, "phone-diag": 19,
    "phone-keypad": 20, "phone-re-ip": 21, "reset-reset": 22, "reset-restart": 23, "phone-reg-rej": 24, "initialized": 25,
    "fileauthfail": 31, "application-requested-destroy": 111,
}  # fmt: skip
_TEXT = re.compile(r"(?:(?P<number>\d{1,3}) ?: ?)?Name=(?P<name>\S{1,128})(?P<rest>.*)", re.DOTALL)
_LAST = re.compile(r"\bLast=(\S{1,60})")
_LAST_TIME = re.compile(r"\bLastTime=([0-9A-Fa-f]{1,2})\b")
_PARAM = re.compile(r"-?\d{1,10}")


def phone_reason(word: str, printed: int | None) -> Reason | None:
    """The reason of a firmware's word, else of the printed number.

    >>> phone_reason("cm-closed-tcp", None).code, phone_reason("Something-New", 14).code
    (14, 14)
    """
    code = _WORDS.get(word.lower(), printed)
    return None if code is None else Reason(ReasonEnum.PHONE, code)


def phone_text_alarm(text: str, address_parameter: str = "", alarm: str = "") -> Event | None:
    """The event of ``[25: ]Name=SEP... Load=... Last=Initialized``; None if the text does not say why the phone left.

    Args:
        text: what the phone sent.
        address_parameter: second parameter of the SCCP alarm, the phone's address as a number where the text says ``IPaddr``.
        alarm: name of the alarm that carries it.
    """
    found = _TEXT.search(text)
    if found is None:
        return None
    word, index = _LAST.search(found["rest"]), _LAST_TIME.search(found["rest"])
    if word is None and index is None and found["number"] is None:
        return None
    printed = int(found["number"]) if found["number"] else int(index[1], 16) if index else None
    return Event(
        time=None,
        kind=EventKind.PHONE_ALARM,
        name=found["name"],
        ip=_little_endian(address_parameter) if "IPaddr" in found["rest"] else "",
        reason=phone_reason(word[1] if word else "", printed),
        load=load_told(found["rest"]),
        detail=EventDetail(alert=alarm, text=clean(word[1]) if word else ""),
    )


def _little_endian(parameter: str) -> str:
    """An address sent as a signed number, lowest byte first: -414838612 is 172.16.70.231."""
    if not _PARAM.fullmatch(parameter.strip()):
        return ""
    value = int(parameter) % 2**32
    return ".".join(str(value >> shift & 255) for shift in (0, 8, 16, 24)) if value else ""
