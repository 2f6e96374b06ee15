"""From a save to the fresh page, over ``twofa serve`` and one connection that is kept."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.benching.processes import BenchError, start_process

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scripts.benching.edits import Edit
    from scripts.benching.processes import Twofa

_HOST = "127.0.0.1"
_START_WITHIN = 600.0
_FRESH_WITHIN = 120.0
_BETWEEN_ASKING = 0.001


class Visitor:
    """Asks a server for pages over one connection, opened anew only where the server closed it."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(_HOST, port, timeout=60)

    def read(self, address: str) -> str:
        """Return a page; raises :class:`OSError` where nobody answers, or not with a page."""
        try:
            self._connection.request("GET", address)
            answer = self._connection.getresponse()
            body = answer.read()
        except http.client.HTTPException as error:
            self._connection.close()
            raise ConnectionError(str(error)) from error
        except OSError:
            self._connection.close()
            raise
        if answer.status != 200:
            message = f"{address} is answered with {answer.status}"
            raise ConnectionError(message)
        return body.decode("utf-8")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A ``twofa serve`` that was started, and a visitor of it."""

    process: subprocess.Popen[str]
    visitor: Visitor
    log: Path

    def wait_until_ready(self) -> None:
        """Wait until the home page answers; raises :class:`BenchError` where it never will."""
        deadline = time.monotonic() + _START_WITHIN
        while not self._answers():
            if self.process.poll() is not None:
                message = f"twofa serve ended by itself: {self.log.read_text('utf-8').strip()}"
                raise BenchError(message)
            if time.monotonic() > deadline:
                message = f"twofa serve answered nothing for {_START_WITHIN:.0f} s"
                raise BenchError(message)
            time.sleep(0.02)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(self.visitor.read("/"))
        return False


@contextlib.contextmanager
def serve(twofa: Twofa, root: Path, log: Path) -> Iterator[Server]:
    """Run ``twofa serve`` on a free port for the block; what it prints goes to the log."""
    port = _find_port()
    argv = twofa.argv(root, "serve", "--host", _HOST, "--port", str(port))
    with log.open("w", encoding="utf-8") as output, start_process(argv, output) as process:
        visitor = Visitor(port)
        try:
            yield Server(process=process, visitor=visitor, log=log)
        finally:
            visitor.close()


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def measure_save(visitor: Visitor, edit: Edit, save: Callable[[Edit], None]) -> float:
    """Save an edit in one of the ways of saving, and return the seconds until its page shows it."""
    started = time.perf_counter()
    save(edit)
    try:
        while edit.proof not in visitor.read(edit.address):
            if time.perf_counter() - started > _FRESH_WITHIN:
                message = f"{edit.address} does not show the change of {edit.file.name} after {_FRESH_WITHIN:.0f} s"
                raise BenchError(message)
            time.sleep(_BETWEEN_ASKING)
    except OSError as error:
        message = f"twofa serve stopped answering: {error}"
        raise BenchError(message) from error
    return time.perf_counter() - started
