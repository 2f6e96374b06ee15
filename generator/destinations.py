"""Refuse places where a site would overwrite the project.

Places are compared part by part after links are resolved, and by the identity of their folders, so neither another
spelling nor a mount leads round it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.trees import KINDS, beside, is_site
from generator.errors import UsageError
from generator.git import UnansweredError, find_repositories, list_tracked, list_upwards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: The folders of a project that are its own, whether or not git tracks them.
_OWN = ("content", "content/services", "data", "templates", "generator", "scripts", ".git", ".twofa")

FIX = "name a folder beside the project, or a new one in it such as dist"


def check_destination(root: str, place: str, outputs: Iterable[str], *, shown: str = "") -> None:
    """Refuse a place where a site would harm the project; raises :class:`UsageError`.

    ``outputs`` are other places of sites, which are protected with all that builds keep beside them. ``shown`` is the
    place as the user named it.
    """
    wanted, project = _Place(place), _Place(root)
    shown = shown or place
    for path in (*_list_own(root), *_list_outputs(outputs)):
        protected = _Place(path)
        if wanted.is_within(protected):
            where = "belongs to the project" if protected.is_within(wanted) else f"lies in {protected.path}"
            raise _refuse(shown, where)
        if protected.is_within(wanted):
            raise _refuse(shown, f"holds {protected.path}")
    if wanted.is_within(project):
        _check_tracked(project, wanted, shown)


def _refuse(shown: str, where: str) -> UsageError:
    return UsageError(f"{shown} {where}: a site put there would overwrite what is not its own", fix=FIX)


def _list_own(root: str) -> Iterator[str]:
    for name in _OWN:
        yield os.path.join(root, name)
    yield os.path.dirname(os.path.abspath(__file__))  # this program
    yield from find_repositories(root)


def _list_outputs(outputs: Iterable[str]) -> Iterator[str]:
    """Yield outputs with all that builds keep beside them."""
    for output in outputs:
        yield output
        yield from (str(beside(Path(output), kind)) for kind in KINDS)


def _check_tracked(project: _Place, wanted: _Place, shown: str) -> None:
    """Refuse a folder of the project in which a tracked file lies."""
    try:
        tracked = list_tracked(project.path)
    except UnansweredError as error:
        # What is not there, or empty, holds nothing; and a site that git tracks can be built again.
        if not os.path.lexists(wanted.path) or _is_empty(wanted.path) or is_site(Path(wanted.path)):
            return
        message = f"{shown} is there already, and git does not say whether it holds a tracked file ({error})"
        raise UsageError(message, fix=f"mend that, or {FIX}") from error
    names = {os.path.relpath(wanted.path, project.path)}
    if wanted.id:
        # What it is called there, in case it was spelled otherwise.
        folders = {above for name in tracked for above in list_upwards(os.path.dirname(name)) if above}
        names |= {name for name in folders if _identify(os.path.join(project.path, name)) == wanted.id}
    for name in tracked:
        if any(name == other or name.startswith(f"{other}/") for other in names):
            raise _refuse(shown, f"holds {name}, which git tracks")


def _is_empty(path: str) -> bool:
    with contextlib.suppress(OSError), os.scandir(path) as entries:
        return not any(entries)
    return False


class _Place:
    """A place on the disk, whether or not anything is there, with all folders above it: as named and as it is."""

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)
        self.id = _identify(self.path)
        self.paths = frozenset((*list_upwards(self.path), *list_upwards(os.path.abspath(path))))
        self._ids = {known for above in self.paths if (known := _identify(above))}

    def is_within(self, other: _Place) -> bool:
        """Tell whether it is the other place, or lies below that."""
        return other.path in self.paths or (other.id is not None and other.id in self._ids)


def _identify(path: str) -> tuple[int, int] | None:
    """Return what tells a folder from all others; None where nothing is."""
    try:
        info = os.stat(path)
    except OSError:
        return None
    return info.st_dev, info.st_ino
