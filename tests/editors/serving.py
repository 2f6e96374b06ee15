"""``twofa serve`` as a process of its own, and what the tests ask of it."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.helpers import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from tornado.websocket import WebSocketClientConnection

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


async def hear(socket: WebSocketClientConnection) -> Any:
    """Return the next message that the preview sends to a page."""
    async with asyncio.timeout(PATIENCE):
        return json.loads(await socket.read_message() or "{}")


@asynccontextmanager
async def connect(served: Served) -> AsyncIterator[WebSocketClientConnection]:
    """Hold the socket that a page has to the preview, from the greeting to the very end of the connection."""
    request = HTTPRequest(
        f"ws://127.0.0.1:{served.port}/livereload", headers={"Origin": f"http://127.0.0.1:{served.port}"}
    )
    socket = await websocket_connect(request)
    # Closing lets go of the protocol, and the stream is closed only after the other side has said goodbye too.
    protocol: Any = socket.protocol
    try:
        await socket.write_message(json.dumps({"command": "hello"}))
        assert (await hear(socket))["command"] == "hello"
        yield socket
    finally:
        socket.close()
        async with asyncio.timeout(PATIENCE):
            while not protocol.stream.closed():
                await asyncio.sleep(0.01)


def find_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


@contextmanager
def serve(
    project: Project,
    log: Path,
    *,
    signal_at_end: int = signal.SIGINT,
    code_at_end: int = 0,
    program: Path = CHECKOUT,
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
    assert code == code_at_end
    assert "Traceback" not in log.read_text()
