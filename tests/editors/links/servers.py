"""Servers on loopback addresses that answer as told, and keep what they were asked and when."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass
class Page:
    """What a path answers: a status with headers, after some seconds; only GET where HEAD has a status of its own."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    head: int | None = None
    delay: float = 0.0


@dataclass(frozen=True)
class Request:
    """A request as the server saw it, from its coming to the answer, in monotonic seconds."""

    verb: str
    path: str
    headers: dict[str, str]
    start: float
    end: float


class Host:
    """A server of pages by path; every other path is a 404."""

    def __init__(self, address: str, port: int) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[Request] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                start = time.monotonic()
                page = host.pages.get(self.path, Page(status=404))
                time.sleep(page.delay)
                headers = {name.lower(): value for name, value in self.headers.items()}
                host.requests.append(Request(self.command, self.path, headers, start, time.monotonic()))
                is_head = self.command == "HEAD"
                self.send_response(page.head if is_head and page.head else page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                with contextlib.suppress(OSError):
                    self.end_headers()
                    if not is_head:
                        self.wfile.write(b"x" * 200_000)

            do_HEAD = do_GET  # noqa: N815 (the name that the library asks for)

            def log_message(self, *_: object) -> None:
                pass

        self._httpd = ThreadingHTTPServer((address, port), Handler)
        self._httpd.daemon_threads = True
        self.address = f"http://{address}:{self._httpd.server_address[1]}"
        self._thread = threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Verb and path of every request, in order."""
        return [(request.verb, request.path) for request in self.requests]

    def close(self) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()


@contextlib.contextmanager
def serve_raw(answer: Callable[[socket.socket], None], ip: str = "127.0.0.1") -> Iterator[str]:
    """Serve connections to an IP address by a function, one after the other, and yield the web address."""
    family, host = (socket.AF_INET6, f"[{ip}]") if ":" in ip else (socket.AF_INET, ip)
    with socket.create_server((ip, 0), family=family) as server:

        def work() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, contextlib.suppress(OSError):
                        answer(connection)

        thread = threading.Thread(target=work)
        thread.start()
        yield f"http://{host}:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def reset(connection: socket.socket) -> None:
    """Break a connection off as soon as something was asked."""
    connection.recv(1000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(connection: socket.socket) -> None:
    """Send a byte now and then, for as long as anybody reads."""
    connection.recv(1000)
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


def flood(connection: socket.socket) -> None:
    """Send headers without an end."""
    connection.recv(1000)
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def stammer(connection: socket.socket) -> None:
    """Send what is no HTTP."""
    connection.recv(1000)
    connection.sendall(b"220 mail.example ESMTP\r\n")


@contextlib.contextmanager
def serve_tls(folder: Path) -> Iterator[str]:
    """Serve with a certificate that nobody else has signed."""
    pem = folder / "server.pem"
    pem.write_text(PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    with serve_raw(answer) as address:
        yield address.replace("http:", "https:")


#: Made for these tests and used nowhere else; for 127.0.0.1, until the next century.
PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgn1RbXliWT8jtW/5D
2reQP2rpSlRI2Bm8k9GXkMvwH+ehRANCAATigPHO32LVseq8tmndcPQz0LImyMw1
/bkNjvFsUWyrFrEsEBQjtDYItDzPXZjETMufoMdUa6C+5v+ZuQWVsyNq
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUaQvAUEnuyIUS1LVlv3B0jwWAy/UwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTA5MTUwMVoYDzIxMjYxMTAx
MDkxNTAxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATigPHO32LVseq8tmndcPQz0LImyMw1/bkNjvFsUWyrFrEsEBQjtDYI
tDzPXZjETMufoMdUa6C+5v+ZuQWVsyNqo28wbTAdBgNVHQ4EFgQUOrFTnk9BNhoq
h9EYybr9ecHtANQwHwYDVR0jBBgwFoAUOrFTnk9BNhoqh9EYybr9ecHtANQwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSQAwRgIhAO8pLz71Y5E9ou/IBU5uoJh3KEeQsCJz8T5Uwk93tJXxAiEA
6shFR4v8gIvEijOB+WQ1QTU1J49DK7gN086EiEdGo0s=
-----END CERTIFICATE-----
"""
