"""The connection below a download: whatever a server sends on it is counted, not only the body.

The libraries for HTTP bound a line and the number of headers, but neither interim answers nor the lines after the last
chunk, and they read a chunk of length -1 to the end of the connection. Here the bytes themselves are counted.
"""

from __future__ import annotations

import http.client
import io
from typing import Any

import requests
import requests.adapters
import urllib3
import urllib3.connection

from generator.upstream.failures import UnfitAnswerError

#: What a body may have, in bytes, as sent and as decoded.
MAX_BYTES = 16 * 1024 * 1024

_MAX_HEAD = 64 * 1024
_MAX_ALL = MAX_BYTES + MAX_BYTES // 2


def send(address: str, headers: dict[str, str], *, connect: float, read: float, direct: bool) -> requests.Response:
    """Send one GET and return the head of its answer, with the body still to be read, as it is sent, from ``raw``.

    ``connect`` and ``read`` are seconds. Proxies and certificates of the environment count, but ``direct`` takes no
    proxy. No redirect is followed, and nothing but ``headers`` is sent: no cookies, no password of a ``~/.netrc``.

    Raises what the libraries raise, and :class:`UnfitAnswerError` where the head is too long; so does reading the body.
    """
    request = requests.Request("GET", address, headers).prepare()
    with requests.Session() as session:
        # Only asked for the environment: a session reads the body of a redirect, however long, even to not follow it.
        found = session.merge_environment_settings(address, {}, stream=True, verify=True, cert=None)
    return _Adapter().send(
        request,
        stream=True,
        timeout=(connect, read),
        verify=found["verify"] or True,
        proxies={} if direct else found["proxies"],
    )


class _Meter(io.RawIOBase):
    """The bytes of a connection, up to ``left``."""

    def __init__(self, stream: io.RawIOBase) -> None:
        self._stream = stream
        self.left = _MAX_HEAD

    def readable(self) -> bool:
        """Tell that there are bytes to read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come, waiting for it."""
        count: int = self._stream.readinto(buffer) or 0
        self.left -= count
        if self.left < 0:
            raise UnfitAnswerError("sent more than a file and its headers can have")
        return count

    def close(self) -> None:
        """Close the connection's stream as well."""
        self._stream.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that is read through a meter: first the head with all interim ones, then the rest."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._meter = _Meter(self.fp.detach())
        self.fp = io.BufferedReader(self._meter)

    def begin(self) -> None:
        """Read the head."""
        super().begin()
        self._meter.left = _MAX_ALL
        lengths = ",".join(self.headers.get_all("Content-Length", ())).split(",")
        if len({length.strip() for length in lengths}) > 1:
            # Said here, because urllib3 notices it where it forgets to close the connection.
            raise UnfitAnswerError("announces several lengths")


class _PlainConnection(urllib3.connection.HTTPConnection):
    response_class = _Answer


class _SecureConnection(urllib3.connection.HTTPSConnection):
    response_class = _Answer


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(requests.adapters.HTTPAdapter):
    """Requests' way to a server, by connections of ours; with a proxy in between as without."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_POOLS = {"http": _PlainPool, "https": _SecurePool}
