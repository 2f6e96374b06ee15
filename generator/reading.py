"""Read what people wrote, as far as it is safe to read.

Used only by the rooms that may do I/O: config and catalogue.load.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from generator.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path


def find_status(root: Path, name: str) -> os.stat_result | None:
    """Return the status of a plain file that no link leads to on the way from ``root``; None for anything else."""
    folder, _, _ = name.rpartition("/")
    try:
        status = os.lstat(f"{root}/{name}")
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) and not _has_link(root, folder) else None


def _has_link(root: Path, folder: str) -> bool:
    """Tell whether one of the folders below ``root`` is a symbolic link."""
    steps = folder.split("/")
    paths = ("/".join((str(root), *steps[: count + 1])) for count in range(len(steps)))
    return any(os.path.islink(path) for path in paths)  # noqa: PTH114 (names, not Paths)


def read_content(root: Path, name: str, *, limit: int) -> bytes | Problem:
    """Return the bytes of a file that people wrote, or the reason why it is not read; ``name`` is relative to ``root``.

    A symbolic link that leaves ``root``, a pipe and a device are refused; of a file over ``limit`` bytes, just enough
    is read to show that it is too large.
    """
    path = root / name
    try:
        if find_status(root, name) is None:
            if not path.resolve(strict=True).is_relative_to(root.resolve()):
                return Problem(
                    path=name,
                    rule="link-outside",
                    message="the file is a symbolic link to somewhere outside the project",
                    fix="put a copy of the file here",
                )
            if not stat.S_ISREG(path.stat().st_mode):
                return Problem(path=name, rule="not-a-file", message="this is not a regular file", fix="remove it")
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        return Problem(
            path=name, rule="missing-file", message="the file does not exist", fix="create it, or restore it from git"
        )
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(
            path=name, rule="unreadable", message=f"the file can't be read ({reason})", fix="check its permissions"
        )
