"""The lock of one run at a time: for its owner alone, and the one that lies there."""

from __future__ import annotations

import errno
import fcntl
import os
import stat

import pytest

from generator.errors import BusyError, PublishError
from generator.lock import hold_lock
from tests.helpers import run_process


@pytest.fixture
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def find_mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_open_it(tmp_path, no_umask):
    for path in (tmp_path / "new" / "lock", tmp_path / "lock"):
        if path.parent == tmp_path:
            path.touch(0o644)
        with hold_lock(path, "run"):
            assert find_mode(path) == 0o600
            with pytest.raises(BusyError, match="another run is running"), hold_lock(path, "run"):
                pass


def test_a_lock_of_somebody_else_keeps_its_mode(tmp_path):
    if os.getuid() != 0:
        pytest.skip("only root can give a file away")
    path = tmp_path / "lock"
    path.touch(0o640)
    path.chmod(0o640)
    os.chown(path, 65534, 65534)
    with hold_lock(path, "run"):
        assert find_mode(path) == 0o640


def test_no_link_is_followed(tmp_path):
    (tmp_path / "lock").symlink_to("mine")
    for content in (None, "text"):
        if content:
            (tmp_path / "mine").write_text(content)
        before = sorted(tmp_path.iterdir())
        with pytest.raises(PublishError, match="the lock can't be made"), hold_lock(tmp_path / "lock", "run"):
            pass
        assert sorted(tmp_path.iterdir()) == before
    assert find_mode(tmp_path / "mine") != 0o600


def test_a_lock_that_was_removed_or_replaced_counts_no_more(tmp_path, monkeypatch):
    """Between the moment it is opened and the one it is held, somebody cleans up, and another takes the new one."""
    path, opened = tmp_path / "lock", os.open
    removals = [True, True, False]

    def open_late(*arguments, **options):
        descriptor = opened(*arguments, **options)
        if removals.pop(0):
            path.unlink()
        return descriptor

    monkeypatch.setattr(os, "open", open_late)
    with hold_lock(path, "run"):
        monkeypatch.undo()
        with pytest.raises(BusyError), hold_lock(path, "run"):
            pass
    assert removals == []


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP])
def test_a_file_system_without_locks(tmp_path, monkeypatch, code):
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(PublishError, match="the lock can't be held"), hold_lock(tmp_path / "lock", "run"):
        pass


def test_another_name_of_a_file_keeps_its_mode(tmp_path):
    (tmp_path / "mine").write_text("text")
    (tmp_path / "mine").chmod(0o644)
    os.link(tmp_path / "mine", tmp_path / "lock")
    with hold_lock(tmp_path / "lock", "run"):
        assert find_mode(tmp_path / "mine") == 0o644


@pytest.mark.parametrize("command", ["build", "publish", "fetch", "nightly"])
def test_all_locks_of_all_commands(tiny, tmp_path, command):
    arguments = {"publish": [tmp_path / "www"], "fetch": ["2fa-directory", "--from", "/nowhere"]}.get(command, [])
    if command == "publish":
        assert tiny.build().code == 0
    run_process(
        "--root",
        tiny.root,
        command,
        *arguments,
        script="import os\nos.umask(0)",
        env={"https_proxy": "http://127.0.0.1:9"},
    )
    locks = [path for path in tiny.root.rglob("*.lock") if path.is_file()]
    assert locks
    assert {find_mode(path) for path in locks} == {0o600}
