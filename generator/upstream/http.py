"""Download one file over HTTP: a bounded time, a bounded size, and one plain sentence for whatever goes wrong.

The work is done in a thread of its own, because neither the look-up of a name nor a server that sends a byte now and
then can otherwise be held to a deadline. A thread that was given up never keeps the program from ending.
"""

from __future__ import annotations

import hashlib
import ipaddress
import queue
import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from msgspec import Struct

from generator import __version__
from generator.errors import RefusedError, UnreachableError, UsageError

USER_AGENT = f"twofa-directory/{__version__}"
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5


class Patience(Struct, frozen=True, kw_only=True):
    """How long to wait and how much to take; seconds and bytes (after decompression).

    ``give_up_after`` is for the time until the first answer, over all tries; without it only ``total`` counts.
    """

    connect: float = 10.0
    read: float = 20.0
    total: float = 120.0
    give_up_after: float | None = None
    tries: int = 3
    pause: float = 2.0
    max_bytes: int = 16 * 1024 * 1024


class Response(Struct, frozen=True, kw_only=True):
    """What an origin gave: the body, or None where it is the one we have; and how to ask for changes only.

    ``address`` is what metadata says about the origin.
    """

    address: str
    body: bytes | None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def sha256(self) -> str | None:
        """The SHA-256 of the body as hexadecimal digits."""
        return None if self.body is None else hashlib.sha256(self.body).hexdigest()


def download(
    address: str, *, etag: str | None = None, last_modified: str | None = None, patience: Patience | None = None
) -> Response:
    """Download a file; with ``etag`` or ``last_modified`` the answer may be that nothing has changed.

    Raises :class:`UnreachableError` where nothing answers in time, :class:`RefusedError` where the answer can't be
    taken, and :class:`UsageError` for an address of no use.
    """
    check_address(address)
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    call = _Call(
        address=address,
        conditions={name: value for name, value in conditions.items() if value},
        patience=patience or Patience(),
    )
    return call.run()


def check_address(address: str) -> None:
    """Raise :class:`UsageError` unless the address is https, or http on this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        message = f"{address} is no http or https address"
        raise UsageError(message, fix="write it as https://host/path")
    if parts.username is not None or parts.password is not None:
        raise UsageError("the address holds a user name or password", fix="write it without")
    if parts.scheme == "http" and not _is_loopback(host):
        message = f"{address} is an http address, which anyone on the way could change"
        raise UsageError(message, fix="use https://")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _TryAgainError(Exception):
    """A failure that may pass; ``pause`` is what the server asked for, in seconds."""

    def __init__(self, message: str, *, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(kw_only=True)
class _Call:
    """One download: the tries of the thread that does the work, and the clock of the one that waits for it."""

    address: str
    conditions: dict[str, str]
    patience: Patience
    started: float = field(default_factory=time.monotonic)
    heard: threading.Event = field(default_factory=threading.Event)
    abandoned: threading.Event = field(default_factory=threading.Event)
    outcome: queue.SimpleQueue[Response | BaseException] = field(default_factory=queue.SimpleQueue)

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def remaining(self) -> float:
        return max(self.started + self.patience.total - time.monotonic(), 0.0)

    def run(self) -> Response:
        """Wait for the outcome, but not for ever."""
        threading.Thread(target=self._work, name=f"download from {self.host}", daemon=True).start()
        try:
            limit = self.patience.give_up_after
            if limit is not None and not self.heard.wait(min(limit, self.remaining)):
                raise self._unreachable(f"did not answer within {limit:.3g} s")
            try:
                outcome = self.outcome.get(timeout=self.remaining)
            except queue.Empty:
                raise self._unreachable(f"did not deliver within {self.patience.total:.3g} s") from None
        finally:
            self.abandoned.set()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _work(self) -> None:
        try:
            outcome: Response | BaseException = self._try_several_times()
        except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits)
            outcome = error
        self.outcome.put(outcome)
        self.heard.set()

    def _try_several_times(self) -> Response:
        with requests.Session() as session:
            # Proxies and certificates of the environment count; the passwords of a ~/.netrc are nobody's business.
            session.auth = _keep_anonymous
            for attempt in range(1, self.patience.tries + 1):
                try:
                    return self._ask(session)
                except _TryAgainError as failure:
                    pause = failure.pause
                    if pause is None:
                        pause = self.patience.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311
                    last = attempt == self.patience.tries or pause >= self.remaining
                    if last or self.abandoned.wait(pause):
                        raise self._unreachable(str(failure)) from failure.__cause__
        raise AssertionError  # Every way through the last try returns or raises.

    def _ask(self, session: requests.Session) -> Response:
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        address = self.address
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                with session.get(
                    address,
                    headers={**headers, **self.conditions},
                    timeout=(self.patience.connect, self.patience.read),
                    stream=True,
                    allow_redirects=False,
                ) as answer:
                    self.heard.set()
                    if answer.status_code not in _REDIRECTS:
                        return self._take(answer)
                    address = self._follow(address, answer.headers.get("Location"))
        except (requests.exceptions.ContentDecodingError, requests.exceptions.InvalidHeader) as error:
            raise self._refused("sent an answer that can't be decoded") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            raise _TryAgainError(_explain(error, self.patience)) from error
        raise self._refused("redirects in a circle")

    def _follow(self, address: str, location: str | None) -> str:
        """Return the next address; a redirect may go to another path, never to another server or back to http."""
        target = urljoin(address, location or "")
        try:
            before, after = urlsplit(address), urlsplit(target)
            same = (before.scheme, before.hostname, before.port) == (after.scheme, after.hostname, after.port)
            safer = before.scheme == "http" and after.scheme == "https" and before.hostname == after.hostname
        except ValueError:
            same = safer = False
        if not location or not (same or safer):
            raise self._refused(f"redirects to {location or 'nowhere'}, which is another place", _NEW_PLACE)
        return target

    def _take(self, answer: requests.Response) -> Response:
        status = answer.status_code
        if status == 429 or status >= 500:
            asked = answer.headers.get("Retry-After", "")
            message = f"answered with status {status}"
            raise _TryAgainError(message, pause=float(asked) if asked.isascii() and asked.isdecimal() else None)
        if status == 304 and self.conditions:
            return self._respond(answer, None)
        if status != 200:
            raise self._refused(f"answered with status {status}", _NEW_PLACE if status in {404, 410} else "")
        return self._respond(answer, self._read(answer))

    def _respond(self, answer: requests.Response, body: bytes | None) -> Response:
        return Response(
            address=self.address,
            body=body,
            etag=_header(answer, "ETag"),
            last_modified=_header(answer, "Last-Modified"),
        )

    def _read(self, answer: requests.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > self.patience.max_bytes:
                raise self._refused(f"sent more than {self.patience.max_bytes:,} bytes")
            if self.abandoned.is_set():
                break
        return bytes(body)

    def _unreachable(self, what: str) -> UnreachableError:
        return UnreachableError(f"{self.host} {what}", fix="check the network, or try again later")

    def _refused(self, what: str, fix: str = "") -> RefusedError:
        return RefusedError(f"{self.host} {what}", fix=fix)


_NEW_PLACE = "see whether the source has moved, and change its address in content/sources.yaml"


def _keep_anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _header(answer: requests.Response, name: str) -> str | None:
    """Return a header that can be kept in a file and sent again."""
    value = answer.headers.get(name)
    return value if value and value.isascii() and value.isprintable() and len(value) <= 200 else None


def _explain(error: BaseException, patience: Patience) -> str:
    """Return what went wrong with a connection, without the names of any library."""
    if isinstance(error, requests.exceptions.SSLError):
        return "has a certificate that can't be trusted"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"did not answer within {patience.connect:.3g} s"
    if isinstance(error, requests.exceptions.ReadTimeout) or "timed out" in str(error).lower():
        return f"sent nothing for {patience.read:.3g} s"
    if isinstance(error, requests.exceptions.ProxyError):
        return "can't be reached through the proxy"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "broke off in the middle of the answer"
    if "resol" in str(error).lower():
        return "is a name that can't be resolved"
    return "can't be connected to"
