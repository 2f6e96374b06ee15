"""Ask a link, by HEAD or else GET, and follow its redirects."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from generator.editors.links.addresses import find_addresses
from generator.editors.links.asking import PORTS, Patience, Reply, Target, ask, parse_target
from generator.editors.links.failures import LeftAloneError, NoAnswerError
from generator.formats.links import Answer, address_of, judge_status

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.editors.links.asking import Verb
    from generator.editors.links.hosts import Hosts

_VERBS: tuple[Verb, Verb] = ("HEAD", "GET")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
MAX_HOPS = 8
#: Characters of an address; longer ones are nonsense, or an attempt to fill our file.
_LONGEST = 2000
_SHOWN = 120


class Asker:
    """Asks links, one after the other or many at a time; ``agent`` is how we introduce ourselves."""

    def __init__(
        self, hosts: Hosts, *, agent: str, allow_private: bool = False, patience: Patience | None = None
    ) -> None:
        self._hosts, self._agent, self._allow_private = hosts, agent, allow_private
        self._patience = patience or Patience()

    def ask(self, url: str) -> Answer | None:
        """Return what came of asking a link; None where a host on the way is to be left alone."""
        try:
            return _Chain(self, url, self._patience.total).follow()
        except LeftAloneError:
            return None

    def request(self, target: Target, left: float) -> tuple[Reply, float]:
        """Return the answer for one hop, and the seconds that are left of those that the link may take."""
        for verb in _VERBS:
            with self._hosts.take_turn(target.host):
                started = time.monotonic()
                try:
                    reply = self._send(verb, target, left)
                except NoAnswerError as failure:
                    left -= time.monotonic() - started
                    if verb == _VERBS[-1] or not failure.can_repeat or left <= 0:
                        raise
                    continue
                left -= time.monotonic() - started
            if reply.wants_rest:
                self._hosts.leave_alone(target.host)
                break
            if reply.status < 400 or left <= 0:
                break
        return reply, left

    def _send(self, verb: Verb, target: Target, left: float) -> Reply:
        addresses = find_addresses(target.host, target.port, allow_private=self._allow_private)
        patience = Patience(connect=self._patience.connect, read=self._patience.read, total=left)
        return ask(verb, target, addresses, agent=self._agent, patience=patience)

    def find_ports(self, target: Target) -> Collection[int] | None:
        """Return the ports that a link may lead to: the usual ones and its own; None for any, on a trial."""
        return None if self._allow_private else {*PORTS.values(), target.port}


class _Chain:
    """A link and its redirects; ``left`` is the seconds that all of them may take."""

    def __init__(self, asker: Asker, url: str, left: float) -> None:
        self._asker, self._url, self._left = asker, url, left
        self._seen: list[str] = []
        self._is_permanent = True
        self._moved: str | None = None

    def follow(self) -> Answer:
        """Follow the link to its end."""
        first = last = ""
        try:
            target = parse_target(self._url)
            ports, first = self._asker.find_ports(target), target.host
            while True:
                last = target.host
                _check_port(target, ports)
                reply, self._left = self._asker.request(target, self._left)
                if reply.status not in _REDIRECTS or not reply.location:
                    return self._judge(reply)
                self._move(reply.status, reply.location)
                target = parse_target(self._url)
        except NoAnswerError as failure:
            reason = failure.reason if first == last else f"leads to {_show(last)}: {failure.reason}"
            return Answer(kind=failure.kind, reason=reason, heard=bool(self._seen))

    def _judge(self, reply: Reply) -> Answer:
        if reply.status in _REDIRECTS:
            return Answer(kind="unreachable", status=reply.status, reason="it redirects to nowhere")
        return Answer(kind=judge_status(reply.status), status=reply.status, moved=self._moved)

    def _move(self, status: int, location: str) -> None:
        self._seen.append(self._url)
        try:
            # What HTTP hands on as Latin-1 is most often UTF-8.
            location = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
            self._url = address_of(_make_plain(urljoin(self._url, location)))
        except ValueError as error:
            raise NoAnswerError("it redirects to no valid address") from error
        if len(self._url) > _LONGEST:
            raise NoAnswerError("it redirects to no valid address")
        if not self._url.startswith(("http://", "https://")):
            raise NoAnswerError("it redirects to no address of the web")
        if self._url in self._seen:
            raise NoAnswerError("it redirects in a circle")
        if len(self._seen) > MAX_HOPS:
            raise NoAnswerError(f"it redirects more than {MAX_HOPS} times")
        if self._left <= 0:
            raise NoAnswerError("no answer in time")
        self._is_permanent = self._is_permanent and status in _PERMANENT
        if self._is_permanent:
            self._moved = self._url


def _check_port(target: Target, ports: Collection[int] | None) -> None:
    if ports is not None and target.port not in ports:
        raise NoAnswerError(f"port {target.port} is not asked")


def _make_plain(url: str) -> str:
    """Escape what no address may hold and what no terminal should get."""
    return "".join(char if char.isprintable() and char != " " else quote(char) for char in url)


def _show(host: str) -> str:
    """Return the name of a host from outside as something that is short and safe to print."""
    text = "".join(char if char.isprintable() else "?" for char in host)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
