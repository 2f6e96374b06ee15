"""The site as it lies on this machine, and the files of it that are sent, set aside from builds that come meanwhile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.manifest import Manifests
from generator.build.output import is_intact
from generator.build.trees import SIGN, find_tree_id
from generator.errors import PublishError, UsageError
from generator.publishing.index import NAME, find_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def require_site(out: str) -> None:
    """Raise :class:`UsageError` where there is no site."""
    if not os.path.isfile(os.path.join(out, SIGN)):
        message = f"there is no site in {out}"
        raise UsageError(message, fix="build it first, with twofa build, or name another folder with --out")


def list_site(work: str, out: str) -> list[str]:
    """Return the names of all files of the site.

    Where a build made it here, it must be as that build left it, or :class:`PublishError` is raised: what is missing by
    mistake must not be deleted at the remote. ``work`` is the project's folder for disposable files.
    """
    require_site(out)
    manifests = Manifests(Path(work), Path(out))
    manifest = manifests.load(find_tree_id(Path(out)))
    if manifest is None and not manifests.has_any():
        return sorted(_walk(out, ""))  # brought here from another machine
    if manifest is None or not is_intact(Path(out), manifest):
        message = f"{out} is not as it was built; nothing was sent"
        raise PublishError(message, fix="build it again, with twofa build")
    return sorted(manifest.files)


def _walk(out: str, folder: str) -> Iterator[str]:
    with os.scandir(os.path.join(out, folder)) as entries:
        for entry in entries:
            name = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(out, f"{name}/")
            elif entry.is_file(follow_symlinks=False) and name.isprintable():
                if name != NAME:
                    yield name
            else:
                message = f"{os.path.join(out, name)!r} is no file of a site"
                raise PublishError(message, fix="build the site again")


def mark_files(out: str, names: Iterable[str]) -> dict[str, str]:
    """Return name → mark of every file; reads all of them."""
    marks = {}
    for name in names:
        with open(f"{out}/{name}", "rb") as file:
            marks[name] = find_mark(name, file.read())
    return marks


def set_aside(out: str, names: Iterable[str], folder: str) -> int:
    """Give files of the site a second name below a folder, or copy them there; return their size in bytes.

    Builds replace files and never write into them, so what was set aside stays as it is.
    """
    size = 0
    made = set()
    for name in names:
        source, target = f"{out}/{name}", f"{folder}/{name}"
        above = os.path.dirname(target)
        if above not in made:
            os.makedirs(above, exist_ok=True)
            made.add(above)
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:  # another file system, or one without links; what else is wrong the copy will say
            shutil.copyfile(source, target)
        size += os.stat(target).st_size
    return size
