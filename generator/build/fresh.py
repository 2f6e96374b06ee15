"""Tell that there is nothing to build, at the cost of looking at each file's size and time.

Light on purpose: what a real build needs takes longer to import than this takes to run.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from generator.build.inputs import find_changed, find_files, look
from generator.build.manifest import Manifests
from generator.build.output import find_intact, look_at_folders
from generator.build.releases import find_tree_id
from generator.build.report import BuildReport

if TYPE_CHECKING:
    from pathlib import Path


def find_fresh(root: Path, out: Path, *, today: str, base_url: str | None) -> BuildReport | None:
    """Return the report of a build that has nothing to do; None where a real one is needed.

    That is so when inputs, options and output are as the last build left them. ``today`` is an ISO date. The caller
    holds the lock of the output.
    """
    started, site = time.perf_counter(), os.fspath(out)
    if (root / "data" / ".pending").exists():
        return None  # A fetch was cut short, and finishing its work may change the data.
    manifests = Manifests(os.fspath(root / ".twofa"), site)
    manifest = manifests.load(find_tree_id(out))
    if manifest is None or manifest.base_url != (base_url or "") or not manifest.holds(today):
        return None
    marks = look(find_files(os.fspath(root)), manifest.inputs)
    if find_changed(manifest.inputs, marks):
        return None
    if len(find_intact(site, manifest.files)) != len(manifest.files):
        return None
    if look_at_folders(site, manifest.folders) != manifest.folders:
        return None
    if marks != manifest.inputs:
        manifests.save(manifest._replace(inputs=marks))
    report = BuildReport(**manifest.report)
    return report._replace(seconds={"check": time.perf_counter() - started})
