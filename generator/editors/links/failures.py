"""Define the errors of a request that gets no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.formats.links import Kind


class NoAnswerError(Exception):
    """Nobody answered; ``kind`` is what that says of the link, ``can_repeat`` whether to try with another request."""

    def __init__(self, reason: str, *, kind: Kind = "unreachable", can_repeat: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind: Kind = kind
        self.can_repeat = can_repeat


class LeftAloneError(Exception):
    """The host is not to be asked any more in this run."""
