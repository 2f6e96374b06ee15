"""Make the tree from which the next release is made, where there is none that has the files of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.output import find_folders, look_at_folders
from generator.build.releases import places_of
from generator.build.stage import open_stage

if TYPE_CHECKING:
    from generator.build.existing import Existing


def make_spare(existing: Existing) -> None:
    """Link all files of the site into a spare tree, unless there is one that has most of them.

    A build does this itself where it must; done in an idle moment before, the first edit costs what it changes. The
    caller holds the lock. Raises :class:`PublishError`, ``OSError``.
    """
    site, spare = existing.current, existing.load_spare()
    if site is None or (spare and len(spare.files.items() & site.files.items()) > len(site.files) // 2):
        return
    stage = open_stage(existing.out, None)
    files = stage.complete(site.files, {})
    folders = look_at_folders(places_of(existing.out).spare, find_folders(files))
    existing.manifests.save(site._replace(tree=stage.tree_id or "", files=files, folders=folders))
    stage.leave()
