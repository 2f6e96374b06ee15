"""What one build leaves for the next besides the site: parsed files, compiled templates, the catalogue in brief.

On disk it lies beside the manifests. A program that builds again and again keeps one object of this kind, and so reads
nothing twice that has not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from generator.build.ahead import Ahead
from generator.build.brief import Brief, dump_brief, parse_brief
from generator.build.glance import glance
from generator.build.inputs import fingerprint
from generator.build.kept import MARKDOWN, TEMPLATES, load_kept, save_kept
from generator.build.manifest import BRIEF
from generator.catalogue.load import load_baseline
from generator.pages.markup import remember
from generator.yamlcache import FILE, YamlCache, load_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.build.compiled import Code
    from generator.build.glance import Glance
    from generator.build.inputs import Mark
    from generator.build.manifest import Manifests
    from generator.catalogue.inputs import Baseline
    from generator.config import Paths

T = TypeVar("T")

#: Template → itself and all that it is made of.
Closures = dict[str, list[str]]


class Memory:
    """What is remembered of one project; a clean build begins with an empty one.

    ``ahead`` is a process that has begun to parse what is new, ``links`` one that makes a spare tree.
    """

    def __init__(
        self, paths: Paths, *, is_clean: bool = False, ahead: Ahead | None = None, links: Ahead | None = None
    ) -> None:
        self._paths = paths
        self._is_clean = is_clean
        self._ahead, self._links = ahead or Ahead(), links or Ahead()
        self._program: str | None = None
        self._yaml = YamlCache()
        self._templates: tuple[object, Code, Closures] | None = None
        self._recalled: str | None = None
        self._rendered: dict[str, str] = {}
        self._baseline: tuple[object, Baseline] | None = None
        self._brief: tuple[str, Brief] | None = None

    def glance(self, root: str, out: str, *, is_clean: bool) -> Glance:
        """Look at a project and its output."""
        return glance(root, out, is_clean=is_clean)

    def find_whole(self, tree: str | None) -> bool | None:  # noqa: ARG002 (a live memory needs it)
        """Tell whether the site is as it was written, if somebody has looked; ``tree`` is its id."""
        self._links.take("spare")
        return self._ahead.take("is_whole")

    # --- Parsed YAML --------------------------------------------------------------------------------------------------

    def find_yaml(self, marks: Mapping[str, Mark]) -> YamlCache:
        """Return the parsed files that this program has seen."""
        program = fingerprint(marks)
        if self._program != program:
            self._program = program
            self._yaml = YamlCache() if self._is_clean else load_cache(self._paths.work / FILE, program)
            self._yaml.adopt(self._ahead.take("yaml") or {})
        return self._yaml

    # --- Rendered Markdown --------------------------------------------------------------------------------------------

    def recall_markdown(self, marks: Mapping[str, Mark]) -> None:
        """Let Markdown be remembered that was rendered before."""
        program = fingerprint(marks)
        if self._recalled != program:
            self._recalled = program
            known: dict[str, str] = self._load(MARKDOWN, program, {})
            remember(known | (self._ahead.take("markdown") or {}))

    def learn(self, rendered: Mapping[str, str]) -> None:
        """Note what Markdown came to, for the next build."""
        self._rendered.update(rendered)

    # --- Compiled templates -------------------------------------------------------------------------------------------

    def find_templates(self, marks: Mapping[str, Mark]) -> tuple[Code, Closures]:
        """Return the code of all templates, and what each is made of; raises :class:`InvalidError`."""
        state = _find_state(marks, "templates/")
        if self._templates is None or self._templates[0] != state:
            found = self._ahead.take("templates") or self.compile_templates(marks)
            self._templates = (state, *found)
        return self._templates[1:]

    def compile_templates(self, marks: Mapping[str, Mark]) -> tuple[Code, Closures]:
        """Return the same from the last build, or compiled now if a template has changed since."""
        state = _find_state(marks, "templates/")
        program = fingerprint(marks)
        kept: tuple[object, Code, Closures] = self._load(TEMPLATES, program, ((), {}, {}))
        if kept[0] == state:
            return kept[1], kept[2]
        # Imported here because few builds need it.
        from generator.build.compiling import compile_all

        code, closures = compile_all(self._paths.templates)
        save_kept(self._paths.work / TEMPLATES, program, (state, code, closures))
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

    # --- Files --------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep parsed files and rendered texts for the next process."""
        if self._program:
            self._yaml.save(self._paths.work / FILE, self._program)
            if self._rendered:
                known: dict[str, str] = self._load(MARKDOWN, self._program, {})
                save_kept(self._paths.work / MARKDOWN, self._program, known | self._rendered)
                self._rendered = {}

    def _load(self, name: str, program: str, default: T) -> T:
        """Return what the same program has saved; a clean build leaves that aside."""
        return default if self._is_clean else load_kept(self._paths.work / name, program, default)


def _find_state(marks: Mapping[str, Mark], folder: str) -> list[tuple[str, str]]:
    return sorted((name, mark.digest) for name, mark in marks.items() if name.startswith(folder))
