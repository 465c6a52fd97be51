"""Data, or a clear no: by the sentences of the platforms."""

from __future__ import annotations

import pytest

from switchcorr.collect.answers import status_of
from switchcorr.model.visit import AnswerStatus
from switchcorr.platforms import Platform
from switchcorr.platforms.cisco_catos import PLATFORM as CISCO_CATOS
from switchcorr.platforms.cisco_ios import PLATFORM as CISCO_IOS
from switchcorr.platforms.cisco_nxos import PLATFORM as CISCO_NXOS


@pytest.mark.parametrize(
    ("platform", "text", "status"),
    [
        (CISCO_IOS, "            ^\r\n% Invalid input detected at '^' marker.\r\n\r\n", AnswerStatus.INVALID),
        (CISCO_IOS, "Command authorization failed.\r\n\r\n", AnswerStatus.DENIED),
        (CISCO_IOS, "% Authorization failed.\r\n", AnswerStatus.DENIED),
        (CISCO_IOS, "% CDP is not enabled\r\n", AnswerStatus.FEATURE_OFF),
        (CISCO_IOS, "% LLDP is not enabled\r\n", AnswerStatus.FEATURE_OFF),
        (CISCO_IOS, "% No entries found\r\n", AnswerStatus.OK),
        (CISCO_IOS, "", AnswerStatus.OK),
        (CISCO_IOS, "12:00:00.123 UTC Sat Nov 28 2026\r\n", AnswerStatus.OK),
        (CISCO_NXOS, "                        ^\r\n% Invalid command at '^' marker.\r\n", AnswerStatus.INVALID),
        (CISCO_NXOS, "% Permission denied for the role\r\n", AnswerStatus.DENIED),
        (CISCO_CATOS, "Unknown command \"show x\". Use 'help' for more info.\r\n", AnswerStatus.INVALID),
        (CISCO_CATOS, "Command authorization failed.\r\n", AnswerStatus.DENIED),
    ],
)
def test_the_devices_own_words_decide(platform: Platform, text: str, status: AnswerStatus) -> None:
    assert status_of(platform, text.encode()) is status


def test_such_a_sentence_in_data_is_data() -> None:
    rows = "".join(f"Gi1/0/{number} up\r\n" for number in range(8))
    assert status_of(CISCO_IOS, f"{rows}% Invalid input detected\r\n".encode()) is AnswerStatus.OK
    assert status_of(CISCO_IOS, b"x" * 3000 + b"\r\n% Invalid input detected\r\n") is AnswerStatus.OK


def test_bytes_that_are_no_text_are_data() -> None:
    assert status_of(CISCO_IOS, b"\xff\xfe\x00\x80\x9b31m\r\n") is AnswerStatus.OK
