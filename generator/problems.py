"""One finding: where it is, which rule is broken, how to mend it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from generator.showing import show

Severity = Literal["error", "warning"]


class Problem(Struct, frozen=True, kw_only=True, order=True):
    """One finding in a file: where it is, which rule it breaks, and how to mend it.

    ``line`` and ``column`` count from 1; 0 means that the finding concerns the file as a whole.
    """

    path: str
    line: int = 0
    column: int = 0
    rule: str
    message: str
    fix: str = ""
    severity: Severity = "error"

    @property
    def place(self) -> str:
        """Return ``path:line:column``, as far as it is known."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path

    def __str__(self) -> str:
        """Return the finding as one line of text."""
        fix = f" → {self.fix}" if self.fix else ""
        return show(f"{self.place}: {self.severity}: {self.message} [{self.rule}]{fix}")
