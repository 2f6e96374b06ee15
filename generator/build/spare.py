"""Make the tree from which the next release is made, where there is none that has the files of the site.

Light on purpose: a process that does only this works while the build is still importing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.output import find_folders, look_at_folders
from generator.build.releases import places_of
from generator.build.stage import open_stage
from generator.build.trees import find_tree_id

if TYPE_CHECKING:
    from generator.build.glance import Glance


def make_spare(seen: Glance) -> None:
    """Link all files of the site into a spare tree, unless there is one that has most of them.

    A build does this itself where it must; done before, an edit costs what it changes from the first time on. The
    caller holds the lock. Raises :class:`PublishError`, ``OSError``.
    """
    out, site = Path(seen.out), seen.manifest
    spare = places_of(out).spare
    manifest = seen.manifests.load(find_tree_id(spare))
    if site is None or (manifest and len(manifest.files.items() & site.files.items()) > len(site.files) // 2):
        return
    stage = open_stage(out, None)
    files = stage.complete(site.files, {})
    folders = look_at_folders(os.fspath(spare), find_folders(files))
    seen.manifests.save(site._replace(tree=stage.tree_id or "", files=files, folders=folders))
    stage.leave()
