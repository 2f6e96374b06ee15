"""Find the curated files that are there, and the one that an editor names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generator.catalogue.load import SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.catalogue.inputs import Content
    from generator.config import Paths


def find_files(content: Content) -> dict[str, tuple[str, ...]]:
    """Return domain → its curated files, those included that are invalid but still say for which domain they are."""
    domains = {guide.path: guide.domain for guide in (*content.curated, *content.damaged)}
    files: dict[str, tuple[str, ...]] = {}
    for path, domain in sorted(domains.items()):
        files[domain] = (*files.get(domain, ()), path)
    return files


def find_named_file(word: str, paths: Paths, files: Iterable[str]) -> str | None:
    """Return the curated file that a word names: as a path from here, or from the root of the project."""
    name = f"{SERVICES}/{os.path.basename(word)}"  # noqa: PTH119 (a word, not yet a path)
    if name not in files:
        return None
    place = os.path.realpath(word)
    return name if word == name or place == os.path.realpath(paths.root / name) else None
