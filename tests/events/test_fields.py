"""Fields of alarms: brackets, known keys, headers; text that a user typed breaks none of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.events.alarms import ALARMS, address, alarm_event, number
from switchcorr.events.brackets import alarm_fields, breaks_off
from switchcorr.events.eventviewer_text import description_event
from switchcorr.events.keyed import keyed_fields
from switchcorr.events.phone_reasons import phone_reason, phone_text_alarm
from switchcorr.events.prefix import read_prefix
from switchcorr.events.stamps import Stamp
from switchcorr.model.event import EventKind

_TYPED = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


@given(_TYPED)
def test_a_description_in_brackets_changes_no_other_field(text: str) -> None:
    line = f"%[DeviceName=SEP00005E005301][IPAddress=192.0.2.7][DeviceType=8][Description={text}][Reason=13][NodeID=cm1]: gone"
    fields = alarm_fields(line)
    assert (fields["DeviceName"], fields["DeviceType"], fields["Reason"], fields["NodeID"]) == ("SEP00005E005301", "8", "13", "cm1")
    assert fields["Description"] == text


@pytest.mark.parametrize("text", ["x][Reason=9", "x][NodeID=evil", "x]: gone", "][", "x][DeviceType=1][Protocol=2", "a [Reason=9] b"])
def test_a_description_that_looks_like_fields_is_one(text: str) -> None:
    line = f"%[DeviceName=SEP00005E005301][DeviceType=8][Protocol=SIP][Description={text}][Reason=13][NodeID=cm1]: gone"
    fields = alarm_fields(line)
    assert (fields["Description"], fields["Reason"], fields["NodeID"], fields["DeviceType"]) == (text, "13", "cm1", "8")


@given(_TYPED)
def test_a_description_among_keys_changes_no_other_field(text: str) -> None:
    line = (
        f"Device unregistered. Device name.:SEP00005E005301 Device type. [Optional]:8 Device description [Optional].:{text} "
        "Reason Code [Optional].:12 App ID:Cisco CallManager Node ID:cm1"
    )
    fields = keyed_fields(line)
    assert (fields["DeviceName"], fields["DeviceType"], fields["Reason"], fields["NodeID"]) == ("SEP00005E005301", "8", "12", "cm1")
    assert fields["Description"] == text.strip()


@pytest.mark.parametrize(
    "key",
    [
        "Reason Code [Optional].:",
        "Reason Code (Optional):",
        "Reason Code.:",
        "Reason code:",
        "Reason Code: (Optional):",
        "REASON CODE [optional] :",
    ],
)
def test_spellings_of_a_key(key: str) -> None:
    assert keyed_fields(f"Device type: (Optional): 255 {key} 6 App ID: x")["Reason"] == "6"
    assert keyed_fields(f"Device type: (Optional): 255\n{key}6\nApp ID: x")["Reason"] == "6"


def test_an_empty_value_takes_nothing_of_the_next_key() -> None:
    fields = keyed_fields("Device name.: Device IP address.: Device type. [Optional]: 8 Reason Code [Optional].: Node ID:")
    assert (fields["DeviceName"], fields["IPAddress"], fields["DeviceType"], fields["Reason"], fields["NodeID"]) == ("", "", "8", "", "")


@pytest.mark.parametrize(
    ("text", "stamp", "node"),
    [
        ("Mar 18 16:40:52 cm1 local7 6 : 92: Mar 18 11:10:52.630 UTC : ", Stamp(3, 18, 40252.63, None, "UTC"), "cm1"),
        (
            "May 21 08:10:24 pub local7 1 : 62: pub.example.org: May 21 2021 13:10:24.476 UTC : ",
            Stamp(5, 21, 47424.476, 2021, "UTC"),
            "pub",
        ),
        ("31 cm1 local7 3 : 41: cm1.example.org Jul 02 2015 06:22:31 UTC :   ", Stamp(7, 2, 22951.0, 2015, "UTC"), "cm1"),
        ("2026-01-01T00:00:30+00:00 relay 7: Dec 31 18:00:29 : ", Stamp(12, 31, 64829.0, 2025, "-06:00"), ""),
        ("2026-07-01T10:00:30Z relay 7: cm9.example.org: Jul 01 10:00:29 : ", Stamp(7, 1, 36029.0, 2026, "+00:00"), "cm9"),
        ("nothing of the kind : ", None, ""),
    ],
)
def test_headers(text: str, stamp: Stamp | None, node: str) -> None:
    prefix = read_prefix(text)
    assert (prefix.stamp, prefix.node) == (stamp, node)


def test_addresses_that_are_none() -> None:
    assert [address(text) for text in ("", " ", "x.x.x.x", "0.0.0.0", "::", "300.1.1.1", "<not open>", "1" * 99)] == [""] * 8
    assert (address("192.0.2.7 / 0"), address("2001:DB8::1")) == ("192.0.2.7", "2001:db8::1")


def test_numbers_begin_a_value_or_are_none() -> None:
    assert [number(text, most=100) for text in ("13", " 8 DeviceInitiatedReset", "101", "x 13", "", "999999999", "13x")] == [
        13,
        8,
        None,
        None,
        None,
        None,
        None,
    ]


def test_the_device_type_is_never_the_reason() -> None:
    event = alarm_event("DeviceUnregistered", {"DeviceName": "SEP00005E005301", "DeviceType": "8"})
    assert event is not None
    assert (event.device_type, event.reason) == (8, None)


def test_a_reason_of_a_server_alarm_is_no_reason_of_a_device() -> None:
    event = alarm_event("CallManagerFailure", {"Reason": "4", "HostName": "cm1"})
    assert event is not None
    assert event.reason is None
    assert event.detail is not None
    assert event.detail.values == {"Reason": "4", "HostName": "cm1"}


def test_every_kind_has_an_alarm() -> None:
    assert {alarm.kind for alarm in ALARMS.values()} == set(EventKind) - {EventKind.SWITCH_MESSAGE}


def test_words_of_firmware_win_over_numbers_of_another_age() -> None:
    old = phone_reason("KeepaliveTO", 17)
    assert old is not None
    assert old.name == "SCCPKeepAliveFailure"
    assert phone_reason("Never-Seen", None) is None


def test_a_station_alarm_that_does_not_say_why_is_none() -> None:
    assert phone_text_alarm("Name=SEP00005E005301 off hook") is None
    assert phone_text_alarm("") is None
    masked = phone_text_alarm("Name=SEP003094C26105 Load=AJ.30 Parms=Status/IPaddr LastTime=A", "x.x.x.x")
    assert masked is not None
    assert masked.ip == ""
    event = phone_text_alarm("Name=SEP003094C26105 Load=AJ.30 Parms=Status/IPaddr LastTime=A", "-414838612")
    assert event is not None
    assert (event.ip, event.reason.code if event.reason else None) == ("172.16.70.231", 10)


def test_a_text_that_is_no_alarm_gives_no_event() -> None:
    assert description_event("Error: SomethingElse - Nothing we know.", {}, line=0) is None


_WHOLE = "%[DeviceName=SEP00005E005301][IPAddress=192.0.2.17][DeviceType=622][Description=Desk [4]][Reason=13][ClusterID=HQ][NodeID=cm12]: An endpoint"
_KEYED_WHOLE = (
    "Device unregistered. Device name.:SEP00005E005301 Device IP address.:192.0.2.17 Device type. [Optional]:622 Reason Code [Optional].:12"
)


@pytest.mark.parametrize("length", range(1, len(_WHOLE)))
def test_a_line_that_breaks_off_gives_no_part_of_a_value(length: int) -> None:
    whole, part = alarm_fields(_WHOLE), alarm_fields(_WHOLE[:length])
    assert part.items() - {("Description", part.get("Description", ""))} <= whole.items()
    between = _WHOLE[:length].endswith("]") and (_WHOLE[length] in "[:")  # nothing tells that more came
    is_inner = _WHOLE[:length].endswith("Desk [4]")
    assert breaks_off(_WHOLE[:length]) == ("]:" not in _WHOLE[:length] and length > 1 and (is_inner or not between))


@pytest.mark.parametrize(
    "behind", ["", "  ", ":", ": An endpoint has unregistered", " An endpoint has unregistered", " An endpoint [SIP] has unregistered"]
)
@pytest.mark.parametrize("typed", ["Desk", "Desk [4", "Desk 4]", "[", "]]"])
def test_fields_that_all_end_do_not_break_off_whatever_stands_behind_them(typed: str, behind: str) -> None:
    assert not breaks_off(f"%[DeviceName=SEP00005E005301][Description={typed}][Reason=13][NodeID=cm1]{behind}")


@pytest.mark.parametrize("length", range(1, len(_KEYED_WHOLE) - 2))
def test_an_old_line_that_breaks_off_names_no_other_device(length: int) -> None:
    whole, part = keyed_fields(_KEYED_WHOLE), keyed_fields(_KEYED_WHOLE[:length])
    named = {name: value for name, value in part.items() if name in ("DeviceName", "IPAddress") and value}
    assert named.items() <= whole.items()
