"""A web server's visitors find a whole page at every moment of a hundred builds."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from generator.build import switch as switching
from generator.build.switch import rollback
from generator.build.trees import SIGN
from tests.build.publishing import no_exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BUILDS = 100
SIZE = 20_000
KEPT = {f"kept/{number}/index.html": b"k" * SIZE for number in range(5)}
CHANGING = [SIGN, "index.html", "deep/page/index.html"]
PAGES = [*CHANGING, *KEPT]


def make_release(number: int) -> dict[str, bytes]:
    """Return a site whose changing pages consist of one letter each; a page with two is torn."""
    return KEPT | dict.fromkeys(CHANGING, bytes([97 + number % 26]) * SIZE)


class Reader(threading.Thread):
    """Reads all pages again and again, and counts what is wrong with them."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        super().__init__(daemon=True)
        self.read = read
        self.seen: set[bytes] = set()
        self.rounds = self.missing = self.torn = 0
        self.stopped = False

    def run(self) -> None:
        while not self.stopped:
            for page in PAGES:
                body = self.read(page)
                if body is None:
                    self.missing += 1
                elif len(body) != SIZE or len(set(body)) != 1:
                    self.torn += 1
                else:
                    self.seen.add(body[:1])
            self.rounds += 1


@contextlib.contextmanager
def serve(root: Path) -> Iterator[int]:
    """Run Python's own web server on a folder, in a process of its own; yield its port."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().split("port ")[1].split()[0])
        finally:
            process.terminate()


def fetch_from(port: int) -> Callable[[str], bytes | None]:
    def fetch(page: str) -> bytes | None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", f"/{page}")
            response = connection.getresponse()
            body = response.read()
            return body if response.status == 200 else None

    return fetch


def read_below(folder: int) -> Callable[[str], bytes | None]:
    def read(page: str) -> bytes | None:
        try:
            descriptor = os.open(page, os.O_RDONLY, dir_fd=folder)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    return read


@pytest.fixture
def start():
    """Start a reader; at the end of the test all stop."""
    readers: list[Reader] = []

    def start_one(read: Callable[[str], bytes | None]) -> Reader:
        reader = Reader(read)
        reader.start()
        readers.append(reader)
        return reader

    yield start_one
    for reader in readers:
        reader.stopped = True
    for reader in readers:
        reader.join()


def test_readers_of_a_web_server_never_miss_a_page(site, start):
    site.publish(make_release(0))
    with serve(site.out) as port:
        readers = [start(fetch_from(port)) for _ in range(2)]
        wait_for(readers, 1)
        for number in range(1, BUILDS + 1):
            site.publish(make_release(number))
            if number % 10 == 0:
                rollback(site.out)
                wait_for(readers, 1)
        wait_for(readers, 2)
        for reader in readers:
            reader.stopped = True
            reader.join()
    assert [(reader.missing, reader.torn) for reader in readers] == [(0, 0), (0, 0)]
    assert all(len(reader.seen) > 5 for reader in readers), "they have read while the site changed"


@pytest.mark.thorough
def test_a_reader_that_holds_an_old_folder_open_reads_no_torn_page(site, start):
    """The folder becomes the stage of a later build, and then the site again; its files are replaced, not written."""
    site.publish(make_release(0))
    folder = os.open(site.out, os.O_RDONLY)
    try:
        reader = start(read_below(folder))
        for number in range(1, BUILDS + 1):
            site.publish(make_release(number))
            wait_for([reader], 1)
        reader.stopped = True
        reader.join()
    finally:
        os.close(folder)
    assert (reader.missing, reader.torn) == (0, 0)
    assert len(reader.seen) > 5


def test_the_readers_would_notice(site, start, monkeypatch):
    """Where two trees can't be exchanged, the site is away for a moment, here a long one."""
    site.publish(make_release(0))
    site.publish(make_release(1))
    monkeypatch.setattr(switching, "exchange", no_exchange)
    rename = os.rename

    def rename_slowly(*arguments, **options) -> None:
        rename(*arguments, **options)
        time.sleep(0.05)

    monkeypatch.setattr(os, "rename", rename_slowly)
    with serve(site.out) as port:
        reader = start(fetch_from(port))
        wait_for([reader], 1)
        site.publish(make_release(2))
        reader.stopped = True
        reader.join()
    assert reader.missing > 0


def wait_for(readers: list[Reader], rounds: int) -> None:
    """Wait until each reader has read all pages so many times more."""
    targets = [reader.rounds + rounds for reader in readers]
    deadline = time.monotonic() + 20
    while any(reader.rounds < target for reader, target in zip(readers, targets, strict=True)):
        assert time.monotonic() < deadline, "the readers stand still"
        assert all(reader.is_alive() for reader in readers)
        time.sleep(0.001)
