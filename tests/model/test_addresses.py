"""One spelling for every MAC and every name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.addresses import MacAddress, PhoneName, device_key, phone_from_any

_DIGITS = st.text("0123456789abcdef", min_size=12, max_size=12)


@given(_DIGITS)
def test_every_notation_of_a_mac_is_the_same_address(digits: str) -> None:
    mac = MacAddress.parse(digits)
    pairs = [digits[i : i + 2] for i in range(0, 12, 2)]
    dotted = ".".join((digits[:4], digits[4:8], digits[8:])).upper()
    assert mac == MacAddress.parse(":".join(pairs)) == MacAddress.parse("-".join(pairs)) == MacAddress.parse(dotted)
    assert MacAddress.parse(mac.colons) == mac
    assert PhoneName.of(mac).mac == mac


@pytest.mark.parametrize("text", ["", "00:11", "0011.2233.44zz", "00112233445566", "SEP001122334455"])
def test_what_is_no_mac_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a MAC"):
        MacAddress.parse(text)


def test_group_addresses_are_known() -> None:
    assert MacAddress.parse("01:00:0c:cc:cc:cc").is_group
    assert not MacAddress.parse("00:00:5e:00:53:01").is_group


@pytest.mark.parametrize("text", ["SEP00005E005301", "sep00005e005301", " Sep00005E005301.phones.example.org ", "SEP00005e005301."])
def test_a_phone_has_one_name_in_any_case_and_domain(text: str) -> None:
    assert PhoneName.parse(text) == "SEP00005E005301"


def test_sip_and_ata_names_are_phones_too() -> None:
    assert PhoneName.parse_or_none("SIP00005E005301") == "SIP00005E005301"
    assert PhoneName.parse_or_none("ata00005e005301") == "ATA00005E005301"


@pytest.mark.parametrize("text", ["SEP00005E00530", "SEP00005E0053011", "CP-7962", "SEP00005E00530G", "XSEP00005E005301", ""])
def test_what_is_no_phone_is_refused(text: str) -> None:
    assert PhoneName.parse_or_none(text) is None
    with pytest.raises(ValueError, match="not the name of a phone"):
        PhoneName.parse(text)


def test_people_may_give_a_phone_as_its_mac() -> None:
    assert phone_from_any("0000.5e00.5301") == phone_from_any("SEP00005E005301") == "SEP00005E005301"
    assert phone_from_any("reception") is None


def test_a_device_has_one_key_for_all_spellings() -> None:
    spellings = ["acc-12", "ACC-12.example.org", "acc-12(FDO1234A1BC)", "acc-12.example.org(FDO1234A1BC)", " Acc-12 "]
    assert {device_key(name) for name in spellings} == {"acc-12"}
    assert device_key("192.0.2.7") == "192.0.2.7"


@pytest.mark.parametrize("name", ["SAD00000001(acc-12)", "069000001(ACC-12)", "SAD00000001(acc-12.example.org)"])
def test_a_catos_switch_puts_its_serial_number_before_its_name(name: str) -> None:
    assert device_key(name) == "acc-12"


def test_what_stands_before_the_brackets_is_a_name_unless_it_is_a_serial_number() -> None:
    assert device_key("acc-12(standby)") == "acc-12"
    assert device_key("SAD00000001") == "sad00000001"
    assert device_key("2001:db8::7") == "2001:db8::7"
