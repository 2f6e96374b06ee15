"""Livereload's server over the site's folder: pages, the script and the socket by which a browser hears of changes."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
from typing import TYPE_CHECKING, Any

from livereload import Server
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado import escape, web
from tornado.ioloop import IOLoop
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from generator.editors.preview.overlay import ADDRESS
from generator.editors.preview.pages import PageHandler
from generator.editors.preview.reserved import FactsHandler, PartHandler
from generator.editors.preview.watching import Watch
from generator.errors import PublishError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.editors.preview.desk import Desk
    from generator.editors.preview.rebuilding import Outcome, Rebuilder

#: Seconds without a save, after which there is time for what the next one is spared then.
_IDLE = 1.0
#: Seconds until the next try where another build is running.
_BUSY = 0.3
#: Seconds for which something must be wrong before it is told: a file may be half-written, or git half-way through.
_LASTING = 0.1

#: What livereload's script is told; it takes a path of any other kind for an image or a style sheet.
_RELOAD = {"command": "reload", "path": "*", "liveCSS": False, "liveImg": False}


class ChangesHandler(LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    """The socket of one page; see live.html for what it says of itself."""

    def initialize(self, rebuilder: Rebuilder) -> None:
        """Take who knows what pages are to show."""
        self._rebuilder = rebuilder
        self._shown: str | None = None

    def on_message(self, message: str) -> None:
        """Answer, and hear what the page shows: it may have been loading while that changed."""
        try:
            super().on_message(message)
            told = escape.json_decode(message)
            if told.get("command") != "info":
                return
            self._shown = told.get("plugins", {}).get("shown", {}).get("shown")
        except (AttributeError, KeyError, TypeError, ValueError):
            return  # No page of ours sends such a thing.
        self.update()

    def check_origin(self, origin: str) -> bool:
        """Talk to pages of this server alone; livereload would to any."""
        return WebSocketHandler.check_origin(self, origin)

    def update(self) -> None:
        """Let the page load again if it shows anything else than it is to."""
        if self._shown != self._rebuilder.shown:
            self.send_message(_RELOAD)

    def send_message(self, message: dict[str, Any]) -> None:
        """Send a message to a page that may be about to close."""
        IOLoop.current().add_callback(self._send, message)

    async def _send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(WebSocketClosedError):
            await self.write_message(message)


class PreviewServer(Server):  # type: ignore[misc]  # livereload has no types
    """One site and those who look at it."""

    def __init__(self, site: Path, rebuilder: Rebuilder, desk: Desk) -> None:
        # The watcher only stands for the one that livereload would poll with.
        super().__init__(watcher=Watcher())
        self._site, self._rebuilder, self._desk = site, rebuilder, desk

    def listen(self, host: str, port: int) -> None:
        """Take the port; raises :class:`UsageError` where somebody else has it."""
        for name in ("livereload", "tornado.access", "tornado.application", "tornado.general"):
            logging.getLogger(name).setLevel(logging.ERROR)
        LiveReloadHandler.watcher, LiveReloadHandler.live_css = self.watcher, False
        handlers: list[Any] = [
            (r"/livereload", ChangesHandler, {"rebuilder": self._rebuilder}),
            (r"/livereload\.js", LiveReloadJSHandler),
            (rf"{ADDRESS}/(facts\.(?:js|css))", PartHandler),
            (rf"{ADDRESS}/facts/([^/]+)\.json", FactsHandler, {"desk": self._desk}),
            (r"(/.*)", PageHandler, {"site": self._site, "rebuilder": self._rebuilder, "desk": self._desk}),
        ]
        try:
            web.Application(handlers).listen(port, address=host)
        except (OSError, UnicodeError) as error:
            message = f"{host}:{port} can't be served on ({getattr(error, 'strerror', None) or error})"
            raise UsageError(message, fix=_find_other_place(error)) from error

    def update(self) -> None:
        """Let every page load again that shows anything else than it is to."""
        for page in tuple(LiveReloadHandler.waiters):
            page.update()


def _find_other_place(error: OSError | UnicodeError) -> str:
    """Return what helps where a port can't be taken."""
    if isinstance(error, UnicodeError | socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return "name an address of this machine with --host; 127.0.0.1 is for this machine alone, 0.0.0.0 for all"
    if isinstance(error, PermissionError):
        return "name a port above 1023 with --port"
    return "end what is running there, or name another with --port"


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
        self._is_busy = False
        self._told = ""
        self._later: list[object] = []
        self._failure: Exception | None = None

    def run(self) -> None:
        """Build, watch and serve until interrupted; raises :class:`PublishError` where nothing can be watched."""
        watch = Watch(self._root, self._notice, self._give_up)
        try:
            # So the first build comes before the first answer.
            watch.wait()
            self._loop.start()
        finally:
            watch.close()
            self._rebuilder.flush()
        if self._failure:
            raise _report_end(self._root, self._failure)

    def _notice(self, names: frozenset[str]) -> None:
        """Pass on from the thread that watches."""
        self._loop.add_callback(self._plan, names)

    def _give_up(self, error: Exception) -> None:
        """End the loop from the thread that watches."""
        self._failure = error
        self._loop.add_callback(self._loop.stop)

    def _plan(self, names: frozenset[str]) -> None:
        self._waiting |= names
        if not self._is_due:
            # One rebuild for all that has come in by the time it begins; what comes later makes another.
            self._is_due = True
            self._loop.add_callback(self._rebuild)

    def _rebuild(self) -> None:
        self._is_due = False
        names, self._waiting = frozenset(self._waiting), set()
        for later in self._later:
            self._loop.remove_timeout(later)
        outcome = self._rebuilder.rebuild(names)
        self._later = [self._loop.call_later(_IDLE, self._rebuilder.prepare)]
        if outcome.is_busy:
            self._later.append(self._loop.call_later(_BUSY, self._plan, names))
        if outcome.report:
            self._announce(names, outcome)
        else:
            self._later.append(self._loop.call_later(_LASTING, self._announce, names, outcome))

    def _announce(self, names: frozenset[str], outcome: Outcome) -> None:
        """Tell what is new: not that another build is still running, nor that a new folder is watched."""
        is_new = bool(names) or self._rebuilder.shown != self._told
        if is_new and not (outcome.is_busy and self._is_busy):
            self._tell(names, outcome)
        self._is_busy, self._told = outcome.is_busy, self._rebuilder.shown
        self._server.update()


def _report_end(root: Path, failure: Exception) -> PublishError:
    """Return why nothing is watched any more."""
    if isinstance(failure, NotADirectoryError):
        return PublishError(f"{root} is no longer there", fix="start again in the folder that is there now")
    message = f"{root} can't be watched ({failure})"
    if isinstance(failure, UnicodeError):
        return PublishError(message, fix="rename the folder whose name is no text")
    return PublishError(message, fix="on Linux, a larger fs.inotify.max_user_watches may help")
