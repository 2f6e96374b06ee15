"""Where the releases of a site lie, what tells one from another, and what a switch that was cut short needs.

Beside the output ``site`` lie at most two hidden trees: ``.site.previous``, the release before it, and ``.site.next``,
the one before that, which the next build brings up to date and puts in place. Unchanged files are one file with a name
in each tree (hard links), so nobody ever writes into a file that has a name in a tree: files are replaced.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from generator.build.trees import SIGN, beside
from generator.disk import sync_path
from generator.errors import PublishError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Places(NamedTuple):
    """Where trees lie: the site, the release before it, the one to make the next from, one between two renames."""

    out: Path
    previous: Path
    spare: Path
    aside: Path


def places_of(out: Path) -> Places:
    """Return the places that belong to an output."""
    return Places(out, beside(out, "previous"), beside(out, "next"), beside(out, "aside"))


def check_target(out: Path) -> None:
    """Refuse to replace what no build made; raises :class:`UsageError`, :class:`PublishError` where none can tell."""
    try:
        _refuse_foreign(out)
    except OSError as error:
        raise _unreadable(out, error) from error


def _refuse_foreign(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        message = f"{out} is not a folder"
        raise UsageError(message, fix="name a new folder with --out")
    if holds_tree(out) and not (out / SIGN).exists():
        message = f"{out} was not made by twofa build, and would be replaced as a whole"
        raise UsageError(message, fix="name a new or an empty folder with --out")


def holds_tree(place: Path) -> bool:
    """Tell whether there is a folder with something in it."""
    try:
        with os.scandir(place) as entries:
            return any(entries)
    except FileNotFoundError:
        return False


def recover(out: Path) -> None:
    """Mend what a build or a rollback that was killed between two renames left; for the one that holds the lock.

    Only where trees can't be swapped in one step is there anything to do: the tree that was set aside belongs to the
    place that is empty. Everything else that a killed build leaves is whole, or is known by having no id.
    """
    places = places_of(out)
    with explain_failure(out):
        if not places.aside.exists():
            return
        for place in (places.out, places.previous, places.spare):
            if not holds_tree(place):
                places.aside.rename(place)
                sync_path(out.parent)
                return


@contextlib.contextmanager
def explain_failure(out: Path) -> Iterator[None]:
    """Turn what the system says into the error that a user reads."""
    try:
        yield
    except OSError as error:
        raise failure(out, error) from error


def failure(out: Path, error: OSError) -> PublishError:
    """Return the error for a site that could not be put in place."""
    message = f"{out} could not be written ({error.strerror or error}); the old site is as it was"
    return PublishError(message, fix="check the space on the disk and the permissions")


def refuse_outside(out: Path, name: str) -> None:
    """Raise :class:`PublishError` for the name of a file that would not lie in the site, whoever asks for it."""
    if "\0" in name or not {"", ".", ".."}.isdisjoint(name.split("/")):
        message = f"{out} can't have a file {name!r}, which would lie outside of it; the old site is as it was"
        raise PublishError(message, fix="report this: the generator should never ask for such a file")


def _unreadable(out: Path, error: OSError) -> PublishError:
    message = f"{out} could not be read ({error.strerror or error})"
    return PublishError(message, fix="name another folder with --out, or check the permissions")
