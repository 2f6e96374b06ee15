"""Answer requests from the site's folder as a web server would, with what is wrong shown over the pages."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tornado import web

from generator.editors.preview.overlay import EMPTY_PAGE, add_preview
from generator.pages.addresses import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from generator.editors.preview.desk import Desk, Draft
    from generator.editors.preview.rebuilding import Rebuilder

_TEXT = {".html", ".css", ".js", ".txt", ".xml", ".json", ".svg", ".atom"}


class PageHandler(web.RequestHandler):
    """Sends the files of one folder; GET and HEAD only."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self, site: Path, rebuilder: Rebuilder, desk: Desk) -> None:
        """Take the folder, who knows what is wrong, and who knows what pages are written in."""
        self._site, self._rebuilder, self._desk = site, rebuilder, desk

    def set_default_headers(self) -> None:
        """Let no browser keep what the next save may change."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Allow", ", ".join(self.SUPPORTED_METHODS))

    def compute_etag(self) -> None:
        """Send whole answers: a browser that keeps nothing asks for no part."""

    def head(self, path: str) -> None:
        """Answer like GET, without the body."""
        self.get(path)

    def get(self, path: str) -> None:
        """Send a file, a page that says it is not there, or where the site begins; ``path`` is decoded."""
        base = self._rebuilder.base_path
        if base and not path.startswith(f"{base}/"):
            self.redirect(f"{base}/") if path in {"/", base} else self._send_missing()
            return
        name = path.removeprefix(base).removeprefix("/")
        if not is_plain(name):
            self._send_missing()
            return
        file = self._site / name
        if not name or name.endswith("/"):
            file /= "index.html"
        elif file.is_dir():
            query = f"?{self.request.query}" if self.request.query else ""
            self.redirect(f"{quote(path)}/{query}", permanent=True)
            return
        self._send(file)

    def _find_draft(self, file: Path) -> Draft:
        """Return what is known of the page that a file of the site holds."""
        return self._desk.find_draft(path_of(file.relative_to(self._site).as_posix()))

    def _send(self, file: Path, status: int = 200) -> None:
        try:
            data = file.read_bytes()
        except OSError:
            self._send_missing() if status == 200 else self._send_nothing()
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self._answer(status, kind, file, data)

    def _send_missing(self) -> None:
        self._send(self._site / "404.html", 404)

    def _send_nothing(self) -> None:
        """Answer without a site."""
        self._answer(404 if self._rebuilder.last.report else 503, "text/html", self._site / "404.html", EMPTY_PAGE)

    def _answer(self, status: int, kind: str, file: Path, data: bytes) -> None:
        self.set_status(status)
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if file.suffix in _TEXT else kind)
        if file.suffix == ".html":
            data = add_preview(data, self._rebuilder.last, self._rebuilder.shown, self._find_draft(file))
        self.finish(data)

    def log_exception(self, *_details: Any) -> None:
        """Leave it to the one line that tornado writes itself."""


def is_plain(name: str) -> bool:
    """Tell whether a name stays in its folder, shows nothing hidden, and is short enough for any file system."""
    parts = name.removesuffix("/").split("/")
    return not name or not any(
        not part or part.startswith(".") or "\0" in part or len(part.encode()) > 255 for part in parts
    )
