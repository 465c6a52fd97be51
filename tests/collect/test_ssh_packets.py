"""Which packets a visit sends beside those that it needs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from switchcorr.collect.session import Deadline
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.lab.ssh_server import LabServer
from switchcorr.model.inventory import AlgorithmProfile
from tests.collect.ssh_visits import ask, switch, target, trusting, with_lab


@pytest.fixture
def packets(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The SSH library's own record of every packet, of client and switch."""
    caplog.set_level(logging.DEBUG, logger="asyncssh")
    asyncssh.set_debug_level(3)
    yield caplog
    asyncssh.set_debug_level(1)


@pytest.mark.parametrize(("profile", "hidden"), [(AlgorithmProfile.MODERN, False), (AlgorithmProfile.LEGACY, True)])
def test_empty_packets_are_sent_only_where_the_cipher_chains_packets(
    tmp_path: Path, packets: pytest.LogCaptureFixture, profile: AlgorithmProfile, *, hidden: bool
) -> None:
    async def visit(lab: LabServer) -> None:
        session = await SshOpener(trusting(lab, tmp_path))(target(lab, profiles=tuple(AlgorithmProfile)), Deadline(60))
        assert (await ask(session))[1].raw
        await session.close()

    with_lab(switch(algorithms=profile), visit)
    sent = [record.getMessage() for record in packets.records if "Sent " in record.getMessage()]
    assert any("MSG_CHANNEL_DATA" in message for message in sent)
    assert any("MSG_IGNORE" in message for message in sent) == hidden
