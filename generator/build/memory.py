"""Remember what one build leaves for the next besides the site: parsed files, compiled templates, the catalogue.

On disk it lies beside the manifests. A program that builds again and again keeps one object of this kind, and so reads
nothing twice that has not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.build.brief import Brief, dump_brief, parse_brief
from generator.build.compiling import Compiled, compile_all, read_templates
from generator.build.existing import Existing, look_at_project
from generator.build.inputs import fingerprint
from generator.build.manifest import BRIEF, Manifests
from generator.cache import FILE, Cache, load_cache
from generator.catalogue.load import load_baseline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.build.inputs import Mark
    from generator.catalogue.inputs import Baseline
    from generator.config import Paths


class Memory:
    """Everything that is remembered of one project; a clean build begins with nothing."""

    def __init__(self, paths: Paths, *, is_clean: bool = False) -> None:
        self._paths = paths
        self._is_clean = is_clean
        self._program: str | None = None
        self._cache = Cache()
        self._templates: tuple[object, Compiled] | None = None
        self._baseline: tuple[object, Baseline] | None = None
        self._brief: tuple[str, Brief] | None = None

    def look(self, out: Path) -> Existing:
        """Look at the project and an output. The caller holds the lock of the output."""
        return look_at_project(self._paths.root, out, Manifests(self._paths.work, out), is_clean=self._is_clean)

    def find_cache(self, marks: Mapping[str, Mark]) -> Cache:
        """Return the cache of this program."""
        program = fingerprint(marks)
        if self._program != program:
            self._program = program
            self._cache = Cache() if self._is_clean else load_cache(self._paths.work / FILE, program)
        return self._cache

    def find_templates(self, marks: Mapping[str, Mark]) -> Compiled:
        """Return the templates; raises :class:`InvalidError` where one is wrong."""
        state = _find_state(marks, "templates/")
        if self._templates is None or self._templates[0] != state:
            self._templates = state, compile_all(read_templates(self._paths.templates), self.find_cache(marks))
        return self._templates[1]

    def find_baseline(self, marks: Mapping[str, Mark]) -> Baseline:
        """Return what upstream says; raises :class:`InvalidError` where a file of ``data/`` is damaged."""
        state = _find_state(marks, "data/")
        if self._baseline is None or self._baseline[0] != state:
            self._baseline = state, load_baseline(self._paths, self.find_cache(marks))
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

    def save(self) -> None:
        """Keep parsed files and compiled templates for the next process."""
        if self._program:
            self._cache.save(self._paths.work / FILE, self._program)


def _find_state(marks: Mapping[str, Mark], folder: str) -> list[tuple[str, str]]:
    return sorted((name, mark.digest) for name, mark in marks.items() if name.startswith(folder))
