"""Several files change together or not at all, whenever the program is killed."""

from pathlib import Path

import pytest

from generator.errors import PublishError
from generator.upstream import transaction
from generator.upstream.transaction import PENDING, commit, find_current, recover

OLD = {"a.json": b"old a", "b.json": b"old b"}
NEW = {"a.json": b"new a", "b.json": b"new b", "c.json": b"new c"}


class Killed(BaseException):
    """Stands for the end of the process: nothing of the program may run after it."""


def read(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    for name, content in OLD.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_commit(folder):
    commit(folder, NEW)
    assert read(folder) == NEW
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []


def test_folder_is_made(tmp_path):
    commit(tmp_path / "data", NEW)
    assert read(tmp_path / "data") == NEW


def test_only_what_differs_is_written(folder):
    before = (folder / "a.json").stat()
    commit(folder, {**NEW, "a.json": b"old a"})
    after = (folder / "a.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert read(folder) == {**NEW, "a.json": b"old a"}
    commit(folder, {"b.json": b"one alone"})
    assert read(folder)["b.json"] == b"one alone"


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


#: Three new files, two copies of old ones and the marker are written; then come three renames.
WRITES, RENAMES = 6, 3


@pytest.mark.parametrize("step", range(WRITES + RENAMES))
def test_killed(folder, step):
    with pytest.MonkeyPatch.context() as patch:
        fail_at(patch, step, Killed())
        # A killed process neither undoes nor clears away anything.
        patch.setattr(transaction, "_take_back", lambda *_: None)
        patch.setattr(transaction, "_clear", lambda *_: None)
        with pytest.raises(Killed):
            commit(folder, NEW)
    complete = step >= WRITES
    seen = {name: path.read_bytes() for name in NEW if (path := find_current(folder, name)).exists()}
    assert seen == (NEW if complete else OLD)
    recover(folder)
    assert read(folder) == (NEW if complete else OLD)
    assert not (folder / PENDING).exists()
    recover(folder)
    commit(folder, NEW)
    assert read(folder) == NEW


@pytest.mark.parametrize("step", range(WRITES + RENAMES))
def test_failing_disk(folder, monkeypatch, step):
    fail_at(monkeypatch, step, OSError(28, "No space left on device"))
    with pytest.raises(PublishError, match="No space left"):
        commit(folder, NEW)
    assert read(folder) == OLD
    assert not (folder / PENDING).exists()


def test_something_in_the_way(folder):
    (folder / "c.json").mkdir()
    with pytest.raises(PublishError):
        commit(folder, NEW)
    assert read(folder) == OLD
    assert (folder / "c.json").is_dir()


def test_recover_without_anything_to_do(tmp_path):
    recover(tmp_path)
    recover(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []
