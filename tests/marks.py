"""Choose what of a parametrized test runs by default; the rest runs with --all."""

from collections.abc import Iterable
from typing import Any

import pytest


def mark_thorough(cases: Iterable[Any], every: int | None = None) -> list[Any]:
    """Mark all cases thorough but the first one, or but every so many-th."""
    return [
        case if number == 0 or (every and number % every == 0) else _mark(case) for number, case in enumerate(cases)
    ]


def _mark(case: Any) -> Any:
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.thorough)
