"""When each source was last read and last changed: as a fetch keeps it, and as the site publishes it (pure)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Source → when it was last fetched (ISO time, UTC), and the ISO date on which it last changed.
Times = dict[str, tuple[str, str]]


def parse_times(data: bytes) -> Times:
    """Return the times from ``data/status.json``.

    Raises ``ValueError``, ``KeyError``, ``TypeError`` or ``AttributeError`` where it is not that.
    """
    sources = json.loads(data)["sources"]
    return {source: (str(fields["fetched"]), str(fields["changed"])) for source, fields in sources.items()}


def build_status(names: Mapping[str, str], times: Times, max_age_hours: int) -> bytes:
    """Return the published file; ``names`` is id → name of the sources that the site uses."""
    sources = {source: _describe(name, times.get(source)) for source, name in names.items()}
    value = {"max_age_hours": max_age_hours, "sources": sources}
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _describe(name: str, times: tuple[str, str] | None) -> dict[str, str | None]:
    fetched, changed = times or (None, None)
    return {"name": name, "fetched": fetched, "changed": changed}
