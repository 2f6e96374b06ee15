"""Identify trees of files, and the files in them that are still as they were written."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Size, time of change in ns, inode: they tell, without reading it, whether a file is the one that was written.
Stamp = tuple[int, int, int]


#: Every site has this file, so a folder without it is something else and is never replaced.
SIGN = "2fa-directory/index.html"


#: What lies beside an output: the next release, the one before, a tree between two renames, the lock.
KINDS = ("next", "previous", "aside", "lock")


def beside(out: Path, kind: str) -> Path:
    """Return the hidden name beside an output for something that belongs to it."""
    return out.parent / f".{out.name}.{kind}"


def lock_of(out: Path) -> Path:
    """Return the lock of an output: beside it, so it is one for all projects that write there."""
    return beside(out.resolve(), "lock")


def is_site(out: Path) -> bool:
    """Tell whether there is a site: a folder, no link to one, that has the file of every site."""
    return (out / SIGN).is_file() and not out.is_symlink()


def find_tree_id(path: Path) -> str | None:
    """Return what tells the tree at ``path`` from every other, wherever it is moved; None where no whole tree is.

    The time is that at which the tree was completed. So a folder that has got the inode of a tree that was removed is
    not taken for it, and neither is a tree that somebody has added to, nor one that a killed build has begun to change.
    Raises ``OSError`` where nobody can tell.
    """
    try:
        info = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return tree_id_of(info)


def tree_id_of(info: os.stat_result) -> str | None:
    """Return the id of the tree whose root folder has this status."""
    if not stat.S_ISDIR(info.st_mode) or info.st_mtime_ns == 0:
        return None
    return f"{info.st_dev:x}-{info.st_ino:x}-{info.st_mtime_ns:x}"


def void_tree(root: int | Path) -> None:
    """Take the id from a tree that is about to be changed or removed, so that nobody takes it for whole."""
    os.utime(root, ns=(0, 0))


def stamp_of(info: os.stat_result) -> Stamp:
    """Return the stamp of the file that has this status."""
    return info.st_size, info.st_mtime_ns, info.st_ino
