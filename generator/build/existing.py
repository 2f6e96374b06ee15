"""What earlier builds left: the site with its manifest, and the tree from which the next release is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.build.manifest import Manifest, Manifests
from generator.build.output import find_intact, look_at_folders
from generator.build.releases import explain_failure, places_of
from generator.build.trees import Stamp, find_tree_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.build.glance import Glance
    from generator.build.inputs import Mark


class Existing(Struct, frozen=True, kw_only=True):
    """The site as it lies there.

    ``current`` is its manifest, ``intact`` the files of it that nobody touched since, ``has_strangers`` whether there
    are others besides. ``spare`` is the manifest of the tree that the next release is made from. Where a manifest is
    missing or can't be trusted, there is nothing to build upon.
    """

    manifests: Manifests
    current: Manifest | None
    intact: Mapping[str, Stamp]
    has_strangers: bool
    spare: Manifest | None

    @property
    def inputs(self) -> Mapping[str, Mark]:
        """What the site was made from."""
        return self.current.inputs if self.current else {}

    @property
    def names(self) -> frozenset[str]:
        """The names of its files."""
        return frozenset(self.current.files) if self.current else frozenset()

    @property
    def keys(self) -> Mapping[str, str]:
        """What its files were made from, by name."""
        return self.current.keys if self.current else {}

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it is as it was written."""
        return bool(self.current and len(self.intact) == len(self.current.files) and not self.has_strangers)


def find_existing(glance: Glance, *, is_whole: bool | None = None) -> Existing:
    """Look at what there is; ``is_whole`` tells what somebody found who has looked at all of the site already.

    The spare tree is not looked at: it was whole when it was the site, and only builds write there. Raises
    :class:`PublishError`.
    """
    current, out = glance.manifest, Path(glance.out)
    with explain_failure(out):
        spare = glance.manifests.load(find_tree_id(places_of(out).spare)) if current else None
    if current is None or is_whole:
        intact, has_strangers = (current.files if current else {}), False
    else:
        intact = find_intact(glance.out, current.files)
        has_strangers = look_at_folders(glance.out, current.folders) != current.folders
    return Existing(
        manifests=glance.manifests, current=current, intact=intact, has_strangers=has_strangers, spare=spare
    )
