"""Everything that can go wrong for a user, as one family of errors.

The tree, with the exit code that the command line gives each::

    DirectoryError
    ├── UsageError        2   the command was called wrongly
    ├── UnreachableError  3   a source upstream did not answer
    ├── RefusedError      4   a source answered with something that is not taken over
    ├── InvalidError      5   content or data is invalid; carries every problem found
    ├── PublishError      6   the disk or the publishing failed
    └── BusyError        75   another run is active

A message says what happened and where; ``fix`` says what to do. Nothing else may reach a user as a traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.problems import Problem


class DirectoryError(Exception):
    """Anything that stops a command and that its user can do something about."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        """Return the message with its fix as one line."""
        return f"{self.message} → {self.fix}" if self.fix else self.message


class UsageError(DirectoryError):
    """The command was called wrongly."""

    exit_code = 2


class UnreachableError(DirectoryError):
    """A source upstream did not answer."""

    exit_code = 3


class RefusedError(DirectoryError):
    """A source answered, but with something that must not replace what we have."""

    exit_code = 4


class InvalidError(DirectoryError):
    """Content or data is invalid; nothing was written."""

    exit_code = 5

    def __init__(self, message: str, *, problems: Sequence[Problem] = (), fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.problems = tuple(problems)


class PublishError(DirectoryError):
    """The disk failed, or the site could not be put in place."""

    exit_code = 6


class BusyError(DirectoryError):
    """Another run holds the lock."""

    exit_code = 75
