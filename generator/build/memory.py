"""What one build leaves for the next besides the site: parsed files, the snapshot, the catalogue in brief.

On disk it lies with the manifests. A program that builds again and again keeps one object of this kind, and so reads
nothing twice that has not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.brief import Brief, dump_brief, parse_brief
from generator.build.inputs import fingerprint
from generator.build.manifest import BRIEF
from generator.catalogue.load import load_baseline
from generator.pages.digest import hash_text
from generator.yamlcache import YamlCache, load_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.build.inputs import Mark
    from generator.build.manifest import Manifests
    from generator.catalogue.inputs import Baseline
    from generator.config import Paths


class Memory:
    """What is remembered of one project."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._program: str | None = None
        self._cache = YamlCache()
        self._baseline: tuple[object, Baseline] | None = None
        self._brief: tuple[str, Brief] | None = None

    def find_yaml(self, marks: Mapping[str, Mark]) -> YamlCache:
        """Return the parsed files that this program has seen."""
        program = hash_text(fingerprint(marks))
        if self._program != program:
            self._program = program
            self._cache = load_cache(self._paths.work / "yaml.cache", program)
        return self._cache

    def save_yaml(self) -> None:
        """Keep the parsed files for the next process."""
        if self._program:
            self._cache.save(self._paths.work / "yaml.cache", self._program)

    def find_baseline(self, marks: Mapping[str, Mark]) -> Baseline:
        """Return what upstream says; raises :class:`InvalidError` where a file of ``data/`` is damaged."""
        state = sorted((name, mark.digest) for name, mark in marks.items() if name.startswith("data/"))
        if self._baseline is None or self._baseline[0] != state:
            self._baseline = state, load_baseline(self._paths)
        return self._baseline[1]

    def find_brief(self, tree: str, manifests: Manifests) -> Brief | None:
        """Return the catalogue in brief as it was when a tree was made."""
        if self._brief is None or self._brief[0] != tree:
            brief = parse_brief(manifests.read(tree, BRIEF))
            if brief is None:
                return None
            self._brief = tree, brief
        return self._brief[1]

    def save_brief(self, tree: str, brief: Brief, manifests: Manifests) -> None:
        """Keep the catalogue in brief beside the manifest of a tree; raises ``OSError``."""
        self._brief = tree, brief
        manifests.write(tree, BRIEF, dump_brief(brief))
