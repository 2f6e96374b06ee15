"""Several files change together or not at all, whenever the program is killed."""

from pathlib import Path

import pytest

from generator.errors import PublishError
from generator.upstream import transaction
from generator.upstream.transaction import PENDING, commit, find_current, recover

OLD = {"a.json": b"old a", "b.json": b"old b", "last/a.json": b"older a", "gone.json": b"to go"}
NEW = {"a.json": b"new a", "b.json": b"new b", "c.json": b"new c", "last/a.json": b"old a", "last/b.json": b"old b"}
#: What is asked for: the new files, and that the last of the old ones goes, which one that never was does as well.
WANTED = {**NEW, "gone.json": None, "last/none.json": None}


class Killed(BaseException):
    """Stands for the end of the process: nothing of the program may run after it."""


def read(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(disk_path):
    (disk_path / "last").mkdir()
    for name, content in OLD.items():
        (disk_path / name).write_bytes(content)
    return disk_path


def test_commit(folder):
    commit(folder, WANTED)
    assert read(folder) == NEW
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["last"]


def test_folder_is_made(tmp_path):
    commit(tmp_path / "data", WANTED)
    assert read(tmp_path / "data") == NEW


def test_only_what_differs_is_written(folder):
    before = (folder / "a.json").stat()
    commit(folder, {**WANTED, "a.json": b"old a"})
    after = (folder / "a.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert read(folder) == {**NEW, "a.json": b"old a"}
    commit(folder, {"b.json": b"one alone"})
    assert read(folder)["b.json"] == b"one alone"


def test_one_file(folder):
    commit(folder, {"gone.json": None})
    assert "gone.json" not in read(folder)
    commit(folder, {"first/a.json": b"in a new folder"})
    assert read(folder)["first/a.json"] == b"in a new folder"
    assert not (folder / PENDING).exists()


def fail_at(patch, step, error):
    """Raise an error instead of the write or rename with that number, from 0."""
    steps = []

    def count(original):
        def wrapper(*arguments, **options):
            steps.append(original)
            if len(steps) == step + 1:
                raise error
            return original(*arguments, **options)

        return wrapper

    for name in ("_write", "write_atomically"):
        patch.setattr(transaction, name, count(getattr(transaction, name)))
    patch.setattr(Path, "replace", count(Path.replace))


#: Five new files, three copies of old ones and the marker are written; then come five renames, and one goes.
WRITES, RENAMES = 9, 6


@pytest.mark.parametrize("step", range(WRITES + RENAMES))
def test_killed(folder, step):
    with pytest.MonkeyPatch.context() as patch:
        fail_at(patch, step, Killed())
        # A killed process neither undoes nor clears away anything.
        patch.setattr(transaction, "_take_back", lambda *_: None)
        patch.setattr(transaction, "_clear", lambda *_: None)
        with pytest.raises(Killed):
            commit(folder, WANTED)
    complete = step >= WRITES
    seen = {name: path.read_bytes() for name in (*WANTED, *OLD) if (path := find_current(folder, name)).exists()}
    assert seen == (NEW if complete else OLD)
    recover(folder)
    assert read(folder) == (NEW if complete else OLD)
    assert not (folder / PENDING).exists()
    recover(folder)
    commit(folder, WANTED)
    assert read(folder) == NEW


@pytest.mark.parametrize("step", range(WRITES + RENAMES))
def test_failing_disk(folder, monkeypatch, step):
    fail_at(monkeypatch, step, OSError(28, "No space left on device"))
    with pytest.raises(PublishError, match="No space left"):
        commit(folder, WANTED)
    assert read(folder) == OLD
    assert not (folder / PENDING).exists()


def test_something_in_the_way(folder):
    (folder / "c.json").mkdir()
    with pytest.raises(PublishError):
        commit(folder, WANTED)
    assert read(folder) == OLD
    assert (folder / "c.json").is_dir()


def test_recover_without_anything_to_do(tmp_path):
    recover(tmp_path)
    recover(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []
