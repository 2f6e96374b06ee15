"""Look at a project and its output: the inputs as they are, the site as it is, and what the site was made from."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generator.build.inputs import Mark, find_changed, find_files, look
from generator.build.manifest import Manifest, Manifests
from generator.build.output import find_intact, look_at_folders
from generator.build.releases import explain_failure, places_of
from generator.build.report import BuildReport
from generator.build.trees import Stamp, find_tree_id

if TYPE_CHECKING:
    from collections.abc import Mapping


class Existing(NamedTuple):
    """The inputs of a project and the site in its output.

    ``marks`` are those of all inputs. ``current`` is the manifest of the site, ``intact`` the files of it that nobody
    has touched since, ``has_strangers`` whether there are others besides. Without a manifest that can be trusted, there
    is nothing to build upon.
    """

    out: Path
    marks: Mapping[str, Mark]
    manifests: Manifests
    current: Manifest | None
    intact: Mapping[str, Stamp]
    has_strangers: bool

    @property
    def changed(self) -> frozenset[str]:
        """The names of the inputs that have changed since the site was built."""
        return find_changed(self.current.inputs if self.current else {}, self.marks)

    @property
    def names(self) -> frozenset[str]:
        """The names of the site's files."""
        return frozenset(self.current.files) if self.current else frozenset()

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys of the site's files, by name."""
        return self.current.keys if self.current else {}

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the site is as it was written."""
        return bool(self.current and len(self.intact) == len(self.current.files) and not self.has_strangers)

    def load_spare(self) -> Manifest | None:
        """Return the manifest of the tree that the next release is made from; None where there is none to trust.

        That tree is not looked at: it was whole when it was the site, and only builds write there. Raises
        :class:`PublishError`.
        """
        if self.current is None:
            return None
        with explain_failure(self.out):
            return self.manifests.load(find_tree_id(places_of(self.out).spare))


def look_at_project(root: Path, out: Path, manifests: Manifests, *, is_clean: bool = False) -> Existing:
    """Return the inputs and the site as they are; a clean build starts from no site. The caller holds the lock."""
    current = None
    if not is_clean:
        with contextlib.suppress(OSError):  # a build that needs the output reports why it can't be read
            current = manifests.load(find_tree_id(out))
    marks = look(find_files(root), current.inputs if current else {})
    intact: Mapping[str, Stamp] = current.files if current else {}
    has_strangers = False
    if current and not manifests.has_made(current.tree):
        intact = find_intact(out, current.files)
        has_strangers = look_at_folders(out, current.folders) != current.folders
    return Existing(
        out=out, marks=marks, manifests=manifests, current=current, intact=intact, has_strangers=has_strangers
    )


def find_fresh(existing: Existing, *, today: str, base_url: str | None) -> BuildReport | None:
    """Return the report of a build that has nothing to do; None where a real one is needed.

    That is so when inputs, options and output are as the last build left them. ``today`` is an ISO date.
    """
    manifest = existing.current
    if manifest is None or manifest.base_url != (base_url or "") or not manifest.holds(today):
        return None
    if existing.changed or not existing.is_whole:
        return None
    if existing.marks != manifest.inputs:
        # Files that were touched, but not changed: next time their new state will be known.
        existing.manifests.save(manifest._replace(inputs=dict(existing.marks)))
    return BuildReport(**manifest.report)
