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
from generator.build.trees import Stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

FORMAT = 2

#: The files that belong to a tree.
MANIFEST, BRIEF, CHANGES = "manifest", "brief", "changes"


class Manifest(NamedTuple):
    """The files of one tree with their stamps, its folders with their times, the inputs and options it was made from.

    ``keys`` says of each file what decides its content. The whole holds as long as nothing of that changes, on the days
    from ``since`` to before ``until`` (ISO dates; empty: no end). ``report`` is what the build said, ``anchors`` the
    places on pages that other pages link to. ``is_like_last`` says that most files are those of the release before.
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
    is_like_last: bool

    def holds(self, today: str) -> bool:
        """Tell whether it holds on an ISO date."""
        return self.since <= today and (not self.until or today < self.until)


class Manifests:
    """What is kept of the trees of one output, by the identity of each."""

    def __init__(self, work: str, out: str) -> None:
        """Take the project's folder for disposable files, and the output."""
        self._out = out
        self._folder = os.path.join(work, "outputs", f"{zlib.crc32(os.fsencode(out)):08x}")

    def load(self, tree: str | None) -> Manifest | None:
        """Return the manifest of a tree, or None where there is none that can be trusted."""
        manifest = parse_manifest(self.read(tree, MANIFEST)) if tree else None
        return manifest if manifest and (manifest.tree, manifest.out) == (tree, self._out) else None

    def save(self, manifest: Manifest) -> None:
        """Write a manifest; raises ``OSError``."""
        self.write(manifest.tree, MANIFEST, dump_manifest(manifest))

    def read(self, tree: str, kind: str) -> bytes:
        """Return one of the files that belong to a tree; empty where it can't be read."""
        try:
            with open(self._path(tree, kind), "rb") as file:
                return file.read()
        except OSError:
            return b""

    def write(self, tree: str, kind: str, data: bytes) -> None:
        """Write such a file as a whole; raises ``OSError``. One that a power cut tears is known by its first line."""
        os.makedirs(self._folder, exist_ok=True)
        path = self._path(tree, kind)
        # Nobody else writes under this name: a preview writes its own down without holding the output.
        temporary = f"{path}.{os.urandom(8).hex()}.tmp"
        with open(temporary, "wb") as file:
            file.write(data)
        os.replace(temporary, path)

    def keep_only(self, trees: Collection[str | None]) -> None:
        """Remove the files of all other trees, and what killed builds left half-written."""
        for name in _list(self._folder):
            tree, _, kind = name.rpartition(".")
            if tree not in trees and (kind in {MANIFEST, BRIEF, CHANGES, "tmp"}):
                _remove(os.path.join(self._folder, name))

    def has_any(self) -> bool:
        """Tell whether a build made the output here, as far as anything is kept of that."""
        return any(name.endswith(f".{MANIFEST}") for name in _list(self._folder))

    def _path(self, tree: str, kind: str) -> str:
        return os.path.join(self._folder, f"{tree}.{kind}")


def _list(folder: str) -> Iterable[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return ()


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


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


def pack(value: Any) -> bytes:
    """Return plain values as bytes: a line that tells whether the rest is whole, and the rest."""
    payload = marshal.dumps(value)
    return _head(payload) + payload


def unpack(data: bytes) -> Any | None:
    """Return the values, or None where the bytes are not whole or of another version."""
    head, _, payload = data.partition(b"\n")
    return marshal.loads(payload) if head + b"\n" == _head(payload) else None  # noqa: S302 (of our own, and whole)


def _head(payload: bytes) -> bytes:
    # marshal is quick and knows plain values only, but each version of Python has its own.
    return f"twofa {FORMAT} {sys.hexversion:x} {len(payload)} {zlib.crc32(payload)}\n".encode()
