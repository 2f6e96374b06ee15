"""Make the next release beside the site, from the release before the last: it costs what has changed.

The tree at ``.next`` still holds most files of the new site, so only those that differ are written or linked. A build
that fails removes it; one that is killed leaves it without an id, so that the next one removes it. The site itself is
touched by nothing but the switch at the end.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
from typing import TYPE_CHECKING, Self, TypeVar

from generator.build.kernel import sync_filesystem
from generator.build.releases import explain_failure, failure, places_of, refuse_outside
from generator.build.switch import switch_to_spare
from generator.build.trees import Stamp, find_tree_id, stamp_of, tree_id_of, void_tree
from generator.disk import sync_path
from generator.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

T = TypeVar("T")

_FILE_MODE = 0o644
_FOLDER_MODE = 0o755
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

#: What a file system says that has no hard links, or not for this file.
_NO_LINKS = {errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS, errno.EXDEV}
#: What says that a folder is not empty, or gone.
_STAYS = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR}

#: So many changes at most are put on the disk one by one; for more it is cheaper to do so with all that waits for it.
_FEW = 8


def open_stage(out: Path, spare: Mapping[str, Stamp] | None = None) -> Stage:
    """Begin the next release; the caller holds the lock, and has checked and recovered ``out``.

    ``spare`` is the manifest of the tree at ``.next``, recorded under its id; without one the stage begins empty. From
    here on that tree has no id. Raises :class:`PublishError`.
    """
    root = places_of(out).spare
    mask = os.umask(0)
    os.umask(mask)
    with explain_failure(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        if spare is None or find_tree_id(root) is None:
            spare = {}
            _remove_tree(root)
            root.mkdir(_FOLDER_MODE)
            root.chmod(_FOLDER_MODE)
        descriptor = os.open(root, _ROOT | os.O_NOFOLLOW)
        void_tree(descriptor)
    return Stage(out=out, root=descriptor, spare=spare, masked=bool(mask & _FOLDER_MODE))


class Stage:
    """A release in the making: write, complete, sync, switch; left as a ``with`` block before that, it is removed.

    Processes that are forked from the one that opened it may write to it; they must have ended before it is completed.
    """

    def __init__(self, *, out: Path, root: int, spare: Mapping[str, Stamp], masked: bool) -> None:
        self._out = out
        self._root = root
        self._spare = spare
        self._masked = masked
        self._owner = os.getpid()
        self._open = True
        self._folders = {""}
        self._new_files: Collection[str] = ()
        self._new_names: Collection[str] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    @property
    def tree_id(self) -> str | None:
        """The id of the release, from its completion to the switch."""
        return tree_id_of(os.fstat(self._root))

    def write(self, name: str, data: bytes) -> Stamp:
        """Write one file as a whole; raises :class:`PublishError`."""
        try:
            return self._put(name, lambda place: self._create(place, data))
        except OSError as error:
            raise failure(self._out, error) from error

    def complete(self, kept: Mapping[str, Stamp], written: Mapping[str, Stamp]) -> dict[str, Stamp]:
        """Make the stage hold exactly these files: ``kept`` from the site, ``written`` before; return all stamps.

        Raises :class:`PublishError`, also where a file of the site is no longer the one that was to be kept.
        """
        spare = self._spare
        with explain_failure(self._out):
            linked = self._link_all({name: stamp for name, stamp in kept.items() if spare.get(name) != stamp})
            stamps = {**kept, **linked, **written}
            gone = spare.keys() - stamps.keys()
            self._remove_all(gone)
            # The time of the root is part of the id.
            os.utime(self._root)
        self._new_files = [*written, *(name for name, stamp in linked.items() if stamp != kept[name])]
        self._new_names = [*written, *linked, *gone]
        return stamps

    @property
    def touched(self) -> frozenset[str]:
        """The names of the files that the spare tree had not, or has no more."""
        return frozenset(self._new_names)

    def sync(self) -> None:
        """Put the release on the disk, so that a power cut after the switch finds it whole; a thread may do it."""
        with explain_failure(self._out):
            if len(self._new_names) > _FEW:
                sync_filesystem(self._root)
                return
            folders = {above for name in self._new_names for above in _find_folders(name)}
            for name in (*self._new_files, *folders):
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # a folder that has become empty
                    sync_path(name, dir_fd=self._root)
            os.fsync(self._root)

    def switch(self) -> None:
        """Make the stage the site in one step; on any error, the old site is in place again."""
        with explain_failure(self._out):
            switch_to_spare(self._out)
        self._close()

    def leave(self) -> None:
        """Leave the completed stage where it is: the spare tree of a later build."""
        self._close()

    def abandon(self) -> None:
        """Remove the stage, or leave that to the next build; nothing to do after the switch."""
        if not self._open or os.getpid() != self._owner:
            return
        with contextlib.suppress(OSError):
            _remove_tree(places_of(self._out).spare)
        self._close()

    def _close(self) -> None:
        self._open = False
        os.close(self._root)

    def _put(self, name: str, create: Callable[[str], T]) -> T:
        """Create a file under its name; where that is taken, under another that then replaces it."""
        refuse_outside(self._out, name)
        folder = name.rpartition("/")[0]
        try:
            if folder not in self._folders:
                self._make_folder(folder)
            return create(name)
        except FileExistsError:
            return self._replace(name, create)
        except (FileNotFoundError, NotADirectoryError):
            if not folder:
                raise
            # A file of the older release stands there, or another process is making a folder of it right now.
            self._clear_way(folder)
            self._make_folder(folder)
            return create(name)

    def _create(self, place: str, data: bytes, changed: int | None = None) -> Stamp:
        descriptor = os.open(place, _NEW, _FILE_MODE, dir_fd=self._root)
        try:
            done = os.write(descriptor, data)
            while done < len(data):
                done += os.write(descriptor, memoryview(data)[done:])
            if self._masked:
                os.fchmod(descriptor, _FILE_MODE)
            if changed is not None:
                os.utime(descriptor, ns=(changed, changed))
            return stamp_of(os.fstat(descriptor))
        finally:
            os.close(descriptor)

    def _replace(self, name: str, create: Callable[[str], T]) -> T:
        # A file is never written into: it has names in other trees, and readers.
        temporary = f".{os.getpid()}.new"
        result = create(temporary)
        try:
            os.replace(temporary, name, src_dir_fd=self._root, dst_dir_fd=self._root)
        except IsADirectoryError:
            shutil.rmtree(name, dir_fd=self._root)
            os.replace(temporary, name, src_dir_fd=self._root, dst_dir_fd=self._root)
        # Renaming does nothing where both are names of one file.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=self._root)
        return result

    def _make_folder(self, folder: str) -> None:
        above = folder.rpartition("/")[0]
        if above not in self._folders:
            self._make_folder(above)
        try:
            os.mkdir(folder, _FOLDER_MODE, dir_fd=self._root)
        except FileExistsError:
            pass
        else:
            if self._masked:
                os.chmod(folder, _FOLDER_MODE, dir_fd=self._root)
        self._folders.add(folder)

    def _clear_way(self, folder: str) -> None:
        for above in _find_folders(f"{folder}/"):
            self._folders.discard(above)
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                os.unlink(above, dir_fd=self._root)

    def _link_all(self, kept: Mapping[str, Stamp]) -> dict[str, Stamp]:
        if not kept:
            return {}
        site = os.open(self._out, _ROOT)
        try:
            return {name: self._link(site, name, stamp) for name, stamp in kept.items()}
        except FileNotFoundError as error:
            raise _changed(self._out, error.filename) from error
        finally:
            os.close(site)

    def _link(self, site: int, name: str, stamp: Stamp) -> Stamp:
        def link(place: str) -> None:
            os.link(name, place, src_dir_fd=site, dst_dir_fd=self._root, follow_symlinks=False)

        try:
            self._put(name, link)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return self._copy(site, name, stamp)
        if stamp_of(os.stat(name, dir_fd=self._root, follow_symlinks=False)) != stamp:
            raise _changed(self._out, name)
        return stamp

    def _copy(self, site: int, name: str, stamp: Stamp) -> Stamp:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=site)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read()
            if stamp_of(os.fstat(descriptor)) != stamp:
                raise _changed(self._out, name)
        return self._put(name, lambda place: self._create(place, data, stamp[1]))

    def _remove_all(self, names: Collection[str]) -> None:
        """Unlink files of the older release and the folders that this leaves empty."""
        for name in names:
            refuse_outside(self._out, name)
            # Where the new release has a file in place of a folder or a folder in place of a file, it is gone already.
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                os.unlink(name, dir_fd=self._root)
        folders = {above for name in names for above in _find_folders(name)}
        for folder in sorted(folders, key=len, reverse=True):
            try:
                os.rmdir(folder, dir_fd=self._root)
            except OSError as error:
                if error.errno not in _STAYS:
                    raise


def _find_folders(name: str) -> Iterator[str]:
    """Yield the folders above a name, from the top: ``a``, ``a/b`` for ``a/b/c``."""
    end = name.find("/")
    while end != -1:
        yield name[:end]
        end = name.find("/", end + 1)


def _sweep(out: Path) -> None:
    """Remove what killed builds left under names that nothing needs: an older program's, and trees without a place."""
    for left in (*out.parent.glob(f".{glob.escape(out.name)}.stage-*"), places_of(out).aside):
        _remove_tree(left)


def _remove_tree(tree: Path) -> None:
    if not tree.is_symlink() and tree.is_dir():
        void_tree(tree)
        shutil.rmtree(tree)
    else:
        tree.unlink(missing_ok=True)


def _changed(out: Path, name: str) -> PublishError:
    message = f"{out}/{name} was changed while the site was built; the site was not replaced"
    return PublishError(message, fix="build again, and let nothing but twofa build write there")
