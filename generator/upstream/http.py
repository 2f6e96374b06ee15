"""Download one file over HTTP: a bounded time, a bounded size, and one plain sentence for whatever goes wrong.

The work is done in a thread of its own, because neither the look-up of a name nor a server that sends a byte now and
then can otherwise be held to a deadline. A thread that was given up never keeps the program from ending.

``addresses`` judges where to ask, ``wire`` connects and counts, ``heads`` reads headers, ``receiving`` makes a body of
what arrives, and ``failures`` has the words for what does not.
"""

from __future__ import annotations

import hashlib
import queue
import random
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from generator import __version__
from generator.errors import RefusedError, UnreachableError
from generator.upstream import wire
from generator.upstream.addresses import NEW_PLACE, check_address, find_next, is_on_this_machine
from generator.upstream.failures import ERRORS, UnfitAnswerError, explain
from generator.upstream.heads import find_pause, find_plain, is_confirmed, is_plain
from generator.upstream.receiving import CODINGS, read_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

USER_AGENT = f"twofa-directory/{__version__}"
_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": CODINGS}
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5


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
    max_bytes: int = wire.MAX_BYTES


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
    taken, and ``UsageError`` for an address of no use.
    """
    check_address(address)
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    call = _Call(
        address=address,
        conditions={name: value for name, value in conditions.items() if value and is_plain(value)},
        patience=patience or Patience(),
    )
    return call.run()


class _TryAgainError(Exception):
    """A failure that may pass; ``pause`` is what the server asked for, in seconds."""

    def __init__(self, message: str, *, pause: float = 0.0) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(kw_only=True)
class _Call:
    """One download: the tries of the thread that does the work, and the clock of the one that waits for it."""

    address: str
    conditions: Mapping[str, str]
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
        for attempt in range(1, self.patience.tries + 1):
            try:
                return self._try()
            except _TryAgainError as failure:
                pause = self.patience.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311
                pause = max(pause, failure.pause)
                last = attempt == self.patience.tries or pause >= self.remaining
                if last or self.abandoned.wait(pause):
                    raise self._unreachable(str(failure)) from failure.__cause__
        raise AssertionError  # Every way through the last try returns or raises.

    def _try(self) -> Response:
        """Ask, and where the answer "not changed" does not fit, once more for the file itself."""
        try:
            # What such an answer may come from is a cache in between.
            response = self._ask(self.conditions) or self._ask({"Cache-Control": "no-cache"})
        except UnfitAnswerError as error:
            raise self._refused(str(error), error.fix) from error
        except ERRORS as error:
            failure = explain(error, connect=self.patience.connect, read=self.patience.read)
            if failure.passes:
                raise _TryAgainError(failure.what) from error
            raise (self._refused if failure.is_answer else self._unreachable)(failure.what, failure.fix) from error
        if response is None:
            raise self._refused("answered with status 304 (not changed), which it was not asked for")
        return response

    def _ask(self, conditions: Mapping[str, str]) -> Response | None:
        """Return what the server gives, or None where it wrongly says that nothing has changed."""
        address = self.address
        for _ in range(_MAX_REDIRECTS + 1):
            answer = wire.send(
                address,
                {**_HEADERS, **conditions},
                connect=self.patience.connect,
                read=self.patience.read,
                # What need not be encrypted on this machine must not leave it.
                direct=is_on_this_machine(address),
            )
            with closing(answer):
                self.heard.set()
                if answer.status_code not in _REDIRECTS:
                    return self._take(answer, conditions)
                address = find_next(address, answer.headers.get("Location", ""))
        message = f"redirects more than {_MAX_REDIRECTS} times"
        raise UnfitAnswerError(message)

    def _take(self, answer: requests.Response, conditions: Mapping[str, str]) -> Response | None:
        status = answer.status_code
        if status == 429 or 500 <= status <= 599:
            pause = find_pause(answer.headers)
            asks = f" and asks for a pause of {pause:,.0f} s" if pause else ""
            message = f"answered with status {status}{asks}"
            raise _TryAgainError(message, pause=pause)
        if status == 304:
            return self._respond(answer, None) if is_confirmed(answer.headers, conditions) else None
        if status != 200:
            message = f"answered with status {status}"
            raise UnfitAnswerError(message, fix=NEW_PLACE if status in {404, 410} else "")
        pieces = answer.raw.stream(_CHUNK, decode_content=False)
        return self._respond(answer, read_body(answer.headers, self._watch(pieces), limit=self.patience.max_bytes))

    def _watch(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Hand on what arrives until nobody waits for it any more."""
        for piece in pieces:
            if self.abandoned.is_set():
                raise UnfitAnswerError("came too late")
            yield piece

    def _respond(self, answer: requests.Response, body: bytes | None) -> Response:
        return Response(
            address=self.address,
            body=body,
            etag=find_plain(answer.headers, "ETag"),
            last_modified=find_plain(answer.headers, "Last-Modified"),
        )

    def _unreachable(self, what: str, fix: str = "") -> UnreachableError:
        return UnreachableError(f"{self.host} {what}", fix=fix or "check the network, or try again later")

    def _refused(self, what: str, fix: str = "") -> RefusedError:
        return RefusedError(f"{self.host} {what}", fix=fix)
