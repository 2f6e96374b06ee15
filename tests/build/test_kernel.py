"""What the kernel is asked for, and what is done where it says no."""

from __future__ import annotations

import ctypes
import errno
import os

import pytest

from generator.build import kernel
from generator.build.kernel import exchange, sync_filesystem
from tests.helpers import read_tree


class Library:
    """A C library whose functions fail with one code, or that has none where there is no code."""

    def __init__(self, code: int) -> None:
        if code:
            self.renameat2 = self.syncfs = self._fail
        self._code = code

    def _fail(self, *_: object) -> int:
        ctypes.set_errno(self._code)
        return -1


@pytest.fixture
def pair(disk_path):
    """Two folders with a file each."""
    for name in ("one", "other"):
        (disk_path / name).mkdir()
        (disk_path / name / "file").write_text(name)
    return disk_path / "one", disk_path / "other"


def test_two_folders_change_places(pair):
    one, other = pair
    inodes = one.stat().st_ino, other.stat().st_ino
    assert exchange(one, other)
    assert (other.stat().st_ino, one.stat().st_ino) == inodes
    assert (read_tree(one), read_tree(other)) == ({"file": b"other"}, {"file": b"one"})


def test_a_folder_is_missing(pair):
    one, other = pair
    with pytest.raises(FileNotFoundError) as caught:
        exchange(one, other / "missing")
    assert caught.value.filename == str(one)
    assert (read_tree(one), read_tree(other)) == ({"file": b"one"}, {"file": b"other"})


@pytest.mark.parametrize("code", [0, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP])
def test_a_system_that_can_not_exchange(pair, monkeypatch, code):
    monkeypatch.setattr(kernel, "_LIBRARY", Library(code))
    assert not exchange(*pair)


def test_an_exchange_that_fails(pair, monkeypatch):
    monkeypatch.setattr(kernel, "_LIBRARY", Library(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        exchange(*pair)


def test_syncing_a_file_system(tmp_path, monkeypatch):
    folder = os.open(tmp_path, os.O_RDONLY)
    sync_filesystem(folder)
    os.close(folder)
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        sync_filesystem(folder)
    synced = []
    monkeypatch.setattr(os, "sync", lambda: synced.append(1))
    monkeypatch.setattr(kernel, "_LIBRARY", Library(0))
    sync_filesystem(folder)
    assert synced == [1]
