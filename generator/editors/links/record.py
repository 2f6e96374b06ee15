"""Keep ``data/links.json`` during a run: it is written every few seconds and at the end.

An answer that no server gave, such as a name that can't be looked up, may as well say that this machine has no network.
So it counts only after a server somewhere has answered; until then it is held back.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from generator.disk import write_atomically
from generator.errors import InvalidError, PublishError
from generator.formats.links import dump_links, note_answer, parse_links

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from generator.formats.links import Answer, Link

#: Seconds between two writes.
PACE = 5.0


class Record:
    """What is known of the links that still stand somewhere; ``day`` is the ISO date that is stored."""

    def __init__(self, path: Path, day: str, standing: Container[str]) -> None:
        self._path, self._day = path, day
        self._written = _read(path)
        known = parse_links(self._written) if self._written else {}
        self.links: dict[str, Link] = {url: link for url, link in known.items() if url in standing}
        self.held: dict[str, Answer] = {}
        self.asked = 0
        self._next = time.monotonic() + PACE

    def note(self, url: str, answer: Answer) -> None:
        """Note an answer; raises :class:`PublishError` where the file can't be written."""
        self.held[url] = answer
        if answer.heard:
            self.trust()
        if time.monotonic() >= self._next:
            self.save()
            self._next = time.monotonic() + PACE

    def trust(self) -> None:
        """Let everything count that is held back: there is a network."""
        for url, answer in self.held.items():
            self.links[url] = note_answer(self.links.get(url), answer, self._day)
        self.asked += len(self.held)
        self.held.clear()

    def save(self) -> None:
        """Put the file in place if it is another than the one that lies there; raises :class:`PublishError`."""
        data = dump_links(self.links)
        if data == self._written or not (self.links or self._written):
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, data)
        except OSError as error:
            message = f"{self._path} can't be written ({error.strerror or error})"
            raise PublishError(message, fix="check the permissions of the folder and the space on the disk") from error
        self._written = data


def _read(path: Path) -> bytes:
    """Return the file; it was valid when the catalogue was read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        message = f"{path} can't be read ({error.strerror or error})"
        raise InvalidError(message, fix="check its permissions") from error
