"""What the tests of publishing share: a site with its manifests, as a build keeps them; failures at chosen moments."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from generator.build import stage as staging
from generator.build import switch as switching
from generator.build.releases import check_target, places_of, recover
from generator.build.stage import Stage, open_stage
from generator.build.trees import SIGN, Stamp, find_tree_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

Files = dict[str, bytes]

#: For tests that fork, which is safe here: no other thread holds anything that the child needs.
forks = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

#: Releases with everything that can happen to a file between two of them.
RELEASES: tuple[Files, ...] = (
    {
        SIGN: b"1",
        "index.html": b"1",
        "kept/index.html": b"kept",
        "kept/deep/er/index.html": b"kept",
        "gone/in/two/index.html": b"1",
        "file": b"1",
        "folder/index.html": b"1",
        "folder/more/index.html": b"1",
    },
    {
        SIGN: b"2",
        "index.html": b"2",
        "kept/index.html": b"kept",
        "kept/deep/er/index.html": b"kept",
        "gone/in/two/index.html": b"1",
        "file": b"1",
    },
    {
        SIGN: b"2",
        "index.html": b"3",
        "kept/index.html": b"kept",
        "kept/deep/er/index.html": b"kept",
        "new/index.html": b"3",
    },
    {
        SIGN: b"4",
        "index.html": b"4",
        "kept/index.html": b"kept",
        "kept/deep/er/index.html": b"kept",
        "new/index.html": b"3",
        "file/index.html": b"4",
        "folder": b"4",
        "later/index.html": b"4",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """An output and a folder for the manifests of its trees."""

    out: Path
    manifests: Path

    def load(self, tree: Path) -> dict[str, Stamp] | None:
        """Return the manifest of a tree, or None where none counts."""
        known = find_tree_id(tree)
        path = self.manifests / f"{known}.json"
        if known is None or not path.exists():
            return None
        return {name: (size, changed, inode) for name, (size, changed, inode) in json.loads(path.read_bytes()).items()}

    def publish(self, files: Mapping[str, bytes], *, pause: Callable[[], object] = lambda: None) -> dict[str, Stamp]:
        """Publish the files as a build does, which keeps what has not changed; ``pause`` before all is put together."""
        check_target(self.out)
        recover(self.out)
        current = self.load(self.out) or {}
        kept = {name: stamp for name, stamp in current.items() if self._holds(name, stamp, files)}
        with open_stage(self.out, self.load(places_of(self.out).spare)) as stage:
            written = {name: stage.write(name, data) for name, data in files.items() if name not in kept}
            pause()
            return self.finish(stage, kept, written)

    def finish(self, stage: Stage, kept: Mapping[str, Stamp], written: Mapping[str, Stamp]) -> dict[str, Stamp]:
        """Do the second half of publishing."""
        stamps = stage.complete(kept, written)
        stage.sync()
        (self.manifests / f"{stage.tree_id}.json").write_text(json.dumps(stamps))
        stage.switch()
        return stamps

    def _holds(self, name: str, stamp: Stamp, files: Mapping[str, bytes]) -> bool:
        path = self.out / name
        try:
            info = path.lstat()
        except OSError:
            return False
        unchanged = stamp == (info.st_size, info.st_mtime_ns, info.st_ino)
        return unchanged and name in files and path.read_bytes() == files[name]


def make_site(folder: Path) -> Site:
    """Return a site in a folder that has nothing else in it."""
    (folder / "public").mkdir(parents=True)
    (folder / "manifests").mkdir()
    return Site(out=folder / "public" / "site", manifests=folder / "manifests")


def list_beside(out: Path) -> list[str]:
    """Return the names of everything in the folder of the output."""
    return sorted(path.name for path in out.parent.iterdir())


# --- Failures at chosen moments ---------------------------------------------------------------------------------------

_OPERATIONS = ("open", "write", "mkdir", "link", "replace", "rename", "unlink", "rmdir", "utime", "chmod", "fsync")


def no_exchange(*_: object) -> bool:
    """Stand for the exchange of a system that has none."""
    return False


@contextlib.contextmanager
def at_operation(
    number: int, act: Callable[[], object], *, after: bool = False, swaps: bool = True, dead: bool = False
) -> Iterator[list[str]]:
    """Do something before (or after) an operation on the disk, counted from 1; yield the list of those done.

    ``dead``: before each one that follows as well.
    """
    done: list[str] = []

    def hook(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            done.append(name)
            here = len(done) == number or (dead and len(done) > number)
            if here and not after:
                act()
            try:
                return function(*arguments, **options)
            finally:
                if here and after:
                    act()

        return run

    places: list[tuple[Any, str]] = [(os, name) for name in _OPERATIONS]
    places += [(switching, "exchange"), (staging, "sync_filesystem")]
    with contextlib.ExitStack() as stack:
        for module, name in places:
            original = getattr(module, name)
            stack.callback(setattr, module, name, original)
            setattr(module, name, hook(name, original if swaps or name != "exchange" else no_exchange))
        yield done


def run_forked(function: Callable[[], object]) -> int:
    """Run a function in a process of its own; return its exit code: 0, 1 after an exception, minus the signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            function()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_self() -> None:
    """End this process as the kernel does it."""
    os.kill(os.getpid(), signal.SIGKILL)
