"""One look at inputs and output: is there anything to build? It costs each file's size and time.

Light on purpose: what a real build needs takes longer to import than this takes to run.
"""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

from generator.build.inputs import Mark, find_changed, find_files, look
from generator.build.manifest import Manifest, Manifests
from generator.build.output import is_intact
from generator.build.report import BuildReport
from generator.build.trees import find_tree_id, spare_of


class Glance(NamedTuple):
    """What was seen: the manifest of the output (None where none can be trusted), and the marks of all inputs.

    ``is_clean`` says that what earlier builds left is to be left aside.
    """

    root: str
    out: str
    manifests: Manifests
    manifest: Manifest | None
    marks: dict[str, Mark]
    is_clean: bool

    @property
    def changed(self) -> frozenset[str]:
        """The names of the inputs that are not what the site that lies there was made from."""
        return find_changed(self.manifest.inputs if self.manifest else {}, self.marks)


def glance(root: str, out: str, *, is_clean: bool = False, manifests: Manifests | None = None) -> Glance:
    """Look at a project and its output; a clean build starts from nothing. The caller holds the lock."""
    manifests = manifests or Manifests(os.path.join(root, ".twofa"), out)
    manifest = None
    if not is_clean:
        with contextlib.suppress(OSError):  # whoever needs the output says why it can't be read
            manifest = manifests.load(find_tree_id(out))
    marks = look(find_files(root), manifest.inputs if manifest else {})
    return Glance(root, out, manifests, manifest, marks, is_clean)


def has_edits_only(seen: Glance) -> bool:
    """Tell whether nothing but curated files changed, so that most of the site is kept."""
    if seen.manifest is None:
        return False
    return all(name.startswith("content/services/") and name.endswith(".yaml") for name in seen.changed)


def lacks_spare(seen: Glance) -> bool:
    """Tell whether there is surely no tree from which a release that is much like the site could be made."""
    return seen.manifest is not None and not (seen.manifest.is_like_last and find_tree_id(spare_of(seen.out)))


def find_fresh(seen: Glance, *, today: str, base_url: str | None) -> BuildReport | None:
    """Return the report of a build that has nothing to do; None where a real one is needed.

    That is so when inputs, options and output are as the last build left them. ``today`` is an ISO date.
    """
    manifest = seen.manifest
    if manifest is None or manifest.base_url != (base_url or "") or not manifest.holds(today):
        return None
    if seen.changed or not is_intact(seen.out, manifest):
        return None
    if seen.marks != manifest.inputs:
        # Files that were touched, but not changed: next time their new state will be known.
        seen.manifests.save(manifest._replace(inputs=seen.marks))
    return BuildReport(**manifest.report)
