"""Download one file over HTTP: a bounded time, a bounded size, and one plain sentence for whatever goes wrong.

requests and urllib3 wait for as long as a byte comes now and then, bound neither interim answers nor trailers, and take
a packed body that is cut off for a whole one. So a download runs in a thread that can be given up (a daemon: it does
not keep the program from ending), every byte of a connection is counted, and bodies are unpacked here.
"""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
import zlib
from concurrent.futures import Future
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests.adapters
from msgspec import Struct

from generator import __version__
from generator.errors import RefusedError, UnreachableError
from generator.upstream.addresses import NEW_PLACE, check_address, find_next, is_on_this_machine
from generator.upstream.failures import ERRORS, UnfitAnswerError, explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

USER_AGENT = f"twofa-directory/{__version__}"
_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
_MAX_REDIRECTS = 5
_YEAR = 366 * 86400.0

#: In bytes: the largest body, the largest head with all interim answers, and what is read and unpacked at once.
_MAX_BODY = 16 * 1024 * 1024
_MAX_HEAD = 64 * 1024
_PIECE = 64 * 1024


class Patience(Struct, frozen=True, kw_only=True):
    """How long to wait and how much to take; seconds and bytes (as sent and as unpacked).

    ``give_up_after`` is for the time until the first answer, over all tries; without it only ``total`` counts.
    """

    connect: float = 10.0
    read: float = 20.0
    total: float = 120.0
    give_up_after: float | None = None
    tries: int = 3
    pause: float = 2.0
    max_bytes: int = _MAX_BODY


class Response(Struct, frozen=True, kw_only=True):
    """An answer of the origin that ``address`` names; the body is None where it is the one we have."""

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
    taken, and ``UsageError`` for an address of no use.
    """
    check_address(address)
    conditions = {"If-None-Match": _keep_plain(etag), "If-Modified-Since": _keep_plain(last_modified)}
    call = _Call(address, {name: value for name, value in conditions.items() if value}, patience or Patience())
    threading.Thread(target=call.work, name=f"download from {call.host}", daemon=True).start()
    try:
        return call.wait()
    finally:
        call.abandoned.set()


class _Call:
    """One download: the tries of the thread that does the work, and the clock of the one that waits for it."""

    def __init__(self, address: str, conditions: Mapping[str, str], patience: Patience) -> None:
        self.address, self.conditions, self.patience = address, conditions, patience
        self.host = urlsplit(address).netloc
        self.deadline = time.monotonic() + patience.total
        self.heard, self.abandoned = threading.Event(), threading.Event()
        self.outcome: Future[Response] = Future()

    def wait(self) -> Response:
        limit = self.patience.give_up_after
        if limit is not None and not self.heard.wait(min(limit, self.patience.total)):
            raise self._unreachable(f"did not answer within {limit:.3g} s")
        try:
            return self.outcome.result(self.deadline - time.monotonic())
        except TimeoutError:
            raise self._unreachable(f"did not deliver within {self.patience.total:.3g} s") from None

    def work(self) -> None:
        try:
            self.outcome.set_result(self._try_several_times())
        except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits)
            self.outcome.set_exception(error)
        self.heard.set()

    def _try_several_times(self) -> Response:
        for attempt in range(self.patience.tries):
            try:
                return self._ask(self.conditions)
            except ERRORS as error:
                failure = explain(error, connect=self.patience.connect, read=self.patience.read)
                if failure.is_answer:
                    raise RefusedError(f"{self.host} {failure.what}", fix=failure.fix) from error
                pause = max(failure.pause, self.patience.pause * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311
                is_last = attempt + 1 == self.patience.tries or time.monotonic() + pause >= self.deadline
                if not failure.passes or is_last or self.abandoned.wait(pause):
                    raise self._unreachable(failure.what, failure.fix) from error
        raise AssertionError  # Every way through the last try returns or raises.

    def _ask(self, conditions: Mapping[str, str]) -> Response:
        address = self.address
        for _ in range(_MAX_REDIRECTS + 1):
            with _send(address, {**_HEADERS, **conditions}, self.patience) as answer:
                self.heard.set()
                if answer.status_code not in requests.models.REDIRECT_STATI:
                    return self._take(answer, conditions)
                address = find_next(address, answer.headers.get("Location", ""))
        raise UnfitAnswerError(f"redirects more than {_MAX_REDIRECTS} times")

    def _take(self, answer: requests.Response, conditions: Mapping[str, str]) -> Response:
        status, headers, body = answer.status_code, answer.headers, None
        if status == 429 or 500 <= status <= 599:
            pause = find_pause(headers)
            asks = f" and asks for a pause of {pause:,.0f} s" if pause else ""
            raise UnfitAnswerError(f"answered with status {status}{asks}", pause=pause)
        if status not in {200, 304}:
            raise UnfitAnswerError(f"answered with status {status}", fix=NEW_PLACE if status in {404, 410} else "")
        if status == 304 and not _is_confirmed(headers, conditions):
            if "Cache-Control" in conditions:
                raise UnfitAnswerError("answered with status 304 (not changed), which it was not asked for")
            answer.close()
            return self._ask({"Cache-Control": "no-cache"})  # It may come from a cache in between.
        if status == 200:
            pieces = takewhile(lambda _: not self.abandoned.is_set(), answer.raw.stream(_PIECE, decode_content=False))
            body = read_body(headers, pieces, limit=self.patience.max_bytes)
        etag, date = _keep_plain(headers.get("ETag")), _keep_plain(headers.get("Last-Modified"))
        return Response(address=self.address, body=body, etag=etag, last_modified=date)

    def _unreachable(self, what: str, fix: str = "") -> UnreachableError:
        return UnreachableError(f"{self.host} {what}", fix=fix or "check the network, or try again later")


def find_pause(headers: Mapping[str, str]) -> float:
    """Return the seconds that Retry-After asks for; a time that it names is held against the server's own clock."""
    asked = headers.get("Retry-After", "")
    if asked.isascii() and asked.isdecimal():
        return min(float(asked), _YEAR)
    try:
        pause = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(pause.total_seconds(), 0.0), _YEAR)


def _is_confirmed(headers: Mapping[str, str], conditions: Mapping[str, str]) -> bool:
    """Tell whether "not changed" was asked for, and is about the file that we have."""
    asked, told = conditions.get("If-None-Match"), headers.get("ETag")
    if asked is None:
        return "If-Modified-Since" in conditions
    return not told or asked.removeprefix("W/") == told.removeprefix("W/")


def _keep_plain(value: str | None) -> str | None:
    """Return a header that can be kept in a file and sent again, else None."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= 200 else None


def read_body(headers: Mapping[str, str], pieces: Iterable[bytes], *, limit: int) -> bytes:
    """Return the body that the pieces of an answer make, unpacked.

    At most ``limit`` bytes, as sent and as unpacked. Raises :class:`UnfitAnswerError`, and what ``pieces`` raises.
    """
    length, transfer = headers.get("Content-Length"), headers.get("Transfer-Encoding")
    if transfer is not None and (length is not None or transfer.strip().lower() != "chunked"):
        raise UnfitAnswerError("leaves open how long its answer is")
    number = "0" if length is None else length.split(",")[0].strip()  # Several are the same: ``_Answer`` saw to that.
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise UnfitAnswerError("announces a length that is no number")
    if int(number) > limit:
        raise UnfitAnswerError(f"announces {int(number):,} bytes; at most {limit:,} are taken")
    coding = headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise UnfitAnswerError("sent a coding (Content-Encoding) that it was not asked for")
    sent, body = _bound(pieces, limit), bytearray()
    try:
        for piece in sent if coding in {"", "identity"} else _bound(_unpack(sent, coding), limit):
            body += piece
    except zlib.error as error:
        raise UnfitAnswerError("sent an answer that can't be unpacked") from error
    return bytes(body)


def _bound(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise UnfitAnswerError(f"sent more than {limit:,} bytes")
        yield piece


def _unpack(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Unpack into pieces of at most ``_PIECE`` bytes; raises ``zlib.error``."""
    unpacker = None
    for piece in pieces:
        packed, has_more = piece, False
        while packed or has_more:
            if unpacker is None or unpacker.eof:
                if unpacker and coding == "deflate":  # Only a gzip file may be several, one after the other.
                    raise zlib.error("more after the end")
                # The standard asks for a zlib header; some servers leave it out, and no packer begins like it then.
                deflate = zlib.MAX_WBITS if packed[0] & 0x8F == 8 else -zlib.MAX_WBITS
                unpacker = zlib.decompressobj(deflate if coding == "deflate" else 16 + zlib.MAX_WBITS)
            yield (unpacked := unpacker.decompress(packed, _PIECE))
            packed = unpacker.unconsumed_tail or unpacker.unused_data
            has_more = len(unpacked) == _PIECE and not unpacker.eof
    if unpacker and not unpacker.eof:
        raise zlib.error("cut off")


def _send(address: str, headers: dict[str, str], patience: Patience) -> requests.Response:
    """Send one GET and return its answer, whose body is still to be read from ``raw``.

    Sends nothing but ``headers``: no cookies, no password of a ``~/.netrc``. Follows no redirect. Raises ``ERRORS``.
    """
    request = requests.Request("GET", address, headers).prepare()
    # A session is asked for the environment only: to send, it would read the body of a redirect, however long.
    found = requests.Session().merge_environment_settings(address, {}, stream=True, verify=True, cert=None)
    # What need not be encrypted on this machine must not leave it.
    proxies = {} if is_on_this_machine(address) else found["proxies"]
    timeout = (patience.connect, patience.read)
    return _Adapter().send(request, stream=True, timeout=timeout, verify=found["verify"] or True, proxies=proxies)


class _Adapter(requests.adapters.HTTPAdapter):
    """Connections of requests, direct or by a proxy, whose answers are :class:`_Answer`."""

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = type("_Connection", (pool.ConnectionCls,), {"response_class": _Answer})
        return pool


class _Answer(HTTPResponse):
    """An answer that is read through a meter: first the head with all interim ones, then the rest."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._meter = _Meter(self.fp.detach())
        self.fp = io.BufferedReader(self._meter)

    def begin(self) -> None:
        super().begin()
        self._meter.left = _MAX_BODY * 3 // 2  # A body may come in small chunks, each with a line of its own.
        lengths = ",".join(self.headers.get_all("Content-Length", ())).split(",")
        if len({length.strip() for length in lengths}) > 1:  # urllib3 sees it too, but leaves the connection open then.
            raise UnfitAnswerError("announces several lengths")


class _Meter(io.RawIOBase):
    """The bytes of a connection, up to ``left``."""

    def __init__(self, stream: io.RawIOBase) -> None:
        self._stream, self.left = stream, _MAX_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer) or 0
        self.left -= count
        if self.left < 0:
            raise UnfitAnswerError("sent more than a file and its headers can have")
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()
