"""Tell that there is nothing to build, at the cost of looking at each file's size and time.

Light on purpose: what a real build needs takes longer to import than this takes to run.
"""

from __future__ import annotations

import os
import time

from generator.build.inputs import find_changed, find_files, look
from generator.build.manifest import Manifests
from generator.build.output import find_intact, look_at_folders
from generator.build.report import BuildReport
from generator.build.trees import find_tree_id


def find_fresh(root: str, out: str, *, today: str, base_url: str | None) -> BuildReport | None:
    """Return the report of a build that has nothing to do; None where a real one is needed.

    That is so when inputs, options and output are as the last build left them. ``today`` is an ISO date. The caller
    holds the lock of the output.
    """
    started = time.perf_counter()
    if os.path.exists(os.path.join(root, "data", ".pending")):
        return None  # A fetch was cut short, and finishing its work may change the data.
    manifests = Manifests(os.path.join(root, ".twofa"), out)
    try:
        tree = find_tree_id(out)
    except OSError:
        return None  # A real build says why.
    manifest = manifests.load(tree)
    if manifest is None or manifest.base_url != (base_url or "") or not manifest.holds(today):
        return None
    marks = look(find_files(root), manifest.inputs)
    if find_changed(manifest.inputs, marks):
        return None
    if len(find_intact(out, manifest.files)) != len(manifest.files):
        return None
    if look_at_folders(out, manifest.folders) != manifest.folders:
        return None
    if marks != manifest.inputs:
        manifests.save(manifest._replace(inputs=marks))
    report = BuildReport(**manifest.report)
    return report._replace(seconds={"check": time.perf_counter() - started})
