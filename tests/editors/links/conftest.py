"""Fixtures for the tests of outside links."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from generator.editors.links.asking import Patience
from generator.editors.links.following import Asker
from generator.editors.links.hosts import Hosts
from tests.editors.links.servers import Host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def make_host() -> Iterator[Callable[..., Host]]:
    """Start servers on loopback addresses."""
    started: list[Host] = []

    def make(address: str = "127.0.0.1", port: int = 0) -> Host:
        started.append(Host(address, port))
        return started[-1]

    yield make
    for host in started:
        host.close()


@pytest.fixture
def host(make_host):
    return make_host()


@pytest.fixture
def asker():
    """Asks private addresses too, without a pause."""
    return Asker(Hosts(0.0), agent="tests", allow_private=True, patience=Patience(connect=2, read=2, total=3))


@pytest.fixture
def names(monkeypatch) -> dict[str, Any]:
    """What names stand for: addresses, the last one again and again, or the number of an error."""
    known: dict[str, Any] = {}
    look_up = socket.getaddrinfo

    def answer(host: str, *rest: Any, **more: Any) -> Any:
        if host not in known:
            return look_up(host, *rest, **more)
        found = known[host]
        if isinstance(found, int):
            raise socket.gaierror(found, "no such luck")
        return look_up(found.pop(0) if len(found) > 1 else found[0], *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known
