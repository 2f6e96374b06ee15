"""A bucket on the loopback address (`rclone serve s3`), behind a proxy that notes every request and may spoil it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import hmac
import http.client
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, TYPE_CHECKING

from generator.publishing.index import NAME
from generator.publishing.rclone import find_rclone
from tests.helpers import read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

KEY, SECRET = "accesskey", "verysecret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A request: `name` is that of the object within the site."""

    method: str
    name: str
    headers: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Bucket:
    """The bucket: its folder on the disk, where its proxy listens, what was asked of it.

    `spoil` is called before a request is handed on, and returns the status to answer with instead; `after` once it was.
    """

    folder: Path
    port: int = 0
    backend: int = 0
    server: subprocess.Popen[str] | None = field(default=None, repr=False)
    reader: threading.Thread | None = field(default=None, repr=False)
    log: list[Noted] = field(default_factory=list, repr=False)
    spoil: Callable[[Noted], int | None] = lambda _: None
    after: Callable[[Noted], object] = lambda _: None

    @property
    def remote(self) -> str:
        """The site in the bucket as a remote that says all of itself."""
        return (
            f":s3,provider=Other,endpoint='http://127.0.0.1:{self.port}',access_key_id={KEY},"
            f"secret_access_key={SECRET},region=us-east-1:bucket/site"
        )

    @property
    def environment(self) -> dict[str, str]:
        """The same as a remote named `web`, configured by the environment."""
        values = {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ENDPOINT": f"http://127.0.0.1:{self.port}",
            "ACCESS_KEY_ID": KEY,
            "SECRET_ACCESS_KEY": SECRET,
            "REGION": "us-east-1",
        }
        return {f"RCLONE_CONFIG_WEB_{name}": value for name, value in values.items()}

    @property
    def objects(self) -> dict[str, bytes]:
        """Every object of the site by name, without the index, and without what this server leaves of cut requests."""
        tree = read_tree(self.folder / "site")
        return {name: data for name, data in tree.items() if name != NAME and "/.rclone_temp_put_" not in f"/{name}"}

    @property
    def changes(self) -> list[Noted]:
        """The requests that change anything, in their order."""
        return [noted for noted in self.log if noted.method in {"PUT", "DELETE"}]

    @property
    def sent(self) -> list[str]:
        """The names of what was sent, in order, the index left out."""
        return [noted.name for noted in self.changes if noted.method == "PUT" and noted.name != NAME]

    @property
    def deleted(self) -> list[str]:
        """The names of what was deleted, in order."""
        return [noted.name for noted in self.changes if noted.method == "DELETE"]

    def find_differences(self, site: Path) -> list[str]:
        """Return the names of the files that only one of the two has, or that differ."""
        objects, files = self.objects, read_tree(site)
        return sorted(name for name in objects | files if objects.get(name) != files.get(name))

    def forget(self) -> None:
        """Begin a new log, and spoil nothing any more."""
        self.log.clear()
        self.spoil, self.after = lambda _: None, lambda _: None

    @contextlib.contextmanager
    def change(self) -> Iterator[Path]:
        """Yield the folder of the site to be changed by hand: the server remembers what it knows of it, so it stops."""
        self.stop()
        yield self.folder / "site"
        command = [find_rclone(), "serve", "s3", "--addr", "127.0.0.1:0", "--auth-key", f"{KEY},{SECRET}"]
        self.server = subprocess.Popen([*command, self.folder.parent], stderr=subprocess.PIPE, text=True)
        assert self.server.stderr
        found = (re.search(r"127\.0\.0\.1:(\d+)/", line) for line in self.server.stderr)
        self.backend = next(int(match[1]) for match in found if match)
        self.reader = threading.Thread(target=_read_out, args=[self.server.stderr])
        self.reader.start()

    def stop(self) -> None:
        """End the server."""
        if self.server:
            self.server.kill()
            self.server.wait()
        if self.reader:
            self.reader.join()

    def get(self, name: str) -> tuple[bytes, dict[str, str]]:
        """Return an object and its headers, as a web server in front of the bucket gets them (signature version 4)."""
        path, host = f"/bucket/site/{name}", f"127.0.0.1:{self.backend}"
        now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
        empty, signed = hashlib.sha256(b"").hexdigest(), "host;x-amz-content-sha256;x-amz-date"
        request = f"GET\n{path}\n\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{now}\n\n{signed}\n{empty}"
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = f"AWS4{SECRET}".encode()
        for part in (*scope.split("/"), text):
            key = hmac.digest(key, part.encode(), "sha256")
        headers = {
            "Authorization": (
                f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={signed}, Signature={key.hex()}"
            ),
            "x-amz-content-sha256": empty,
            "x-amz-date": now,
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.backend, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            data = answer.read()
            assert answer.status == 200, data
            return data, dict(answer.headers)


def _read_out(stream: IO[str]) -> None:
    with stream:
        stream.read()


@contextlib.contextmanager
def serve_bucket(folder: Path) -> Iterator[Bucket]:
    """Serve a bucket of a folder that is not there yet, as long as the block runs."""
    bucket = Bucket(folder=folder / "bucket")
    bucket.folder.mkdir(parents=True)
    with _Proxy(bucket) as proxy:
        bucket.port = proxy.server_port
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            with bucket.change():
                pass
            yield bucket
        finally:
            bucket.stop()
            proxy.shutdown()
            thread.join()


class _Proxy(ThreadingHTTPServer):
    """Hands requests on, one connection of ours for one of theirs."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that was killed
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Proxy

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name that http.server gives it)
        pass

    def hand_on(self) -> None:
        bucket = self.server.bucket
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name = self.path.partition("?")[0].removeprefix("/bucket/site/")
        noted = Noted(method=self.command, name=name, headers=dict(self.headers))
        bucket.log.append(noted)
        if spoiled := bucket.spoil(noted):
            self.answer(spoiled, {}, b"")
            return
        for attempt in range(5):
            time.sleep(0.1 * attempt)
            status, headers, data = self.ask(body)
            # Where many objects come at once into a folder that is not there yet, this server may trip over itself.
            if status != 500:
                break
        bucket.after(noted)
        self.answer(status, headers, data)

    def ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body that the server behind answers with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.bucket.backend, timeout=30)
        with contextlib.closing(connection):
            # With the host that was signed.
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for header, value in self.headers.items():
                connection.putheader(header, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()

    def answer(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.send_response_only(status)
        for header, value in headers.items():
            if header not in {"Content-Length", "Transfer-Encoding", "Connection"}:
                self.send_header(header, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(data))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = hand_on  # noqa: N815 (names that http.server gives them)
