"""What the last build changed, in the order in which it is sent: the plan of publishing, as far as a build knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.build.changes import Changes, parse_changes
from generator.build.manifest import CHANGES, Manifests
from generator.build.trees import find_tree_id
from generator.pages.hosting import find_kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def load_changes(work: Path, out: Path) -> Changes | None:
    """Return what the build changed that made the site at ``out``; None where nothing is kept of that.

    ``work`` is the project's folder for disposable files.
    """
    tree = find_tree_id(out)
    changes = parse_changes(Manifests(work, out).read(tree, CHANGES)) if tree else None
    return changes and replace(changes, new=_order(changes.new), changed=_order(changes.changed))


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (find_kind(name).stage, name)))
