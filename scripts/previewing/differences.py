"""Which pages differ between two sites, as a reviewer wants to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: How many pages of a kind are named; a change of a layout changes them all.
ENOUGH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The names of the pages that came, changed and went, and how many other files differ."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    others: int

    @property
    def shown(self) -> tuple[str, ...]:
        """The pages that can be looked at."""
        return (*self.added, *self.changed)


def compare(old: Path, new: Path) -> Changes:
    """Return what differs between two sites by name and content."""
    before, after = _list_files(old), _list_files(new)
    different = {name for name in before & after if (old / name).read_bytes() != (new / name).read_bytes()}
    pages = {name for name in before | after if name.endswith(".html")}
    return Changes(
        added=tuple(sorted((after - before) & pages)),
        changed=tuple(sorted(different & pages)),
        removed=tuple(sorted((before - after) & pages)),
        others=len((different | (before ^ after)) - pages),
    )


def _list_files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def describe(changes: Changes) -> str:
    """Return the changes as Markdown."""
    blocks = []
    for heading, names in (("New", changes.added), ("Changed", changes.changed), ("Removed", changes.removed)):
        if names:
            lines = [f"- `{path_of(name)}`" for name in names[:ENOUGH]]
            lines += [f"- and {len(names) - ENOUGH:,} more"] if len(names) > ENOUGH else []
            blocks.append("\n".join([f"**{heading} pages: {len(names):,}**", "", *lines]))
    if not blocks:
        blocks.append("No page changes.")
    return "\n\n".join(blocks)


def path_of(name: str) -> str:
    """Return the address of a page: ``/faq/`` of ``faq/index.html``."""
    return "/" + name.removesuffix("index.html")
