"""What publishing did, or would do, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

#: How many names a person is shown.
ENOUGH = 20


class PublishReport(Struct, frozen=True, kw_only=True):
    """Files sent, deleted and left as they were, the bytes sent, ``seconds`` by phase; the remote as it may be shown.

    ``sending`` and ``deleting`` are their names, in the order in which it was done, or would be in a dry run.
    """

    remote: str
    sent: int
    deleted: int
    bytes: int
    unchanged: int
    seconds: Mapping[str, float]
    sending: tuple[str, ...] = ()
    deleting: tuple[str, ...] = ()
    is_dry: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the report in the shape that ``publish --json`` prints; the names only where nothing was done."""
        report = {key: getattr(self, key) for key in ("sent", "deleted", "bytes", "unchanged")}
        report["seconds"] = {phase: round(spent, 3) for phase, spent in self.seconds.items()}
        return {**report, "sending": list(self.sending), "deleting": list(self.deleting)} if self.is_dry else report

    def as_text(self) -> str:
        """Return the report as a line, in a dry run with the names below it."""
        spent = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in self.seconds.items())
        if self.is_dry:
            wanted = f"{len(self.sending):,} files would be sent, {len(self.deleting):,} deleted"
            head = f"{wanted}, {self.unchanged:,} are there"
            return "\n".join([f"{self.remote}: {head}", *_show("send", self.sending), *_show("delete", self.deleting)])
        if not self.sent and not self.deleted:
            return f"{self.remote}: nothing to send, all {self.unchanged:,} files are there ({spent})"
        sent = f"{self.sent:,} files sent ({self.bytes / 1e6:.1f} MB), {self.deleted:,} deleted"
        return f"{self.remote}: {sent}, {self.unchanged:,} were there ({spent})"


def _show(verb: str, names: tuple[str, ...]) -> list[str]:
    more = [f"  and {len(names) - ENOUGH:,} more"] if len(names) > ENOUGH else []
    return [*(f"  {verb} {name}" for name in names[:ENOUGH]), *more]
