"""How a command was called, apart from its own options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Call(NamedTuple):
    """The project, the UTC day as an ISO date, the UTC time as ISO 8601, and the clock for a command that runs on."""

    root: Path
    today: str
    now: str
    find_today: Callable[[], str]
    find_time: Callable[[], str]
