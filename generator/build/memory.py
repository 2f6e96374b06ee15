"""What one build leaves for the next besides the site: parsed files, compiled templates, the catalogue in brief.

On disk it lies beside the manifests. A program that builds again and again keeps one object of this kind, and so reads
nothing twice that has not changed.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from generator.build.ahead import Ahead
from generator.build.brief import Brief, dump_brief, parse_brief
from generator.build.inputs import fingerprint
from generator.build.manifest import BRIEF, pack, unpack
from generator.catalogue.load import load_baseline
from generator.disk import write_atomically
from generator.yamlcache import YamlCache, load_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.build.compiled import Code
    from generator.build.inputs import Mark
    from generator.build.manifest import Manifests
    from generator.catalogue.inputs import Baseline
    from generator.config import Paths

#: Template → itself and all that it is made of.
Closures = dict[str, list[str]]


class Memory:
    """What is remembered of one project; a clean build begins with an empty one.

    ``ahead`` is the process that has begun to parse what is new.
    """

    def __init__(self, paths: Paths, *, is_clean: bool = False, ahead: Ahead | None = None) -> None:
        self._paths = paths
        self._is_clean = is_clean
        self._ahead = ahead or Ahead()
        self._program: str | None = None
        self._yaml = YamlCache()
        self._templates: tuple[object, Code, Closures] | None = None
        self._baseline: tuple[object, Baseline] | None = None
        self._brief: tuple[str, Brief] | None = None

    # --- Parsed YAML --------------------------------------------------------------------------------------------------

    def find_yaml(self, marks: Mapping[str, Mark]) -> YamlCache:
        """Return the parsed files that this program has seen."""
        program = fingerprint(marks)
        if self._program != program:
            self._program = program
            self._yaml = YamlCache() if self._is_clean else load_cache(self._paths.work / "yaml.cache", program)
            self._yaml.adopt(self._ahead.take() or {})
        return self._yaml

    # --- Compiled templates -------------------------------------------------------------------------------------------

    def find_templates(self, marks: Mapping[str, Mark]) -> tuple[Code, Closures]:
        """Return the code of all templates, and what each is made of; raises :class:`InvalidError`."""
        state = _find_state(marks, "templates/")
        if self._templates is None or self._templates[0] != state:
            found = self._ahead.take() or self.compile_templates(marks)
            self._templates = (state, *found)
        return self._templates[1:]

    def compile_templates(self, marks: Mapping[str, Mark]) -> tuple[Code, Closures]:
        """Return the same from the last build, or compiled now if a template has changed since."""
        state = _find_state(marks, "templates/")
        kept = None
        if not self._is_clean:
            with contextlib.suppress(OSError):
                kept = unpack((self._paths.work / "templates.cache").read_bytes())
        if kept and kept[:2] == (self._program, state):
            return kept[2], kept[3]
        # Imported here because few builds need it.
        from generator.build.compiling import compile_all

        code, closures = compile_all(self._paths.templates)
        with contextlib.suppress(OSError):
            self._paths.work.mkdir(exist_ok=True)
            whole = pack((self._program, state, code, closures))
            write_atomically(self._paths.work / "templates.cache", whole, is_durable=False)
        return code, closures

    # --- The catalogue ------------------------------------------------------------------------------------------------

    def find_baseline(self, marks: Mapping[str, Mark]) -> Baseline:
        """Return what upstream says; raises :class:`InvalidError` where a file of ``data/`` is damaged."""
        state = _find_state(marks, "data/")
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

    def save(self) -> None:
        """Keep the parsed files for the next process."""
        if self._program:
            self._yaml.save(self._paths.work / "yaml.cache", self._program)


def _find_state(marks: Mapping[str, Mark], folder: str) -> list[tuple[str, str]]:
    return sorted((name, mark.digest) for name, mark in marks.items() if name.startswith(folder))
