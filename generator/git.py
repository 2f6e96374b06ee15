"""Find the repository of a project, and the files that git tracks: git is started only to list these."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a hook of git sets for its own repository, which need not be the one of the project.
_MISLEADING = {
    *("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "GIT_NAMESPACE"),
    *("GIT_LITERAL_PATHSPECS", "GIT_SHALLOW_FILE"),
}


class UnansweredError(Exception):
    """Raised where there is a repository, but git doesn't say what it tracks."""


def find_repositories(folder: str) -> list[str]:
    """Return every ``.git`` of a folder and of those above it, with the folders that it leads to."""
    found = []
    for above in list_upwards(os.path.realpath(folder)):
        dot = os.path.join(above, ".git")
        if os.path.lexists(dot):
            found += [dot, *_follow(dot)]
    return found


def list_upwards(path: str) -> Iterator[str]:
    """Yield a path and all folders above it."""
    yield path
    while (above := os.path.dirname(path)) != path:
        path = above
        yield path


def _follow(dot: str) -> Iterator[str]:
    """Yield the folder that a ``.git`` of a worktree or submodule names, and the one that all worktrees share."""
    folder = dot
    line = _read_line(dot)
    if line.startswith("gitdir: "):
        folder = os.path.join(os.path.dirname(dot), line.removeprefix("gitdir: "))
        yield folder
    if common := _read_line(os.path.join(folder, "commondir")):
        yield os.path.join(folder, common)


def _read_line(path: str) -> str:
    """Return the first line of a file; empty where there is none, or what it holds is no name."""
    if not os.path.isfile(path):
        return ""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        line = file.readline(65536)
        return "" if b"\0" in line else os.fsdecode(line.rstrip(b"\r\n"))
    return ""


def list_tracked(folder: str) -> list[str]:
    """Return the names of all tracked files below a folder; raises :class:`UnansweredError`."""
    if not find_repositories(folder):
        return []
    environment = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    environment |= {"LC_ALL": "C", "GIT_DISCOVERY_ACROSS_FILESYSTEM": "1"}
    try:
        done = subprocess.run(
            # Nothing of the repository is run, so it may belong to somebody else, as it often does in a container.
            ["git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "ls-files", "-z", "--recurse-submodules"],  # noqa: S607
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        message = f"git can't be run: {error.strerror}"
        raise UnansweredError(message) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").partition("\n")[0].removeprefix("fatal: ")
        raise UnansweredError(said or f"git ended with {done.returncode}")
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
