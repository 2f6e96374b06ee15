"""Find the curated files that are there, and the one that an editor names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generator.catalogue.load import SERVICES, load_curated
from generator.identity import normalise_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.catalogue.inputs import Content
    from generator.config import Paths


def find_files(paths: Paths, content: Content) -> dict[str, tuple[str, ...]]:
    """Return domain → its curated files, those included that are invalid but still say for which domain they are."""
    domains = {guide.path: guide.domain for guide in content.curated}
    for path in sorted({problem.path for problem in content.problems if _is_curated(problem.path)} - domains.keys()):
        value = load_curated(paths, path).value
        if isinstance(value, dict) and isinstance(value.get("domain"), str):
            domains[path] = normalise_domain(value["domain"])
    files: dict[str, tuple[str, ...]] = {}
    for path, domain in sorted(domains.items()):
        files[domain] = (*files.get(domain, ()), path)
    return files


def _is_curated(path: str) -> bool:
    return path.startswith(f"{SERVICES}/")


def find_named_file(word: str, paths: Paths, files: Iterable[str]) -> str | None:
    """Return the curated file that a word names: as a path from here, or from the root of the project."""
    name = f"{SERVICES}/{os.path.basename(word)}"  # noqa: PTH119 (a word, not yet a path)
    if name not in files:
        return None
    place = os.path.realpath(word)
    return name if word == name or place == os.path.realpath(paths.root / name) else None
