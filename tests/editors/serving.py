"""``twofa serve`` as a process of its own, and what the tests ask of it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.helpers import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers import Project

#: Seconds after which a busy machine is no excuse any more.
PATIENCE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A project that is being served, and what the program prints."""

    project: Project
    port: int
    process: subprocess.Popen[str]
    log: Path

    def get(self, path: str, method: str = "GET") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(status=answer.status, headers=headers, text=answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def wait_for(self, path: str, is_there: Callable[[Answer], bool]) -> Answer:
        """Ask until an answer is as wanted; no answer on the way may be broken."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self.get(path)
            if is_there(answer):
                return answer
            time.sleep(0.01)
        raise AssertionError(f"{path} never came; {self.log.read_text()}")

    def wait_for_line(self, text: str) -> str:
        """Wait until the program has printed a text; return all that it has printed."""
        end = time.monotonic() + PATIENCE
        while text not in (printed := self.log.read_text()):
            assert time.monotonic() < end, f"{text!r} was never printed; {printed}"
            time.sleep(0.01)
        return printed

    def wait_for_text(self, path: str, text: str) -> Answer:
        return self.wait_for(path, lambda answer: text in answer.text)


def find_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


@contextmanager
def serve(
    project: Project, log: Path, *, signal_at_end: int = signal.SIGINT, program: Path = CHECKOUT
) -> Iterator[Served]:
    """Serve a project for the block; it must end well when interrupted. ``program`` is the checkout to run."""
    port = find_port()
    command = [sys.executable, "-m", "generator", "--root", str(project.root), "serve", "--port", str(port)]
    with log.open("w") as printed:
        process = subprocess.Popen(
            command,
            cwd=program,
            stdout=printed,
            stderr=printed,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    served = Served(project=project, port=port, process=process, log=log)
    try:
        end = time.monotonic() + PATIENCE
        while "start:" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        yield served
    finally:
        process.send_signal(signal_at_end)
        code = process.wait(timeout=PATIENCE)
    assert code == 0
    assert "Traceback" not in log.read_text()
