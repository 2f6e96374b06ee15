"""What lies in the output, and what it was made from: one manifest for each tree, outside of it.

A manifest is a cache. One that is missing, torn, of another version or of another tree counts as none, and then
everything is built. Light on purpose: a build with nothing to do imports this module and little else.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.build.inputs import Mark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

FORMAT = 1
_SUFFIX = ".manifest"


class Row(NamedTuple):
    """A file of the tree: size, time in ns and inode as it was written, and the key of what it was made from."""

    size: int
    time: int
    inode: int
    key: str

    @property
    def stamp(self) -> tuple[int, int, int]:
        """Return what tells, without reading it, whether a file is still the one that was written."""
        return self[:3]


class Manifest(NamedTuple):
    """The files of one tree by name, its folders with their times, and the inputs and options it was made from.

    It holds as long as nothing of that changes, on the days from ``since`` to before ``until`` (ISO dates; empty: no
    end). ``report`` is what the build said, ``anchors`` the places on pages that other pages link to,
    ``closures`` template → itself and those it includes.
    """

    tree: str
    out: str
    base_url: str
    since: str
    until: str
    inputs: dict[str, Mark]
    files: dict[str, Row]
    folders: dict[str, int]
    anchors: list[tuple[str, str]]
    closures: dict[str, list[str]]
    report: dict[str, Any]


class Manifests:
    """The manifests of the trees of one output: those of its releases, by the identity of each tree."""

    def __init__(self, work: str, out: str) -> None:
        """Take the project's folder for disposable files, and the output."""
        self._out = out
        self._folder = os.path.join(work, "outputs", f"{zlib.crc32(os.fsencode(out)):08x}")

    def load(self, tree: str | None) -> Manifest | None:
        """Return the manifest of a tree, or None where there is none that can be trusted."""
        if tree is None:
            return None
        try:
            with open(self._path(tree), "rb") as file:
                data = file.read()
        except OSError:
            return None
        manifest = parse_manifest(data)
        return manifest if manifest and (manifest.tree, manifest.out) == (tree, self._out) else None

    def save(self, manifest: Manifest) -> None:
        """Write a manifest whole; raises ``OSError``."""
        os.makedirs(self._folder, exist_ok=True)
        path = self._path(manifest.tree)
        temporary = f"{path}.tmp"
        with open(temporary, "wb") as file:
            file.write(dump_manifest(manifest))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    def forget(self, tree: str | None) -> None:
        """Remove the manifest of a tree that is about to change."""
        if tree is not None:
            _remove(self._path(tree))

    def keep_only(self, trees: Collection[str | None]) -> None:
        """Remove the manifests of all other trees, and what killed builds left half-written."""
        kept = {f"{tree}{_SUFFIX}" for tree in trees if tree}
        for name in _list(self._folder):
            if name not in kept:
                _remove(os.path.join(self._folder, name))

    def _path(self, tree: str) -> str:
        return os.path.join(self._folder, f"{tree}{_SUFFIX}")


def _list(folder: str) -> Iterable[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return ()


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _head(payload: bytes) -> bytes:
    # marshal is quick and knows plain values only, but each version of Python has its own.
    return f"twofa manifest {FORMAT} {sys.hexversion:x} {len(payload)} {zlib.crc32(payload)}\n".encode()


def dump_manifest(manifest: Manifest) -> bytes:
    """Return a manifest as bytes: a line that tells whether the rest is whole, and the rest."""
    plain = manifest._asdict()
    plain["inputs"] = {name: tuple(mark) for name, mark in manifest.inputs.items()}
    plain["files"] = {name: tuple(row) for name, row in manifest.files.items()}
    payload = marshal.dumps(plain)
    return _head(payload) + payload


def parse_manifest(data: bytes) -> Manifest | None:
    """Return the manifest, or None where the bytes are not whole or of another version."""
    head, _, payload = data.partition(b"\n")
    if head + b"\n" != _head(payload):
        return None
    plain = marshal.loads(payload)  # noqa: S302 (a file of our own, whose checksum fits)
    plain["inputs"] = {name: Mark(*mark) for name, mark in plain["inputs"].items()}
    plain["files"] = {name: Row(*row) for name, row in plain["files"].items()}
    return Manifest(**plain)
