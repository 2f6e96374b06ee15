"""Livereload's server over the site's folder: pages, the script and the socket by which a browser hears of changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from livereload import Server
from livereload.handlers import LiveReloadHandler
from livereload.watcher import Watcher
from tornado.ioloop import IOLoop

from generator.editors.preview.pages import PageHandler
from generator.editors.preview.watching import Watch
from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.editors.preview.rebuilding import Outcome, Rebuilder

#: What a build reads and people or a fetch change.
FOLDERS = ("content", "data", "templates")

#: Seconds without a save, after which there is time for what the next one is spared then.
_IDLE = 1.0
#: Seconds until the next try where another build is running.
_BUSY = 0.3


class PreviewServer(Server):  # type: ignore[misc]  # livereload has no types
    """One site and those who look at it."""

    def __init__(self, site: Path, rebuilder: Rebuilder) -> None:
        # The watcher only stands for the one that livereload would poll with.
        super().__init__(watcher=Watcher())
        self._site, self._rebuilder = site, rebuilder

    def get_web_handlers(self, script: bytes) -> list[Any]:  # noqa: ARG002 (livereload injects it by itself)
        """Return what answers all requests but livereload's own."""
        return [(r"(/.*)", PageHandler, {"site": self._site, "rebuilder": self._rebuilder})]

    def listen(self, host: str, port: int) -> None:
        """Take the port; raises :class:`UsageError` where somebody else has it."""
        for name in ("livereload", "tornado.access", "tornado.application", "tornado.general"):
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            self.application(port, host, debug=False)
        except OSError as error:
            message = f"{host}:{port} can't be served on ({error.strerror or error})"
            raise UsageError(message, fix="end what is running there, or name another with --port") from error

    def reload(self) -> None:
        """Tell every browser to load its page again."""
        if LiveReloadHandler.waiters:
            LiveReloadHandler.reload_waiters("*")


class Preview:
    """The loop: files change, the site is built, browsers load it again."""

    def __init__(
        self,
        root: Path,
        server: PreviewServer,
        rebuilder: Rebuilder,
        tell: Callable[[frozenset[str], Outcome], None],
    ) -> None:
        """``tell`` is called after each rebuild with the names of what had changed."""
        self._root, self._server, self._rebuilder, self._tell = root, server, rebuilder, tell
        self._loop = IOLoop.current()
        self._waiting: set[str] = set()
        self._is_due = False
        self._idle: Any = None

    def run(self) -> None:
        """Build, watch and serve until interrupted."""
        watch = Watch(self._root, FOLDERS, self._notice)
        try:
            self._loop.add_callback(self._rebuild)
            self._loop.start()
        finally:
            watch.close()
            self._rebuilder.prepare()

    def _notice(self, names: frozenset[str]) -> None:
        """Pass on from the thread that watches."""
        self._loop.add_callback(self._plan, names)

    def _plan(self, names: frozenset[str]) -> None:
        self._waiting |= names
        if not self._is_due:
            # One rebuild for all that has come in by the time it begins; what comes later makes another.
            self._is_due = True
            self._loop.add_callback(self._rebuild)

    def _rebuild(self) -> None:
        self._is_due = False
        names, self._waiting = frozenset(self._waiting), set()
        was_wrong = self._rebuilder.last.report is None
        outcome = self._rebuilder.rebuild()
        self._tell(names, outcome)
        if outcome.is_busy:
            self._loop.call_later(_BUSY, self._plan, names)
        elif outcome.has_changed or was_wrong:
            self._server.reload()
        if self._idle is not None:
            self._loop.remove_timeout(self._idle)
        self._idle = self._loop.call_later(_IDLE, self._rebuilder.prepare)
