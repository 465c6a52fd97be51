"""Names to addresses, and connections that are made or say why not."""

from __future__ import annotations

import asyncio
import socket

import pytest

from switchcorr.collect.tcp import connect_tcp, look_up


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
def test_an_address_is_its_own(address: str) -> None:
    assert asyncio.run(look_up(address, 22)) == (address,)


def test_a_name_leads_to_its_addresses_each_once() -> None:
    found = asyncio.run(look_up("localhost", 22))
    assert set(found) <= {"127.0.0.1", "::1"}
    assert len(set(found)) == len(found) > 0


@pytest.mark.parametrize("name", ["no-such-name.invalid", "a" * 64 + ".example", "one..two", "not a name"])
def test_a_name_that_leads_nowhere_is_an_error_of_the_system(name: str) -> None:
    with pytest.raises(OSError, match=r"."):
        asyncio.run(look_up(name, 22))


def test_a_connection_is_made_to_where_somebody_listens() -> None:
    async def talk() -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"here")
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port: int = server.sockets[0].getsockname()[1]
            with await connect_tcp("localhost", port, seconds=10) as connection:
                assert connection.gettimeout() == 0
                return await asyncio.get_running_loop().sock_recv(connection, 9)

    assert asyncio.run(talk()) == b"here"


def test_where_nobody_listens_the_last_address_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        with pytest.raises(ConnectionRefusedError):
            asyncio.run(connect_tcp("127.0.0.1", taken.getsockname()[1], seconds=10))


def test_a_host_that_does_not_answer_costs_the_time_that_was_given_and_no_more() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]  # the queue of who was not accepted yet is full: further SYNs are dropped
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            with pytest.raises(TimeoutError):
                asyncio.run(connect_tcp("127.0.0.1", port, seconds=0.2))
        finally:
            for one in waiting:
                one.close()
