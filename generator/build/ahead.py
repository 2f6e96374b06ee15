"""What other processes do while this one is still importing: parse YAML, look at the output, compile templates, link.

A build of a few pages spends most of its time on imports, of a parser that only changed files need, and one of all
pages waits for its templates. So that is done ahead, and what comes of it is sent here in the form in which it is kept
between builds. Nothing depends on it: whatever does not come is done here.
"""

from __future__ import annotations

from generator.build.child import CAN_FORK, Child

TYPE_CHECKING = False  # as in typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from generator.build.glance import Glance
    from generator.config import Paths
    from generator.yamlcache import YamlCache


class Ahead:
    """The results of another process, each under its name."""

    def __init__(self, child: Child | None = None) -> None:
        self._child = child
        self._results: dict[str, Any] = {}

    def take(self, name: str) -> Any | None:
        """Return a result, waiting for it; None where it does not come."""
        while self._child is not None and name not in self._results:
            if results := self._child.receive():
                self._results |= results
            else:
                self.close()
        return self._results.get(name)

    def close(self) -> None:
        """Wait for the end of the process; nothing more is wanted of it."""
        if self._child is not None:
            self._child.close()
            self._child = None


def go_ahead(seen: Glance, work: Callable[[Glance], Iterator[dict[str, Any]]]) -> Ahead:
    """Start a process that does some work; whatever goes wrong in it goes wrong here too, and is reported here."""
    return Ahead(Child(lambda: work(seen)) if CAN_FORK else None)


def prepare(seen: Glance) -> Iterator[dict[str, Any]]:
    """Yield what a build needs, one thing after the other in the order in which it needs them."""
    # The imports are what this process is for.
    from generator.catalogue.load import load_content
    from generator.config import load_settings

    paths, cache = _find_yaml(seen)
    known = cache.export()
    load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    yield {"yaml": cache.export(known)}
    # The pages of many guides, and with them their Markdown, are rendered by several processes.
    yield {"is_whole": _is_whole(seen), "markdown": {}}

    from generator.build.memory import Memory

    yield {"templates": Memory(paths, is_clean=seen.is_clean).compile_templates(seen.marks)}


def prepare_edits(seen: Glance) -> Iterator[dict[str, Any]]:
    """Yield the same where curated files have changed and nothing else: there is less to import, and to read."""
    from generator.config import load_yaml

    paths, cache = _find_yaml(seen)
    known = cache.export()
    guides = [load_yaml(paths, name, cache) for name in seen.changed if name in seen.marks]
    yield {"yaml": cache.export(known)}
    yield {"is_whole": _is_whole(seen)}

    from generator.catalogue.curated import build_curated

    valid = [build_curated(guide) for guide in guides if not guide.problems]
    yield {"markdown": _render(seen, paths, [text for guide in valid for text in guide.list_markdown()])}


def _find_yaml(seen: Glance) -> tuple[Paths, YamlCache]:
    from pathlib import Path

    from generator.build.inputs import fingerprint
    from generator.config import Paths
    from generator.yamlcache import FILE, YamlCache, load_cache

    paths = Paths(root=Path(seen.root))
    return paths, YamlCache() if seen.is_clean else load_cache(paths.work / FILE, fingerprint(seen.marks))


def _is_whole(seen: Glance) -> bool:
    from generator.build.output import is_intact

    return seen.manifest is not None and is_intact(seen.out, seen.manifest)


def _render(seen: Glance, paths: Paths, texts: Iterable[str]) -> dict[str, str]:
    """Return those texts as HTML that nobody has rendered before."""
    from generator.build.inputs import fingerprint
    from generator.build.kept import MARKDOWN, load_kept
    from generator.pages.markup import clean_markdown, remember, take_new

    known: dict[str, str] = {} if seen.is_clean else load_kept(paths.work / MARKDOWN, fingerprint(seen.marks), {})
    remember(known)
    for text in texts:
        clean_markdown(text)
    return take_new()


def link(seen: Glance) -> Iterator[dict[str, Any]]:
    """Make a spare tree, and yield that it is done."""
    from generator.build.spare import make_spare

    make_spare(seen)
    yield {"spare": True}
