"""Tell when files change, as the system notices it: no polling."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Milliseconds: how long to wait for more after the first change, in steps of how many.
_PATIENCE, _STEP = 20, 5

#: Below ``data/``, what only tells how a fetch went.
_NOT_BUILT = ("data/reports/", "data/status.json")


class Watch:
    """Watches some folders of a project in threads of its own, until it is closed.

    ``report`` is called in such a thread with the names of what changed. Folders that are removed and made again, as
    git does it, are watched again.
    """

    def __init__(self, root: Path, folders: Iterable[str], report: Callable[[frozenset[str]], None]) -> None:
        self._root, self._folders, self._report = root, tuple(folders), report
        self._closed = threading.Event()
        self._again = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch_folders, daemon=True),
            threading.Thread(target=self._watch_root, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End the threads."""
        self._closed.set()
        self._again.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def _watch_folders(self) -> None:
        while not self._closed.is_set():
            self._again.clear()
            folders = [self._root / folder for folder in self._folders if (self._root / folder).is_dir()]
            if not folders:
                self._again.wait(timeout=0.5)
                continue
            for changes in watchfiles.watch(
                *folders,
                watch_filter=None,
                debounce=_PATIENCE,
                step=_STEP,
                rust_timeout=500,
                stop_event=self._again,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._tell(path for _, path in changes)

    def _watch_root(self) -> None:
        watched = {str(self._root / folder) for folder in self._folders}
        for changes in watchfiles.watch(
            self._root,
            watch_filter=lambda _, path: path in watched,
            debounce=_PATIENCE,
            step=_STEP,
            rust_timeout=500,
            stop_event=self._closed,
            raise_interrupt=False,
            recursive=False,
        ):
            self._again.set()
            self._tell(path for _, path in changes)

    def _tell(self, paths: Iterable[str]) -> None:
        names = frozenset(name for name in map(self._name, paths) if not is_dropping(name))
        if names:
            self._report(names)

    def _name(self, path: str) -> str:
        return path.removeprefix(f"{self._root}/")


def is_dropping(name: str) -> bool:
    """Tell whether a file is something that an editor leaves for itself, or nothing that a build reads."""
    last = name.rpartition("/")[2]
    return (
        name.startswith(_NOT_BUILT)
        or last.startswith((".", "#"))
        or last.endswith(("~", ".swp", ".tmp", ".bak"))
        or last == "4913"  # Vim tries with this name whether it may write.
    )
