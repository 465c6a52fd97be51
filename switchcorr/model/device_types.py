"""Models of phones by the number that the call manager has for them (``DeviceType`` of its alarms, ``Model`` of its device queries).

Source: the enumeration of device types in the alarm catalogue, and the call manager's table of models; numbers of software and of media devices are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

_PHONES = {
    6: "7910", 7: "7960", 8: "7940", 9: "7935", 115: "7941", 119: "7971", 302: "7985", 307: "7911", 308: "7961", 309: "7941", 348: "7931",
    365: "7921", 369: "7906", 404: "7962", 412: "3951", 431: "7937", 434: "7942", 435: "7945", 436: "7965", 437: "7975", 446: "3911", 484: "7925",
    493: "9971", 495: "6921", 496: "6941", 497: "6961", 537: "9951", 540: "8961", 547: "6901", 548: "6911", 564: "6945", 577: "7926", 585: "8945",
    586: "8941", 592: "3905", 621: "7821", 622: "7841", 623: "7861", 659: "8831", 683: "8841", 684: "8851", 685: "8861", 20000: "7905", 30002: "7920",
    30006: "7970", 30007: "7912", 30008: "7902", 30018: "7961", 30019: "7936", 36213: "7811", 36216: "8821", 36217: "8811", 36224: "8845",
    36225: "8865", 36232: "8851NR", 36247: "7832", 36248: "8865NR", 36258: "8832", 36260: "8832NR",
}  # fmt: skip
_ADAPTERS = {12: "ATA 186", 13: "ATA 188", 550: "ATA 187", 681: "ATA 190", 36262: "ATA 191"}
MODELS: Mapping[int, str] = {**{number: f"IP Phone {name}" for number, name in _PHONES.items()}, **_ADAPTERS}
_UNKNOWN = 255


def model_of_type(number: int) -> str:
    """The model of a device type, as neighbor tables spell it; of one that is not listed the number, empty where the call manager knows none.

    >>> model_of_type(684), model_of_type(36999), model_of_type(255), model_of_type(-1)
    ('IP Phone 8851', 'device type 36999', '', '')
    """
    if number < 0 or number == _UNKNOWN:
        return ""
    return MODELS.get(number, f"device type {number}")
