"""Static files, each under an address that holds the hash of its content, so that browsers may keep it for ever."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.project import is_dropping

if TYPE_CHECKING:
    from pathlib import Path


class Asset(Struct, frozen=True, kw_only=True):
    """A static file: its name in the templates, its address, its bytes."""

    name: str
    path: str
    data: bytes


def load_assets(folder: Path) -> tuple[Asset, ...]:
    """Return every file of the folder; ``style.css`` becomes ``/assets/style.1a2b3c4d.css``."""
    assets = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not is_dropping(path.name)):
        data = file.read_bytes()
        name = file.relative_to(folder).as_posix()
        stem, dot, suffix = name.rpartition(".")
        digest = hashlib.sha256(data).hexdigest()[:8]
        hashed = f"{stem}.{digest}.{suffix}" if dot else f"{name}.{digest}"
        assets.append(Asset(name=name, path=f"/assets/{hashed}", data=data))
    return tuple(assets)
