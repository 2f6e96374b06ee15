"""Keep a manifest of each tree outside of it: its files, and what they were made from.

A manifest is a cache. One that is missing, torn, of another version or of another tree counts as none, and then
everything is built.
"""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.build.inputs import Mark
from generator.build.trees import Stamp
from generator.cache import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

#: The files that belong to a tree.
MANIFEST, BRIEF, CHANGES = "manifest", "brief", "changes"


class Manifest(NamedTuple):
    """The files of one tree with their stamps, its folders with their times, the inputs and options it was made from.

    ``keys`` says of each file what decides its content. The whole holds as long as nothing of that changes, on the days
    from ``since`` to before ``until`` (ISO dates; empty: no end). ``report`` is what the build said, ``anchors`` the
    places on pages that other pages link to.
    """

    tree: str
    out: str
    base_url: str
    since: str
    until: str
    inputs: dict[str, Mark]
    files: dict[str, Stamp]
    keys: dict[str, str]
    folders: dict[str, int]
    anchors: list[tuple[str, str]]
    report: dict[str, Any]

    def holds(self, today: str) -> bool:
        """Tell whether it holds on an ISO date."""
        return self.since <= today and (not self.until or today < self.until)


class Manifests:
    """The manifests of the trees of one output, and what else is kept of each, by its identity."""

    def __init__(self, work: Path, out: Path) -> None:
        """Take the project's folder for disposable files, and the output."""
        self._out = str(out)
        self._folder = work / "outputs" / f"{zlib.crc32(os.fsencode(out)):08x}"

    def load(self, tree: str | None) -> Manifest | None:
        """Return the manifest of a tree, or None where there is none that can be trusted."""
        manifest = parse_manifest(self.read(tree, MANIFEST)) if tree else None
        return manifest if manifest and (manifest.tree, manifest.out) == (tree, self._out) else None

    def has_made(self, tree: str) -> bool:  # noqa: ARG002 (a program that builds again and again needs it)
        """Tell whether this program itself has made a tree, so that nobody need look at its files."""
        return False

    def save(self, manifest: Manifest) -> None:
        """Write a manifest; raises ``OSError``."""
        self.write(manifest.tree, MANIFEST, dump_manifest(manifest))

    def read(self, tree: str, kind: str) -> bytes:
        """Return one of the files that belong to a tree; empty where it can't be read."""
        try:
            return self._path(tree, kind).read_bytes()
        except OSError:
            return b""

    def write(self, tree: str, kind: str, data: bytes) -> None:
        """Write such a file as a whole; raises ``OSError``. One that a power cut tears is known by its first line."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # Nobody else writes under this name: a preview writes its own down without holding the output.
        temporary = self._path(tree, f"{kind}.{os.urandom(8).hex()}.tmp")
        temporary.write_bytes(data)
        temporary.replace(self._path(tree, kind))

    def keep_only(self, trees: Collection[str | None]) -> None:
        """Remove the files of all other trees, and what killed builds left half-written."""
        for path in self._list():
            tree, _, kind = path.name.rpartition(".")
            if tree not in trees and kind in {MANIFEST, BRIEF, CHANGES, "tmp"}:
                path.unlink(missing_ok=True)

    def has_any(self) -> bool:
        """Tell whether a build made the output here, as far as anything is kept of that."""
        return any(path.suffix == f".{MANIFEST}" for path in self._list())

    def _list(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except OSError:
            return []

    def _path(self, tree: str, kind: str) -> Path:
        return self._folder / f"{tree}.{kind}"


def dump_manifest(manifest: Manifest) -> bytes:
    """Return a manifest as bytes."""
    plain = manifest._asdict()
    plain["inputs"] = {name: tuple(mark) for name, mark in manifest.inputs.items()}
    return pack(plain)


def parse_manifest(data: bytes) -> Manifest | None:
    """Return the manifest, or None where the bytes are not whole or of another version."""
    plain = unpack(data)
    if plain is None:
        return None
    plain["inputs"] = {name: Mark._make(mark) for name, mark in plain["inputs"].items()}
    return Manifest(**plain)
