"""A finished site in one file, as the floor reads it."""

from __future__ import annotations

import marshal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.benching.floor import Packed


def pack_site(site: Path, packed: Path) -> None:
    """Put all folders and files of a site into one file."""
    folders: list[str] = []
    files: list[tuple[str, bytes]] = []
    for path in sorted(site.rglob("*")):
        name = str(path.relative_to(site))
        if path.is_dir():
            folders.append(name)
        else:
            files.append((name, path.read_bytes()))
    whole: Packed = (folders, files)
    packed.write_bytes(marshal.dumps(whole))
