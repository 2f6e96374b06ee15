"""Putting a site in place: all of it or nothing, and never over something else."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from generator.build import publish as publishing
from generator.build.publish import SIGN, check_target, publish
from generator.errors import PublishError, UsageError
from tests.helpers import read_tree, stamp_tree

OLD = {SIGN: b"old", "index.html": b"old", "gone/index.html": b"gone"}
NEW = {SIGN: b"new", "index.html": b"new", "deep/er/index.html": b"deep"}


@pytest.fixture
def out(tmp_path):
    """The address of an output whose folder has nothing else in it."""
    (tmp_path / "public").mkdir()
    return tmp_path / "public" / "site"


def beside(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir())


def test_the_output_is_exactly_the_files(out):
    publish(OLD, out)
    assert read_tree(out) == OLD
    publish(NEW, out)
    assert read_tree(out) == NEW
    assert not (out / "gone").exists(), "no empty folder stays"
    assert beside(out) == ["site"]


def test_folders_above_are_made(tmp_path):
    publish(NEW, tmp_path / "a" / "b" / "site")
    assert read_tree(tmp_path / "a" / "b" / "site") == NEW


def test_an_empty_folder_may_be_filled(out):
    out.mkdir()
    publish(NEW, out)
    assert read_tree(out) == NEW


def test_a_web_server_may_read_it(out):
    publish(NEW, out)
    assert out.stat().st_mode & 0o777 == 0o755
    assert (out / "deep").stat().st_mode & 0o055 == 0o055
    assert (out / SIGN).stat().st_mode & 0o044 == 0o044


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dead link", "project"])
def test_what_no_build_made_is_not_replaced(out, kind):
    if kind == "folder":
        out.mkdir()
        (out / "thesis.txt").write_text("years of work")
    elif kind == "project":
        (out / "content").mkdir(parents=True)
        (out / "content" / "site.yaml").write_text("title: x")
    elif kind == "file":
        out.write_text("years of work")
    else:
        target = out.with_name("elsewhere")
        if kind == "link":
            target.mkdir()
        out.symlink_to(target)
    before = stamp_tree(out.parent)
    for refuse in (check_target, lambda path: publish(NEW, path)):
        with pytest.raises(UsageError):
            refuse(out)
    assert stamp_tree(out.parent) == before
    assert out.is_symlink() == kind.endswith("link")


@pytest.mark.parametrize("target", ["file/site", "x" * 300, "x" * 300 + "/site"])
def test_a_place_that_can_not_be_written(tmp_path, target):
    (tmp_path / "file").write_text("here")
    with pytest.raises(PublishError):
        publish(NEW, tmp_path / target)
    assert read_tree(tmp_path) == {"file": b"here"}


@pytest.mark.parametrize("operation", ["mkdtemp", "mkdir", "write_bytes", "switch"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_fails_leaves_the_old_site(out, monkeypatch, operation, code):
    publish(OLD, out)
    before = stamp_tree(out)

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    target = {
        "mkdtemp": (tempfile, "mkdtemp"),
        "mkdir": (Path, "mkdir"),
        "write_bytes": (Path, "write_bytes"),
        "switch": (publishing, "exchange"),
    }[operation]
    with monkeypatch.context() as patch:
        patch.setattr(*target, fail)
        with pytest.raises(PublishError, match=os.strerror(code)):
            publish(NEW, out)
    assert stamp_tree(out) == before
    assert beside(out) == ["site"]
    publish(NEW, out)
    assert read_tree(out) == NEW


def test_where_the_system_can_not_swap(out, monkeypatch):
    monkeypatch.setattr(publishing, "exchange", lambda *_: False)
    publish(OLD, out)
    publish(NEW, out)
    assert read_tree(out) == NEW
    assert beside(out) == ["site"]


def test_where_the_system_can_not_swap_and_the_disk_fails(out, monkeypatch):
    publish(OLD, out)
    before = stamp_tree(out)
    rename = Path.rename

    def fail_once(self: Path, target: Path) -> Path:
        if "stage" in self.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "exchange", lambda *_: False)
        patch.setattr(Path, "rename", fail_once)
        with pytest.raises(PublishError):
            publish(NEW, out)
    assert stamp_tree(out) == before
    assert beside(out) == ["site"]


# --- What killed builds leave behind ----------------------------------------------------------------------------------


def test_leftovers_are_swept(out):
    publish(OLD, out)
    for name in (".site.stage-abc", ".site.stage-def", ".site.previous"):
        (out.parent / name / "x").mkdir(parents=True)
    publish(NEW, out)
    assert read_tree(out) == NEW
    assert beside(out) == ["site"]


def test_leftovers_of_others_stay(out):
    """Of outputs with other names, even where a name looks like a pattern."""
    for name in (".site2.stage-abc", ".other.previous", "site.stage-abc", ".site1.stage-x"):
        (out.parent / name).mkdir()
    publish(OLD, out)
    publish(OLD, out.with_name("site[1]"))
    assert beside(out) == sorted(
        [".site2.stage-abc", ".other.previous", "site.stage-abc", ".site1.stage-x", "site", "site[1]"]
    )


def test_a_switch_that_was_cut_in_two_is_mended(out):
    publish(OLD, out)
    out.rename(out.with_name(".site.previous"))
    (out.parent / ".site.stage-abc").mkdir()
    publish(NEW, out)
    assert read_tree(out) == NEW
    assert beside(out) == ["site"]


def test_a_switch_that_was_cut_in_two_is_mended_even_where_the_next_build_fails(out, monkeypatch):
    publish(OLD, out)
    out.rename(out.with_name(".site.previous"))

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    with pytest.raises(PublishError):
        publish(NEW, out)
    assert read_tree(out) == OLD
