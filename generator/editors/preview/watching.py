"""Tell when files change, as the system notices it.

Every folder is watched by itself, and the project's own for those that are removed and made again, as git does it. When
one comes or goes, all are watched anew and that is reported: so whoever looks at the files after a report sees what
happened before, and hears of what happens later.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles

from generator.build.inputs import DATA_FILES
from generator.project import is_dropping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: Milliseconds: in which steps changes are looked for, how long such as follow each other step by step are gathered,
#: and how long to wait for any at most.
_STEP, _GATHER, _TICK = 2, 20, 40

#: Seconds for which a file may be away: some editors put the old one aside before they write the new one.
_AWAY = 0.06

_PROGRAM = Path(__file__).parents[2]


class Watch:
    """Watches a project, and this program, in a thread of its own until it is closed.

    ``report`` is called in that thread: first as soon as the watch is up, and then with the names of what changed.
    ``fail`` is called where nothing can be watched any more.
    """

    def __init__(self, root: Path, report: Callable[[frozenset[str]], None], fail: Callable[[Exception], None]) -> None:
        self._root, self._report, self._fail = root, report, fail
        self._begun, self._closed = threading.Event(), threading.Event()
        self._waiting: set[str] = set()
        self._since = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait for the first report, or failure."""
        self._begun.wait()

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            while not self._closed.is_set():
                # Where a folder goes away before it is watched, there are others to watch by now.
                with contextlib.suppress(FileNotFoundError):
                    self._watch(frozenset(find_folders(self._root)))
        except (OSError, UnicodeError, RuntimeError) as error:  # the latter two for a name that is no text
            self._fail(error)
        finally:
            self._begun.set()

    def _watch(self, folders: frozenset[str]) -> None:
        """Report changes until a folder comes or goes."""
        changes = watchfiles.watch(
            *folders,
            watch_filter=None,
            debounce=_GATHER,
            step=_STEP,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            stop_event=self._closed,
            raise_interrupt=False,
            recursive=False,
            ignore_permission_denied=True,
        )
        is_new = True
        with contextlib.closing(changes):
            for batch in changes:
                self._gather(path for _, path in batch)
                if is_new and folders != frozenset(find_folders(self._root)):
                    # One came or went before all were watched.
                    return
                if is_new or (self._waiting and not self._is_away()):
                    names, self._waiting = frozenset(self._waiting), set()
                    self._report(names)
                    self._begun.set()
                is_new = False
                if any(self._is_folder(kind, path, folders) for kind, path in batch):
                    return

    def _gather(self, paths: Iterable[str]) -> None:
        names = {name for path in paths if (name := find_name(self._root, path))}
        if names and not self._waiting:
            self._since = time.monotonic()
        self._waiting |= names

    def _is_away(self) -> bool:
        """Tell whether a file is missing that may be put back at any moment."""
        if time.monotonic() - self._since > _AWAY:
            return False
        return any(Path(name).suffix and not os.path.lexists(self._root / name) for name in self._waiting)

    def _is_folder(self, kind: watchfiles.Change, path: str, folders: frozenset[str]) -> bool:
        """Tell whether a change is that of a folder that is watched, or is to be."""
        if kind == watchfiles.Change.modified:
            return False
        return path in folders or (bool(find_name(self._root, path)) and Path(path).is_dir())


def find_folders(root: Path) -> Iterator[str]:
    """Yield the folders to watch: all that a build reads from, this program's, and the project's own.

    Raises :class:`NotADirectoryError` where the project itself has gone.
    """
    if not root.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(root))
    yield str(root)
    for name in ("data", "data/sample"):
        if (root / name).is_dir():
            yield str(root / name)
    for top in (root / "content", root / "templates", _PROGRAM):
        for folder, below, _ in os.walk(top):
            yield folder
            below[:] = [name for name in below if not is_dropping(name) and name != "__pycache__"]


def find_name(root: Path, path: str) -> str | None:
    """Return what a file that a build reads is called, relative to the project; None for all others."""
    if path.startswith(f"{_PROGRAM}/"):
        is_source = path.endswith((".py", ".json"))
        return f"{_PROGRAM.name}{path.removeprefix(str(_PROGRAM))}" if is_source else None
    name = path.removeprefix(f"{root}/")
    top, _, rest = name.partition("/")
    if is_dropping(name.rpartition("/")[2]):
        return None
    if top == "data":
        return name if rest.removeprefix("sample/") in {"", "sample", *DATA_FILES} else None
    return name if top in {"content", "templates"} else None
