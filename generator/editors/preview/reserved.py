"""What the preview answers for itself, at an address that no page of a site has: the marks and the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tornado import web

from generator.editors.preview.overlay import load_part

if TYPE_CHECKING:
    from generator.editors.preview.desk import Desk

_KINDS = {"facts.js": "text/javascript", "facts.css": "text/css"}
_AWAY = "Facts can be shown again once what was saved last is built."


class ReservedHandler(web.RequestHandler):
    """Sends what no page of the site is; ``get`` says what. GET and HEAD only, and tornado sends no body for HEAD."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_default_headers(self) -> None:
        """Let no browser keep what the next save may change."""
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> None:
        """Send whole answers: a browser that keeps nothing asks for no part."""

    def log_exception(self, *_details: Any) -> None:
        """Leave it to the one line that tornado writes itself."""


class PartHandler(ReservedHandler):
    """Sends a file of the preview's own."""

    def get(self, name: str) -> None:
        """Send a script or a style sheet."""
        self.set_header("Content-Type", f"{_KINDS[name]}; charset=utf-8")
        self.finish(load_part(name))

    head = get


class FactsHandler(ReservedHandler):
    """Explains one service."""

    def initialize(self, desk: Desk) -> None:
        """Take who knows the facts."""
        self._desk = desk

    def get(self, name: str) -> None:
        """Send the facts of a service as JSON, or why there are none."""
        told = self._desk.explain(name)
        if told is None:
            self.set_status(503)
        self.finish(told or {"reason": _AWAY})

    head = get
