"""The files of a tree as they are, compared with its manifest: what is missing or was changed is built anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from generator.build.manifest import Manifest
    from generator.build.trees import Stamp


def find_intact(root: Path, files: Mapping[str, Stamp]) -> dict[str, Stamp]:
    """Return the files that are still the ones that were written: same size, time and inode."""
    intact: dict[str, Stamp] = {}
    look = os.stat
    try:
        tree = os.open(root, os.O_RDONLY)
    except OSError:
        return intact
    try:
        for name, stamp in files.items():
            try:
                found = look(name, dir_fd=tree, follow_symlinks=False)
            except OSError:
                continue
            if (found.st_size, found.st_mtime_ns, found.st_ino) == stamp:
                intact[name] = stamp
    finally:
        os.close(tree)
    return intact


def is_intact(root: Path, manifest: Manifest) -> bool:
    """Tell whether a tree holds just what its manifest says."""
    if len(find_intact(root, manifest.files)) != len(manifest.files):
        return False
    return look_at_folders(root, manifest.folders) == manifest.folders


def find_folders(names: Iterable[str]) -> set[str]:
    """Return the folders that hold files of these names, and all folders above them; the root is the empty name."""
    folders = {""}
    for name in names:
        folder = name.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def look_at_folders(root: Path, folders: Iterable[str]) -> dict[str, int]:
    """Return folder → its time in ns, which changes when a file is added or removed; those that are not there left out.

    The root itself is known by the id of its tree.
    """
    times: dict[str, int] = {}
    look = os.stat
    try:
        tree = os.open(root, os.O_RDONLY)
    except OSError:
        return times
    try:
        for folder in folders:
            if folder:
                try:
                    times[folder] = look(folder, dir_fd=tree, follow_symlinks=False).st_mtime_ns
                except OSError:
                    continue
    finally:
        os.close(tree)
    return times
