"""What the tests of the nightly job share: a server that answers as told, and a project in a temporary folder."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from generator.config import Licence, Paths, Publisher, Settings, Source
from generator.formats.ledger import Published
from generator.limits import Limits
from generator.upstream.http import Patience
from generator.upstream.refresh import fetch
from generator.upstream.report import FetchReport
from generator.upstream.takeover import Run


@dataclass
class Answer:
    """What the server says: status, headers, body; ``before`` runs first, ``pieces`` replace the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[], object] | None = None
    pieces: Callable[[], Iterator[bytes]] | None = None


class Server:
    """An HTTP server on the loopback address; it gives its answers in turn, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer(status=404)]
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                if answer.before:
                    answer.before()
                with contextlib.suppress(OSError):
                    self.give(answer)

            def give(self, answer: Answer) -> None:
                self.send_response(answer.status)
                headers = {"Content-Length": str(len(answer.body))} | answer.headers
                for name, value in headers.items():
                    if not (answer.pieces and name == "Content-Length"):
                        self.send_header(name, value)
                self.end_headers()
                for piece in answer.pieces() if answer.pieces else (answer.body,):
                    self.wfile.write(piece)
                    self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.thread = threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.httpd.server_address[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/all.json"

    def close(self) -> None:
        self.closing.set()
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()

    def hang(self) -> None:
        """Keep the client waiting until the test is over."""
        self.closing.wait(30)


@pytest.fixture
def server():
    running = Server()
    yield running
    running.close()


@pytest.fixture
def answer():
    return Answer


QUICK = Patience(connect=5.0, read=5.0, total=10.0, pause=0.01)


@dataclass
class Project:
    """A project with nothing in it but settings, and what the last fetch was told and said."""

    settings: Settings
    published: Published = field(default_factory=Published)

    @property
    def data(self) -> Path:
        return self.settings.paths.data

    def write(self, value: Any) -> str:
        """Write a file for ``--from`` and return its path."""
        path = self.settings.paths.root / "served.json"
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return str(path)

    def fetch(self, value: Any = None, *, source: str = "2fa-directory", **options: Any) -> FetchReport:
        """Fetch one source from ``value``, or as the options say."""
        arguments: dict[str, Any] = {
            "sources": [source],
            "origin": None if value is None else self.write(value),
            "date": "2026-03-01",
            "now": "2026-03-01T02:00:00Z",
            "dry_run": False,
            "give_up_after": None,
            "known_categories": frozenset({"other", "bank"}),
            "find_published": lambda _records, _passkeys, _ledger, _years: self.published,
            "patience": QUICK,
        } | options
        asked = {name: arguments.pop(name) for name in ("sources", "give_up_after", "patience")}
        return fetch(Run(settings=self.settings, **arguments), **asked)

    def read(self, name: str) -> Any:
        return json.loads((self.data / name).read_bytes())

    def events(self) -> list[dict[str, Any]]:
        path = self.data / "events.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Return every file below ``data/`` with its bytes and its time of change."""
        return {
            path.relative_to(self.data).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(self.data.rglob("*"))
            if path.is_file()
        }


def make_settings(root: Path, addresses: dict[str, str | None]) -> Settings:
    return Settings(
        paths=Paths(root=root),
        title="Test",
        base_url="https://site.example",
        description="A test.",
        publisher=Publisher(name="Tester"),
        sources={
            name: Source(id=name, name=name, in_text=name, licence=Licence(name="None"), credit="", address=address)
            for name, address in addresses.items()
        },
        limits=Limits(),
    )


@pytest.fixture
def make_project(tmp_path):
    def make(**addresses: str | None) -> Project:
        known = {"2fa-directory": addresses.get("directory"), "passkeys": addresses.get("passkeys")}
        return Project(settings=make_settings(tmp_path, known))

    return make


@pytest.fixture
def project(make_project):
    return make_project()


def make_entry(domain: str, *methods: str, name: str | None = None, **more: Any) -> list[Any]:
    """Return an entry of the 2FA Directory; keys with underscores stand for those with dashes."""
    fields: dict[str, Any] = {"domain": domain, "keywords": ["other"]}
    fields |= {"tfa": list(methods)} if methods else {"contact": {"twitter": "example"}}
    name = name or domain.split(".", maxsplit=1)[0].title()
    return [name, fields | {key.replace("_", "-"): more[key] for key in more}]


@pytest.fixture
def entry():
    return make_entry


@pytest.fixture
def entries():
    """A hundred and fifty entries, so that one damaged record is less than one percent."""
    return [make_entry(f"site{number:03}.example", "totp") for number in range(150)]
