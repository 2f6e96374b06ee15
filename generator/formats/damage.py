"""Tell a user what is wrong with a file of ``data/`` (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.errors import InvalidError
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

RESTORE = "restore it from git (git checkout -- data)"

#: How many faults of one file are shown.
SHOWN = 20

#: What parsers raise for a file that is not what this program wrote.
DAMAGED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong; ``line`` and ``column`` count from 1, and 0 stands for the file as a whole."""

    message: str
    line: int = 0
    column: int = 0
    fix: str = RESTORE


class DamagedFileError(ValueError):
    """A file is not what this program writes; ``faults`` says where."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults[0].message)


def report_damage(path: str, error: Exception | str) -> InvalidError:
    """Return the error for a file that is damaged; ``path`` is as messages name it."""
    faults = error.faults if isinstance(error, DamagedFileError) else (Fault(message=str(error)),)
    problems = tuple(
        Problem(
            path=path,
            line=fault.line,
            column=fault.column,
            rule="damaged-data",
            message=f"the file is damaged ({fault.message})",
            fix=fault.fix,
        )
        for fault in faults[:SHOWN]
    )
    more = f", and {len(faults) - 1:,} more" if len(faults) > 1 else ""
    return InvalidError(f"{path} is damaged ({faults[0].message}{more})", problems=problems, fix=faults[0].fix)
