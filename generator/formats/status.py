"""When each source was last read, and when it last changed: as a fetch keeps it, and as the site publishes it (pure).

Light on purpose: a quiet night renews the published file and does nothing else.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

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
    return _dump({"max_age_hours": max_age_hours, "sources": sources})


def renew_status(published: bytes, times: Times) -> bytes | None:
    """Return the published file with other times; None where it is not what a build wrote."""
    try:
        value = json.loads(published)
        sources = {source: _describe(known["name"], times.get(source)) for source, known in value["sources"].items()}
        return _dump({**value, "sources": sources})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _describe(name: str, times: tuple[str, str] | None) -> dict[str, str | None]:
    fetched, changed = times or (None, None)
    return {"name": name, "fetched": fetched, "changed": changed}


def _dump(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
