"""The shipped sample as a site on the loopback address, and Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.visiting import Site, Visitor
from tests.helpers import CHECKOUT, run_cli
from tests.hosting import Rules, find_headers, parse_headers
from tests.marks import mark_thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

#: As long as an address in a note can be, without a place to break it.
LONG = "https://bank.example/" + "terms" * 20

#: States that no shipped guide is in, so that every badge and every verdict stands on some page.
GUIDES = {
    "bank.yaml": """\
domain: bank.example
verified: {date: 2020-01-02, by: test, source: "https://bank.example/2fa", methods: [custom-software, custom-hardware]}
sharing: {verdict: tolerated, source: "https://bank.example/terms", checked: 2020-01-02, quote: "LONG"}
""",
    "mail-example.yaml": """\
domain: mail.example
disputed: Two editors saw different things.
""",
    "shop.yaml": """\
domain: shop.example
verified: {date: 2020-01-02, by: test, source: "https://shop.example/2fa", methods: [email, sms]}
sharing: {verdict: permitted, source: "https://shop.example/terms", checked: 2020-01-02, instead: "Use **Teams**."}
""",
}


class _Handler(SimpleHTTPRequestHandler):
    """Serves files without a word, many over one connection, with the headers that the site asks its host for."""

    protocol_version = "HTTP/1.1"

    def __init__(self, rules: Rules, *arguments: Any, **options: Any) -> None:
        self._rules = rules
        super().__init__(*arguments, **options)

    def end_headers(self) -> None:
        for name, value in find_headers(self._rules, self.path.partition("?")[0]).items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name that http.server gives it)
        pass


class _Server(ThreadingHTTPServer):
    """Does not mind a browser that goes on to another page before it has everything of the first."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serve(project: Path, folder: Path, base_path: str) -> Iterator[Site]:
    """Build the project below ``folder`` and serve it as long as the block runs."""
    rules: Rules = []
    server = _Server(("127.0.0.1", 0), partial(_Handler, rules, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        base_url = f"http://127.0.0.1:{server.server_port}{base_path}"
        out = folder / base_path.lstrip("/")
        built = run_cli("--root", project, "build", "--out", out, "--base-url", base_url, "--date", "2026-12-01")
        assert built.code == 0, built.err
        rules += parse_headers((out / "_headers").read_text())
        yield Site(base_url=base_url, base_path=base_path, folder=out)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Path:
    """Return a copy of the checkout without anything that was fetched: it builds the embedded sample."""
    root: Path = tmp_path_factory.mktemp("project")
    for name in ("content", "templates", "data/sample"):
        shutil.copytree(CHECKOUT / name, root / name)
    for name, text in GUIDES.items():
        (root / "content" / "services" / name).write_text(text.replace("LONG", LONG))
    return root


@pytest.fixture(scope="session")
def site(project, tmp_path_factory) -> Iterator[Site]:
    """Return the site at the root of its host."""
    with serve(project, tmp_path_factory.mktemp("root"), "") as served:
        assert len(served.services) > 40
        yield served


@pytest.fixture(scope="session", params=mark_thorough(["", "/dir"]), ids=["at the root", "below a path"])
def either_site(request, project, tmp_path_factory) -> Iterator[Site]:
    """Return the site at the root of its host, then below a path."""
    if not request.param:
        yield request.getfixturevalue("site")
        return
    with serve(project, tmp_path_factory.mktemp("below"), request.param) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a Chromium that talks to nobody by itself."""
    program = os.environ.get("CHROMIUM")
    if not program:
        pytest.fail("name the program in the environment variable CHROMIUM, or leave these tests out: -m 'not browser'")
    # It runs as root in containers, where its sandbox does not start.
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=quiet)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser) -> Iterator[Visitor]:
    """Return a window of its own for one test; at the end nothing may have gone wrong in it."""
    with Visitor.open(browser) as opened:
        yield opened
        assert opened.troubles == []


@pytest.fixture
def visitor_without_scripts(browser) -> Iterator[Visitor]:
    """Return a window in which no script runs."""
    with Visitor.open(browser, java_script_enabled=False) as opened:
        yield opened
        assert opened.troubles == []
