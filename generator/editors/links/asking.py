"""Send one request to an address that was judged before, and read the headers of the answer.

The standard library is enough, and urllib3 would need as much code around it: it sets no deadline for a server that
sends a byte now and then, and no limit to interim answers. It would also rewrite the path that is asked for, join
several Location headers, and log headers that it can't parse.
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import time
from functools import cache
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlsplit

from msgspec import Struct
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from generator.editors.links.failures import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.editors.links.addresses import Address

Verb = Literal["HEAD", "GET"]

PORTS = {"http": 80, "https": 443}

#: Of an answer, headers included, no more is read; in bytes.
_MOST = 64 * 1024

#: What may stand in a request as it is; everything else is escaped.
_SAFE = "%/:=&?~+!$,;'@()*[]"


class Patience(Struct, frozen=True, kw_only=True):
    """How long to wait, in seconds: for a connection, for the next bytes, for all requests that a link takes."""

    connect: float = 10.0
    read: float = 15.0
    total: float = 30.0


class Target(Struct, frozen=True, kw_only=True):
    """A web address, taken apart; ``path`` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return the host as the server is told of it: with the port, where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


class Reply(Struct, frozen=True, kw_only=True):
    """What a server answered: the status, where it sends us, and whether it wants to be left alone for a while."""

    status: int
    location: str | None
    wants_rest: bool


def parse_target(url: str) -> Target:
    """Take a web address apart; raises :class:`NoAnswerError` where it is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if host and not host.isascii():
            host = host.encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise NoAnswerError("the address is not valid") from error
    if parts.scheme not in PORTS or not host:
        raise NoAnswerError("the address is not one of the web")
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port or PORTS[parts.scheme], path=path)


def ask(verb: Verb, target: Target, addresses: Iterable[Address], *, agent: str, patience: Patience) -> Reply:
    """Send one request and return the answer; raises :class:`NoAnswerError`."""
    deadline = time.monotonic() + patience.total
    with _explain(can_repeat=False):
        plain = _connect(addresses, deadline, patience)
    with plain, _explain(can_repeat=True):
        plain.settimeout(_left(deadline, patience.read))
        is_secure = target.scheme == "https"
        connection = _build_context().wrap_socket(plain, server_hostname=target.host) if is_secure else plain
        with connection:
            connection.sendall(_write_request(verb, target, agent))
            stream: Any = _Stream(connection, deadline, patience.read)
            with HTTPResponse(stream, method=verb) as answer:
                answer.begin()
    wants_rest = answer.status == 429 or (answer.status >= 500 and "Retry-After" in answer.headers)
    return Reply(status=answer.status, location=answer.headers["Location"], wants_rest=wants_rest)


def _write_request(verb: Verb, target: Target, agent: str) -> bytes:
    lines = (
        f"{verb} {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        f"User-Agent: {agent}",
        "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language: en",
        "Connection: close",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def _connect(addresses: Iterable[Address], deadline: float, patience: Patience) -> socket.socket:
    """Connect to the first of the addresses that answers."""
    failure: OSError = TimeoutError()
    for family, address in addresses:
        try:
            with contextlib.ExitStack() as stack:
                connection = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
                connection.settimeout(_left(deadline, patience.connect))
                connection.connect(address)
                stack.pop_all()
                return connection
        except OSError as error:
            failure = error
    raise failure


@cache
def _build_context() -> ssl.SSLContext:
    """Trust what this system trusts, and what a fetch does."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def _left(deadline: float, most: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, most)


class _Stream(io.RawIOBase):
    """The bytes of a connection until a deadline, and not too many; a socket as far as ``HTTPResponse`` needs one."""

    def __init__(self, connection: socket.socket, deadline: float, read: float) -> None:
        self._connection, self._deadline, self._read = connection, deadline, read
        self._taken = 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what the answer is read from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Tell that there are bytes to read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come, waiting for it."""
        self._connection.settimeout(_left(self._deadline, self._read))
        count = self._connection.recv_into(buffer)
        self._taken += count
        if self._taken > _MOST:
            raise HTTPException("too long")
        return count


@contextlib.contextmanager
def _explain(*, can_repeat: bool) -> Iterator[None]:
    """Turn what goes wrong with a connection into plain words."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise NoAnswerError("the certificate can't be trusted") from error
    except ssl.SSLError as error:
        raise NoAnswerError("no secure connection can be made") from error
    except TimeoutError as error:
        raise NoAnswerError("no answer in time", can_repeat=can_repeat) from error
    except ConnectionRefusedError as error:
        raise NoAnswerError("the connection is refused") from error
    except ConnectionError as error:
        raise NoAnswerError("the connection breaks off", can_repeat=can_repeat) from error
    except OSError as error:
        raise NoAnswerError("the host can't be reached") from error
    except (HTTPException, ValueError) as error:
        raise NoAnswerError("the answer is not valid", can_repeat=can_repeat) from error
