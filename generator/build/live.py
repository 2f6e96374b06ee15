"""The memory of a program that builds again and again, and is the only one to write the site meanwhile.

What it has made is not looked at again, and is written down only when there is time for it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from generator.build.existing import Existing, look_at_project
from generator.build.inputs import UNKNOWN, fingerprint
from generator.build.manifest import Manifests
from generator.build.memory import Memory
from generator.build.trees import find_tree_id
from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from generator.build.brief import Brief
    from generator.build.inputs import Mark
    from generator.build.manifest import Manifest
    from generator.cache import Cache
    from generator.config import Paths


class LiveManifests(Manifests):
    """The manifests of one output, on disk only after :meth:`flush`."""

    def __init__(self, work: Path, out: Path) -> None:
        super().__init__(work, out)
        self._kept: dict[str, Manifest] = {}
        self._unsaved: set[str] = set()

    def load(self, tree: str | None) -> Manifest | None:
        """Return the manifest of a tree, or None where there is none that can be trusted."""
        return self._kept.get(tree) if tree in self._kept else super().load(tree)

    def has_made(self, tree: str) -> bool:
        """Tell whether this program itself has made a tree, or found it as it was written."""
        return tree in self._kept

    def save(self, manifest: Manifest) -> None:
        """Keep a manifest."""
        self._kept[manifest.tree] = manifest
        self._unsaved.add(manifest.tree)

    def doubt(self, names: Collection[str]) -> None:
        """Forget what the trees were made from, as far as these inputs go."""
        for tree, manifest in self._kept.items():
            unknown = {name: UNKNOWN for name in names if name in manifest.inputs}
            self._kept[tree] = manifest._replace(inputs=manifest.inputs | unknown)

    def keep_only(self, trees: Collection[str | None]) -> None:
        """Forget all other trees."""
        self._kept = {tree: manifest for tree, manifest in self._kept.items() if tree in trees}
        self._unsaved &= self._kept.keys()
        super().keep_only(trees)

    def flush(self) -> None:
        """Write what is not on disk yet; raises ``OSError``."""
        while self._unsaved:
            super().save(self._kept[self._unsaved.pop()])


class LiveMemory(Memory):
    """Everything that is remembered of one project, on disk only after :meth:`flush`."""

    def __init__(self, paths: Paths) -> None:
        super().__init__(paths)
        self._manifests: LiveManifests | None = None
        self._is_brief_saved = True

    def look(self, out: Path) -> Existing:
        """Look at the project and an output. The caller holds the lock of the output."""
        if self._manifests is None:
            self._manifests = LiveManifests(self._paths.work, out)
        return look_at_project(self._paths.root, out, self._manifests)

    def doubt(self, names: Collection[str]) -> None:
        """Take files for changed, whatever they hold by now.

        One that was saved twice while a build was reading may have been read with what it held in between.
        """
        if names and self._manifests:
            self._manifests.doubt(names)

    def trust(self, existing: Existing) -> None:
        """Take a site that was found as it was written for one that this program has made."""
        if existing.current:
            existing.manifests.save(existing.current)

    def find_cache(self, marks: Mapping[str, Mark]) -> Cache:
        """Return the cache of this program; raises :class:`UsageError` once it is another on disk."""
        if self._program not in {None, fingerprint(marks)}:
            message = "the program itself has changed since it was started"
            raise UsageError(message, fix="end it and start it again")
        return super().find_cache(marks)

    def find_current(self, out: Path) -> Brief | None:
        """Return the catalogue in brief of the site that lies there, as far as it is known."""
        tree = find_tree_id(out)
        return self.find_brief(tree, self._manifests) if tree and self._manifests else None

    def save_brief(self, tree: str, brief: Brief, manifests: Manifests) -> None:  # noqa: ARG002 (kept, not written)
        """Keep the catalogue in brief."""
        self._brief = tree, brief
        self._is_brief_saved = False

    def save(self) -> None:
        """Leave it for later."""

    def flush(self) -> None:
        """Write down what the next process will want to know; a disk that takes nothing costs that process time."""
        with contextlib.suppress(OSError):
            if self._manifests:
                self._manifests.flush()
                if self._brief and not self._is_brief_saved:
                    super().save_brief(*self._brief, self._manifests)
                    self._is_brief_saved = True
        super().save()
