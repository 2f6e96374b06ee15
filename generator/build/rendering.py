"""One page after the other: its view, its bytes, its links looked at, its file in the stage.

What comes back of each page is plain, so that it costs nothing to send it from one process to another.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from generator.build.trees import stamp_of
from generator.pages.addresses import file_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generator.build.checks import LinkChecker, Links
    from generator.build.keys import Keys
    from generator.build.render import Renderer
    from generator.build.stage import Stage
    from generator.build.trees import Stamp
    from generator.pages.page import Page


class Rendered(NamedTuple):
    """A page that was rendered: its file, its key, whether the file is a new one, and its links."""

    path: str
    stamp: Stamp
    key: str
    is_new: bool
    links: Links


class Press(Struct, frozen=True, kw_only=True):
    """Renders pages into a stage; ``current`` are the files of the site as it is, which lie below ``out``.

    Where nothing is known of them, the site ``is_strange``: then a file is looked at under the name of each page.
    """

    renderer: Renderer
    keys: Keys
    checker: LinkChecker
    stage: Stage
    current: Mapping[str, Stamp]
    out: Path
    is_strange: bool

    def render(self, pages: Sequence[Page]) -> list[tuple[Any, ...]]:
        """Render pages, keep files that have the same bytes, and return the fields of :class:`Rendered` of each.

        Step by step for all of them, which keeps the code of one step near the processor: that saves a tenth.
        """
        views = [page.build() for page in pages]
        contents = [self.renderer.render(page, view) for page, view in zip(pages, views, strict=True)]
        keys = [self.keys.find(page, view) for page, view in zip(pages, views, strict=True)]
        links = [self.checker.check(page.path, data) for page, data in zip(pages, contents, strict=True)]
        names = [file_of(page.path) for page in pages]
        found = [self.find_same(name, data) for name, data in zip(names, contents, strict=True)]
        stamps = [same or self.stage.write(name, data) for same, name, data in zip(found, names, contents, strict=True)]
        paths = [page.path for page in pages]
        return list(zip(paths, stamps, keys, [same is None for same in found], links, strict=True))

    def find_same(self, name: str, data: bytes) -> Stamp | None:
        """Return the file of the site that holds these bytes under this name, if there is one."""
        stamp = self.current.get(name)
        if stamp and stamp[0] != len(data):
            return None
        try:
            if stamp or self.is_strange:
                with (self.out / name).open("rb") as file:
                    stamp = stamp or stamp_of(os.fstat(file.fileno()))
                    return stamp if stamp[0] == len(data) and file.read() == data else None
        except OSError:
            pass
        return None
