"""Everything that a build reads, with what tells whether it changed: size and time first, the content only then."""

from __future__ import annotations

import os
import stat
import sys
import time
from hashlib import blake2b
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generator.project import is_dropping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What the bytes of a site depend on besides this package; a library is known by the file that it is imported from.
LIBRARIES = ("jinja2", "markupsafe", "markdown", "nh3", "yaml")

#: The files that a build reads of ``data/``, or of the sample where the first of them is not there.
DATA_FILES = (
    "2fa-directory.json",
    "2fa-directory.meta.json",
    "passkeys.json",
    "ledger.json",
    "events.jsonl",
    "links.json",
    "status.json",
)

#: A file that changed less than this before it was looked at may change again without another time: the clocks of
#: file systems tick in milliseconds on Linux and in up to two seconds elsewhere. In nanoseconds.
_RACY = 2_000_000_000

_NOT_TRUSTED = -1
_PACKAGE = str(Path(__file__).resolve().parents[1])


class Mark(NamedTuple):
    """A file as a build found it: size in bytes, time in ns (-1: not to be trusted), hash of the content."""

    size: int
    time: int
    digest: str


#: A file of which nothing is known but that it was there.
UNKNOWN = Mark(0, _NOT_TRUSTED, "")


def find_files(root: Path) -> dict[str, str]:
    """Return name → path of every file that a build of the project at ``root`` reads."""
    data = "data" if (root / "data" / DATA_FILES[0]).exists() else "data/sample"
    files = {f"{data}/{name}": f"{root}/{data}/{name}" for name in DATA_FILES}
    for folder in ("content", "templates"):
        for path in _walk(f"{root}/{folder}"):
            files[path.removeprefix(f"{root}/")] = path
    for path in _walk(_PACKAGE):
        if path.endswith((".py", ".json")):
            files[path.replace(_PACKAGE, "generator:", 1)] = path
    for library in LIBRARIES:
        spec = PathFinder.find_spec(library)
        if spec and spec.origin:
            files[f"library:{library}"] = spec.origin
    return files


def _walk(folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if is_dropping(entry.name) or entry.name == "__pycache__":
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        else:
            yield entry.path


def look(files: Mapping[str, str], known: Mapping[str, Mark]) -> dict[str, Mark]:
    """Return name → mark of the files that are there; those with the size and time of a known mark are not read.

    A file that can't be read is marked by its state alone; whoever needs it reports why.
    """
    now = time.time_ns()
    marks: dict[str, Mark] = {}
    for name, path in files.items():
        try:
            found = os.stat(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            marks[name] = Mark(0, _NOT_TRUSTED, f"unreadable: {error.errno}")
            continue
        old = known.get(name)
        if old and (old.size, old.time) == (found.st_size, found.st_mtime_ns):
            marks[name] = old
            continue
        trusted = found.st_mtime_ns if found.st_mtime_ns < now - _RACY else _NOT_TRUSTED
        marks[name] = Mark(found.st_size, trusted, _hash_file(path, found))
    return marks


def _hash_file(path: str, found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return f"no regular file: {found.st_mode}"
    try:
        return blake2b(Path(path).read_bytes(), digest_size=12).hexdigest()
    except OSError as error:
        return f"unreadable: {error.errno}"


def find_changed(old: Mapping[str, Mark], new: Mapping[str, Mark]) -> frozenset[str]:
    """Return the names whose content differs, or that only one of the two has."""
    return frozenset(
        name for name in old.keys() | new.keys() if name not in old or name not in new or old[name][2] != new[name][2]
    )


def fingerprint(marks: Mapping[str, Mark]) -> str:
    """Return what stands for the program: its own files, the libraries, the version of Python."""
    own = sorted((name, mark.digest) for name, mark in marks.items() if name.startswith(("generator:", "library:")))
    return blake2b(repr((sys.version, own)).encode(), digest_size=12).hexdigest()
